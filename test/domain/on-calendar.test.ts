import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileSchedule, nextTimes, readSchedule } from '@/lib/domain/schedule'
import { systemdIsHere, systemdTimes } from './systemd-analyze'
import { type Job, minutesOf, timerRuns, windows } from './wall-minutes'

const iso = (times: readonly number[]) => times.map((at) => new Date(at).toISOString().slice(5, 16)).join(' ')
const timer = (expression: string, zone = 'UTC') => ({ kind: 'oncalendar', expression, zone }) as const
const faultOf = (expression: string) => {
  const read = readSchedule(timer(expression))
  return 'fault' in read ? read.fault : 'no fault'
}

describe('an OnCalendar timer in the weeks of a clock change, times in UTC, as systemd 252 gave them', () => {
  // What a change skips does not come; what repeats comes at its first pass alone.
  test.each([
    ['Europe/Berlin', '*-*-* 02:30', '2026-03-28T01:00', '03-28T01:30 03-30T00:30 03-31T00:30'],
    ['Europe/Berlin', '*:0/30', '2026-03-28T23:55', '03-29T00:00 03-29T00:30 03-29T01:00 03-29T01:30'],
    ['Europe/Berlin', '*-*-* 02:30', '2026-10-24T01:00', '10-25T00:30 10-26T01:30 10-27T01:30'],
    ['Europe/Berlin', '*:0/30', '2026-10-24T23:55', '10-25T00:00 10-25T00:30 10-25T02:00 10-25T02:30'],
    ['Europe/Berlin', '*-*-* 02:30', '2027-03-27T01:00', '03-27T01:30 03-29T00:30 03-30T00:30'],
    ['Europe/Berlin', '*:0/30', '2027-03-27T23:55', '03-28T00:00 03-28T00:30 03-28T01:00 03-28T01:30'],
    ['Europe/Berlin', '*-*-* 02:30', '2027-10-30T01:00', '10-31T00:30 11-01T01:30 11-02T01:30'],
    ['Europe/Berlin', '*:0/30', '2027-10-30T23:55', '10-31T00:00 10-31T00:30 10-31T02:00 10-31T02:30'],
    ['America/New_York', '*-*-* 02:30', '2026-03-07T07:00', '03-07T07:30 03-09T06:30 03-10T06:30'],
    ['America/New_York', '*:0/30', '2026-03-08T05:55', '03-08T06:00 03-08T06:30 03-08T07:00 03-08T07:30'],
    ['America/New_York', '*-*-* 01:30', '2026-10-31T06:00', '11-01T05:30 11-02T06:30 11-03T06:30'],
    ['America/New_York', '*:0/30', '2026-11-01T04:55', '11-01T05:00 11-01T05:30 11-01T07:00 11-01T07:30'],
    ['America/New_York', '*-*-* 02:30', '2027-03-13T07:00', '03-13T07:30 03-15T06:30 03-16T06:30'],
    ['America/New_York', '*:0/30', '2027-03-14T05:55', '03-14T06:00 03-14T06:30 03-14T07:00 03-14T07:30'],
    ['America/New_York', '*-*-* 01:30', '2027-11-06T06:00', '11-07T05:30 11-08T06:30 11-09T06:30'],
    ['America/New_York', '*:0/30', '2027-11-07T04:55', '11-07T05:00 11-07T05:30 11-07T07:00 11-07T07:30'],
    ['Australia/Lord_Howe', '*-*-* 01:45', '2026-04-03T15:00', '04-04T14:45 04-05T15:15 04-06T15:15'],
    ['Australia/Lord_Howe', '*:0/30', '2026-04-04T13:55', '04-04T14:00 04-04T14:30 04-04T15:30 04-04T16:00'],
    ['Australia/Lord_Howe', '*-*-* 02:15', '2026-10-02T15:30', '10-02T15:45 10-04T15:15 10-05T15:15'],
    ['Australia/Lord_Howe', '*:0/30', '2026-10-03T14:25', '10-03T14:30 10-03T15:00 10-03T15:30 10-03T16:00'],
    ['Australia/Lord_Howe', '*-*-* 01:45', '2027-04-02T15:00', '04-03T14:45 04-04T15:15 04-05T15:15'],
    ['Australia/Lord_Howe', '*:0/30', '2027-04-03T13:55', '04-03T14:00 04-03T14:30 04-03T15:30 04-03T16:00'],
    ['Australia/Lord_Howe', '*-*-* 02:15', '2027-10-01T15:30', '10-01T15:45 10-03T15:15 10-04T15:15'],
    ['Australia/Lord_Howe', '*:0/30', '2027-10-02T14:25', '10-02T14:30 10-02T15:00 10-02T15:30 10-02T16:00'],
    ['Australia/Lord_Howe', '*-*-* 02:45', '2026-10-03T12:00', '10-03T15:45 10-04T15:45'],
    ['Europe/Berlin', '*-*-* 02,03:30', '2026-03-28T23:50', '03-29T01:30 03-30T00:30 03-30T01:30'],
    ['America/Havana', 'daily', '2026-03-07T04:20', '03-07T05:00 03-09T04:00 03-10T04:00'],
    ['America/Havana', 'daily', '2026-10-31T03:20', '10-31T04:00 11-01T04:00 11-02T05:00'],
    ['Pacific/Apia', 'daily', '2011-12-28T10:20', '12-29T10:00 12-30T10:00 12-31T10:00'],
  ])('%s, %s after %s', (zone, expression, after, expected) => {
    const from = Date.parse(`${after}Z`)
    expect(iso(nextTimes(timer(expression, zone), from, expected.split(' ').length))).toBe(expected)
    // A zone in the line goes before the one beside it.
    const inLine = timer(`${expression} ${zone}`, 'Asia/Tokyo')
    expect(iso(nextTimes(inLine, from, expected.split(' ').length))).toBe(expected)
  })
})

describe('what OnCalendar means, times in UTC', () => {
  test.each([
    ['minutely', '01-01T00:01 01-01T00:02'],
    ['hourly', '01-01T01:00 01-01T02:00'],
    ['daily', '01-02T00:00 01-03T00:00'],
    ['WEEKLY', '01-05T00:00 01-12T00:00'],
    ['monthly', '02-01T00:00 03-01T00:00'],
    ['quarterly', '04-01T00:00 07-01T00:00'],
    ['semiannually', '07-01T00:00 01-01T00:00'],
    ['yearly', '01-01T00:00'],
    ['annually', '01-01T00:00'],
    ['Mon', '01-05T00:00 01-12T00:00'],
    ['Sat,Thu,Mon..Wed', '01-03T00:00 01-05T00:00 01-06T00:00 01-07T00:00 01-08T00:00'],
    ['friday 22:30', '01-02T22:30 01-09T22:30'],
    ['Mon-Fri, 9:00', '01-01T09:00 01-02T09:00 01-05T09:00'],
    ['10-15', '10-15T00:00 10-15T00:00'],
    ['Mon,Fri *-01/2-01,03 *:30:45', '05-01T00:30 05-01T01:30'],
    ['*-*-1..7/3 8:00', '01-01T08:00 01-04T08:00 01-07T08:00 02-01T08:00'],
    ['*-*-1..3/5', '02-01T00:00 03-01T00:00'],
    ['*:5/25', '01-01T00:05 01-01T00:30 01-01T00:55 01-01T01:05'],
    ['8..10:00', '01-01T08:00 01-01T09:00 01-01T10:00 01-02T08:00'],
    ['*-02~03', '02-26T00:00 02-26T00:00 02-27T00:00'],
    ['*-*~1', '01-31T00:00 02-28T00:00'],
    ['*-*~3..10/2', '01-23T00:00 01-25T00:00 01-27T00:00 01-29T00:00 02-20T00:00'],
    ['Mon *-05~07/1', '05-25T00:00 05-31T00:00'],
    ['2027..2031/2-03-01', '03-01T00:00 03-01T00:00 03-01T00:00'],
    ['27-03-01', '03-01T00:00'],
    ['*-2-29', '02-29T00:00 02-29T00:00'],
    ['12:00 UTC', '01-01T12:00'],
    ['12:00 utc', '01-01T12:00'],
    ['12:00 Asia/Kolkata', '01-01T06:30'],
    ['@1800000000', '01-15T08:00'],
    ['OnCalendar=Sun 04:00', '01-04T04:00 01-11T04:00'],
    ['# two\ndaily\n\nSun 04:00', '01-02T00:00 01-03T00:00 01-04T00:00 01-04T04:00'],
  ])('%j', (expression, expected) => {
    expect(iso(nextTimes(timer(expression), Date.UTC(2026, 0, 1), expected.split(' ').length))).toBe(expected)
  })

  test('seconds and their parts', () => {
    const seconds = (expression: string, count: number) =>
      nextTimes(timer(expression), Date.UTC(2026, 0, 1), count).map((at) => (at - Date.UTC(2026, 0, 1)) / 1_000)
    expect(seconds('*:*:0/15.5', 5)).toEqual([15.5, 31, 46.5, 60, 75.5])
    expect(seconds('*:*:07.25,58', 3)).toEqual([7.25, 58, 67.25])
    expect(seconds('*:*:5..7', 4)).toEqual([5, 6, 7, 65])
    expect(seconds('*:*:*', 2)).toEqual([1, 2])
    expect(seconds('00:00:0.1..0.5/0.2', 4)).toEqual([0.1, 0.3, 0.5, 86_400.1])
  })

  test('a date that is past has no next time, and a date in years that end has a last', () => {
    expect(nextTimes(timer('2019-03-01'), Date.UTC(2026, 0, 1), 3)).toEqual([])
    expect(nextTimes(timer('2025..2027-03-01'), Date.UTC(2026, 0, 1), 3)).toHaveLength(2)
  })
})

describe('an OnCalendar line that cannot be read says where, what and what instead', () => {
  const form = 'expected weekdays, a date and a time, as in Mon..Fri *-*-* 02:30:00'
  test.each([
    ['12:60', 'line 1, minutes: found "60", expected 0 to 59'],
    ['daily\n# x\n24:00', 'line 3, hours: found "24", expected 0 to 23'],
    ['12:00:60', 'line 1, seconds: found "60", expected 0 to 59.999'],
    ['12:00:1.2345', 'line 1, seconds: found "1.2345", expected at most 3 decimals'],
    ['*:*:0/0', 'line 1, seconds: found "/0", expected a step of 0.001 or more, as in 0/5'],
    ['*:0/0', 'line 1, minutes: found "/0", expected a step of 1 or more, as in 0/5'],
    ['*:*/5', 'line 1, minutes: found "*/5", expected a first value before the step, as in 0/5'],
    ['*:0/5/5', 'line 1, minutes: found "0/5/5", expected one step, as in 0/15'],
    ['*:50/15', 'line 1, minutes: found "50/15", expected a step that stays within 0 to 59'],
    ['*:0..59/60', 'no fault'],
    ['5..3:00', 'line 1, hours: found "5..3", expected a range that goes up'],
    ['1..2..3:00', 'line 1, hours: found "1..2..3", expected one range, as in 1..5'],
    [
      '*:*:0.5..0.7',
      'line 1, seconds: found "0.5..0.7", expected a range of 1 second or more, or a step, as in 0.1..0.5/0.2',
    ],
    ['1.5:00', 'line 1, hours: found "1.5", expected 0 to 23'],
    ['*-13-01', 'line 1, month: found "13", expected 1 to 12'],
    ['*-0-1', 'line 1, month: found "0", expected 1 to 12'],
    ['*-*-32', 'line 1, day: found "32", expected 1 to 31'],
    ['*-*~29', 'line 1, day from the end: found "29", expected 1 to 28'],
    ['*-*~3/5', 'line 1, day from the end: found "3/5", expected a step that stays within 1 to 28'],
    ['2250-01-01', 'line 1, year: found "2250", expected 1970 to 2199'],
    ['2026-01', 'line 1, month: found "2026", expected 1 to 12'],
    ['12', 'line 1, date: found "12", expected year-month-day as in *-*-01, or month-day'],
    ['1-2-3-4', 'line 1, date: found "1-2-3-4", expected year-month-day as in *-*-01, or month-day'],
    ['1:2:3:4', 'line 1, time: found "1:2:3:4", expected hours:minutes or hours:minutes:seconds'],
    ['Mon Tue 10:00', 'line 1, date: found "Tue", expected year-month-day as in *-*-01, or month-day'],
    ['Sat..Mon 10:00', 'line 1, weekday: found "Sat..Mon", expected a range from Monday towards Sunday'],
    ['Mo 10:00', 'line 1, weekday: found "Mo", expected Mon to Sun, as in Mon..Fri or Sat,Sun'],
    ['Mon..Tue..Wed 1:00', 'line 1, weekday: found "Mon..Tue..Wed", expected one range, as in Mon..Fri'],
    ['10:00 PM', 'line 1, zone: found "PM", expected UTC or an IANA time zone such as Europe/Berlin'],
    ['constructor', 'line 1, weekday: found "constructor", expected Mon to Sun, as in Mon..Fri or Sat,Sun'],
    ['__proto__', 'line 1, date: found "__proto__", expected year-month-day as in *-*-01, or month-day'],
    ['every day', 'line 1, zone: found "day", expected UTC or an IANA time zone such as Europe/Berlin'],
    ['* * * * *', `line 1: found "* * * * *", ${form}`],
    ['*-*-* 02:30 03:30', `line 1: found "*-*-* 02:30 03:30", ${form}`],
    ['OnCalendar=', `line 1: found "", ${form}`],
    ['@9999999999', 'line 1, timestamp: found "@9999999999", expected a time before 2200'],
    ['2026-02-30', 'line 1: found "2026-02-30", which never comes: expected days that exist'],
    ['Mon 2026-01-01', 'line 1: found "Mon 2026-01-01", which never comes: expected days that exist'],
    ['', 'found no schedule, expected one such as *-*-* 02:30'],
  ])('%j', (expression, fault) => expect(faultOf(expression)).toBe(fault))
})

/** A part as text and values; open steps end the part evenly, for systemd 252 loses its place where they do not. */
const part = (low: number, high: number, starWeight: number, openSteps: readonly number[]) => {
  const value = fc.integer({ min: low, max: high })
  const range = (from: number, to: number, step = 1) => {
    const values: number[] = []
    for (let i = from; i <= to; i += step) values.push(i)
    return values
  }
  const ends = fc.tuple(value, value).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  const open = openSteps.map((step) => fc.constant({ text: `${low}/${step}`, values: range(low, high, step) }))
  const term = fc.oneof(
    { weight: 4, arbitrary: value.map((v) => ({ text: `${v}`, values: [v] })) },
    ends.map(([a, b]) => ({ text: `${a}..${b}`, values: range(a, b) })),
    fc
      .tuple(ends, fc.integer({ min: 1, max: 6 }))
      .map(([[a, b], step]) => ({ text: `${a}..${b}/${step}`, values: range(a, b, step) })),
    ...open,
  )
  return fc.oneof(
    { weight: starWeight, arbitrary: fc.constant({ text: '*', values: range(low, high) }) },
    { weight: 4, arbitrary: term },
    fc.array(term, { minLength: 2, maxLength: 3 }).map((terms) => ({
      text: terms.map(({ text }) => text).join(','),
      values: terms.flatMap(({ values }) => values),
    })),
  )
}
const weekdayLists = fc.constantFrom(
  { text: '', values: [0, 1, 2, 3, 4, 5, 6] },
  { text: 'Mon..Fri ', values: [1, 2, 3, 4, 5] },
  { text: 'sat,SUNDAY ', values: [6, 0] },
  { text: 'Tue ', values: [2] },
)
const timers = fc
  .tuple(weekdayLists, part(1, 12, 12, []), part(1, 31, 8, []), part(0, 23, 4, [2, 3, 8]), part(0, 59, 1, [5, 20]))
  .map(([weekday, month, day, hour, minute]) => ({
    expression: `${weekday.text}*-${month.text}-${day.text} ${hour.text}:${minute.text}`,
    job: {
      minutes: new Set(minute.values),
      hours: new Set(hour.values),
      monthDays: new Set(day.values),
      months: new Set(month.values),
      weekdays: new Set(weekday.values),
      either: false,
    } satisfies Job,
  }))

describe('any OnCalendar timer', () => {
  test('comes at wall times that exist, at their first pass', () => {
    fc.assert(
      fc.property(timers, fc.constantFrom(...windows), fc.integer({ min: 0, max: 1_440 * 60 }), (any, window, skip) => {
        const minutes = minutesOf(window)
        const start = minutes[0]?.at ?? 0
        const end = minutes.at(-1)?.at ?? 0
        const runs = timerRuns(any.job, minutes)
        if ('fault' in readSchedule(timer(any.expression))) {
          expect(runs).toEqual([])
          return
        }
        const { next } = compileSchedule(timer(any.expression, window[0]))
        const found: number[] = []
        for (let at = next(start - 1); at !== null && at <= end; at = next(at)) found.push(at)
        expect(found).toEqual(runs)
        const after = start + skip * 4_000
        const following = next(after)
        expect(following !== null && following <= end ? following : undefined).toBe(runs.find((at) => at > after))
      }),
    )
  })

  // Where midnight repeats (Havana), systemd's choice of pass depends on what it computed before: see the table for it.
  const steady = windows.filter(([zone]) => zone !== 'America/Havana')

  test.skipIf(!systemdIsHere)(
    'comes when systemd-analyze says so (skipped without it: apt-get install systemd)',
    () => {
      fc.assert(
        fc.property(timers, fc.constantFrom(...steady), ({ expression }, [zone, from]) => {
          const theirs = systemdTimes(`${expression} ${zone}`, Date.parse(from), 6)
          const read = readSchedule(timer(expression, zone))
          const ours = 'fault' in read ? [] : nextTimes(read.schedule, Date.parse(from), 6)
          // systemd gives up on rare dates, we after a hundred years.
          if (theirs !== null) expect(ours.slice(0, theirs.length).map((at) => at / 1_000)).toEqual(theirs)
        }),
        { numRuns: 40 },
      )
    },
  )

  test('any text is either read or refused in words', () => {
    const signs = fc.string({ unit: fc.constantFrom(...'0123*/.,-~: @MonUTC\n') })
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), signs), (text) => {
        const read = readSchedule(timer(text))
        if ('fault' in read) expect(read.fault).toMatch(/found .*expected|never comes/s)
        else for (const at of nextTimes(read.schedule, 1_000, 3)) expect(at).toBeGreaterThan(1_000)
      }),
    )
  })
})
