import type { TransactionSql } from 'postgres'
import { type FrameRow, packFrame, unpackFrame } from '@/lib/wire/frame'
import { sql } from './database'
import { listHours } from './hours'

/** One minute of one target as one probe measured it; round trips in microseconds, -1 when nothing answered. */
export type MinuteRow = Omit<FrameRow, 'targetId'> & { at: Date; probeId: number }

type LastFrame = { minuteAt: number; rows: ReadonlyMap<number, FrameRow> }
type Held = { beatlineFrames?: Map<number, LastFrame>; beatlineFramesReadAt?: number }
// The gate keeps each probe's last minute here; Next.js has its own copy of this module, so it hangs on globalThis.
const held = globalThis as typeof globalThis & Held
const rereadMs = 30_000
const freshMs = 10 * 60_000
const overdueMs = 150_000 // from its beginning until it is here, with time to spare

/**
 * Stores a probe's minute. A probe that was started anew within a minute sends it in two parts: they are put together.
 * (That the same part comes only once is seen to by its number.)
 */
export async function saveFrame(
  tx: TransactionSql,
  probeId: number,
  minuteAt: Date,
  columns: Uint8Array,
  count: number,
) {
  const [stored] = await tx`
    insert into frames (probe_id, minute_at, columns, target_count)
    values (${probeId}, ${minuteAt}, ${Buffer.from(columns)}, ${count})
    on conflict do nothing returning 1`
  if (stored) return
  const [before] = await tx<{ columns: Buffer }[]>`
    select columns from frames where probe_id = ${probeId} and minute_at = ${minuteAt} for update`
  if (!before) return
  const rows = joinParts(unpackFrame(before.columns), unpackFrame(columns))
  await tx`
    update frames set columns = ${Buffer.from(packFrame(rows))}, target_count = ${rows.length}
    where probe_id = ${probeId} and minute_at = ${minuteAt}`
}

/** Two parts of one minute as one; the median is that of the part with more hits, as the pings themselves are gone. */
export function joinParts(one: readonly FrameRow[], other: readonly FrameRow[]): FrameRow[] {
  const joined = new Map(one.map((row) => [row.targetId, row]))
  for (const row of other) {
    const known = joined.get(row.targetId)
    joined.set(row.targetId, known ? joinRows(known, row) : row)
  }
  return [...joined.values()]
}

function joinRows(a: FrameRow, b: FrameRow): FrameRow {
  const [more, less] = a.sent - a.lost >= b.sent - b.lost ? [a, b] : [b, a]
  const sums = { targetId: a.targetId, sent: a.sent + b.sent, lost: a.lost + b.lost }
  if (less.rttMinUs < 0) return { ...more, ...sums } // nothing answered in it
  return {
    ...sums,
    rttMinUs: Math.min(a.rttMinUs, b.rttMinUs),
    rttMedianUs: more.rttMedianUs,
    rttMaxUs: Math.max(a.rttMaxUs, b.rttMaxUs),
  }
}

/** Keeps a minute as the newest of its probe, for lists. */
export function holdFrame(probeId: number, minuteAt: number, rows: readonly FrameRow[]): void {
  held.beatlineFrames ??= new Map()
  const known = held.beatlineFrames.get(probeId)
  if (known && known.minuteAt > minuteAt) return
  held.beatlineFrames.set(probeId, { minuteAt, rows: new Map(rows.map((row) => [row.targetId, row])) })
}

/** The newest minute of each target, of any probe; targets not measured in the last 10 minutes are absent. */
export async function lastMinuteOf(targetIds: readonly number[]): Promise<Map<number, FrameRow>> {
  if (!held.beatlineFrames || (isStale() && isBehind(held.beatlineFrames))) await readLastFrames()
  const frames = [...(held.beatlineFrames?.values() ?? [])]
    .filter((frame) => frame.minuteAt > Date.now() - freshMs)
    .sort((a, b) => b.minuteAt - a.minuteAt)
  const found = new Map<number, FrameRow>()
  for (const id of targetIds) {
    const row = frames.find((frame) => frame.rows.has(id))?.rows.get(id)
    if (row) found.set(id, row)
  }
  return found
}

/** Some probe's next minute should be there by now: it may have gone to another web. */
const isBehind = (frames: ReadonlyMap<number, LastFrame>) =>
  frames.size === 0 || [...frames.values()].some((frame) => frame.minuteAt < Date.now() - overdueMs)
const isStale = () => Date.now() - (held.beatlineFramesReadAt ?? 0) > rereadMs

async function readLastFrames(): Promise<void> {
  held.beatlineFramesReadAt = Date.now()
  const rows = await sql<{ probe_id: number; minute_at: Date; columns: Buffer }[]>`
    select distinct on (probe_id) probe_id, minute_at, columns from frames
    where minute_at > now() - interval '10 minutes' order by probe_id, minute_at desc`
  held.beatlineFrames ??= new Map()
  for (const row of rows) holdFrame(row.probe_id, row.minute_at.getTime(), unpackFrame(row.columns))
}

/**
 * A target's minutes in [from, to), oldest first: from the frames where they are kept, else from the hours. Minutes in
 * which nobody measured are absent: no line may be drawn over them.
 */
export async function listMinutes(targetId: number, { from, to }: { from: Date; to: Date }): Promise<MinuteRow[]> {
  const hours = await listHours(targetId, { from, to })
  const covered = new Set(hours.map((row) => `${row.probeId} ${Math.floor(row.at.getTime() / 3_600_000)}`))
  const minutes: MinuteRow[] = [...hours]
  // Frames hold every device: read them one at a time, and only those that no hour stands for.
  const recent = new Date(Math.max(from.getTime(), to.getTime() - 49 * 3_600_000))
  const cursor = sql<{ probe_id: number; minute_at: Date; columns: Buffer }[]>`
    select probe_id, minute_at, columns from frames f
    where minute_at >= ${recent} and minute_at < ${to} and not exists (
      select 1 from hours h where h.target_id = ${targetId} and h.probe_id = f.probe_id
        and h.hour_at = date_trunc('hour', f.minute_at, 'UTC'))
    order by minute_at`.cursor(20)
  for await (const page of cursor) {
    for (const frame of page) {
      if (covered.has(`${frame.probe_id} ${Math.floor(frame.minute_at.getTime() / 3_600_000)}`)) continue
      const row = unpackFrame(frame.columns).find((one) => one.targetId === targetId)
      if (!row) continue
      const { targetId: _, ...figures } = row
      minutes.push({ at: frame.minute_at, probeId: frame.probe_id, ...figures })
    }
  }
  return minutes.sort((a, b) => a.at.getTime() - b.at.getTime())
}
