import { describe, expect, test } from 'vitest'
import { type JobRule, type JobState, silent } from '@/lib/domain/job-state'
import { judgeSilence } from '@/lib/domain/silence'

const s = 1000
const rule = (period: number, grace = 2, permissibleMisses = 0): JobRule => ({
  schedule: { next: (after) => after + period * s },
  graceMs: grace * s,
  permissibleMisses,
})
const up = (at: number): JobState => ({
  ...silent,
  phase: 'up',
  anchorAt: at * s,
  firstBeatAt: at * s,
  lastBeatAt: (at + 1) * s,
  lastSignal: 'log',
  lastSuccessAt: at * s,
})
const iso = (seconds: number) => new Date(seconds * s).toISOString()
const gap = (beganAt: number, endedAt: number) => ({ beganAt: beganAt * s, endedAt: endedAt * s })

describe('what is kept of a silence', () => {
  test('the beats that were missed, also those that were found before', () => {
    const late = judgeSilence(up(0), rule(10, 2, 1), [], 12 * s)
    expect(late).toMatchObject({ change: { to: 'late' }, evidence: null, missed: [10 * s] })
    expect(judgeSilence(late.state, rule(10, 2, 1), [], 22 * s)).toMatchObject({
      missed: [20 * s],
      evidence: {
        kind: 'missed',
        due: [iso(10), iso(20)],
        misses: 2,
        permissible_misses: 1,
        grace_seconds: 2,
        last_beat: { at: iso(1), signal: 'log' },
        last_success_at: iso(0),
      },
    })
  })
  test('the last hundred of many', () => {
    const { evidence } = judgeSilence(up(0), rule(1, 2, 149), [], 152 * s)
    expect([evidence?.due?.length, evidence?.due?.[0], evidence?.misses]).toEqual([100, iso(51), 150])
  })
  test('a run, by its start', () =>
    expect(judgeSilence({ ...up(0), startedAt: 5 * s, startedRun: 'a' }, rule(100), [], 8 * s).evidence).toEqual({
      kind: 'ran_too_long',
      started_at: iso(5),
      run: 'a',
      grace_seconds: 2,
      last_beat: { at: iso(1), signal: 'log' },
      last_success_at: iso(0),
    }))
  test('a beat that was due while no web took any, of a job that cannot be left alone for so long', () => {
    const { change, evidence } = judgeSilence(up(0), rule(86_400), [gap(86_390, 86_500)], 86_600 * s)
    expect(change).toMatchObject({ to: 'down' })
    expect(evidence?.away).toEqual({ began_at: iso(86_390), ended_at: iso(86_500) })
  })
  test('a gap long before is no matter', () =>
    expect(judgeSilence(up(0), rule(86_400), [gap(10, 20)], 86_600 * s).evidence).not.toHaveProperty('away'))
})

test('a late job that is excused is shown as up again', () => {
  const late = judgeSilence(up(0), rule(10, 2, 1), [], 12 * s).state
  expect(judgeSilence(late, rule(10, 2, 1), [gap(13, 25)], 26 * s)).toMatchObject({
    change: { to: 'up' },
    state: { phase: 'up', misses: 0 },
    alarmAt: 37 * s,
  })
})
