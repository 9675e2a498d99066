import { scheduleMeant } from '@/lib/domain/job-schedule'
import { Problem } from '@/lib/problem'
import type { JobChange } from '@/lib/store/job-writes'
import type { Job } from '@/lib/store/jobs'
import type { ApplicationPatch } from '@/lib/wire/rest-jobs'

/** What a request says of a job, over the standing one, as the store takes it. Throws invalid-input. */
export function jobChange(input: ApplicationPatch, standing: Job | null): JobChange {
  const meant = scheduleMeant(
    {
      interval: input.expected_interval,
      expression: input.schedule,
      kind: input.schedule_kind,
      zone: input.timezone,
    },
    standing,
  )
  if ('fault' in meant) throw new Problem('invalid-input', meant.fault)
  return {
    name: input.name,
    slug: input.slug,
    tags: input.tags && [...new Set(input.tags)],
    site: input.site,
    schedule: meant.schedule,
    zone: meant.zone,
    graceSeconds: input.grace_period,
    permissibleMisses: input.permissible_misses,
    stickyPause: input.sticky_pause,
    channels: input.channels,
    runsBehind: input.runs_behind,
    paused: input.paused,
  }
}
