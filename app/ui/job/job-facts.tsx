import Link from 'next/link'
import { periodWords } from '@/lib/domain/period-buttons'
import { describeSchedule } from '@/lib/domain/schedule'
import { silenceSeconds } from '@/lib/domain/schedule-preview'
import type { Job } from '@/lib/store/jobs'
import { Clock } from '../time'
import { jobHref } from './job-search'
import { tookWords } from './took-words'

/** What is known of a job, and the rule it is judged by. `told`: the names of the channels it is told to. */
export function JobFacts({ job, told }: { job: Job; told: string[] }) {
  const silence = silenceSeconds(job.schedule, job.graceSeconds, job.permissibleMisses)
  const words = describeSchedule(job.schedule)
  return (
    <section className="section">
      <h2>Facts</h2>
      <dl className="facts">
        <dt>Expected</dt>
        <dd>
          {words.charAt(0).toUpperCase()}
          {words.slice(1)}
        </dd>
        <dt>Grace</dt>
        <dd className="num">{job.graceSeconds === 0 ? 'none' : periodWords(job.graceSeconds)}</dd>
        <dt>Down at</dt>
        <dd className="num">
          {job.permissibleMisses === 0 ? 'the first miss' : `${job.permissibleMisses + 1} misses in a row`}
          {silence !== null && `, ${periodWords(silence)} of silence`}
        </dd>
        {job.lastDurationMs !== null && (
          <>
            <dt>Last run took</dt>
            <dd className="num">{tookWords(job.lastDurationMs)}</dd>
          </>
        )}
        <dt>Tells</dt>
        <dd>{job.channelIds === null ? 'everyone' : told.length > 0 ? told.join(', ') : 'nobody'}</dd>
        {job.runsBehind && (
          <>
            <dt>Runs behind</dt>
            <dd>
              <Link href={`/devices/${job.runsBehind.id}`} className="link">
                {job.runsBehind.name}
              </Link>
            </dd>
          </>
        )}
        {job.tags.length > 0 && (
          <>
            <dt>Tags</dt>
            <dd>
              {job.tags.map((tag, i) => (
                <span key={tag}>
                  {i > 0 && ', '}
                  <Link href={jobHref({ tag })} className="link">
                    {tag}
                  </Link>
                </span>
              ))}
            </dd>
          </>
        )}
        {job.stickyPause && (
          <>
            <dt>Pause</dt>
            <dd>stays when it beats</dd>
          </>
        )}
        <dt>Beats</dt>
        <dd className="num">{new Intl.NumberFormat('en').format(job.beatCount)}</dd>
        <dt>Code</dt>
        <dd className="address">{job.code}</dd>
        <dt>Added</dt>
        <dd>
          <Clock at={job.createdAt} seconds={false} />
        </dd>
      </dl>
    </section>
  )
}
