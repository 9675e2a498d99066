import fc from 'fast-check'
import { expect, test } from 'vitest'
import { adviceWords, adviseWait } from '@/lib/domain/message-wait'

const minute = 60_000
const minutes = (...each: number[]) => each.map((one) => one * minute)

test('eight of ten were over within 9 min: wait 10', () => {
  const advice = adviseWait(minutes(2, 3, 3, 4, 5, 7, 8, 9, 45, 120), 0)
  expect(advice).toEqual({ minutes: 10, within: 9, over: 8, of: 10 })
  expect(advice && adviceWords(advice, 'outages of Ridge-3')).toBe(
    '8 of the last 10 outages of Ridge-3 that lasted this long were over within 9 min more: wait 10 min.',
  )
})

test('what was over sooner than this one lasts already says nothing', () => {
  expect(adviseWait(minutes(2, 3, 3, 4, 5, 7, 8, 9, 45, 120), 10 * minute)).toBeNull() // two are too few
  expect(adviseWait(minutes(2, 2, 2, 2, 20, 21, 22, 23, 24), 15 * minute)).toEqual({
    minutes: 10,
    within: 8,
    over: 4,
    of: 5,
  })
})

test('those that mostly last are told at once', () => {
  const advice = adviseWait(minutes(5, 60, 70, 80, 90, 100), 0)
  expect(advice).toEqual({ minutes: 0, within: 30, over: 1, of: 6 })
  expect(advice && adviceWords(advice, 'outages of access points')).toContain('1 of the last 6')
  expect(advice && adviceWords(advice, 'outages of access points')).toContain(
    'was over within 30 min more: tell them now.',
  )
})

test('fewer than five say nothing', () => expect(adviseWait(minutes(1, 2, 3, 4), 0)).toBeNull())

test('the advice is the shortest usual wait by which four of five were over, counted one by one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 120 * minute }), { maxLength: 40 }),
      fc.integer({ min: 0, max: 30 * minute }),
      (lasted, elapsed) => {
        const advice = adviseWait(lasted, elapsed)
        const still = lasted.filter((ms) => ms > elapsed)
        if (still.length < 5) {
          expect(advice).toBeNull()
          return
        }
        const over = (wait: number) => still.filter((ms) => ms <= elapsed + wait * minute).length
        const enough = [5, 10, 15, 20, 30].find((wait) => over(wait) >= 0.8 * still.length) ?? 0
        expect(advice?.minutes).toBe(enough)
        expect(advice?.of).toBe(still.length)
        expect(advice?.over).toBe(over(advice?.within ?? 0))
        if (enough > 0) expect((advice?.over ?? 0) >= 0.8 * still.length).toBe(true)
      },
    ),
    { numRuns: Number(process.env.FC ?? 200) },
  )
})
