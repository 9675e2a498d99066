import { createHash } from 'node:crypto'
import postgres, { type JSONValue, type ReservedSql, type TransactionSql } from 'postgres'
import { type BatchChange, type CountedBatch, countBatch, type JobInHand } from '@/lib/domain/beat-batch'
import type { JobPhase, JobRule, JobState, Signal } from '@/lib/domain/job-state'
import { jobsChanged } from './job-index'
import { type JobStep, resumeJobs, takeJobSteps } from './job-outages'
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

/** Under which number of which spool a batch is stored: committed with it, so that it is never stored twice. */
export type BatchMark = { spoolId: string; seq: number; settledAt: number }

export type StoredBatch = {
  /** By place in the batch: stored, already known by its run id, or its job is gone. */
  outcomes: ('stored' | 'known' | 'gone')[]
  counted: CountedBatch['counted'] // by place; null: not stored
  changedJobs: number[]
}

type LockedRow = {
  job_id: number
  phase: JobPhase
  anchor_at: number | null
  first_beat_at: number | null
  last_beat_at: number | null
  last_signal: Signal | null
  last_success_at: number | null
  started_at: number | null
  started_run: string | null
  last_duration_ms: string | null
  misses: number
  beat_count: string
  paused: boolean
}

const ms = (column: string) => `round(date_part('epoch', s.${column}) * 1000) as ${column}`
const lockStates = `
  select s.job_id, s.phase, ${['anchor_at', 'first_beat_at', 'last_beat_at', 'last_success_at', 'started_at'].map(ms).join(', ')},
    s.last_signal, s.started_run, s.last_duration_ms, s.misses, s.beat_count, t.paused_at is not null as paused
  from job_states s join targets t on t.id = s.job_id
  where s.job_id = any($1::int[]) order by s.job_id for update of s`

const instant = (name: string) => `to_timestamp(v.${name} / 1000)`
const write = `
  with v as (
    select * from unnest($1::int[], $2::text[], $3::float8[], $4::float8[], $5::float8[], $6::text[], $7::float8[],
      $8::float8[], $9::text[], $10::int8[], $11::int[], $12::int8[], $13::float8[])
      as v(job_id, phase, anchor_at, first_beat_at, last_beat_at, last_signal, last_success_at, started_at, started_run,
        last_duration_ms, misses, beat_count, alarm_at)
  ), changed as (
    update job_states s set phase = v.phase, anchor_at = ${instant('anchor_at')},
      first_beat_at = ${instant('first_beat_at')}, last_beat_at = ${instant('last_beat_at')},
      last_signal = v.last_signal, last_success_at = ${instant('last_success_at')},
      started_at = ${instant('started_at')}, started_run = v.started_run, last_duration_ms = v.last_duration_ms,
      misses = v.misses, beat_count = v.beat_count, alarm_at = least(s.alarm_at, ${instant('alarm_at')})
    from v where s.job_id = v.job_id
  ), marked as (
    update intakes set last_seq = $26::int8, settled_at = to_timestamp($27::float8 / 1000), seen_at = now()
    where spool_id = $28::uuid
  )
  insert into beats (job_id, at, signal, timing, exit_status, duration_ms, run, message, body, body_cut, address, agent, method)
  select b.job_id, to_timestamp(b.at / 1000), b.signal, b.timing, b.exit_status, b.duration_ms, b.run, b.message, b.body,
    b.body_cut, b.address, b.agent, b.method
  from unnest($14::int[], $15::float8[], $16::text[], $17::text[], $18::int2[], $19::int8[], $20::text[], $21::text[],
    $22::bytea[], $23::bool[], $24::text[], $25::text[], $29::text[])
    as b(job_id, at, signal, timing, exit_status, duration_ms, run, message, body, body_cut, address, agent, method)`
const prepared = { prepare: true }

/**
 * Stores beats of one batch in one transaction on a connection of its own: locks their jobs in the order of their ids,
 * counts the beats in theirs, writes states, beats, changes of state and the mark. `seqs` when it may have been stored
 * before, in whole or in part: the number of each beat; those up to the one committed last are left out. Committed when
 * it resolves; when it throws, that is not known.
 */
export async function storeBatch(
  on: ReservedSql,
  beats: readonly NewBeat[],
  ruleOf: RuleOfJob,
  mark: BatchMark,
  seqs?: readonly number[],
): Promise<StoredBatch> {
  try {
    return await storeInTransaction(on, beats, ruleOf, mark, seqs)
  } catch (error) {
    // Any other error means that the connection is gone: it must not be used again.
    if (error instanceof postgres.PostgresError) void on.unsafe('rollback').catch(() => {})
    throw error
  }
}

async function storeInTransaction(
  on: ReservedSql,
  beats: readonly NewBeat[],
  ruleOf: RuleOfJob,
  mark: BatchMark,
  seqs: readonly number[] | undefined,
): Promise<StoredBatch> {
  const jobIds = [...new Set(beats.map((beat) => beat.jobId))].sort((a, b) => a - b)
  const runs = runsOf(beats)
  // The lock comes first: whoever may have stored this batch holds these jobs until it is committed or undone.
  const [, rows, fresh, [marked]] = await Promise.all([
    on.unsafe('begin'),
    on.unsafe<LockedRow[]>(lockStates, [`{${jobIds.join(',')}}`], prepared),
    runs.length === 0 ? null : claimRuns(on, runs),
    seqs ? on<{ last_seq: string }[]>`select last_seq from intakes where spool_id = ${mark.spoolId}` : [],
  ])
  const known = knownRuns(runs, fresh)
  const stored = Number(marked?.last_seq ?? 0)
  for (const [i, seq] of seqs?.entries() ?? []) if (seq <= stored) known.add(i)
  const news = known.size === 0 ? beats : beats.filter((_, i) => !known.has(i))
  const jobs = inHand(rows, ruleOf)
  const batch = countBatch(jobs, news)
  const writing = on.unsafe(write, parametersOf(batch, news, mark), prepared)
  if (batch.changes.length === 0 && batch.resumed.size === 0 && batch.passed.size === 0) {
    await Promise.all([writing, on.unsafe('commit')])
  } else {
    await writing
    await writeConsequences(asTransaction(on), batch, news)
    await on.unsafe('commit')
  }
  return outcomesOf(beats, known, jobs, batch)
}

/** A reserved connection between begin and commit is a transaction; only its savepoints are missing, which nobody uses here. */
const asTransaction = (on: ReservedSql) => on as unknown as TransactionSql

function inHand(rows: readonly LockedRow[], ruleOf: RuleOfJob): Map<number, JobInHand> {
  const jobs = new Map<number, JobInHand>()
  for (const row of rows) {
    const known = ruleOf(row.job_id)
    if (known) jobs.set(row.job_id, { ...known, paused: row.paused, state: stateOf(row) })
  }
  return jobs
}

const stateOf = (row: LockedRow): JobState => ({
  phase: row.phase,
  anchorAt: row.anchor_at,
  firstBeatAt: row.first_beat_at,
  lastBeatAt: row.last_beat_at,
  lastSignal: row.last_signal,
  lastSuccessAt: row.last_success_at,
  startedAt: row.started_at,
  startedRun: row.started_run,
  lastDurationMs: row.last_duration_ms === null ? null : Number(row.last_duration_ms),
  misses: row.misses,
  beatCount: Number(row.beat_count),
})

function parametersOf(batch: CountedBatch, beats: readonly NewBeat[], mark: BatchMark): (string | number)[] {
  const ids = [...batch.states.keys()]
  const states = [...batch.states.values()]
  const kept: NewBeat[] = []
  const counted: NonNullable<CountedBatch['counted'][number]>[] = []
  for (let i = 0; i < beats.length; i++) {
    const beat = beats[i]
    const one = batch.counted[i]
    if (!beat || !one) continue
    kept.push(beat)
    counted.push(one)
  }
  return [
    numberArray(ids),
    textArray(states.map(({ state }) => state.phase)),
    numberArray(states.map(({ state }) => state.anchorAt)),
    numberArray(states.map(({ state }) => state.firstBeatAt)),
    numberArray(states.map(({ state }) => state.lastBeatAt)),
    textArray(states.map(({ state }) => state.lastSignal)),
    numberArray(states.map(({ state }) => state.lastSuccessAt)),
    numberArray(states.map(({ state }) => state.startedAt)),
    textArray(states.map(({ state }) => state.startedRun)),
    numberArray(states.map(({ state }) => state.lastDurationMs)),
    numberArray(states.map(({ state }) => state.misses)),
    numberArray(states.map(({ state }) => state.beatCount)),
    numberArray(states.map(({ alarmAt }) => alarmAt)),
    numberArray(kept.map((beat) => beat.jobId)),
    numberArray(kept.map((beat) => beat.at)),
    textArray(kept.map((beat) => beat.signal)),
    textArray(counted.map((one) => one.timing)),
    numberArray(kept.map((beat) => beat.exitStatus)),
    numberArray(counted.map((one) => one.durationMs)),
    textArray(kept.map((beat) => beat.run)),
    textArray(kept.map((beat) => beat.message)),
    byteaArray(kept.map((beat) => beat.body)),
    booleanArray(kept.map((beat) => beat.bodyCut)),
    textArray(kept.map((beat) => beat.address)),
    textArray(kept.map((beat) => beat.agent)),
    mark.seq,
    mark.settledAt,
    mark.spoolId,
    textArray(kept.map((beat) => beat.method)),
  ]
}

// ---- run ids ----

type Run = { index: number; jobId: number; run: string; signal: string; at: number }

/** A run may log many times: only the same log again is the same. */
function runsOf(beats: readonly NewBeat[]): Run[] {
  const runs: Run[] = []
  for (let index = 0; index < beats.length; index++) {
    const beat = beats[index]
    if (!beat?.run) continue
    const { jobId, run, at } = beat
    runs.push({ index, jobId, run, signal: beat.signal === 'log' ? `log ${digestOf(beat)}` : beat.signal, at })
  }
  return runs
}

const digestOf = (beat: NewBeat) =>
  createHash('sha1')
    .update(beat.message ?? '')
    .update('\0')
    .update(beat.body ?? '')
    .digest('base64url')

const keyOf = (run: { jobId: number; run: string; signal: string }) => `${run.jobId} ${run.signal} ${run.run}`

async function claimRuns(on: ReservedSql, runs: readonly Run[]): Promise<Set<string>> {
  const rows = await on<{ jobId: number; run: string; signal: string }[]>`
    insert into beat_runs (job_id, run, signal, at)
    select r.job_id, r.run, r.signal, to_timestamp(r.at / 1000)
    from unnest(${numberArray(runs.map((run) => run.jobId))}::int[], ${textArray(runs.map((run) => run.run))}::text[],
      ${textArray(runs.map((run) => run.signal))}::text[], ${numberArray(runs.map((run) => run.at))}::float8[])
      as r(job_id, run, signal, at)
    join job_states s on s.job_id = r.job_id
    on conflict do nothing returning job_id as "jobId", run, signal`
  return new Set(rows.map(keyOf))
}

/** Places of the batch whose run id and signal were known before, or stand earlier in it. */
function knownRuns(runs: readonly Run[], fresh: Set<string> | null): Set<number> {
  const known = new Set<number>()
  for (const run of runs) if (fresh && !fresh.delete(keyOf(run))) known.add(run.index)
  return known
}

// ---- what follows ----

async function writeConsequences(tx: TransactionSql, batch: CountedBatch, beats: readonly NewBeat[]): Promise<void> {
  if (batch.passed.size > 0) await passPeriods(tx, batch.passed)
  await resumeJobs(
    tx,
    [...batch.resumed].map(([jobId, at]) => ({
      jobId,
      status: batch.states.get(jobId)?.state.phase ?? 'up',
      since: new Date(at),
    })),
  )
  await takeJobSteps(
    tx,
    batch.changes.flatMap((change) => {
      const beat = beats[change.index]
      return beat ? asStep(change, evidenceOf(beat)) : []
    }),
  )
}

function asStep({ jobId, from, change }: BatchChange, evidence: JSONValue): JobStep {
  if (change.to === 'late') return { to: 'late', jobId, at: new Date(change.at) }
  if (change.to === 'up') return { to: 'up', jobId, wasDown: from === 'down', endedAt: new Date(change.at), evidence }
  return { to: 'down', jobId, beganAt: new Date(change.beganAt), isolatedAt: new Date(change.isolatedAt), evidence }
}

const longestQuote = 2000

/** The beat itself, as it came. */
function evidenceOf(beat: NewBeat): JSONValue {
  return {
    beat: {
      at: new Date(beat.at).toISOString(),
      signal: beat.signal,
      exit_status: beat.exitStatus,
      run: beat.run,
      message: quoted(beat.message),
      body: quoted(beat.body?.toString('utf8', 0, longestQuote) ?? null),
      address: beat.address,
    },
  }
}

const quoted = (text: string | null) =>
  text?.replaceAll('\0', '').slice(0, longestQuote).replace(loneSurrogate, '\ufffd') ?? null
const loneSurrogate = /\p{Cs}/gu

/** Blackouts over the next periods of these jobs come so many periods nearer to their end. */
async function passPeriods(tx: TransactionSql, passed: ReadonlyMap<number, number>): Promise<void> {
  const ended = await tx<{ targetIds: number[] }[]>`
    update blackouts b set periods_left = greatest(0, b.periods_left - p.passed),
      ended_at = case when b.periods_left <= p.passed then now() end
    from unnest(${[...passed.keys()]}::int[], ${[...passed.values()]}::int[]) as p(job_id, passed)
    where b.kind = 'periods' and b.ended_at is null and b.target_ids @> array[p.job_id] and b.from_at <= now()
    returning case when b.ended_at is null then '{}'::int[] else b.target_ids end as "targetIds"`
  await jobsChanged(
    tx,
    ended.flatMap((row) => row.targetIds),
  )
}

function outcomesOf(
  beats: readonly NewBeat[],
  known: ReadonlySet<number>,
  jobs: ReadonlyMap<number, JobInHand>,
  batch: CountedBatch,
): StoredBatch {
  const counted: StoredBatch['counted'] = []
  let next = 0
  const outcomes = beats.map((beat, i) => {
    const one = known.has(i) ? null : (batch.counted[next++] ?? null)
    counted.push(one)
    if (!jobs.has(beat.jobId)) return 'gone'
    return one ? 'stored' : 'known'
  })
  return { outcomes, counted, changedJobs: batch.changes.map((change) => change.jobId) }
}
