import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BeatOfJob, countBatch, type JobInHand } from '@/lib/domain/beat-batch'
import { applyBeat, type JobState, type Signal, signals, silent } from '@/lib/domain/job-state'

const minute = 60_000
const now = Date.UTC(2026, 10, 21, 8)
const rule = { schedule: { next: (after: number) => after + 10 * minute }, graceMs: minute, permissibleMisses: 0 }
const job = (state: Partial<JobState> = {}, more: Partial<JobInHand> = {}): JobInHand => ({
  state: { ...silent, ...state },
  rule,
  paused: false,
  stickyPause: false,
  countsPeriods: false,
  ...more,
})
const beat = (jobId: number, signal: Signal, at = now, run: string | null = null): BeatOfJob => ({
  jobId,
  at,
  signal,
  run,
  exitStatus: null,
  durationMs: null,
})
const up = {
  phase: 'up',
  firstBeatAt: now - 10 * minute,
  lastBeatAt: now - 10 * minute,
  anchorAt: now - 10 * minute,
} as const

describe('a batch', () => {
  test('is counted in its order: down, up and down again are three changes', () => {
    const batch = countBatch(new Map([[1, job(up)]]), [
      beat(1, 'fail'),
      beat(1, 'success', now + 1),
      beat(1, 'fail', now + 2),
    ])
    expect(batch.changes.map(({ index, from, change }) => [index, from, change.to])).toEqual([
      [0, 'up', 'down'],
      [1, 'down', 'up'],
      [2, 'up', 'down'],
    ])
    expect(batch.states.get(1)?.state.phase).toBe('down')
  })

  test('measures a run that starts and ends within it', () => {
    const batch = countBatch(new Map([[1, job(up)]]), [beat(1, 'start', now, 'a'), beat(1, 'success', now + 1500, 'a')])
    expect(batch.counted.map((one) => one?.durationMs)).toEqual([null, 1500])
    expect(batch.states.get(1)?.alarmAt).toBe(now + minute) // the start's: an alarm is only ever brought nearer
  })

  test('leaves out jobs that are gone, and no others', () => {
    const batch = countBatch(new Map([[2, job(up)]]), [beat(1, 'success'), beat(2, 'success'), beat(1, 'fail')])
    expect(batch.counted.map((one) => one === null)).toEqual([true, false, true])
    expect([...batch.states.keys()]).toEqual([2])
  })

  test('ends the pause of a job with its first check-in, but not with a log', () => {
    const paused = job({ ...up, anchorAt: now - 50 * minute }, { paused: true })
    expect(countBatch(new Map([[1, paused]]), [beat(1, 'log')]).resumed.size).toBe(0)
    const batch = countBatch(new Map([[1, paused]]), [
      beat(1, 'log'),
      beat(1, 'success', now + 1),
      beat(1, 'success', now + 2),
    ])
    expect([...batch.resumed]).toEqual([[1, now + 1]])
    expect(batch.states.get(1)?.state.anchorAt).toBe(now + 2)
  })

  test('takes a paused job down when its check-in says that it failed', () => {
    const batch = countBatch(new Map([[1, job(up, { paused: true })]]), [beat(1, 'fail')])
    expect([batch.resumed.size, batch.changes[0]?.change.to]).toEqual([1, 'down'])
  })

  test('records beats of a sticky pause and changes nothing else', () => {
    const sticky = job(up, { paused: true, stickyPause: true })
    const batch = countBatch(new Map([[1, sticky]]), [beat(1, 'fail'), beat(1, 'start'), beat(1, 'success')])
    expect(batch.counted.every((one) => one !== null)).toBe(true)
    expect([batch.changes.length, batch.resumed.size]).toEqual([0, 0])
    expect(batch.states.get(1)).toMatchObject({ alarmAt: null, state: { phase: 'up', startedAt: null, beatCount: 3 } })
  })

  test('counts the periods that pass, of jobs that ask for it', () => {
    const counting = job({ ...up, anchorAt: now - 31 * minute }, { countsPeriods: true })
    expect([...countBatch(new Map([[1, counting]]), [beat(1, 'success')]).passed]).toEqual([[1, 3]])
    expect(countBatch(new Map([[1, { ...counting, countsPeriods: false }]]), [beat(1, 'success')]).passed.size).toBe(0)
  })
})

test('a batch of jobs that are not paused comes to what its beats come to one by one', () => {
  const beats = fc.array(
    fc.record({
      jobId: fc.integer({ min: 1, max: 4 }),
      at: fc.integer({ min: now - minute, max: now + minute }),
      signal: fc.constantFrom(...signals),
      run: fc.constantFrom('a', 'b', null),
      exitStatus: fc.constant(null),
      durationMs: fc.constantFrom(null, 5),
    }),
    { maxLength: 20 },
  )
  fc.assert(
    fc.property(beats, fc.constantFrom(silent, { ...silent, ...up }), (given, first) => {
      const jobs = new Map([1, 2, 3].map((id) => [id, job(first)]))
      const batch = countBatch(jobs, given)
      const states = new Map([...jobs].map(([id, { state }]) => [id, state]))
      let changes = 0
      for (const one of given) {
        const before = states.get(one.jobId)
        if (!before) continue
        const after = applyBeat(before, one, rule)
        states.set(one.jobId, after.state)
        if (after.change) changes++
      }
      for (const [id, { state }] of batch.states) expect(state).toEqual(states.get(id))
      expect(batch.changes.length).toBe(changes)
      expect(batch.counted.filter((one) => one !== null).length).toBe(given.filter((one) => one.jobId <= 3).length)
    }),
  )
})
