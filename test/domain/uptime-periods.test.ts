import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayOfText, dayText, monthDays, monthIn, type PeriodKind, periodBounds } from '@/lib/domain/uptime-periods'

const at = (text: string) => Date.parse(text)
const iso = (bounds: readonly number[]) => bounds.map((one) => new Date(one).toISOString().slice(0, 16))
const hours = (bounds: readonly number[]) => bounds.slice(1).map((end, i) => (end - (bounds[i] ?? 0)) / 3_600_000)

describe('the periods of a zone', () => {
  test.each([
    // Sunday evening in UTC is Monday morning in Auckland and still Sunday noon in Los Angeles
    ['UTC', ['2026-11-16T00:00', '2026-11-23T00:00']],
    ['Pacific/Auckland', ['2026-11-22T11:00', '2026-11-29T11:00']],
    ['America/Los_Angeles', ['2026-11-16T08:00', '2026-11-23T08:00']],
  ])('the week of 22 November 2026, 20:00 UTC, in %s', (zone, wanted) => {
    expect(iso(periodBounds('week', at('2026-11-22T20:00Z'), at('2026-11-22T20:01Z'), zone))).toEqual(wanted)
  })

  test.each([
    ['Europe/Berlin', '2026-03-29', [23]],
    ['Europe/Berlin', '2026-10-25', [25]],
    ['America/New_York', '2026-11-01', [25]],
    ['Australia/Lord_Howe', '2026-10-04', [23.5]],
    ['America/Sao_Paulo', '2018-11-04', [23]], // the clock went from 0:00 to 1:00: the day began at one
    ['America/Sao_Paulo', '2018-02-17', [25]], // and from 24:00 back to 23:00
    ['UTC', '2026-10-25', [24]],
  ])('%s: %s has so many hours', (zone, day, wanted) => {
    const noon = at(`${day}T08:00Z`)
    expect(hours(periodBounds('day', noon, noon + 1, zone))).toEqual(wanted)
  })

  test('a week and a month with a clock change are as long as their days', () => {
    const week = periodBounds('week', at('2026-10-20T12:00Z'), at('2026-10-20T13:00Z'), 'Europe/Berlin')
    const month = periodBounds('month', at('2026-03-10T12:00Z'), at('2026-04-10T13:00Z'), 'Europe/Berlin')
    expect(hours(week)).toEqual([7 * 24 + 1])
    expect(hours(month)).toEqual([31 * 24 - 1, 30 * 24])
  })

  test('a day that a zone left out has no length of its own: Samoa had no 30 December 2011', () => {
    const bounds = periodBounds('day', at('2011-12-29T20:00Z'), at('2011-12-31T20:00Z'), 'Pacific/Apia')
    expect(hours(bounds)).toEqual([24, 24, 24])
  })

  test('they follow one another, hold the range, and begin at the start of a day in the zone', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/Los_Angeles',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'America/Havana',
    ]
    fc.assert(
      fc.property(
        fc.constantFrom<PeriodKind>('day', 'week', 'month'),
        fc.integer({ min: at('2020-01-01T00:00Z'), max: at('2030-01-01T00:00Z') }),
        fc.integer({ min: 1, max: 100 * 86_400_000 }),
        fc.constantFrom(...zones),
        (by, from, length, zone) => {
          const bounds = periodBounds(by, from, from + length, zone)
          const last = bounds.length - 1
          expect(bounds[0]).toBeLessThanOrEqual(from)
          expect(bounds[1]).toBeGreaterThan(from)
          expect(bounds[last]).toBeGreaterThanOrEqual(from + length)
          expect(bounds[last - 1]).toBeLessThan(from + length)
          for (const [i, bound] of bounds.entries()) {
            if (i > 0) expect(bound).toBeGreaterThan(bounds[i - 1] ?? 0)
            expect(firstOfPeriod(by, bound, zone)).toBe(true)
          }
        },
      ),
    )
  })
})

/** Asked of Intl: the minute before lies in another day, on a Monday or a first where it is a week's or month's. */
function firstOfPeriod(by: PeriodKind, instant: number, zone: string): boolean {
  const read = (t: number) => {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short', day: 'numeric' }).formatToParts(
      t,
    )
    return Object.fromEntries(parts.map(({ type, value }) => [type, value]))
  }
  const [now, before] = [read(instant), read(instant - 1)]
  if (now.day === before.day) return false
  return by === 'day' || (by === 'week' ? now.weekday === 'Mon' : now.day === '1')
}

describe('days and months as text', () => {
  test('are read as they are written', () => {
    expect(dayText(dayOfText('2028-02-29') ?? 0)).toBe('2028-02-29')
    expect(['2026-02-29', '2026-13-01', '26-01-01', '', '2026-1-1'].map(dayOfText)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ])
    const { first, end } = monthDays('2026-12') ?? { first: 0, end: 0 }
    expect([dayText(first), dayText(end)]).toEqual(['2026-12-01', '2027-01-01'])
    expect(monthDays('2026-13')).toBe(null)
  })

  test('the month before January is December', () => {
    const newYear = at('2026-01-01T02:00Z')
    expect(monthIn('UTC', newYear, 1)).toBe('2025-12')
    expect(monthIn('America/New_York', newYear, 1)).toBe('2025-11')
  })
})
