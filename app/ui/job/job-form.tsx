import Link from 'next/link'
import type { ChannelChoice } from '@/lib/store/channel-choices'
import type { Job } from '@/lib/store/jobs'
import { ActionForm, Field, FormMessage, SubmitButton } from '../form/action-form'
import { ChannelFields } from './channel-fields'
import { DeviceField } from './device-field'
import styles from './job-form.module.css'
import { NameFields } from './name-fields'
import { saveJob } from './save-job'
import { ScheduleFields } from './schedule-fields'

/** Adds or changes a job. */
export function JobForm({
  job,
  sites,
  tags,
  channels,
  suggested,
}: {
  job?: Job
  sites: string[]
  tags: string[]
  channels: ChannelChoice[]
  suggested?: { name?: string | undefined; runsBehind?: string | undefined }
}) {
  return (
    <ActionForm action={saveJob} className={styles.form ?? ''}>
      {job && <input type="hidden" name="id" value={job.id} />}
      <NameFields given={job?.name ?? suggested?.name} />
      <ScheduleFields
        given={
          job && {
            schedule: job.schedule,
            zone: job.zone,
            graceSeconds: job.graceSeconds,
            permissibleMisses: job.permissibleMisses,
          }
        }
      />
      <ChannelFields channels={channels} chosen={job?.channelIds ?? null} />
      {/* biome-ignore lint/a11y/useSemanticElements: a legend would be drawn upon the rule above it */}
      <div role="group" aria-labelledby="where" className={styles.block}>
        <h2 id="where">Where it belongs</h2>
        <div className="fields">
          <DeviceField
            name="runs_behind"
            label="Runs behind"
            defaultValue={job?.runsBehind?.name ?? suggested?.runsBehind ?? ''}
            hint="A device. While that is dark, a missed beat is part of its incident."
          />
          <Field
            name="tags"
            label="Tags"
            defaultValue={job?.tags.join(', ') ?? ''}
            hint="With commas between."
            list="job-tags"
            autoComplete="off"
          />
          <Field
            name="site"
            label="Site"
            list="sites"
            defaultValue={job?.siteName ?? ''}
            hint="A name that is new makes the site."
            autoComplete="off"
          />
        </div>
        <datalist id="job-tags">
          {tags.map((tag) => (
            <option key={tag} value={tag} />
          ))}
        </datalist>
        <datalist id="sites">
          {sites.map((site) => (
            <option key={site} value={site} />
          ))}
        </datalist>
        <label className="check">
          <input type="checkbox" name="sticky_pause" defaultChecked={job?.stickyPause ?? false} />
          When it is paused, a beat does not wake it
        </label>
      </div>
      <FormMessage />
      <div className="row">
        <SubmitButton>{job ? 'Save' : 'Add the job'}</SubmitButton>
        <Link href={job ? `/jobs/${job.id}` : '/jobs'} className="button" data-kind="quiet">
          Cancel
        </Link>
      </div>
      {!job && <p className="hint">In its first hour everything is recorded and nobody is told.</p>}
    </ActionForm>
  )
}
