import type { RawRecord } from '@/lib/domain/device-import'
import type { JobList } from './job-list'
import { uniqueNames } from './unique-names'

const uuidAtEnd = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/?$/i

/**
 * The checks of Healthchecks' Management API v3 (`GET /api/v3/checks/`). A check keeps its uuid, so that only the host of
 * its crontab line changes. https://healthchecks.io/docs/api/
 */
export function readHealthchecks(records: readonly RawRecord[]): JobList {
  const named = uniqueNames()
  const list: JobList = { jobs: [], devices: [], rejected: [], notes: [] }
  for (const { line, cells: check } of records) {
    const uuid = uuidOf(check)
    const said = textOf(check.name) || textOf(check.slug) || uuid || `check ${line}`
    const name = named(said)
    const notes = leftBehind(check, uuid)
    if (name !== said) notes.unshift(`name: another check before it is called ${JSON.stringify(said)}`)
    const { schedule } = check
    list.jobs.push({
      line,
      cells: {
        name,
        uuid,
        slug: textOf(check.slug) || undefined,
        tags: textOf(check.tags).split(/\s+/).filter(Boolean),
        ...(schedule === undefined || schedule === null ? { expected_interval: check.timeout } : { schedule }),
        timezone: check.tz ?? undefined,
        grace_period: check.grace,
        sticky_pause: check.manual_resume ?? false,
        paused: check.status === 'paused',
      },
    })
    if (notes.length > 0) list.notes.push({ line, name, reason: notes.join('; ') })
  }
  return list
}

const textOf = (value: unknown) => (typeof value === 'string' ? value.trim() : '')

function uuidOf(check: Record<string, unknown>): string | undefined {
  const [, uuid] = uuidAtEnd.exec(textOf(check.ping_url)) ?? uuidAtEnd.exec(textOf(check.uuid)) ?? []
  return uuid?.toLowerCase()
}

/** What a check says that a job does not. */
function leftBehind(check: Record<string, unknown>, uuid: string | undefined): string[] {
  const notes: string[] = []
  if (!uuid && textOf(check.unique_key)) notes.push('uuid: exported with a read-only key, so its address is a new one')
  else if (!uuid) notes.push('uuid: found none, so its address is a new one; by name it is reached under the ping key')
  if (textOf(check.desc)) notes.push('desc: is not kept')
  if (textOf(check.methods)) notes.push('methods: every method counts here')
  const words = ['start_kw', 'success_kw', 'failure_kw', 'subject', 'subject_fail'].filter((key) => textOf(check[key]))
  if (words.length > 0) notes.push(`${words.join(', ')}: a body is not searched for words here`)
  if (textOf(check.channels)) notes.push('channels: are not taken over, the routes say who is told')
  return notes
}
