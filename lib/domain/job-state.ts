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
  anchorAt: number | null // due times count from here
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
  /** An instant before which the keeper need not look, when the beat brought it nearer than `anchor` alone would. */
  alarmAt: number | null
}

/** Longer than this between start and finish, and the two are not one run. As Healthchecks has it. */
const longestRunMs = 72 * 3_600_000

/**
 * Counts one beat. A success brings a dark job back, a fail takes it down at once, a start sets the clock of its run, a log
 * changes nothing but when it was last heard of. Source: rules, "Heartbeats: a job that goes quiet".
 */
export function applyBeat(before: JobState, beat: Beat, rule: JobRule): Counted {
  const state: JobState = {
    ...before,
    firstBeatAt: before.firstBeatAt ?? beat.at,
    lastBeatAt: Math.max(before.lastBeatAt ?? beat.at, beat.at),
    lastSignal: beat.signal,
    beatCount: before.beatCount + 1,
  }
  const nothing = { change: null, durationMs: beat.durationMs, timing: null }
  // A beat that lay in a web's spool while newer ones were stored: it counts, but no longer says how the job is now.
  const stale = before.lastBeatAt !== null && beat.at < before.lastBeatAt
  if (stale) state.lastSignal = before.lastSignal
  if (beat.signal === 'log' || (stale && beat.signal !== 'success')) return { ...nothing, state, alarmAt: null }
  if (beat.signal === 'start') {
    state.startedAt = beat.at
    state.startedRun = beat.run
    if (state.phase === 'new') state.phase = 'up'
    const change = before.phase === 'new' ? ({ to: 'up', at: beat.at } as const) : null
    return { ...nothing, state, change, alarmAt: beat.at + rule.graceMs }
  }
  const durationMs = finish(state, beat)
  if (beat.signal === 'fail') {
    const change = before.phase === 'down' ? null : down('failed', beat.at, beat.at)
    state.phase = 'down'
    return { state, change, durationMs, timing: null, alarmAt: null }
  }
  const due = dueOf(before, rule)
  if (stale && before.lastSignal === 'fail')
    return { state, change: null, durationMs, timing: 'on_time', alarmAt: null }
  state.phase = 'up'
  state.misses = 0
  state.lastSuccessAt = Math.max(before.lastSuccessAt ?? beat.at, beat.at)
  state.anchorAt = Math.max(before.anchorAt ?? beat.at, beat.at)
  const change = before.phase === 'up' ? null : ({ to: 'up', at: beat.at } as const)
  const timing = due !== null && beat.at > due + rule.graceMs ? 'late' : 'on_time'
  return { state, change, durationMs, timing, alarmAt: nextAlarm(state, rule) }
}

const down = (reason: 'missed' | 'failed' | 'ran_too_long', beganAt: number, isolatedAt: number) =>
  ({ to: 'down', reason, beganAt, isolatedAt }) as const

/** Ends the run that this beat belongs to; its duration in ms, as the job says it or from the start. */
function finish(state: JobState, beat: Beat): number | null {
  const ours = state.startedAt !== null && (beat.run === null || beat.run === state.startedRun)
  const measured = ours && state.startedAt !== null ? beat.at - state.startedAt : null
  if (ours) {
    state.startedAt = null
    state.startedRun = null
  }
  const plausible = measured !== null && measured >= 0 && measured <= longestRunMs ? measured : null
  const durationMs = beat.durationMs ?? plausible
  if (durationMs !== null) state.lastDurationMs = durationMs
  return durationMs
}

/** When the next beat is expected, the misses counted so far apart; null when none is. */
export function dueOf(state: Pick<JobState, 'anchorAt'>, rule: JobRule): number | null {
  return state.anchorAt === null ? null : rule.schedule.next(state.anchorAt)
}

/** The first instant at which something may be wrong if nothing more is heard; null: never. */
export function nextAlarm(state: JobState, rule: JobRule): number | null {
  let due = state.misses < missesAtMost ? state.anchorAt : null
  for (let i = 0; i <= state.misses && due !== null; i++) due = rule.schedule.next(due)
  const missed = due === null ? null : due + rule.graceMs
  const run = state.startedAt === null || state.phase === 'down' ? null : state.startedAt + rule.graceMs
  if (missed === null || run === null) return missed ?? run
  return Math.min(missed, run)
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

/** How many expected beats pass with a success at `at`: what a blackout over the next N periods counts down by. */
export function expectedPassed(before: JobState, rule: JobRule, at: number): number {
  let passed = 0
  for (let due = dueOf(before, rule); due !== null && due <= at && passed < missesAtMost; due = rule.schedule.next(due))
    passed++
  const alreadyMissed = Math.min(before.misses, passed)
  const due = dueOf(before, rule)
  // Early by less than half a period, it is the beat that was expected; earlier, it is one more.
  const early =
    due !== null && before.anchorAt !== null && at < due && at - before.anchorAt >= (due - before.anchorAt) / 2
  return passed - alreadyMissed + (early ? 1 : 0)
}

/** Paused: nothing is expected, nothing runs, and what was dark is no longer said to be. */
export const paused = (state: JobState): JobState => ({
  ...state,
  phase: state.firstBeatAt === null ? 'new' : 'up',
  startedAt: null,
  startedRun: null,
  misses: 0,
})

/** What is expected after a pause or under a changed rule is counted from now; a job that is dark stays so until it answers. */
export function expectAnew(state: JobState, now: number): JobState {
  if (state.firstBeatAt === null) return { ...state, phase: 'new', misses: 0 }
  const anchorAt = state.anchorAt === null ? null : Math.max(state.anchorAt, now)
  return { ...state, anchorAt, misses: 0, phase: state.phase === 'late' ? 'up' : state.phase }
}
