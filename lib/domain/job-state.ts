import type { CompiledSchedule } from './schedule'

/** What a job can say. An exit status is a success (0) or a fail (any other). */
export const signals = ['success', 'start', 'fail', 'log'] as const
export type Signal = (typeof signals)[number]

/** Where a job stands by its beats alone; paused lies above it, running (started, not finished) beside it. */
export type JobPhase = 'new' | 'up' | 'late' | 'down'

/** What of a job decides, compiled. graceMs and permissibleMisses as in rules, "Heartbeats". */
export type JobRule = { schedule: CompiledSchedule; graceMs: number; permissibleMisses: number }

/** What a job's beats have said so far. Instants are epoch ms. */
export type JobState = {
  phase: JobPhase
  anchorAt: number | null // due times count from here: the last success or fail, or the end of a pause
  firstBeatAt: number | null
  lastBeatAt: number | null
  lastSignal: Signal | null
  lastSuccessAt: number | null
  startedAt: number | null
  startedRun: string | null
  lastDurationMs: number | null
  misses: number
  beatCount: number
}

export type Beat = {
  at: number // arrival
  signal: Signal
  run: string | null
  exitStatus: number | null
  durationMs: number | null // as the job says
}

/** A job went dark, and by what; or answered again. beganAt: the first expected beat that was missed, or the signal. */
export type JobChange =
  | { to: 'down'; reason: 'missed' | 'failed' | 'ran_too_long'; beganAt: number; isolatedAt: number }
  | { to: 'up'; at: number }
  | { to: 'late'; at: number }
  | null

/** The state of a job that has not been heard of. */
export const silent: JobState = {
  phase: 'new',
  anchorAt: null,
  firstBeatAt: null,
  lastBeatAt: null,
  lastSignal: null,
  lastSuccessAt: null,
  startedAt: null,
  startedRun: null,
  lastDurationMs: null,
  misses: 0,
  beatCount: 0,
}

/** A beat as it counts: its duration, whether a success came in time, and how many expected beats passed with it. */
export type Counted = {
  state: JobState
  change: JobChange
  durationMs: number | null
  timing: 'on_time' | 'late' | null
  /** The instant before which the keeper need not look; null: the beat brings none nearer. */
  alarmAt: number | null
}

/** Longer than this between start and finish, and the two are not one run. As Healthchecks has it. */
export const longestRunMs = 72 * 3_600_000

/**
 * Counts one beat. A success brings a dark job back, a fail takes it down at once, a start sets the clock of its run, a log
 * changes nothing but when it was last heard of. What was overtaken by a newer success or fail, as it lay in a web's spool,
 * is counted and decides nothing. Source: rules, "Heartbeats: a job that goes quiet".
 */
export function applyBeat(before: JobState, beat: Beat, rule: JobRule): Counted {
  const newest = before.lastBeatAt === null || beat.at >= before.lastBeatAt
  const state: JobState = {
    ...before,
    firstBeatAt: Math.min(before.firstBeatAt ?? beat.at, beat.at),
    lastBeatAt: Math.max(before.lastBeatAt ?? beat.at, beat.at),
    lastSignal: newest ? beat.signal : before.lastSignal,
    beatCount: before.beatCount + 1,
  }
  const said = { state, change: null, durationMs: beat.durationMs, timing: null, alarmAt: null }
  const overtaken = before.anchorAt !== null && beat.at < before.anchorAt
  if (beat.signal === 'log') return said
  if (beat.signal === 'start') {
    if (overtaken || beat.at < (before.startedAt ?? beat.at)) return said
    state.startedAt = beat.at
    state.startedRun = beat.run
    if (before.phase === 'new') state.phase = 'up'
    const change = before.phase === 'new' ? ({ to: 'up', at: beat.at } as const) : null
    return { ...said, change, alarmAt: nextAlarm(state, rule) }
  }
  const durationMs = finish(state, beat, rule)
  if (beat.signal === 'success') state.lastSuccessAt = Math.max(before.lastSuccessAt ?? beat.at, beat.at)
  if (overtaken) return { ...said, durationMs, timing: beat.signal === 'success' ? 'on_time' : null }
  if (durationMs !== null) state.lastDurationMs = durationMs
  state.anchorAt = beat.at
  state.misses = 0
  state.phase = beat.signal === 'fail' ? 'down' : 'up'
  const timing = beat.signal === 'success' ? timingOf(before, rule, beat.at) : null
  return { state, change: changeBy(before.phase, beat), durationMs, timing, alarmAt: nextAlarm(state, rule) }
}

function changeBy(phase: JobPhase, { signal, at }: Beat): JobChange {
  if (signal === 'fail') return phase === 'down' ? null : down('failed', at, at)
  return phase === 'up' ? null : { to: 'up', at }
}

const down = (reason: 'missed' | 'failed' | 'ran_too_long', beganAt: number, isolatedAt: number) =>
  ({ to: 'down', reason, beganAt, isolatedAt }) as const

/** Ends the run that this beat belongs to; its duration in ms, as the job says it or from the start. */
function finish(state: JobState, beat: Beat, rule: JobRule): number | null {
  const { startedAt } = state
  if (startedAt === null || beat.at < startedAt) return beat.durationMs
  const ours = beat.run === null || beat.run === state.startedRun
  // Another run that has outlasted its grace was called so once: it is not called so again.
  if (!ours && startedAt + rule.graceMs >= beat.at) return beat.durationMs
  state.startedAt = null
  state.startedRun = null
  const measured = beat.at - startedAt
  return beat.durationMs ?? (ours && measured <= longestRunMs ? measured : null)
}

/** Late: after the grace of the latest expected beat that was due. */
function timingOf(before: JobState, rule: JobRule, at: number): 'on_time' | 'late' {
  let due = dueOf(before, rule)
  for (let i = 0; i < missesAtMost && due !== null && due + rule.graceMs < at; i++) {
    const next = rule.schedule.next(due)
    if (next === null || next > at) return 'late'
    due = next
  }
  return due !== null && due + rule.graceMs < at ? 'late' : 'on_time'
}

/** When the next beat is expected, the misses counted so far apart; null when none is. */
export function dueOf(state: Pick<JobState, 'anchorAt'>, rule: JobRule): number | null {
  return state.anchorAt === null ? null : rule.schedule.next(state.anchorAt)
}

/** The first instant at which something may be wrong if nothing more is heard; null: never. */
export function nextAlarm(state: JobState, rule: JobRule): number | null {
  const due = nextDue(state, rule)
  const missed = due === null ? null : due + rule.graceMs
  const run = state.startedAt === null || state.phase === 'down' ? null : state.startedAt + rule.graceMs
  if (missed === null || run === null) return missed ?? run
  return Math.min(missed, run)
}

/** When the beat after those counted as missed is expected; null when nobody counts any more. */
function nextDue(state: JobState, rule: JobRule): number | null {
  let due = state.misses < missesAtMost ? state.anchorAt : null
  for (let i = 0; i <= state.misses && due !== null; i++) due = rule.schedule.next(due)
  return due
}

export type Judgement = {
  state: JobState
  change: JobChange
  /** Due times of the expected beats found missed now, oldest first; at most the last 100 are named. */
  missed: number[]
  missedCount: number
  alarmAt: number | null
}

/** After so many nobody counts on: a job that was forgotten costs nothing more. */
export const missesAtMost = 1000
const namedAtMost = 100

/**
 * What silence means at `now`: late after one missed beat, down after more than the permissible ones or when a run has
 * outlasted its grace. Misses go on being counted while a job is dark. Source: rules, "Heartbeats".
 */
export function judge(before: JobState, rule: JobRule, now: number): Judgement {
  const state = { ...before }
  const missed: number[] = []
  let firstMissed: number | null = null
  let change: JobChange = null
  let due = state.anchorAt
  let downBy: number | null = null
  for (let i = 0; i < missesAtMost && due !== null; i++) {
    due = rule.schedule.next(due)
    if (due === null || due + rule.graceMs > now) break
    firstMissed ??= due
    if (i < before.misses) continue
    state.misses++
    missed.push(due)
    if (state.misses > rule.permissibleMisses) downBy ??= due + rule.graceMs
  }
  const overrun =
    state.startedAt !== null && state.startedAt + rule.graceMs <= now ? state.startedAt + rule.graceMs : null
  if (before.phase !== 'down') {
    if (overrun !== null && (downBy === null || overrun <= downBy)) {
      change = down('ran_too_long', overrun, overrun)
      state.phase = 'down'
    } else if (downBy !== null) {
      change = down('missed', firstMissed ?? downBy, downBy)
      state.phase = 'down'
    } else if (state.misses > 0 && before.phase !== 'late') {
      change = { to: 'late', at: (missed[0] ?? now) + rule.graceMs }
      state.phase = 'late'
    }
  }
  return {
    state,
    change,
    missed: missed.slice(-namedAtMost),
    missedCount: missed.length,
    alarmAt: nextAlarm(state, rule),
  }
}

/**
 * How many expected beats pass with a success or fail at `at`: what a blackout over the next N periods counts down by.
 * Those counted as missed are passed already. Early by less than half the way from the one before, it is the beat that was
 * expected; earlier, it is one more.
 */
export function expectedPassed(before: JobState, rule: JobRule, at: number): number {
  let last = before.anchorAt
  let due = dueOf(before, rule)
  let passed = 0
  for (; due !== null && due <= at && passed < missesAtMost; due = rule.schedule.next(due)) {
    last = due
    passed++
  }
  if (passed > before.misses) return passed - before.misses
  return due !== null && last !== null && at >= last && at - last >= (due - last) / 2 ? 1 : 0
}

/** Paused: nothing is expected, nothing runs, and what was dark is no longer said to be. */
export const paused = (state: JobState): JobState => ({
  ...state,
  phase: state.phase === 'new' ? 'new' : 'up',
  startedAt: null,
  startedRun: null,
  misses: 0,
})

/** What is expected after a pause or under a changed rule is counted from now; a job that is dark stays so until it answers. */
export function expectAnew(state: JobState, now: number): JobState {
  const anchorAt = state.anchorAt === null ? null : Math.max(state.anchorAt, now)
  return { ...state, anchorAt, misses: 0, phase: state.phase === 'late' ? 'up' : state.phase }
}

/** A time in which no intake could take beats, epoch ms. */
export type Gap = { beganAt: number; endedAt: number }

/** A job that is expected again within this time after a gap is waited for; of others a beat in vain is not thinkable for so long. */
const awaitedMs = 3_600_000

/**
 * A beat that was due while no intake could take it may have been sent in vain: unless the next one is more than an hour
 * off, what is expected is counted from the end of the gap, and a run that may have ended meanwhile is forgotten.
 */
export function excused(state: JobState, rule: JobRule, gap: Gap): JobState {
  const touches = (from: number | null) =>
    from !== null && from < gap.endedAt && from + rule.graceMs >= gap.beganAt && state.phase !== 'down'
  const finished = touches(state.startedAt) ? { ...state, startedAt: null, startedRun: null } : state
  const again = rule.schedule.next(gap.endedAt)
  if (!touches(nextDue(state, rule)) || again === null || again - gap.endedAt > awaitedMs) return finished
  return expectAnew(finished, gap.endedAt)
}
