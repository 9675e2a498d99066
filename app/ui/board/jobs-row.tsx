import Link from 'next/link'
import type { EkgBeat } from '@/lib/domain/ekg'
import { ekgStrip } from '@/lib/domain/ekg'
import type { JobDot } from '@/lib/store/board'
import type { JobStatus } from '@/lib/store/jobs'
import { EkgPaths } from '../job/beat-strip'
import { LiveState } from '../live'
import { Ago } from '../time'
import styles from './board.module.css'

const number = new Intl.NumberFormat('en')
const mostNamed = 8

/** All jobs in one line: each is a beat of it, the latest at the right, and a gap where one is down. Late ones by name. */
export async function JobsRow({
  jobs: promise,
  counts,
  total,
}: {
  jobs: Promise<JobDot[]>
  counts: Partial<Record<JobStatus, number>>
  total: number
}) {
  const jobs = await promise
  const late = jobs.filter((job) => job.status === 'late').slice(0, mostNamed)
  return (
    <section className="section">
      <h2>Jobs</h2>
      <div className={styles.jobs}>
        <Link href="/jobs" className={styles.jobsLine} aria-label={`${number.format(total)} jobs`}>
          <JobsLine jobs={jobs} />
        </Link>
        <span className={styles.siteCount}>
          {number.format(counts.up ?? 0)} of {number.format(total)} up
        </span>
      </div>
      {late.length > 0 && (
        <ul className={styles.lateJobs}>
          {late.map((job) => (
            <li key={job.id}>
              <LiveState id={job.id} status={job.status} since={job.since} />
              <Link href={`/jobs/${job.id}`} className="strong clip">
                {job.name}
              </Link>
              <span className="muted">heard {job.lastBeatAt ? <Ago at={job.lastBeatAt} /> : 'never'}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const [width, height] = [720, 32]

function JobsLine({ jobs }: { jobs: JobDot[] }) {
  const beats: EkgBeat[] = jobs
    .filter((job) => job.status !== 'paused')
    .map(({ status }) => ({ at: 0, ...beatOf[status] }))
  const shape = ekgStrip(beats, { width, height, slots: Math.max(24, beats.length) })
  return (
    <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="xMaxYMid meet" aria-hidden="true">
      <EkgPaths shape={shape} base={Math.round(height * 0.66)} width={width} />
    </svg>
  )
}

const beatOf: Record<JobStatus, Omit<EkgBeat, 'at'>> = {
  up: { signal: 'success', timing: 'on_time' },
  late: { signal: 'success', timing: 'late' },
  down: { signal: 'missed', timing: null },
  unreachable: { signal: 'missed', timing: null },
  new: { signal: 'log', timing: null },
  paused: { signal: 'log', timing: null },
}
