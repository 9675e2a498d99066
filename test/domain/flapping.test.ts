import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flappingSince } from '@/lib/domain/flapping'

const minute = 60_000
/** Outages of one minute, beginning at these minutes. */
const outages = (...beganAt: number[]) => beganAt.map((at) => ({ beganAt: at * minute, endedAt: (at + 1) * minute }))

describe('flappingSince: more than 4 outages in 60 min, until steady for 15 min', () => {
  test.each([
    ['four outages in an hour are not flapping', outages(0, 10, 20, 30), 31, null],
    ['the fifth one is, from its beginning', outages(0, 10, 20, 30, 40), 41, { since: 40, steadyAt: 56 }],
    ['a fifth one an hour after the first is not', outages(0, 15, 30, 45, 60), 61, null],
    ['14 minutes of quiet are not enough', outages(0, 2, 4, 6, 8), 23, { since: 8, steadyAt: 24 }],
    ['15 minutes are', outages(0, 2, 4, 6, 8), 24, null],
    ['a sixth outage keeps the first sign', outages(0, 2, 4, 6, 8, 20), 22, { since: 8, steadyAt: 36 }],
    [
      'after the quiet, the old ones still count within their hour',
      outages(0, 2, 4, 6, 8, 30),
      31,
      { since: 30, steadyAt: 46 },
    ],
    ['what has not begun yet is not known', outages(0, 10, 20, 30, 40), 39, null],
  ])('%s', (_, spans, now, expected) => {
    const answer = flappingSince(spans, now * minute)
    expect(answer && { since: answer.since / minute, steadyAt: Number(answer.steadyAt) / minute }).toEqual(expected)
  })

  test('while it is dark nobody can say when it will be steady', () =>
    expect(flappingSince([...outages(0, 2, 4, 6), { beganAt: 8 * minute, endedAt: null }], 60 * minute)).toEqual({
      since: 8 * minute,
      steadyAt: null,
    }))

  test('the order of the outages does not matter', () => {
    const spans = fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 12 }).map((at) => outages(...new Set(at)))
    fc.assert(
      fc.property(spans, fc.integer({ min: 0, max: 150 }), (some, now) => {
        expect(flappingSince([...some].reverse(), now * minute)).toEqual(flappingSince(some, now * minute))
      }),
    )
  })
})
