import type { Signal } from '@/lib/domain/job-state'
import { compileSchedule, type Schedule } from '@/lib/domain/schedule'
import type { CheckKind } from '@/lib/domain/self-checks'
import { codeOfId, idOfCode } from '@/lib/domain/short-code'
import { Problem } from '@/lib/problem'
import { readCursor, writeCursor } from '@/lib/wire/cursor'
import { sql } from './database'

/** The states a job is shown with, worst first. `unreachable`: dark together with what it runs behind. */
export const jobStatuses = ['down', 'unreachable', 'late', 'new', 'up', 'paused'] as const
export type JobStatus = (typeof jobStatuses)[number]

/** A job as it is shown. Durations are seconds unless their name says ms. */
export type Job = {
  id: number
  code: string // its id, readable
  uuid: string // its address: a credential, not for viewers and logs
  badgeKey: string
  name: string
  slug: string
  tags: string[]
  siteId: number | null
  siteName: string | null
  schedule: Schedule
  zone: string
  graceSeconds: number
  permissibleMisses: number
  stickyPause: boolean
  channelIds: number[] | null // null: everyone, as the routes say
  runsBehind: { id: number; name: string } | null
  selfCheck: CheckKind | 'source' | null // of a check, or of a source, that Beatline makes of itself: it has no address, and its rule is not its own
  status: JobStatus
  statusSince: Date
  running: boolean
  startedAt: Date | null
  lastBeatAt: Date | null // any signal
  lastSignal: Signal | null
  lastSuccessAt: Date | null
  lastDurationMs: number | null
  dueAt: Date | null // of the next expected beat; of a job that is late or down: of the first one it missed
  misses: number
  beatCount: number
  pausedAt: Date | null
  outageId: number | null // the open one
  incidentId: number | null
  createdAt: Date
}
/** name: natural order; status: worst first; since, last_beat, created: the latest first. A minus turns it round. */
export const jobSorts = ['name', 'status', 'since', 'last_beat', 'created'] as const
type Order = (typeof jobSorts)[number]
export type JobSort = Order | `-${Order}`
export type JobQuery = {
  search?: string | undefined // a part of the name, or a code
  status?: JobStatus | readonly JobStatus[] | undefined
  tag?: string | undefined
  sort?: JobSort | undefined
  limit?: number | undefined // 1..1000
  cursor?: string | undefined
}

/** A page of jobs. Throws invalid-input for a cursor that is none of ours. */
export async function listJobs(query: JobQuery = {}): Promise<{ items: Job[]; next: string | null }> {
  const { sort = 'name', limit = 100 } = query
  const places = await (orderOf(sort) === 'status' ? pageByStatus(query, limit + 1) : page(query, limit + 1))
  const shown = places.slice(0, limit)
  const last = places.length > limit ? shown.at(-1) : undefined
  const jobs = new Map((await readJobs(shown.map((place) => place.id))).map((job) => [job.id, job]))
  return {
    items: shown.flatMap(({ id }) => jobs.get(id) ?? []),
    next: last ? writeCursor(last.rank === undefined ? [last.key, last.id] : [last.rank, last.key, last.id]) : null,
  }
}

type Place = { id: number; key: string | number; rank?: number }
const orderOf = (sort: JobSort) => sort.replace('-', '') as Order
const latestFirst = new Set<Order>(['since', 'last_beat', 'created'])
const descends = (sort: JobSort) => latestFirst.has(orderOf(sort)) !== sort.startsWith('-')

// Milliseconds, which is all that the column keeps; a job that never beat stands at 1970.
const keys: Record<Order, () => ReturnType<typeof sql>> = {
  name: () => sql`t.name_key`,
  status: () => sql`t.name_key`,
  since: () => sql`t.status_since`,
  last_beat: () => sql`coalesce(st.last_beat_at, 'epoch')`,
  created: () => sql`t.id`,
}

async function page(query: JobQuery, count: number, after = cursorOf(query)): Promise<Place[]> {
  const { sort = 'name' } = query
  const [order, down] = [orderOf(sort), descends(sort)]
  const key = keys[order]
  const isText = order === 'name' || order === 'status'
  const value = () => (isText || order === 'created' ? sql`${after?.key ?? 0}` : sql`${new Date(Number(after?.key))}`)
  const rows = await sql<{ id: number; key: string | number | Date }[]>`
    select t.id, ${key()} as key from targets t
    ${order === 'last_beat' ? sql`join job_states st on st.job_id = t.id` : sql``}
    ${statusesOf(query).some(isDark) ? sql`left join outages o on o.target_id = t.id and o.ended_at is null` : sql``}
    where t.kind = 'job' ${matching(query)}
      ${after ? sql`and (${key()}, t.id) ${down ? sql`<` : sql`>`} (${value()}, ${after.id}::int)` : sql``}
    order by ${key()} ${down ? sql`desc` : sql``}, t.id ${down ? sql`desc` : sql``}
    limit ${count}`
  return rows.map(({ id, key }) => ({ id, key: key instanceof Date ? key.getTime() : key }))
}

/** Status after status, each under its index: no page sorts the whole registry. */
async function pageByStatus(query: JobQuery, count: number): Promise<Place[]> {
  const asked = statusesOf(query)
  const after = cursorOf(query)
  const ranks = jobStatuses.flatMap((status, rank) => (asked.length === 0 || asked.includes(status) ? [rank] : []))
  if (query.sort?.startsWith('-')) ranks.reverse()
  const places: Place[] = []
  for (const rank of ranks.slice(after ? ranks.indexOf(after.rank ?? 0) : 0)) {
    const rest = count - places.length
    if (rest === 0) break
    const found = await page({ ...query, status: jobStatuses[rank] }, rest, after?.rank === rank ? after : null)
    places.push(...found.map((place) => ({ ...place, rank })))
  }
  return places
}

function cursorOf({ sort = 'name', cursor }: JobQuery): Place | null {
  if (cursor === undefined) return null
  const order = orderOf(sort)
  const refuse = () => new Problem('invalid-input', 'cursor: expected the `next` of a page with the same sort')
  if (order === 'status') {
    const [rank, key, id] = readCursor(cursor, ['number', 'string', 'number'] as const) ?? fail(refuse())
    return { rank, key, id }
  }
  const [key, id] = readCursor(cursor, [order === 'name' ? 'string' : 'number', 'number'] as const) ?? fail(refuse())
  return { key, id }
}

function fail(error: Error): never {
  throw error
}

const statusesOf = ({ status }: JobQuery): readonly JobStatus[] =>
  status === undefined ? [] : typeof status === 'string' ? [status] : status
const isDark = (status: JobStatus) => status === 'down' || status === 'unreachable'

function matching(query: JobQuery) {
  const { search = '', tag } = query
  const text = search.trim().replace(/[\\%_]/g, '\\$&')
  const statuses = statusesOf(query)
  return sql`
    ${text === '' ? sql`` : sql`and (lower(t.name) like lower(${`%${text}%`}) or t.id = ${idOfCode(search.trim())}::int)`}
    ${tag === undefined ? sql`` : sql`and t.tags @> array[${tag}]::text[]`}
    ${statuses.length === 0 ? sql`` : sql`and (${statuses.map(isShownAs).reduce((all, one) => sql`${all} or ${one}`)})`}`
}

/** Whether a job is shown with a status, said so that an index can answer. */
function isShownAs(status: JobStatus) {
  if (status === 'paused') return sql`t.paused_at is not null`
  if (!isDark(status)) return sql`(t.paused_at is null and t.status = ${status})`
  return sql`(t.paused_at is null and t.status in ('down', 'unreachable') and coalesce(o.state, t.status) = ${status})`
}

type Row = Omit<Job, 'code' | 'schedule' | 'running' | 'dueAt'> & {
  scheduleKind: Schedule['kind']
  periodSeconds: number | null
  expression: string | null
  anchorAt: Date | null
}

const shownStatus = () => sql`
  case when t.paused_at is not null then 'paused' when t.status in ('down', 'unreachable') then coalesce(o.state, t.status)
    else t.status end`

/** Jobs by their ids, in no order. */
async function readJobs(ids: readonly number[]): Promise<Job[]> {
  if (ids.length === 0) return []
  const rows = await sql<Row[]>`
    select t.id, j.uuid, j.badge_key as "badgeKey", t.name, j.slug, t.tags, t.site_id as "siteId", s.name as "siteName",
      j.schedule_kind as "scheduleKind", j.period_seconds as "periodSeconds", j.expression, j.zone,
      j.grace_seconds as "graceSeconds", j.permissible_misses as "permissibleMisses", j.sticky_pause as "stickyPause",
      j.channel_ids as "channelIds",
      (select jsonb_build_object('id', u.id, 'name', u.name) from upstream_edges e join targets u on u.id = e.upstream_id
        where e.device_id = t.id order by u.id limit 1) as "runsBehind",
      coalesce((select c.kind from self_checks c where c.job_id = t.id),
        (select 'source' from sources c where c.job_id = t.id limit 1)) as "selfCheck",
      ${shownStatus()} as status, t.status_since as "statusSince", st.started_at as "startedAt",
      st.last_beat_at as "lastBeatAt", st.last_signal as "lastSignal", st.last_success_at as "lastSuccessAt",
      st.last_duration_ms::float8 as "lastDurationMs", st.anchor_at as "anchorAt", st.misses,
      st.beat_count::float8 as "beatCount", t.paused_at as "pausedAt", o.id as "outageId",
      o.incident_id as "incidentId", t.created_at as "createdAt"
    from targets t
    join jobs j on j.id = t.id
    join job_states st on st.job_id = t.id
    left join sites s on s.id = t.site_id
    left join outages o on o.target_id = t.id and o.ended_at is null
    where t.id = any(${[...ids]}::int[]) and t.kind = 'job'`
  return rows.map(shown)
}

function shown({ scheduleKind, periodSeconds, expression, anchorAt, ...row }: Row): Job {
  const schedule = scheduleOf({ scheduleKind, periodSeconds, expression, zone: row.zone })
  const expected = anchorAt !== null && row.pausedAt === null
  const due = expected ? compileSchedule(schedule).next(anchorAt.getTime()) : null
  return {
    ...row,
    code: codeOfId(row.id),
    schedule,
    running: row.startedAt !== null,
    dueAt: due === null ? null : new Date(due),
  }
}

/** The schedule that a row of `jobs` holds. */
export function scheduleOf(row: {
  scheduleKind: Schedule['kind']
  periodSeconds: number | null
  expression: string | null
  zone: string
}): Schedule {
  if (row.scheduleKind === 'period') return { kind: 'period', seconds: row.periodSeconds ?? 86_400 }
  return { kind: row.scheduleKind, expression: row.expression ?? '', zone: row.zone }
}

/** One job, or null. */
export async function findJob(id: number): Promise<Job | null> {
  return (await readJobs([id]))[0] ?? null
}

/** The job of an address, or null. */
export async function findJobByUuid(uuid: string): Promise<Job | null> {
  const [row] = await sql<{ id: number }[]>`select id from jobs where uuid = ${uuid}`
  return row ? findJob(row.id) : null
}

/** How many jobs are shown with each status. */
export async function countJobsByStatus(): Promise<Partial<Record<JobStatus, number>>> {
  const rows = await sql<{ status: JobStatus; count: number }[]>`
    select ${shownStatus()} as status, count(*)::int as count
    from targets t left join outages o on o.target_id = t.id and o.ended_at is null
    where t.kind = 'job' group by 1`
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}

/** The tags of jobs with how many have each, the commonest first, at most `limit`. */
export async function jobTags(limit = 200): Promise<{ tag: string; count: number }[]> {
  return sql<{ tag: string; count: number }[]>`
    select tag, count(*)::int as count from targets, unnest(tags) as tag
    where kind = 'job' group by tag order by count(*) desc, tag limit ${limit}`
}
