import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { askLimits, judgeLimits, type StatusLimit } from '@/lib/domain/status-limits'

const now = 1_800_000_000_000
const loud: StatusLimit = { key: 'place', most: 3, windowSeconds: 100, loud: true }
const silent: StatusLimit = { key: 'person', most: 2, windowSeconds: 1000, loud: false }
/** Seconds ago. */
const taken = (ago: Record<string, number[]>) =>
  new Map(Object.entries(ago).map(([key, all]) => [key, all.map((one) => now - one * 1000)]))

describe('judgeLimits', () => {
  test.each([
    ['nothing was taken', {}, { allowed: true }],
    ['there is room in each', { place: [1, 2], person: [1] }, { allowed: true }],
    ['what is older than its window counts no more', { place: [100, 101, 102], person: [1] }, { allowed: true }],
    ['a place is full until its oldest goes', { place: [10, 20, 30] }, { allowed: false, loud: true, waitSeconds: 70 }],
    ['a person is full, and nobody is told', { person: [10, 400] }, { allowed: false, loud: false, waitSeconds: 600 }],
    [
      'both are: that of the place alone is told',
      { place: [1, 1, 1], person: [1, 1] },
      { allowed: false, loud: true, waitSeconds: 99 },
    ],
    [
      'of many in a window the one that makes room counts',
      { place: [5, 6, 50, 60] },
      { allowed: false, loud: true, waitSeconds: 50 },
    ],
    ['a clock ahead of ours does not count', { place: [-10, -20, -30] }, { allowed: true }],
  ])('%s', (_, ago, answer) =>
    expect(judgeLimits([loud, silent], taken(ago as Record<string, number[]>), now)).toEqual(answer),
  )

  test('however requests come, no window ever holds more than the most, and after the wait told there is room', () => {
    const limit = fc.record({ most: fc.integer({ min: 1, max: 6 }), windowSeconds: fc.integer({ min: 1, max: 60 }) })
    const gaps = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 80 })
    fc.assert(
      fc.property(limit, gaps, ({ most, windowSeconds }, waits) => {
        const one: StatusLimit = { key: 'k', most, windowSeconds, loud: true }
        const allowed: number[] = []
        let at = now
        for (const wait of waits) {
          at += wait
          const answer = judgeLimits([one], new Map([['k', allowed]]), at)
          if (answer.allowed) allowed.push(at)
          else {
            expect(judgeLimits([one], new Map([['k', allowed]]), at + answer.waitSeconds * 1000).allowed).toBe(true)
          }
        }
        for (const end of allowed) {
          const within = allowed.filter((other) => other > end - windowSeconds * 1000 && other <= end)
          expect(within.length).toBeLessThanOrEqual(most)
        }
      }),
    )
  })
})

test('a request is held against its place, its page and its person; texts also against all of them', () => {
  const about = { place: '203.0.113.7', audience: 'page 1', person: 'robin@example.net' }
  expect(askLimits('email', about).map(({ key, most, loud: told }) => [key, most, told])).toEqual([
    ['status email from 203.0.113.7', 20, true],
    ['status email for page 1', 300, true],
    ['status email to robin@example.net', 3, false],
  ])
  expect(askLimits('sms', { ...about, person: '+14065550142' }).map(({ key, most }) => [key, most])).toEqual([
    ['status sms from 203.0.113.7', 6],
    ['status sms for page 1', 100],
    ['status sms', 500],
    ['status sms to +14065550142', 3],
  ])
})
