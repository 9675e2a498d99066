import type { Signal } from '@/lib/domain/job-state'
import type { Status } from '@/lib/domain/status'
import { sql } from './database'
import { jobTags } from './jobs'

const pattern = (query: string) => `%${query.replace(/[\\%_]/g, '\\$&')}%`

/** Names of devices that hold `query` in their name or address, the shortest first. */
export async function listDeviceNamesLike(query: string, limit: number): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select t.name from targets t join devices d on d.id = t.id
    where t.kind = 'device' and (t.name ilike ${pattern(query)} or d.address like ${`${query}%`})
    order by (t.name ilike ${pattern(query).slice(1)}) desc, length(t.name), t.name limit ${limit}`
  return rows.map((row) => row.name)
}

/** A beat for reading: the first bytes of its body, and how many there are. */
export type HistoryBeat = {
  at: Date
  place: number // among those of the same instant, from 0
  signal: Signal | 'missed'
  timing: 'on_time' | 'late' | null
  exitStatus: number | null
  durationMs: number | null
  run: string | null
  message: string | null
  body: Buffer | null
  bodyBytes: number
  bodyCut: boolean
  address: string | null
  agent: string | null
  method: string | null
}

const previewBytes = 4096

/** A job's beats, the newest first, from before an instant on when one is given; bodies up to 4 kB. */
export async function listHistory(
  jobId: number,
  { before, limit }: { before?: Date | undefined; limit: number },
): Promise<{ items: HistoryBeat[]; next: Date | null }> {
  const rows = await sql<HistoryBeat[]>`
    select at, row_number() over (partition by at order by signal)::int - 1 as place, signal, timing,
      exit_status as "exitStatus", duration_ms::float8 as "durationMs", run, message,
      substring(body for ${previewBytes}) as body, coalesce(octet_length(body), 0) as "bodyBytes",
      body_cut as "bodyCut", address, agent, method
    from (
      select * from beats where job_id = ${jobId} ${before ? sql`and at < ${before}` : sql``}
      order by at desc limit ${limit + 1}
    ) newest order by at desc, signal`
  const rest = rows[limit]
  if (!rest) return { items: rows, next: null }
  // A page ends between two instants, as the next one begins before an instant.
  const shown = rows.slice(0, limit)
  const whole = shown.filter((beat) => beat.at.getTime() > rest.at.getTime())
  const items = whole.length > 0 ? whole : shown
  return { items, next: items.at(-1)?.at ?? null }
}

/** A day of a job, as it is kept for good. */
export type JobDay = {
  day: string
  count: number
  onTime: number
  late: number
  missed: number
  failed: number
  durationMedianMs: number | null
  durationP95Ms: number | null
}

/** The days of a job from `from` (yyyy-mm-dd, UTC) on, oldest first. */
export async function listJobDays(jobId: number, from: string): Promise<JobDay[]> {
  return sql<JobDay[]>`
    select day::text, count, on_time as "onTime", late, missed, failed, duration_median_ms::float8 as "durationMedianMs",
      duration_p95_ms::float8 as "durationP95Ms"
    from job_days where job_id = ${jobId} and day >= ${from} order by day`
}

/** A beat as the line of the job page draws it. */
export type DrawnBeat = {
  at: Date
  signal: Signal | 'missed'
  timing: 'on_time' | 'late' | null
  durationMs: number | null
}

/** The beats of a job since an instant, or the last `count` of them, oldest first. */
export async function listDrawn(
  jobId: number,
  { from, count }: { from?: Date | undefined; count: number },
): Promise<DrawnBeat[]> {
  const rows = await sql<DrawnBeat[]>`
    select at, signal, timing, duration_ms::float8 as "durationMs" from beats
    where job_id = ${jobId} ${from ? sql`and at >= ${from}` : sql``} order by at desc limit ${count}`
  return [...rows].reverse()
}

/** The id of the job with this badge key, or with this address (uuids); null when there is none. */
export async function findJobIdByKey(key: string): Promise<number | null> {
  const [row] = await sql<{ id: number }[]>`select id from jobs where badge_key = ${key} or uuid = ${key} limit 1`
  return row?.id ?? null
}

/** Devices and jobs that hold `query` in their name, the shortest first. */
export async function findTargetsLike(
  query: string,
  limit: number,
): Promise<{ id: number; name: string; kind: string }[]> {
  return sql<{ id: number; name: string; kind: string }[]>`
    select id, name, kind from targets where name ilike ${pattern(query)}
    order by (name ilike ${pattern(query).slice(1)}) desc, length(name), name limit ${limit}`
}

/** A device or job by its id; null when there is none. */
export async function findTarget(id: number): Promise<{ id: number; name: string; kind: string } | null> {
  const [row] = await sql<
    { id: number; name: string; kind: string }[]
  >`select id, name, kind from targets where id = ${id}`
  return row ?? null
}

/** The jobs that run behind a device, what is dark first; at most `limit`, and how many there are. */
export async function listJobsBehind(deviceId: number, limit: number) {
  const rows = await sql<{ id: number; name: string; status: Status; since: Date; total: number }[]>`
    select t.id, t.name, coalesce(t.paused_at, o.began_at, t.status_since) as since,
      case when t.paused_at is not null then 'paused' when o.id is not null then o.state else t.status end as status,
      count(*) over ()::int as total
    from upstream_edges e join targets t on t.id = e.device_id and t.kind = 'job'
    left join outages o on o.target_id = t.id and o.ended_at is null
    where e.upstream_id = ${deviceId} order by (o.id is null), t.name_key limit ${limit}`
  return { items: rows, total: rows[0]?.total ?? 0 }
}

type Tags = { tag: string; count: number }[]
type HeldTags = { beatlineJobTags?: { at: number; tags: Promise<Tags> } | undefined }
const heldTags = globalThis as typeof globalThis & HeldTags
const tagsFreshMs = 15_000

/**
 * The tags of jobs for a filter: as they were a moment ago, while they are counted anew behind it. With 100,000 jobs the
 * count takes longer than the rest of the page.
 */
export function knownJobTags(): Promise<Tags> {
  const known = heldTags.beatlineJobTags
  if (known && Date.now() - known.at < tagsFreshMs) return known.tags
  const asked = jobTags(200)
  heldTags.beatlineJobTags = { at: Date.now(), tags: known?.tags ?? asked }
  asked.then(
    (tags) => {
      heldTags.beatlineJobTags = { at: Date.now(), tags: Promise.resolve(tags) }
    },
    () => {
      heldTags.beatlineJobTags = undefined
    },
  )
  return known?.tags ?? asked
}

/** After a change of tags: the next page counts them anew. */
export function forgetJobTags(): void {
  heldTags.beatlineJobTags = undefined
}
