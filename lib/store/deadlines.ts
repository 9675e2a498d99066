import type { JSONValue, TransactionSql } from 'postgres'
import type { Gap, JobChange, JobPhase, JobState, Signal } from '@/lib/domain/job-state'
import type { Intake } from '@/lib/domain/judging-time'
import type { Schedule } from '@/lib/domain/schedule'
import { passMissedPeriods } from './blackouts'
import { sql, transaction } from './database'
import { type JobStep, takeJobSteps } from './job-outages'
import { scheduleOf } from './jobs'
import { numberArray, textArray } from './text-array'

/** A job whose alarm has rung, held by the transaction that judges it. */
export type DueJob = {
  id: number
  schedule: Schedule
  graceSeconds: number
  permissibleMisses: number
  isPaused: boolean
  state: JobState
}

/** What came of judging one: what of its state is written, what it missed, and what it turned into. */
export type Judged = {
  id: number
  phase: JobPhase
  anchorAt: number | null // epoch ms, as all
  startedAt: number | null
  startedRun: string | null
  misses: number
  alarmAt: number | null
  missed: number[]
  change: JobChange
  evidence: JSONValue
}

const gapsKeptMs = 24 * 3_600_000

/** What the judging time is made of, by the database's clock: epoch ms. */
export async function readIntakes(): Promise<{ now: number; intakes: Intake[]; gaps: Gap[] }> {
  const [row] = await sql<{ now: Date; intakes: Intake[] | null; gaps: Gap[] | null }[]>`
    select now() as now,
      (select jsonb_agg(jsonb_build_object('settledAt', ${epochMs('settled_at')}, 'seenAt', ${epochMs('seen_at')}))
        from intakes where seen_at > now() - interval '1 day') as intakes,
      (select jsonb_agg(jsonb_build_object('beganAt', ${epochMs('began_at')}, 'endedAt', ${epochMs('ended_at')}) order by began_at)
        from intake_gaps where ended_at > now() - ${gapsKeptMs} * interval '1 millisecond') as gaps`
  return { now: row?.now.getTime() ?? 0, intakes: row?.intakes ?? [], gaps: row?.gaps ?? [] }
}

const epochMs = (column: string) => sql`round(date_part('epoch', ${sql(column)}) * 1000)`

type Row = {
  id: number
  scheduleKind: Schedule['kind']
  periodSeconds: number | null
  expression: string | null
  zone: string
  graceSeconds: number
  permissibleMisses: number
  isPaused: boolean
  phase: JobPhase
  anchorAt: number | null
  firstBeatAt: number | null
  lastBeatAt: number | null
  lastSignal: Signal | null
  lastSuccessAt: number | null
  startedAt: number | null
  startedRun: string | null
  misses: number
}

/**
 * Judges up to `limit` jobs whose alarm has rung by `at` and that no other keeper has in hand, and writes what comes of it,
 * in one transaction. `only` singles one out. Returns how many were taken, and what was judged.
 */
export async function judgeDueJobs(
  at: number,
  judge: (job: DueJob) => Judged,
  { limit, only }: { limit: number; only?: number | undefined },
): Promise<{ taken: number; judged: Judged[] }> {
  return transaction(async (tx) => {
    const rows = await tx<Row[]>`
      select s.job_id as id, j.schedule_kind as "scheduleKind", j.period_seconds as "periodSeconds", j.expression, j.zone,
        j.grace_seconds as "graceSeconds", j.permissible_misses as "permissibleMisses",
        t.paused_at is not null as "isPaused", s.phase, ${epochMs('anchor_at')} as "anchorAt",
        ${epochMs('first_beat_at')} as "firstBeatAt", ${epochMs('last_beat_at')} as "lastBeatAt",
        s.last_signal as "lastSignal", ${epochMs('last_success_at')} as "lastSuccessAt",
        ${epochMs('started_at')} as "startedAt", s.started_run as "startedRun", s.misses
      from (
        select * from job_states
        where alarm_at <= ${new Date(at)} and (${only ?? null}::int is null or job_id = ${only ?? null})
        order by alarm_at limit ${limit} for update skip locked
      ) s
      join jobs j on j.id = s.job_id join targets t on t.id = s.job_id`
    const judged = rows.map((row) => judge(asDueJob(row)))
    await writeStates(tx, judged)
    await writeMissed(tx, judged)
    await takeJobSteps(tx, judged.flatMap(asStep))
    return { taken: rows.length, judged }
  })
}

const asDueJob = ({ id, graceSeconds, permissibleMisses, isPaused, ...row }: Row): DueJob => ({
  id,
  schedule: scheduleOf(row),
  graceSeconds,
  permissibleMisses,
  isPaused,
  state: {
    phase: row.phase,
    anchorAt: row.anchorAt,
    firstBeatAt: row.firstBeatAt,
    lastBeatAt: row.lastBeatAt,
    lastSignal: row.lastSignal,
    lastSuccessAt: row.lastSuccessAt,
    startedAt: row.startedAt,
    startedRun: row.startedRun,
    lastDurationMs: null, // neither is asked when silence is judged, nor written
    misses: row.misses,
    beatCount: 0,
  },
})

async function writeStates(tx: TransactionSql, judged: readonly Judged[]): Promise<void> {
  if (judged.length === 0) return
  await tx`
    update job_states s set phase = v.phase, misses = v.misses, anchor_at = to_timestamp(v.anchor_at / 1000),
      started_at = to_timestamp(v.started_at / 1000), started_run = v.started_run,
      alarm_at = to_timestamp(v.alarm_at / 1000)
    from unnest(${numberArray(judged.map((one) => one.id))}::int[], ${textArray(judged.map((one) => one.phase))}::text[],
      ${numberArray(judged.map((one) => one.misses))}::int[], ${numberArray(judged.map((one) => one.anchorAt))}::float8[],
      ${numberArray(judged.map((one) => one.startedAt))}::float8[], ${textArray(judged.map((one) => one.startedRun))}::text[],
      ${numberArray(judged.map((one) => one.alarmAt))}::float8[])
      as v(job_id, phase, misses, anchor_at, started_at, started_run, alarm_at)
    where s.job_id = v.job_id`
}

/** What did not come stands among what did, at the time when it was due. */
async function writeMissed(tx: TransactionSql, judged: readonly Judged[]): Promise<void> {
  const missed = judged.flatMap(({ id, missed: dues }) => dues.map((dueAt) => ({ jobId: id, dueAt })))
  if (missed.length === 0) return
  await tx`
    insert into beats (job_id, at, signal)
    select m.job_id, to_timestamp(m.at / 1000), 'missed'
    from unnest(${numberArray(missed.map((one) => one.jobId))}::int[], ${numberArray(missed.map((one) => one.dueAt))}::float8[])
      as m(job_id, at)`
  await passMissedPeriods(tx, missed)
}

function asStep({ id, change, evidence }: Judged): JobStep[] {
  if (change?.to === 'late') return [{ to: 'late', jobId: id, at: new Date(change.at) }]
  if (change?.to === 'up') return [{ to: 'up', jobId: id, wasDown: false, endedAt: new Date(change.at), evidence }]
  if (change?.to !== 'down') return []
  const { beganAt, isolatedAt } = change
  return [{ to: 'down', jobId: id, beganAt: new Date(beganAt), isolatedAt: new Date(isolatedAt), evidence }]
}

/** Jobs whose alarm has rung, in its order. */
export async function listDueJobs(at: number, limit: number): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select job_id as id from job_states where alarm_at <= ${new Date(at)} order by alarm_at limit ${limit}`
  return rows.map((row) => row.id)
}

/** Looks at a job again at `until`, epoch ms: it cannot be judged now. */
export async function putOffAlarm(jobId: number, until: number): Promise<void> {
  await sql`update job_states set alarm_at = ${new Date(until)} where job_id = ${jobId}`
}
