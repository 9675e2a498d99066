import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clockChanges, isZone } from '@/lib/domain/schedule'
import { dateOfDay, dayMs, dayOfDate, daysInMonth, stretchAt, weekdayOfDay } from '@/lib/domain/wall-clock'

describe('clockChanges', () => {
  test.each([
    ['Europe/Berlin', 2026, '03-29T01:00 60>120, 10-25T01:00 120>60'],
    ['Europe/Berlin', 2027, '03-28T01:00 60>120, 10-31T01:00 120>60'],
    ['America/New_York', 2026, '03-08T07:00 -300>-240, 11-01T06:00 -240>-300'],
    ['America/New_York', 2027, '03-14T07:00 -300>-240, 11-07T06:00 -240>-300'],
    ['Australia/Lord_Howe', 2026, '04-04T15:00 660>630, 10-03T15:30 630>660'],
    ['Australia/Lord_Howe', 2027, '04-03T15:00 660>630, 10-02T15:30 630>660'],
    ['America/Havana', 2026, '03-08T05:00 -300>-240, 11-01T05:00 -240>-300'],
    ['Asia/Beirut', 2026, '03-28T22:00 120>180, 10-24T21:00 180>120'],
    ['Africa/Casablanca', 2026, '02-15T02:00 60>0, 03-22T02:00 0>60'],
    ['America/Asuncion', 2023, '03-26T03:00 -180>-240, 10-01T04:00 -240>-180'],
    ['Pacific/Apia', 2011, '04-02T14:00 -600>-660, 09-24T14:00 -660>-600, 12-30T10:00 -600>840'],
    ['Asia/Kolkata', 2026, ''],
    ['UTC', 2026, ''],
  ])('of %s in %i', (zone, year, expected) => {
    const changes = clockChanges(zone, Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1))
    const words = changes.map(
      (c) => `${new Date(c.at).toISOString().slice(5, 16)} ${c.beforeMinutes}>${c.afterMinutes}`,
    )
    expect(words.join(', ')).toBe(expected)
  })

  test('a change at the end counts, one at the beginning does not', () => {
    const at = Date.UTC(2026, 2, 29, 1)
    expect(clockChanges('Europe/Berlin', at - 1, at)).toHaveLength(1)
    expect(clockChanges('Europe/Berlin', at, at + 1)).toEqual([])
    expect(clockChanges('Europe/Berlin', at - 2, at - 1)).toEqual([])
  })

  test('are the same however the years are asked for', () => {
    const year = fc.integer({ min: 1975, max: 2060 })
    const inYear = (zone: string, of: number) => clockChanges(zone, Date.UTC(of, 0, 1), Date.UTC(of + 1, 0, 1))
    fc.assert(
      fc.property(fc.array(year, { minLength: 1, maxLength: 6 }), (years) => {
        for (const of of years) expect(inYear('America/Chicago', of)).toEqual(inYear('US/Central', of))
        const from = Math.min(...years)
        const all = clockChanges('America/Chicago', Date.UTC(from, 0, 1), Date.UTC(from + 3, 0, 1))
        expect(all).toEqual([from, from + 1, from + 2].flatMap((of) => inYear('America/Chicago', of)))
      }),
      { numRuns: 30 },
    )
  })
})

describe('stretchAt', () => {
  test('has the offset that Intl has, at any instant', () => {
    const zones = ['Europe/Berlin', 'Australia/Lord_Howe', 'Africa/Casablanca', 'America/St_Johns', 'Asia/Tehran']
    const formats = new Map(
      zones.map((timeZone) => [
        timeZone,
        new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }),
      ]),
    )
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 2_524_608_000 }), (zone, seconds) => {
        const at = seconds * 1_000
        const stretch = stretchAt(zone, at)
        expect(stretch.start <= at && at < stretch.end).toBe(true)
        const wall = new Date(at + stretch.offset).toISOString().slice(0, 19).replace('T', ' ')
        expect(formats.get(zone)?.format(at)).toBe(wall)
      }),
    )
  })
})

describe('a zone that is first asked about just where its clock changes', () => {
  // What is known of a zone reaches 500 days each way, so that its edges fall on the change.
  test.each([
    ['America/Halifax', -500],
    ['America/Winnipeg', 500],
    ['America/Denver', 0],
  ])('%s, %i days off', (zone, days) => {
    const change = changeOf(zone)
    stretchAt(zone, change - days * dayMs)
    const [before, after] = [stretchAt(zone, change - 1), stretchAt(zone, change)]
    expect(after).toMatchObject({ start: change, offsetBefore: before.offset })
    expect(before.end).toBe(change)
    expect(after.offset - before.offset).toBe(3_600_000)
  })
})

/** The change of a North American zone to summer time in 2026: at two o'clock of its winter. */
function changeOf(zone: string): number {
  const winterHours = { 'America/Halifax': -4, 'America/Winnipeg': -6, 'America/Denver': -7 }[zone] ?? 0
  return Date.UTC(2026, 2, 8, 2 - winterHours)
}

describe('isZone', () => {
  test.each(['Europe/Berlin', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'EST5EDT'])('%s is one', (zone) =>
    expect(isZone(zone)).toBe(true),
  )
  test.each(['', 'Europe/Bern1', '+02:00', 'Mars/Olympus', 'local', 'A'.repeat(100), 'Europe/Berlin\n'])(
    '%j is none',
    (zone) => expect(isZone(zone)).toBe(false),
  )
})

describe('dates and day numbers', () => {
  test('go both ways as Date has them', () => {
    fc.assert(
      fc.property(fc.integer({ min: -200_000, max: 200_000 }), (day) => {
        const date = new Date(day * dayMs)
        const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
        expect(dateOfDay(day)).toEqual(civil)
        expect(dayOfDate(civil.year, civil.month, civil.day)).toBe(day)
        expect(weekdayOfDay(day)).toBe(date.getUTCDay())
        expect(daysInMonth(civil.year, civil.month)).toBe(new Date(Date.UTC(civil.year, civil.month, 0)).getUTCDate())
      }),
    )
  })
})
