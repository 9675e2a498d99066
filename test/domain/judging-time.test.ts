import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Intake, judgingTime } from '@/lib/domain/judging-time'

// Seconds, for the eye.
const intake = (settledAt: number, seenAt = settledAt): Intake => ({
  settledAt: settledAt * 1000,
  seenAt: seenAt * 1000,
})
const gap = (beganAt: number, endedAt: number) => ({ beganAt: beganAt * 1000, endedAt: endedAt * 1000 })
const at = (ms: number | null) => (ms === null ? null : (ms + 1) / 1000)

describe('as of when jobs are judged', () => {
  test.each<[string, Intake[], ReturnType<typeof gap>[], number, number | null]>([
    ['nobody without an intake', [], [], 100, null],
    ['all that is stored', [intake(99)], [], 100, 99],
    ['the slowest of several', [intake(99), intake(40, 100)], [], 100, 40],
    ['a spool is being emptied', [intake(10, 100)], [], 100, 10],
    ['not without one that went a moment ago', [intake(99), intake(80)], [], 100, 80],
    ['without one that went 30 s ago', [intake(99), intake(70)], [], 100, 99],
    ['nobody when the last one went 30 s ago', [intake(70)], [], 100, null],
    ['as it was before a gap, for a minute', [intake(99)], [gap(50, 60)], 100, 50.001],
    ['all again after that minute', [intake(119)], [gap(50, 60)], 120, 119],
    ['nobody until all are back after a gap', [intake(69), intake(49)], [gap(50, 60)], 70, null],
    ['but for no longer than 30 s', [intake(89), intake(49)], [gap(50, 60)], 90, 50.001],
    ['one that was away long before is not waited for', [intake(69), intake(10)], [gap(50, 60)], 70, 50.001],
    ['both gaps count', [intake(99)], [gap(80, 90), gap(50, 60)], 100, 50.001],
    ['what lies in a spool from before the gap', [intake(45, 99)], [gap(50, 60)], 100, 45],
  ])('%s', (_, intakes, gaps, now, expected) => expect(at(judgingTime(intakes, gaps, now * 1000))).toBe(expected))
})

test('never later than what any intake that is alive has stored', () => {
  const second = fc.integer({ min: 0, max: 200 })
  const intakes = fc.array(
    fc.tuple(second, second).map(([settled, seen]) => intake(Math.min(settled, seen), seen)),
    { maxLength: 4 },
  )
  const gaps = fc.array(
    fc.tuple(second, second).map(([a, b]) => gap(Math.min(a, b), Math.max(a, b))),
    { maxLength: 3 },
  )
  fc.assert(
    fc.property(intakes, gaps, second, (some, found, now) => {
      const judged = judgingTime(some, found, now * 1000)
      if (judged === null) return
      for (const one of some) if (one.seenAt > (now - 30) * 1000) expect(judged).toBeLessThan(one.settledAt)
    }),
    { numRuns: Number(process.env.FC ?? 300) },
  )
})
