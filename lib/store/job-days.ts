import type { Sql, TransactionSql } from 'postgres'
import { dayOf, startOfDay } from '@/lib/domain/job-day'
import { sql } from './database'
import { readSetting, writeSetting } from './settings'

const dayMs = 86_400_000
const jobsAtOnce = 2000
const doneName = 'job_days_until'

/**
 * Sums up a UTC day of jobs with ids from `from` up to and without `to`: how many beats came, in time, late, failed, how
 * many did not, and how long runs took. Doing it again writes the same. Beats that are no more take nothing away.
 */
export async function sumUpDay(day: string, from: number, to: number, on: Sql | TransactionSql = sql): Promise<number> {
  const start = startOfDay(day)
  const written = await on`
    insert into job_days as d (job_id, day, count, on_time, late, missed, failed, duration_median_ms, duration_p95_ms)
    select j.id, ${day}::date, s.beats - s.missed, s.on_time, s.late, s.missed, s.failed, s.median, s.p95
    from jobs j cross join lateral (
      select count(*) as beats, count(*) filter (where b.timing = 'on_time') as on_time,
        count(*) filter (where b.timing = 'late') as late, count(*) filter (where b.signal = 'missed') as missed,
        count(*) filter (where b.signal = 'fail') as failed,
        round(percentile_cont(0.5) within group (order by b.duration_ms)) as median,
        round(percentile_cont(0.95) within group (order by b.duration_ms)) as p95
      from beats b
      where b.job_id = j.id and b.at >= ${new Date(start)} and b.at < ${new Date(start + dayMs)}) s
    where j.id >= ${from} and j.id < ${to} and s.beats > 0
    on conflict (job_id, day) do update set count = excluded.count, on_time = excluded.on_time, late = excluded.late,
      missed = excluded.missed, failed = excluded.failed, duration_median_ms = excluded.duration_median_ms,
      duration_p95_ms = excluded.duration_p95_ms
    where d.count + d.missed <= excluded.count + excluded.missed`
  return written.count
}

/** Sums up a day of all jobs, some at a time. */
export async function sumUpWholeDay(day: string, signal: AbortSignal): Promise<number> {
  const [most] = await sql<{ id: number | null }[]>`select max(id) as id from jobs`
  let written = 0
  for (let from = 1; from <= (most?.id ?? 0) && !signal.aborted; from += jobsAtOnce)
    written += await sumUpDay(day, from, from + jobsAtOnce)
  return written
}

/** What was missed on days that are summed up already: a beat is only missed when its grace is over. */
export async function sumUpMissed(missed: readonly { jobId: number; dueAt: number }[], now: number): Promise<void> {
  const today = startOfDay(dayOf(now))
  const old = missed.filter((one) => one.dueAt < today)
  if (old.length === 0) return
  const done = await summedUpUntil()
  const keys = new Set(old.map((one) => `${one.jobId} ${dayOf(one.dueAt)}`))
  for (const key of keys) {
    const [id = '', day = ''] = key.split(' ')
    if (done !== null && day <= done) await sumUpDay(day, Number(id), Number(id) + 1)
  }
}

/** The last UTC day that is summed up; null: none yet. */
export async function summedUpUntil(): Promise<string | null> {
  const done = await readSetting(doneName)
  return typeof done === 'string' ? done : null
}

export async function markSummedUp(day: string): Promise<void> {
  await writeSetting(doneName, day)
}

/** The UTC day of the first beat of all jobs; null: none was ever heard of. */
export async function firstBeatDay(): Promise<string | null> {
  const [row] = await sql<{ at: Date | null }[]>`select min(first_beat_at) as at from job_states`
  return row?.at ? dayOf(row.at.getTime()) : null
}
