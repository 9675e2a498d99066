import { createHash } from 'node:crypto'
import postgres, { type JSONValue, type ReservedSql, type TransactionSql } from 'postgres'
import { type BatchChange, type CountedBatch, countBatch, type JobInHand } from '@/lib/domain/beat-batch'
import { type JobPhase, type JobState, longestRunMs, type Signal } from '@/lib/domain/job-state'
import {
  type BatchMark,
  beatParameters,
  type KnownState,
  type NewBeat,
  prepared,
  type RuleOfJob,
  type StoredBatch,
  writeBeats,
} from './beat-rows'
import { jobsChanged } from './job-index'
import { type JobStep, resumeJobs, takeJobSteps } from './job-outages'
import { numberArray, textArray } from './text-array'

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
  version: string
}
type Marked = { last_seq: string }

const ms = (column: string) => `round(date_part('epoch', s.${column}) * 1000) as ${column}`
const lockStates = `
  select s.job_id, s.phase, ${['anchor_at', 'first_beat_at', 'last_beat_at', 'last_success_at', 'started_at'].map(ms).join(', ')},
    s.last_signal, s.started_run, s.last_duration_ms, s.misses, s.beat_count, t.paused_at is not null as paused,
    pg_current_xact_id()::xid as version
  from job_states s join targets t on t.id = s.job_id
  where s.job_id = any($1::int[]) order by s.job_id for update of s`

const write = writeBeats(false)

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
): Promise<StoredBatch & { states: Map<number, KnownState> }> {
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
): Promise<StoredBatch & { states: Map<number, KnownState> }> {
  const jobIds = [...new Set(beats.map((beat) => beat.jobId))].sort((a, b) => a - b)
  const runs = runsOf(beats, ruleOf)
  const finishes = runs.filter(isFinish)
  // Sent at once, in this order. The lock comes before the mark is read: whoever may have stored this batch holds these
  // jobs until it is committed or undone.
  const sent = {
    begin: on.unsafe('begin').execute(),
    rows: on.unsafe<LockedRow[]>(lockStates, [`{${jobIds.join(',')}}`], prepared).execute(),
    fresh: runs.length === 0 ? null : claimRuns(on, runs).execute(),
    starts: finishes.length === 0 ? null : readStarts(on, finishes).execute(),
    marked: seqs ? on<Marked[]>`select last_seq from intakes where spool_id = ${mark.spoolId}`.execute() : null,
  }
  const [rows, fresh, starts, marks] = await Promise.all([sent.rows, sent.fresh, sent.starts, sent.marked, sent.begin])
  const known = knownRuns(runs, fresh && new Set(fresh.map(keyOf)))
  const [marked] = marks ?? []
  const stored = Number(marked?.last_seq ?? 0)
  for (const [i, seq] of seqs?.entries() ?? []) if (seq <= stored) known.add(i)
  const startedAt = new Map(starts?.map((row) => [keyOf({ ...row, signal: 'start' }), row.at.getTime()]))
  const measured = startedAt.size === 0 ? beats : beats.map((beat) => withDuration(beat, startedAt))
  const news = known.size === 0 ? measured : measured.filter((_, i) => !known.has(i))
  const jobs = inHand(rows, ruleOf)
  const batch = countBatch(jobs, news)
  const writing = on.unsafe(write, beatParameters(batch, news, mark).parameters, prepared).execute()
  if (batch.changes.length === 0 && batch.resumed.size === 0 && batch.passed.size === 0) {
    await Promise.all([writing, on.unsafe('commit').execute()])
  } else {
    await writing
    await writeConsequences(asTransaction(on), batch, news)
    await on.unsafe('commit')
  }
  return { ...outcomesOf(beats, known, jobs, batch), states: statesOf(rows, batch) }
}

/** What stands in the rows now; not of paused jobs, of which more must be asked each time. */
function statesOf(rows: readonly LockedRow[], batch: CountedBatch): Map<number, KnownState> {
  const states = new Map<number, KnownState>()
  for (const row of rows) {
    const written = batch.states.get(row.job_id)
    if (written && !row.paused) states.set(row.job_id, { state: written.state, version: row.version })
  }
  return states
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

// ---- run ids ----

type Run = { index: number; jobId: number; run: string; signal: string; at: number }

/** A run may log many times: only the same log again is the same. */
function runsOf(beats: readonly NewBeat[], ruleOf: RuleOfJob): Run[] {
  const runs: Run[] = []
  for (let index = 0; index < beats.length; index++) {
    const beat = beats[index]
    if (!beat?.run || !ruleOf(beat.jobId)) continue // of a job that is gone nothing is stored
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

/** Keeps what is new of them, and answers with that. No async function: the query has to be sent in its turn. */
const claimRuns = (on: ReservedSql, runs: readonly Run[]) => on<{ jobId: number; run: string; signal: string }[]>`
    insert into beat_runs (job_id, run, signal, at)
    select r.job_id, r.run, r.signal, to_timestamp(r.at / 1000)
    from unnest(${numberArray(runs.map((run) => run.jobId))}::int[], ${textArray(runs.map((run) => run.run))}::text[],
      ${textArray(runs.map((run) => run.signal))}::text[], ${numberArray(runs.map((run) => run.at))}::float8[])
      as r(job_id, run, signal, at)
    join job_states s on s.job_id = r.job_id
    on conflict do nothing returning job_id as "jobId", run, signal`

const isFinish = ({ signal }: { signal: string }) => signal === 'success' || signal === 'fail'

/** When each of these runs was started, epoch ms: several of a job may go on at once, and each is measured by itself. */
const readStarts = (on: ReservedSql, runs: readonly Run[]) => on<{ jobId: number; run: string; at: Date }[]>`
    select b.job_id as "jobId", b.run, b.at
    from unnest(${numberArray(runs.map((run) => run.jobId))}::int[], ${textArray(runs.map((run) => run.run))}::text[])
      as r(job_id, run)
    join beat_runs b on b.job_id = r.job_id and b.run = r.run and b.signal = 'start'`

function withDuration(beat: NewBeat, starts: ReadonlyMap<string, number>): NewBeat {
  if (beat.run === null || beat.durationMs !== null || !isFinish(beat)) return beat
  const startedAt = starts.get(keyOf({ jobId: beat.jobId, run: beat.run, signal: 'start' }))
  const durationMs = startedAt === undefined ? -1 : beat.at - startedAt
  return durationMs >= 0 && durationMs <= longestRunMs ? { ...beat, durationMs } : beat
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
  return { outcomes, counted }
}
