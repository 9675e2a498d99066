import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pace } from '@/lib/domain/message-pace'

test('ten a second: ten at once, then one each 100 ms', () => {
  const first = pace(0, { perSecond: 10, wanted: 41, now: 1_000_000 })
  expect(first).toMatchObject({ count: 10, againAt: 1_000_100 })
  expect(pace(first.nextAt, { perSecond: 10, wanted: 31, now: 1_000_050 })).toMatchObject({ count: 0 })
  expect(pace(first.nextAt, { perSecond: 10, wanted: 31, now: 1_000_100 })).toMatchObject({ count: 1 })
  expect(pace(first.nextAt, { perSecond: 10, wanted: 31, now: 1_000_500 })).toMatchObject({ count: 5 })
  expect(pace(first.nextAt, { perSecond: 10, wanted: 2, now: 1_000_500 })).toMatchObject({ count: 2, againAt: null })
})

test('one in ten seconds', () => {
  const first = pace(0, { perSecond: 0.1, wanted: 3, now: 1_000_000 })
  expect(first).toMatchObject({ count: 1 })
})

test('a clock that was set back holds nobody up for more than a second', () => {
  const ahead = pace(0, { perSecond: 10, wanted: 10, now: 9_000_000 }).nextAt
  const held = pace(ahead, { perSecond: 10, wanted: 10, now: 1_000_000 })
  expect(held.count).toBe(0)
  expect(pace(held.nextAt, { perSecond: 10, wanted: 10, now: 1_001_000 }).count).toBeGreaterThan(0)
})

test('in no second more than the rate begin, and with a second between nothing is held back for ever', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.record({ after: fc.integer({ min: 0, max: 1500 }), wanted: fc.integer({ min: 0, max: 40 }) }), {
        maxLength: 40,
      }),
      (perSecond, calls) => {
        let [now, next] = [1_000_000, 0]
        const begun: number[] = []
        for (const { after, wanted } of calls) {
          now += after
          const { count, nextAt } = pace(next, { perSecond, wanted, now })
          expect(count).toBeLessThanOrEqual(wanted)
          if (after >= 1000 && wanted > 0) expect(count).toBeGreaterThan(0)
          next = nextAt
          for (let n = 0; n < count; n++) begun.push(now)
        }
        // A bucket of one second's worth: twice the rate over a second and a bit is its most.
        for (const at of begun) {
          const within = begun.filter((one) => one >= at && one < at + 1000).length
          expect(within).toBeLessThanOrEqual(2 * perSecond)
        }
        const over = (begun.at(-1) ?? 0) - (begun[0] ?? 0)
        expect(begun.length).toBeLessThanOrEqual(perSecond + Math.floor((over / 1000) * perSecond) + 1)
      },
    ),
    { numRuns: Number(process.env.FC ?? 200) },
  )
})
