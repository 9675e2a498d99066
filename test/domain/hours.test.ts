import fc from 'fast-check'
import { getPosition } from 'suncalc'
import { describe, expect, test } from 'vitest'
import { allowedAt, anyTime, everyDay, type Hours, nextAllowed } from '@/lib/domain/hours'
import { type HoursPreset, hoursFault, hoursPresets, hoursWords } from '@/lib/domain/hours-words'
import { daylightOf } from '@/lib/domain/sun'
import { minutesOf, windows } from './wall-minutes'

const at = (text: string) => Date.parse(text)
const said = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z')
const from7to22 = { weekdays: everyDay, startMinute: 420, endMinute: 1_320 }
const preset = (name: HoursPreset, zone = 'Europe/Berlin', place: Hours['place'] = null): Hours => ({
  zone,
  ranges: hoursPresets[name].ranges,
  place,
})
const berlin: Hours = { zone: 'Europe/Berlin', ranges: [from7to22], place: null }

describe('the next allowed instant', () => {
  test.each<[string, Hours, string, string]>([
    ['at any time: now', anyTime, '2026-03-29T00:00:00Z', '2026-03-29T00:00:00Z'],
    ['within a range: now', berlin, '2026-11-21T06:00:00Z', '2026-11-21T06:00:00Z'],
    ['before a range: its start', berlin, '2026-11-21T05:59:59Z', '2026-11-21T06:00:00Z'],
    ['at its end: the next day', berlin, '2026-11-21T21:00:00Z', '2026-11-22T06:00:00Z'],
    ['the night the clock springs forward', berlin, '2026-03-28T21:00:00Z', '2026-03-29T05:00:00Z'],
    ['the night it falls back', berlin, '2026-10-24T20:00:00Z', '2026-10-25T06:00:00Z'],
    [
      'in New York, springing forward',
      { ...berlin, zone: 'America/New_York' },
      '2026-03-08T05:00:00Z',
      '2026-03-08T11:00:00Z',
    ],
    [
      'on Lord Howe, by half an hour',
      { ...berlin, zone: 'Australia/Lord_Howe' },
      '2026-04-04T12:00:00Z',
      '2026-04-04T20:30:00Z',
    ],
    [
      'a start that the clock skips is where it skips',
      { ...berlin, ranges: [{ weekdays: everyDay, startMinute: 150, endMinute: 240 }] },
      '2026-03-29T00:00:00Z',
      '2026-03-29T01:00:00Z',
    ],
    [
      'a weekly range that a clock change swallows: a week later',
      { ...berlin, ranges: [{ weekdays: [7], startMinute: 125, endMinute: 170 }] },
      '2026-03-23T00:00:00Z',
      '2026-04-05T00:05:00Z',
    ],
    [
      'a start that comes twice is the earlier',
      { ...berlin, ranges: [{ weekdays: everyDay, startMinute: 135, endMinute: 240 }] },
      '2026-10-25T00:00:00Z',
      '2026-10-25T00:15:00Z',
    ],
    [
      'an end that comes twice is the later',
      { ...berlin, ranges: [{ weekdays: everyDay, startMinute: 60, endMinute: 165 }] },
      '2026-10-25T01:44:00Z',
      '2026-10-25T01:44:00Z',
    ],
    ['work hours after Friday: Monday', preset('work_hours'), '2026-11-20T16:00:00Z', '2026-11-23T08:00:00Z'],
    ['the night, in its second half', preset('night'), '2026-11-21T04:59:00Z', '2026-11-21T04:59:00Z'],
    [
      'two ranges that touch are one',
      {
        ...berlin,
        ranges: [
          { weekdays: everyDay, startMinute: 0, endMinute: 720 },
          { weekdays: everyDay, startMinute: 720, endMinute: 1_440 },
        ],
      },
      '2026-11-21T11:00:00Z',
      '2026-11-21T11:00:00Z',
    ],
    [
      'a range without weekdays holds nothing back',
      { ...berlin, ranges: [{ ...from7to22, weekdays: [] }] },
      '2026-11-21T03:00:00Z',
      '2026-11-21T03:00:00Z',
    ],
    ['daylight where nobody said: 06:00', preset('daylight'), '2026-11-21T00:00:00Z', '2026-11-21T05:00:00Z'],
    ['after dark where nobody said: 18:00', preset('after_dark'), '2026-11-21T10:00:00Z', '2026-11-21T17:00:00Z'],
  ])('%s', (_, hours, now, next) => {
    expect(said(nextAllowed(hours, at(now)))).toBe(next)
    expect(allowedAt(hours, at(now))).toBe(now === next)
  })
})

test('hours are those of a daemon that looks at the wall clock each minute, over clock changes of all kinds', () => {
  const range = fc.record({
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    startMinute: fc.integer({ min: 0, max: 1_439 }),
    endMinute: fc.integer({ min: 0, max: 1_440 }),
  })
  fc.assert(
    fc.property(
      fc.constantFrom(...windows),
      fc.array(range, { minLength: 1, maxLength: 3 }),
      fc.nat(4 * 1_440 - 1),
      (window, ranges, index) => {
        const minutes = minutesOf(window)
        const hours: Hours = { zone: window[0], ranges, place: null }
        const now = minutes[index]
        if (!now) return
        const open = ({ wall }: { wall: number }) => ranges.some((one) => holds(one, wall))
        // What is open by the wall is allowed; where the clock jumps, a range may reach over the hour that comes twice.
        if (open(now)) expect(allowedAt(hours, now.at)).toBe(true)
        if (!open(now) && !nearJump(minutes, index)) expect(allowedAt(hours, now.at)).toBe(false)
        const next = nextAllowed(hours, now.at)
        expect(next).toBeGreaterThanOrEqual(now.at)
        expect(allowedAt(hours, next)).toBe(true)
        const first = minutes.slice(index).find((minute) => allowedAt(hours, minute.at))
        if (first) expect(next).toBe(first.at)
        else expect(next).toBeGreaterThan(minutes.at(-1)?.at ?? 0)
      },
    ),
    { numRuns: Number(process.env.FC ?? 300) },
  )
})

/** Whether the wall clock jumps, forward or back, within a day around a minute. */
function nearJump(minutes: readonly { wall: number }[], index: number): boolean {
  for (let i = Math.max(1, index - 1_440); i < Math.min(minutes.length, index + 1_440); i++)
    if ((minutes[i]?.wall ?? 0) - (minutes[i - 1]?.wall ?? 0) !== 1) return true
  return false
}

/** Whether a wall minute is in a range: begun today, or yesterday and not yet over. */
function holds(
  { weekdays, startMinute, endMinute }: { weekdays: number[]; startMinute: number; endMinute: number },
  wall: number,
): boolean {
  const minute = wall % 1_440
  const weekday = ((Math.floor(wall / 1_440) + 3) % 7) + 1
  const before = weekday === 1 ? 7 : weekday - 1
  if (endMinute > startMinute) return weekdays.includes(weekday) && minute >= startMinute && minute < endMinute
  return (weekdays.includes(weekday) && minute >= startMinute) || (weekdays.includes(before) && minute < endMinute)
}

describe('by the sun', () => {
  const places = {
    Berlin: { latitude: 52.52, longitude: 13.4 },
    Tromso: { latitude: 69.65, longitude: 18.96 },
    Fiji: { latitude: -18.1, longitude: 178.4 },
    Samoa: { latitude: -13.8, longitude: -171.8 },
  }
  const daylight = (place: keyof typeof places, zone: string) => preset('daylight', zone, places[place])
  const dark = (place: keyof typeof places, zone: string) => preset('after_dark', zone, places[place])

  test('daylight in Berlin in November waits for the sunrise', () =>
    expect(said(nextAllowed(daylight('Berlin', 'Europe/Berlin'), at('2026-11-21T00:00:00Z'))).slice(0, 16)).toBe(
      '2026-11-21T06:38',
    ))
  test('after dark in Berlin in November waits for the sunset', () =>
    expect(said(nextAllowed(dark('Berlin', 'Europe/Berlin'), at('2026-11-21T12:00:00Z'))).slice(0, 16)).toBe(
      '2026-11-21T15:05',
    ))
  test('at 69 degrees north in December the sun does not rise: two hours about noon are its day', () => {
    const hours = daylight('Tromso', 'Europe/Oslo')
    const next = nextAllowed(hours, at('2026-12-10T00:00:00Z'))
    expect(said(next).slice(0, 15)).toBe('2026-12-10T09:3')
    expect(allowedAt(hours, next + 119 * 60_000)).toBe(true)
    expect(allowedAt(hours, next + 121 * 60_000)).toBe(false)
    expect(getPosition(new Date(next + 3_600_000), 69.65, 18.96).altitude).toBeLessThan(0)
  })
  test('at 69 degrees north in June the sun does not set: two hours about midnight are its night', () => {
    const hours = dark('Tromso', 'Europe/Oslo')
    const next = nextAllowed(hours, at('2026-06-20T10:00:00Z'))
    expect(said(next).slice(0, 15)).toBe('2026-06-20T21:4')
    expect(allowedAt(hours, next + 119 * 60_000)).toBe(true)
    expect(allowedAt(hours, next + 122 * 60_000)).toBe(false)
  })
  test.each([
    ['2026-11-20', 2],
    ['2026-05-12', 22],
  ])(
    'at 69 degrees north in the days from %s, when the sun is about to stay, a day does not fall out of 2 to 22 hours',
    (from, bound) => {
      const lengths = Array.from({ length: 10 }, (_, i) => {
        const { rise, set } = daylightOf(at(`${from}T00:00:00Z`) / 86_400_000 + i, places.Tromso)
        return (set - rise) / 3_600_000
      })
      expect(lengths.some((hours) => Math.abs(hours - bound) < 0.001)).toBe(true)
      expect(lengths.every((hours) => hours > 1.999 && hours < 22.001)).toBe(true)
      expect(lengths.some((hours) => Math.abs(hours - bound) > 0.3)).toBe(true)
    },
  )
  test('its weekday is that of its start in the zone of the recipient', () => {
    const hours: Hours = { zone: 'Europe/Berlin', ranges: [{ weekdays: [1], sun: 'dark' }], place: places.Berlin }
    expect(said(nextAllowed(hours, at('2026-11-21T12:00:00Z'))).slice(0, 13)).toBe('2026-11-23T15')
    expect(allowedAt(hours, at('2026-11-24T03:00:00Z'))).toBe(true)
    expect(allowedAt(hours, at('2026-11-24T16:00:00Z'))).toBe(false)
  })
  test('no notice waits for more than 22 hours, day and night share every instant, and both agree with where the sun stands', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.integer({ min: -89, max: 89 }),
          fc.integer({ min: 640, max: 740 }).map((tenths) => tenths / 10),
        ),
        fc.integer({ min: -180, max: 180 }),
        fc.constantFrom('UTC', 'Pacific/Apia', 'Pacific/Pago_Pago', 'Europe/Berlin'),
        fc.integer({ min: at('2026-01-01T00:00:00Z') / 60_000, max: at('2027-12-31T00:00:00Z') / 60_000 }),
        (latitude, longitude, zone, minute) => {
          const now = minute * 60_000
          const day = preset('daylight', zone, { latitude, longitude })
          const night = preset('after_dark', zone, { latitude, longitude })
          expect(allowedAt(day, now)).not.toBe(allowedAt(night, now))
          for (const hours of [day, night]) expect(nextAllowed(hours, now) - now).toBeLessThan(22.1 * 3_600_000)
          const altitude = getPosition(new Date(now), latitude, longitude).altitude
          if (Math.abs(latitude) > 60) return
          if (altitude > 1) expect(allowedAt(day, now)).toBe(true)
          if (altitude < -1.5) expect(allowedAt(day, now)).toBe(false)
        },
      ),
      { numRuns: Number(process.env.FC ?? 300) },
    )
  })
})

test('of several ranges, by the clock or by the sun, the one that comes first decides', () => {
  const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 })
  const byClock = fc.record({ weekdays, startMinute: fc.nat(1_439), endMinute: fc.nat(1_440) })
  const bySun = fc.record({ weekdays, sun: fc.constantFrom('daylight' as const, 'dark' as const) })
  fc.assert(
    fc.property(
      fc.array(fc.oneof(byClock, bySun), { minLength: 2, maxLength: 4 }),
      fc.constantFrom('Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Europe/Berlin'),
      fc.constantFrom(-179, -90, 0, 90, 179),
      fc.nat(365 * 1_440),
      (ranges, zone, longitude, minute) => {
        const now = at('2026-01-01T00:00:00Z') + minute * 60_000
        const hours: Hours = { zone, ranges, place: { latitude: 40, longitude } }
        const each = ranges.map((range) => nextAllowed({ ...hours, ranges: [range] }, now))
        expect(nextAllowed(hours, now)).toBe(Math.min(...each))
      },
    ),
    { numRuns: Number(process.env.FC ?? 500) },
  )
})

describe('said and checked', () => {
  test.each<[Hours, string]>([
    [anyTime, 'at any time'],
    [berlin, 'from 07:00 to 22:00 (Europe/Berlin)'],
    [preset('work_hours', 'UTC'), 'Mon to Fri from 09:00 to 17:00 (UTC)'],
    [preset('night', 'UTC'), 'from 22:00 to 06:00 (UTC)'],
    [preset('daylight', 'UTC'), 'in daylight (UTC)'],
    [
      { ...berlin, ranges: [{ weekdays: [7, 6], startMinute: 0, endMinute: 1_440 }] },
      'Sat and Sun all day (Europe/Berlin)',
    ],
  ])('%#: %s', (hours, words) => expect(hoursWords(hours)).toBe(words))
  test.each<[Partial<Hours>, string]>([
    [
      { ranges: [{ ...from7to22, weekdays: [] }] },
      'range 1: found weekdays [], expected some of 1 (Monday) to 7 (Sunday)',
    ],
    [
      { ranges: [{ ...from7to22, startMinute: 1_440 }] },
      'range 1: found start 1440, expected minutes after midnight from 0 to 1439',
    ],
    [
      { ranges: [from7to22, { ...from7to22, endMinute: 1.5 }] },
      'range 2: found end 1.5, expected minutes after midnight from 0 to 1440',
    ],
    [{ place: { latitude: Number.NaN, longitude: 0 } }, 'place: found NaN, 0, expected degrees within 90 and 180'],
  ])('%#', (change, fault) => expect(hoursFault({ ...berlin, ...change })).toBe(fault))
  test.each(Object.entries(hoursPresets))('the preset %s is sound', (_, { ranges }) =>
    expect(hoursFault({ ...berlin, ranges })).toBeNull(),
  )
})
