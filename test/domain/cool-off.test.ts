import fc from 'fast-check'
import { expect, test } from 'vitest'
import { remindAt } from '@/lib/domain/cool-off'
import { allowedAt, anyTime, everyDay, type Hours } from '@/lib/domain/hours'

const at = (text: string) => Date.parse(text)
const waking: Hours = {
  zone: 'Europe/Berlin',
  ranges: [{ weekdays: everyDay, startMinute: 420, endMinute: 1_320 }],
  place: null,
}

test.each<[string, string, number | null, Hours, string | null]>([
  ['at any time', '2026-11-21T20:00:00Z', 30, anyTime, '2026-11-21T20:30:00.000Z'],
  ['within the hours', '2026-11-21T20:00:00Z', 30, waking, '2026-11-21T20:30:00.000Z'],
  ['rounded up to the next block', '2026-11-21T20:30:00Z', 30, waking, '2026-11-22T06:00:00.000Z'],
  ['rounded up over a clock change', '2026-03-28T20:30:00Z', 60, waking, '2026-03-29T05:00:00.000Z'],
  ['no cool-off: told once', '2026-11-21T20:00:00Z', null, waking, null],
  ['a cool-off of nothing: told once', '2026-11-21T20:00:00Z', 0, waking, null],
])('%s', (_, told, minutes, hours, next) => {
  const found = remindAt(at(told), minutes, hours)
  expect(found === null ? null : new Date(found).toISOString()).toBe(next)
})

test('it comes after the cool-off, when allowed, and no allowed minute lies between', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 * 24 * 365 }), fc.integer({ min: 1, max: 3_000 }), (minute, minutes) => {
      const told = at('2026-01-01T00:00:00Z') + minute * 60_000
      const due = told + minutes * 60_000
      const next = remindAt(told, minutes, waking)
      if (next === null) throw new Error('never')
      expect(next).toBeGreaterThanOrEqual(due)
      expect(allowedAt(waking, next)).toBe(true)
      for (let t = due; t < next; t += 60_000) expect(allowedAt(waking, t)).toBe(false)
    }),
    { numRuns: Number(process.env.FC ?? 300) },
  )
})
