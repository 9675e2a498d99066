import Link from 'next/link'
import type { Job } from '@/lib/store/jobs'
import { BlackoutButton } from '../blackout/blackout-button'
import device from '../device/device-page.module.css'
import { ActionForm, FormMessage, SubmitButton } from '../form/action-form'
import { ConfirmButton } from '../form/confirm-button'
import { Icon } from '../icons'
import { LiveState } from '../live'
import { Clock, Since } from '../time'
import { changeSelected, removeJob } from './actions'
import { LastBeat, NextDue, RunningMark } from './job-live'
import { pulseOf } from './job-row'

/** Name, state since when, when it was heard and is due, and what can be done. */
export function JobHead({ job, mayWrite }: { job: Job; mayWrite: boolean }) {
  const dark = job.status === 'down' || job.status === 'unreachable'
  const pulse = pulseOf(job)
  return (
    <header className={device.head}>
      <div className={device.title}>
        <p className="muted">
          <Link href="/jobs" className="link">
            Jobs
          </Link>
          {job.siteName && ` / ${job.siteName}`}
        </p>
        <h1>{job.name}</h1>
        <p className={device.state}>
          <LiveState id={job.id} status={job.status} since={job.statusSince.toISOString()} />
          <span>
            for <Since at={job.statusSince} className="strong" />
          </span>
          <span className="muted">
            since <Clock at={job.statusSince} />
          </span>
          <RunningMark pulse={pulse} />
          {dark && job.incidentId && (
            <Link href={`/incidents/${job.incidentId}`} className="link">
              Open its incident
            </Link>
          )}
        </p>
      </div>
      <dl className={device.figures}>
        <div>
          <dt>Last beat</dt>
          <dd>
            <LastBeat pulse={pulse} />
          </dd>
        </div>
        <div>
          <dt>Next due</dt>
          <dd>
            <NextDue pulse={pulse} />
          </dd>
        </div>
      </dl>
      {mayWrite && (
        <div className={device.actions}>
          {!job.selfCheck && (
            <Link href={`/jobs/${job.id}/edit`} className="button">
              <Icon name="edit" size={16} />
              Edit
            </Link>
          )}
          <ActionForm action={changeSelected} className="row">
            <input type="hidden" name="id" value={job.id} />
            <SubmitButton kind="plain" name="do" value={job.pausedAt ? 'resume' : 'pause'}>
              <Icon name={job.pausedAt ? 'play' : 'pause'} size={16} />
              {job.pausedAt ? 'Resume' : 'Pause'}
            </SubmitButton>
            <FormMessage />
          </ActionForm>
          <BlackoutButton targetId={job.id} name={job.name} period />
          {!job.selfCheck && (
            <ConfirmButton
              action={removeJob}
              fields={{ id: job.id }}
              verb="Delete"
              ask={`Delete ${job.name} with its history?`}
            />
          )}
        </div>
      )}
    </header>
  )
}
