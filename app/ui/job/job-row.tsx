import Link from 'next/link'
import { describeSchedule } from '@/lib/domain/schedule'
import type { Job } from '@/lib/store/jobs'
import { LiveState } from '../live'
import { BeatStrip } from './beat-strip'
import { type JobPulse, LastBeat, NextDue, RunningMark } from './job-live'
import { jobHref } from './job-search'
import styles from './job-table.module.css'

/** A job with the letters of its last beats. */
export type ListedJob = Job & { strip: string; newestAt: string | null }

export const pulseOf = (job: Job): JobPulse => ({
  id: job.id,
  schedule: job.schedule,
  graceSeconds: job.graceSeconds,
  paused: job.pausedAt !== null,
  startedAt: job.startedAt?.toISOString() ?? null,
  lastBeatAt: job.lastBeatAt?.toISOString() ?? null,
  dueAt: job.dueAt?.toISOString() ?? null,
})

export function JobRow({ job, mayWrite }: { job: ListedJob; mayWrite: boolean }) {
  const pulse = pulseOf(job)
  const schedule = describeSchedule(job.schedule)
  return (
    <tr>
      {mayWrite && (
        <td className={styles.tick}>
          <input type="checkbox" className="tick" name="id" value={job.id} aria-label={`Select ${job.name}`} />
        </td>
      )}
      <td className={styles.state}>
        <LiveState id={job.id} status={job.status} since={job.statusSince.toISOString()} />
      </td>
      <td className={styles.name}>
        <span className={styles.nameLine}>
          <Link href={`/jobs/${job.id}`} prefetch={false} className={`${styles.link} clip`} title={job.name}>
            {job.name}
          </Link>
          <RunningMark pulse={pulse} />
          <span className={styles.tags}>
            {job.tags.map((tag) => (
              <Link key={tag} href={jobHref({ tag })} prefetch={false} className={styles.tag}>
                {tag}
              </Link>
            ))}
          </span>
        </span>
        <span className={styles.under}>
          {schedule} · <LastBeat pulse={pulse} />
        </span>
      </td>
      <td className={styles.beats}>
        <BeatStrip id={job.id} code={job.strip} until={job.newestAt} />
      </td>
      <td className={`${styles.wide} muted`} title={schedule}>
        {schedule}
      </td>
      <td className={styles.wide} data-align="right">
        <LastBeat pulse={pulse} />
      </td>
      <td className={styles.wide} data-align="right">
        <NextDue pulse={pulse} />
      </td>
    </tr>
  )
}
