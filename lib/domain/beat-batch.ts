import {
  applyBeat,
  type Beat,
  expectAnew,
  expectedPassed,
  type JobChange,
  type JobPhase,
  type JobRule,
  type JobState,
  paused as whilePaused,
} from './job-state'

/** A job as a batch of beats finds it. */
export type JobInHand = {
  state: JobState
  rule: JobRule
  paused: boolean
  stickyPause: boolean // a check-in does not end the pause
  countsPeriods: boolean // a blackout over its next periods is counted down
}

export type BeatOfJob = Beat & { jobId: number }

/** What a beat came to; null: its job is gone. */
export type CountedBeat = { durationMs: number | null; timing: 'on_time' | 'late' | null } | null

/** A job's change of state by the beat at `index` of the batch. */
export type BatchChange = { jobId: number; index: number; from: JobPhase; change: NonNullable<JobChange> }

export type CountedBatch = {
  counted: CountedBeat[] // in the order of the beats
  /** Jobs with what they are after the batch; alarmAt null: no nearer alarm. */
  states: Map<number, { state: JobState; alarmAt: number | null }>
  changes: BatchChange[] // in the order of the beats
  resumed: Map<number, number> // jobs whose pause a beat ended: job id -> when
  passed: Map<number, number> // expected beats that passed: job id -> how many
}

/** Counts beats in their order, each on what the one before left of its job. Source: rules, "Heartbeats". */
export function countBatch(jobs: ReadonlyMap<number, JobInHand>, beats: readonly BeatOfJob[]): CountedBatch {
  const batch: CountedBatch = { counted: [], states: new Map(), changes: [], resumed: new Map(), passed: new Map() }
  for (let index = 0; index < beats.length; index++) {
    const beat = beats[index]
    const job = beat && jobs.get(beat.jobId)
    if (!beat || !job) {
      batch.counted.push(null)
      continue
    }
    const earlier = batch.states.get(beat.jobId)
    const before = earlier?.state ?? job.state
    const isPaused = job.paused && !batch.resumed.has(beat.jobId)
    if (isPaused && (job.stickyPause || beat.signal === 'log')) {
      const { state, durationMs } = applyBeat(before, beat, job.rule)
      batch.states.set(beat.jobId, { state: whilePaused(state), alarmAt: null })
      batch.counted.push({ durationMs, timing: beat.signal === 'success' ? 'on_time' : null })
      continue
    }
    if (isPaused) batch.resumed.set(beat.jobId, beat.at)
    const awake = isPaused ? expectAnew(before, beat.at) : before
    if (job.countsPeriods && (beat.signal === 'success' || beat.signal === 'fail')) {
      const passed = expectedPassed(awake, job.rule, beat.at)
      if (passed > 0) batch.passed.set(beat.jobId, (batch.passed.get(beat.jobId) ?? 0) + passed)
    }
    const { state, change, durationMs, timing, alarmAt } = applyBeat(awake, beat, job.rule)
    batch.states.set(beat.jobId, { state, alarmAt: nearer(earlier?.alarmAt ?? null, alarmAt) })
    batch.counted.push({ durationMs, timing })
    if (change) batch.changes.push({ jobId: beat.jobId, index, from: awake.phase, change })
  }
  return batch
}

function nearer(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}
