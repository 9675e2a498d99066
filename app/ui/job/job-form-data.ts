import { jobLimits, textFault } from '@/lib/domain/job-fields'
import { readPeriod } from '@/lib/domain/period-buttons'
import { readSchedule } from '@/lib/domain/schedule'
import type { JobChange } from '@/lib/store/job-writes'

type Read = { job: JobChange & { name: string } } | { errors: Record<string, string> }

const sentence = (fault: string) => `${fault.charAt(0).toUpperCase()}${fault.slice(1)}.`

/** Reads the form of a job; every fault as a sentence at its field. */
export function readJobForm(form: FormData): Read {
  const errors: Record<string, string> = {}
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const wrong = (name: string, fault: string) => {
    errors[name] ??= sentence(fault)
  }
  const name = text('name')
  const nameFault = textFault(name, jobLimits.name)
  if (nameFault) wrong('name', nameFault)

  const zone = text('zone') || 'UTC'
  const kind = text('kind')
  const period = kind === 'period' ? readPeriod(text('period')) : null
  if (period && 'fault' in period) wrong('period', period.fault)
  const read = readSchedule(
    kind === 'cron' || kind === 'oncalendar'
      ? { kind, expression: text('expression'), zone }
      : { kind: 'period', seconds: period && 'seconds' in period ? period.seconds : 0 },
  )
  if ('fault' in read)
    wrong(kind === 'period' ? 'period' : read.fault.startsWith('zone:') ? 'zone' : 'expression', read.fault)

  const grace = readPeriod(text('grace'), 0)
  if ('fault' in grace) wrong('grace', grace.fault)
  const misses = Number(text('permissible_misses') || '0')
  if (!Number.isInteger(misses) || misses < 0 || misses > jobLimits.permissibleMisses)
    wrong(
      'permissible_misses',
      `found ${text('permissible_misses')}, expected a whole number from 0 to ${jobLimits.permissibleMisses}`,
    )

  const tags = [
    ...new Set(
      text('tags')
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ]
  const tagFault = tags.map((tag) => textFault(tag, jobLimits.tag)).find((fault) => fault !== null)
  if (tagFault) wrong('tags', tagFault)
  if (tags.length > jobLimits.tags) wrong('tags', `found ${tags.length} tags, expected at most ${jobLimits.tags}`)

  if (Object.keys(errors).length > 0 || 'fault' in read || 'fault' in grace) return { errors }
  return {
    job: {
      name,
      schedule: read.schedule,
      zone,
      graceSeconds: grace.seconds,
      permissibleMisses: misses,
      tags,
      site: text('site') || null,
      runsBehind: text('runs_behind') || null,
      stickyPause: form.get('sticky_pause') !== null,
      channels: text('told') === 'some' ? form.getAll('channel').map(Number) : null,
    },
  }
}
