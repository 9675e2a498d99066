import type { CountedBatch } from '@/lib/domain/beat-batch'
import type { JobRule, JobState, Signal } from '@/lib/domain/job-state'
import { booleanArray, byteaArray, numberArray, textArray } from './text-array'

/** A beat on its way to the database. Instants are epoch ms; texts may be of any length and content. */
export type NewBeat = {
  jobId: number
  at: number
  signal: Signal
  exitStatus: number | null
  durationMs: number | null // as the job says
  run: string | null
  message: string | null
  body: Buffer | null
  bodyCut: boolean
  address: string | null
  agent: string | null
  method: string | null
}

/** What the intake knows of a job from its index; null: no such job. */
export type RuleOfJob = (jobId: number) => { rule: JobRule; stickyPause: boolean; countsPeriods: boolean } | null

/**
 * Under which number of which spool a batch is stored: committed with it, so that it is never stored twice. `after`: only
 * when the batch of that number was committed last.
 */
export type BatchMark = { spoolId: string; seq: number; settledAt: number; after?: number | null }

export type StoredBatch = {
  /** By place in the batch: stored, already known by its run id, its job is gone, or (plain beats) changed by another. */
  outcomes: ('stored' | 'known' | 'gone' | 'changed')[]
  counted: CountedBatch['counted'] // by place; null: not stored
}

/** A job's state as it was last written by us, and the version of its row: null says nothing of a row that has another. */
export type KnownState = { state: JobState; version: string }

const instant = (name: string) => `to_timestamp(v.${name} / 1000)`

/** True unless the batch sent before this one ($31) is not there: a number committed says that all before it are. */
const follows = (guarded: boolean) =>
  guarded
    ? 'and ($31::int8 is null or exists (select from intakes i where i.spool_id = $28::uuid and i.last_seq = $31))'
    : ''

/**
 * Half a batch is none: its number may not be committed while beats of it are not, so the statement fails, in words for the
 * server's log. None at all is no failure: then the number is not committed, either.
 */
const whole = (guarded: boolean) =>
  guarded
    ? `and (select case count(*) when 0 then 'no' when cardinality($1::int[]) then 'yes' else
        'a job of these beats was changed meanwhile: none is stored, they are counted anew (' || count(*) || ')' end
        from changed)::boolean`
    : ''

/**
 * Writes states, beats and the mark in one statement, as `beatParameters` gives them. With versions ($30) only jobs whose
 * row is still of that version are touched; answers with the ids of the jobs that were.
 */
export const writeBeats = (guarded: boolean) => `
  with v as (
    select * from unnest($1::int[], $2::text[], $3::float8[], $4::float8[], $5::float8[], $6::text[], $7::float8[],
      $8::float8[], $9::text[], $10::int8[], $11::int[], $12::int8[], $13::float8[]${guarded ? ', $30::xid[]' : ''})
      as v(job_id, phase, anchor_at, first_beat_at, last_beat_at, last_signal, last_success_at, started_at, started_run,
        last_duration_ms, misses, beat_count, alarm_at${guarded ? ', version' : ''})
  ), changed as (
    update job_states s set phase = v.phase, anchor_at = ${instant('anchor_at')},
      first_beat_at = ${instant('first_beat_at')}, last_beat_at = ${instant('last_beat_at')},
      last_signal = v.last_signal, last_success_at = ${instant('last_success_at')},
      started_at = ${instant('started_at')}, started_run = v.started_run, last_duration_ms = v.last_duration_ms,
      misses = v.misses, beat_count = v.beat_count, alarm_at = least(s.alarm_at, ${instant('alarm_at')})
    from v where s.job_id = v.job_id${guarded ? ' and s.xmin = v.version' : ''} ${follows(guarded)}
    returning s.job_id, s.xmin as version
  ), marked as (
    update intakes set last_seq = greatest(last_seq, $26::int8), settled_at = to_timestamp($27::float8 / 1000), seen_at = now()
    where spool_id = $28::uuid ${guarded ? 'and ($31::int8 is null or last_seq = $31)' : ''} ${whole(guarded)}
  ), kept as (
    insert into beats
      (job_id, at, signal, timing, exit_status, duration_ms, run, message, body, body_cut, address, agent, method)
    select b.job_id, to_timestamp(b.at / 1000), b.signal, b.timing, b.exit_status, b.duration_ms, b.run, b.message, b.body,
      b.body_cut, b.address, b.agent, b.method
    from unnest($14::int[], $15::float8[], $16::text[], $17::text[], $18::int2[], $19::int8[], $20::text[], $21::text[],
      $22::bytea[], $23::bool[], $24::text[], $25::text[], $29::text[])
      as b(job_id, at, signal, timing, exit_status, duration_ms, run, message, body, body_cut, address, agent, method)
    ${guarded ? 'join changed c on c.job_id = b.job_id' : ''}
  )
  select job_id, version from changed`

/** Statements of batches are many and the same: each is prepared once a connection. */
export const prepared = { prepare: true }

/** The parameters of `writeBeats`, jobs in the order of their ids: two webs never wait for each other in a circle. */
export function beatParameters(batch: CountedBatch, beats: readonly NewBeat[], mark: BatchMark) {
  const ids = [...batch.states.keys()].sort((a, b) => a - b)
  const state = stateColumns()
  for (const id of ids) {
    const written = batch.states.get(id)
    if (written) addState(state, written.state, written.alarmAt)
  }
  const beat = beatColumns()
  for (let i = 0; i < beats.length; i++) {
    const one = beats[i]
    const counted = batch.counted[i]
    if (one && counted) addBeat(beat, one, counted)
  }
  return {
    ids,
    parameters: [
      numberArray(ids),
      textArray(state.phase),
      numberArray(state.anchorAt),
      numberArray(state.firstBeatAt),
      numberArray(state.lastBeatAt),
      textArray(state.lastSignal),
      numberArray(state.lastSuccessAt),
      numberArray(state.startedAt),
      textArray(state.startedRun),
      numberArray(state.lastDurationMs),
      numberArray(state.misses),
      numberArray(state.beatCount),
      numberArray(state.alarmAt),
      numberArray(beat.jobId),
      numberArray(beat.at),
      textArray(beat.signal),
      textArray(beat.timing),
      numberArray(beat.exitStatus),
      numberArray(beat.durationMs),
      textArray(beat.run),
      textArray(beat.message),
      byteaArray(beat.body),
      booleanArray(beat.bodyCut),
      textArray(beat.address),
      textArray(beat.agent),
      mark.seq,
      mark.settledAt,
      mark.spoolId,
      textArray(beat.method),
    ],
  }
}

type Column<T> = (T | null)[]
const stateColumns = () => ({
  phase: [] as Column<string>,
  anchorAt: [] as Column<number>,
  firstBeatAt: [] as Column<number>,
  lastBeatAt: [] as Column<number>,
  lastSignal: [] as Column<string>,
  lastSuccessAt: [] as Column<number>,
  startedAt: [] as Column<number>,
  startedRun: [] as Column<string>,
  lastDurationMs: [] as Column<number>,
  misses: [] as Column<number>,
  beatCount: [] as Column<number>,
  alarmAt: [] as Column<number>,
})

function addState(to: ReturnType<typeof stateColumns>, state: JobState, alarmAt: number | null): void {
  to.phase.push(state.phase)
  to.anchorAt.push(state.anchorAt)
  to.firstBeatAt.push(state.firstBeatAt)
  to.lastBeatAt.push(state.lastBeatAt)
  to.lastSignal.push(state.lastSignal)
  to.lastSuccessAt.push(state.lastSuccessAt)
  to.startedAt.push(state.startedAt)
  to.startedRun.push(state.startedRun)
  to.lastDurationMs.push(state.lastDurationMs)
  to.misses.push(state.misses)
  to.beatCount.push(state.beatCount)
  to.alarmAt.push(alarmAt)
}

const beatColumns = () => ({
  jobId: [] as Column<number>,
  at: [] as Column<number>,
  signal: [] as Column<string>,
  timing: [] as Column<string>,
  exitStatus: [] as Column<number>,
  durationMs: [] as Column<number>,
  run: [] as Column<string>,
  message: [] as Column<string>,
  body: [] as Column<Buffer>,
  bodyCut: [] as boolean[],
  address: [] as Column<string>,
  agent: [] as Column<string>,
  method: [] as Column<string>,
})

type Counted = NonNullable<CountedBatch['counted'][number]>

function addBeat(to: ReturnType<typeof beatColumns>, beat: NewBeat, counted: Counted): void {
  to.jobId.push(beat.jobId)
  to.at.push(beat.at)
  to.signal.push(beat.signal)
  to.timing.push(counted.timing)
  to.exitStatus.push(beat.exitStatus)
  to.durationMs.push(counted.durationMs)
  to.run.push(beat.run)
  to.message.push(beat.message)
  to.body.push(beat.body)
  to.bodyCut.push(beat.bodyCut)
  to.address.push(beat.address)
  to.agent.push(beat.agent)
  to.method.push(beat.method)
}
