import type { Sql } from 'postgres'
import type { HourColumns } from '@/lib/domain/rollup'
import { sql } from './database'

/** One minute of one target as one probe measured it; round trips in microseconds, -1 when nothing answered. */
export type HourMinute = {
  at: Date
  probeId: number
  sent: number
  lost: number
  rttMinUs: number
  rttMedianUs: number
  rttMaxUs: number
}
type HourRow = {
  probeId: number
  hourAt: Date
  sent: (number | null)[]
  lost: (number | null)[]
  rttMinUs: (number | null)[]
  rttMedianUs: (number | null)[]
  rttMaxUs: (number | null)[]
}

/** A target's minutes in [from, to) as rolled up, oldest first; minutes in which nobody measured are absent. */
export async function listHours(targetId: number, { from, to }: { from: Date; to: Date }): Promise<HourMinute[]> {
  // As JSON: the driver reads a null within an array of numbers as NaN.
  const rows = await sql<HourRow[]>`
    select probe_id as "probeId", hour_at as "hourAt", to_jsonb(sent) as sent, to_jsonb(lost) as lost,
      to_jsonb(rtt_min_us) as "rttMinUs", to_jsonb(rtt_median_us) as "rttMedianUs", to_jsonb(rtt_max_us) as "rttMaxUs"
    from hours
    where target_id = ${targetId} and hour_at > ${new Date(from.getTime() - 3_600_000)} and hour_at < ${to}
    order by hour_at, probe_id`
  return rows
    .flatMap(minutesOf)
    .filter((minute) => minute.at >= from && minute.at < to)
    .sort((a, b) => a.at.getTime() - b.at.getTime())
}

function minutesOf(row: HourRow): HourMinute[] {
  return row.sent.flatMap((sent, minute) =>
    sent === null
      ? []
      : {
          at: new Date(row.hourAt.getTime() + minute * 60_000),
          probeId: row.probeId,
          sent,
          lost: row.lost[minute] ?? 0,
          rttMinUs: row.rttMinUs[minute] ?? -1,
          rttMedianUs: row.rttMedianUs[minute] ?? -1,
          rttMaxUs: row.rttMaxUs[minute] ?? -1,
        },
  )
}

/** Ended hours of which frames are not, or no longer all, in `hours`; the oldest first. */
export async function listHoursToRollUp(now: Date, limit: number) {
  return sql<{ hourAt: Date; probeId: number; frames: number }[]>`
    select f.hour_at as "hourAt", f.probe_id as "probeId", f.frames from (
      select date_trunc('hour', minute_at, 'UTC') as hour_at, probe_id, count(*)::int as frames from frames
      where minute_at < date_trunc('hour', ${new Date(now.getTime() - 120_000)}::timestamptz, 'UTC')
      group by 1, 2) f
    left join rollups r on r.hour_at = f.hour_at and r.probe_id = f.probe_id
    where r.frames is null or r.frames < f.frames
    order by 1, 2 limit ${limit}`
}

/** The frames of an hour, in order, a few at a time. */
export function readFrames(hourAt: Date, probeId: number) {
  return sql<{ minuteAt: Date; columns: Buffer }[]>`
    select minute_at as "minuteAt", columns from frames
    where probe_id = ${probeId} and minute_at >= ${hourAt} and minute_at < ${new Date(hourAt.getTime() + 3_600_000)}
    order by minute_at`.cursor(6)
}

/** Writes rows of an hour, replacing what stands there, and returns what the database then holds of them: counts to verify by. */
export async function saveHours(
  hourAt: Date,
  probeId: number,
  columns: HourColumns,
  on: Sql = sql,
): Promise<{ targets: number; sent: number; lost: number }> {
  const [stored] = await on<{ targets: number; sent: number; lost: number }[]>`
    with written as (
      insert into hours (target_id, probe_id, hour_at, sent, lost, rtt_min_us, rtt_median_us, rtt_max_us)
      select target_id, ${probeId}, ${hourAt}, sent::smallint[], lost::smallint[], least::int[], median::int[], most::int[]
      from unnest(${columns.targetIds}::int[], ${columns.sent}::text[], ${columns.lost}::text[], ${columns.rttMinUs}::text[],
        ${columns.rttMedianUs}::text[], ${columns.rttMaxUs}::text[]) as c(target_id, sent, lost, least, median, most)
      on conflict (target_id, hour_at, probe_id) do update set sent = excluded.sent, lost = excluded.lost,
        rtt_min_us = excluded.rtt_min_us, rtt_median_us = excluded.rtt_median_us, rtt_max_us = excluded.rtt_max_us
      returning sent, lost
    )
    select count(*)::int as targets,
      coalesce(sum((select sum(x) from unnest(sent) x)), 0)::float8 as sent,
      coalesce(sum((select sum(x) from unnest(lost) x)), 0)::float8 as lost
    from written`
  if (!stored) throw new Error('Cannot verify an hour: the insert counted nothing')
  return stored
}

/** Records that an hour of a probe stands verified: from now on its frames may be dropped. */
export async function markRolledUp(hourAt: Date, probeId: number, frames: number, targetCount: number): Promise<void> {
  await sql`
    insert into rollups (hour_at, probe_id, frames, target_count) values (${hourAt}, ${probeId}, ${frames}, ${targetCount})
    on conflict (hour_at, probe_id) do update set frames = excluded.frames, target_count = excluded.target_count,
      verified_at = now()`
}
