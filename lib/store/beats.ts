import type { Signal } from '@/lib/domain/job-state'
import { sql } from './database'

/** A beat as it is kept; `missed`: one that was due at `at` and did not come. */
export type StoredBeat = {
  jobId: number
  at: Date
  signal: Signal | 'missed'
  timing: 'on_time' | 'late' | null // of a success
  exitStatus: number | null
  durationMs: number | null
  run: string | null
  message: string | null
  body: string | null // as text: what is no UTF-8 is replaced
  bodyCut: boolean
  address: string | null
  agent: string | null
  method: string | null
}

type BeatRow = Omit<StoredBeat, 'body' | 'durationMs'> & { body: Buffer | null; durationMs: string | null }
export type BeatQuery = {
  limit?: number | undefined // 1..1000
  cursor?: string | undefined
  from?: Date | undefined // inclusive
  to?: Date | undefined // exclusive
}

const columns = () => sql`
  job_id as "jobId", at, signal, timing, exit_status as "exitStatus", duration_ms as "durationMs", run, message,
  body_cut as "bodyCut", address, agent, method`

/** A job's beats, the newest first. `next` is the cursor of the following page, null on the last. */
export async function listBeats(
  jobId: number,
  { limit: asked = 100, cursor, from, to }: BeatQuery = {},
): Promise<{ items: StoredBeat[]; next: string | null }> {
  const limit = Math.min(1000, Math.max(1, asked))
  // Several beats may share an instant: the cursor says how many of them stood on the pages before.
  const [, at, skip] = /^(\d{1,15})_(\d{1,9})$/.exec(cursor ?? '') ?? []
  const rows = await sql<BeatRow[]>`
    select ${columns()}, body from beats
    where job_id = ${jobId}
      ${at ? sql`and at <= ${new Date(Number(at))}` : sql``}
      ${from ? sql`and at >= ${from}` : sql``}
      ${to ? sql`and at < ${to}` : sql``}
    order by at desc limit ${limit + 1} offset ${Number(skip ?? 0)}`
  const items = rows.slice(0, limit).map(asBeat)
  const last = items.at(-1)
  if (rows.length <= limit || !last) return { items, next: null }
  const shared = items.filter((beat) => beat.at.getTime() === last.at.getTime()).length
  const before = at && Number(at) === last.at.getTime() ? Number(skip) : 0
  return { items, next: `${last.at.getTime()}_${shared + before}` }
}

/** The last `count` beats of each of these jobs without their bodies, oldest first; jobs without any are absent. */
export async function lastBeats(jobIds: readonly number[], count: number): Promise<Map<number, StoredBeat[]>> {
  const rows = await sql<BeatRow[]>`
    select b.* from unnest(${[...jobIds]}::int[]) as j(id) cross join lateral (
      select ${columns()}, null::bytea as body from beats where job_id = j.id order by at desc limit ${count}) b
    order by b."jobId", b.at`
  return byJob(rows)
}

/** Beats of these jobs that arrived after an instant, without their bodies, oldest first; at most `most`. */
export async function beatsSince(
  jobIds: readonly number[],
  after: Date,
  most: number,
): Promise<Map<number, StoredBeat[]>> {
  const rows = await sql<BeatRow[]>`
    select ${columns()}, null::bytea as body from beats
    where job_id = any(${[...jobIds]}::int[]) and at > ${after} order by at limit ${most}`
  return byJob(rows)
}

function byJob(rows: readonly BeatRow[]): Map<number, StoredBeat[]> {
  const groups = new Map<number, StoredBeat[]>()
  for (const row of rows) {
    const group = groups.get(row.jobId)
    if (group) group.push(asBeat(row))
    else groups.set(row.jobId, [asBeat(row)])
  }
  return groups
}

const asBeat = (row: BeatRow): StoredBeat => ({
  ...row,
  durationMs: row.durationMs === null ? null : Number(row.durationMs),
  body: row.body?.toString('utf8') ?? null,
})

/** Tells every web that a web stored beats of these jobs; without ids, of any. */
export async function tellBeats(web: string, jobIds: readonly number[]): Promise<void> {
  await sql`select pg_notify('beatline_beats', ${`${web} ${jobIds.join(',')}`})`
}
