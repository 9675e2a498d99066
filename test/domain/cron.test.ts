import { Cron } from 'croner'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileSchedule, nextTimes, readSchedule } from '@/lib/domain/schedule'
import { cronRuns, type Job, minutesOf, windows } from './wall-minutes'

const iso = (times: readonly number[]) => times.map((at) => new Date(at).toISOString().slice(5, 16)).join(' ')
const cron = (expression: string, zone = 'UTC') => ({ kind: 'cron', expression, zone }) as const
const faultOf = (expression: string) => {
  const read = readSchedule(cron(expression))
  return 'fault' in read ? read.fault : 'no fault'
}

describe('a cron job in the weeks of a clock change, times in UTC', () => {
  // A fixed time that is skipped comes right after the change, one that repeats comes once; a star follows the clock.
  test.each([
    ['Europe/Berlin', '30 2 * * *', '2026-03-28T01:00', '03-28T01:30 03-29T01:00 03-30T00:30'],
    ['Europe/Berlin', '*/30 2 * * *', '2026-03-28T22:00', '03-30T00:00 03-30T00:30 03-31T00:00'],
    ['Europe/Berlin', '0 * * * *', '2026-03-28T23:30', '03-29T00:00 03-29T01:00 03-29T02:00 03-29T03:00'],
    ['Europe/Berlin', '30 2 * * *', '2026-10-24T01:00', '10-25T00:30 10-26T01:30 10-27T01:30'],
    ['Europe/Berlin', '*/30 2 * * *', '2026-10-24T22:00', '10-25T00:00 10-25T00:30 10-25T01:00'],
    ['Europe/Berlin', '0 * * * *', '2026-10-24T23:30', '10-25T00:00 10-25T01:00 10-25T02:00 10-25T03:00'],
    ['Europe/Berlin', '30 2 * * *', '2027-03-27T01:00', '03-27T01:30 03-28T01:00 03-29T00:30'],
    ['Europe/Berlin', '*/30 2 * * *', '2027-03-27T22:00', '03-29T00:00 03-29T00:30 03-30T00:00'],
    ['Europe/Berlin', '0 * * * *', '2027-03-27T23:30', '03-28T00:00 03-28T01:00 03-28T02:00 03-28T03:00'],
    ['Europe/Berlin', '30 2 * * *', '2027-10-30T01:00', '10-31T00:30 11-01T01:30 11-02T01:30'],
    ['Europe/Berlin', '*/30 2 * * *', '2027-10-30T22:00', '10-31T00:00 10-31T00:30 10-31T01:00'],
    ['Europe/Berlin', '0 * * * *', '2027-10-30T23:30', '10-31T00:00 10-31T01:00 10-31T02:00 10-31T03:00'],
    ['America/New_York', '30 2 * * *', '2026-03-07T07:00', '03-07T07:30 03-08T07:00 03-09T06:30'],
    ['America/New_York', '*/30 2 * * *', '2026-03-08T04:00', '03-09T06:00 03-09T06:30 03-10T06:00'],
    ['America/New_York', '0 * * * *', '2026-03-08T05:30', '03-08T06:00 03-08T07:00 03-08T08:00 03-08T09:00'],
    ['America/New_York', '30 1 * * *', '2026-10-31T06:00', '11-01T05:30 11-02T06:30 11-03T06:30'],
    ['America/New_York', '*/30 1 * * *', '2026-11-01T03:00', '11-01T05:00 11-01T05:30 11-01T06:00'],
    ['America/New_York', '0 * * * *', '2026-11-01T04:30', '11-01T05:00 11-01T06:00 11-01T07:00 11-01T08:00'],
    ['America/New_York', '30 2 * * *', '2027-03-13T07:00', '03-13T07:30 03-14T07:00 03-15T06:30'],
    ['America/New_York', '*/30 2 * * *', '2027-03-14T04:00', '03-15T06:00 03-15T06:30 03-16T06:00'],
    ['America/New_York', '0 * * * *', '2027-03-14T05:30', '03-14T06:00 03-14T07:00 03-14T08:00 03-14T09:00'],
    ['America/New_York', '30 1 * * *', '2027-11-06T06:00', '11-07T05:30 11-08T06:30 11-09T06:30'],
    ['America/New_York', '*/30 1 * * *', '2027-11-07T03:00', '11-07T05:00 11-07T05:30 11-07T06:00'],
    ['America/New_York', '0 * * * *', '2027-11-07T04:30', '11-07T05:00 11-07T06:00 11-07T07:00 11-07T08:00'],
    ['Australia/Lord_Howe', '45 1 * * *', '2026-04-03T15:00', '04-04T14:45 04-05T15:15 04-06T15:15'],
    ['Australia/Lord_Howe', '*/30 1 * * *', '2026-04-04T12:00', '04-04T14:00 04-04T14:30 04-04T15:00'],
    ['Australia/Lord_Howe', '0 * * * *', '2026-04-04T13:30', '04-04T14:00 04-04T15:30 04-04T16:30 04-04T17:30'],
    ['Australia/Lord_Howe', '15 2 * * *', '2026-10-02T15:30', '10-02T15:45 10-03T15:30 10-04T15:15'],
    ['Australia/Lord_Howe', '*/30 2 * * *', '2026-10-03T12:30', '10-03T15:30 10-04T15:00 10-04T15:30'],
    ['Australia/Lord_Howe', '0 * * * *', '2026-10-03T14:00', '10-03T14:30 10-03T16:00 10-03T17:00 10-03T18:00'],
    ['Australia/Lord_Howe', '45 1 * * *', '2027-04-02T15:00', '04-03T14:45 04-04T15:15 04-05T15:15'],
    ['Australia/Lord_Howe', '*/30 1 * * *', '2027-04-03T12:00', '04-03T14:00 04-03T14:30 04-03T15:00'],
    ['Australia/Lord_Howe', '0 * * * *', '2027-04-03T13:30', '04-03T14:00 04-03T15:30 04-03T16:30 04-03T17:30'],
    ['Australia/Lord_Howe', '15 2 * * *', '2027-10-01T15:30', '10-01T15:45 10-02T15:30 10-03T15:15'],
    ['Australia/Lord_Howe', '*/30 2 * * *', '2027-10-02T12:30', '10-02T15:30 10-03T15:00 10-03T15:30'],
    ['Australia/Lord_Howe', '0 * * * *', '2027-10-02T14:00', '10-02T14:30 10-02T16:00 10-02T17:00 10-02T18:00'],
    ['America/Havana', '0 0 * * *', '2026-03-07T06:00', '03-08T05:00 03-09T04:00 03-10T04:00'],
    ['America/Havana', '30 0 * * *', '2026-10-31T06:00', '11-01T04:30 11-02T05:30 11-03T05:30'],
    ['Asia/Beirut', '0 0 * * *', '2026-03-28T00:00', '03-28T22:00 03-29T21:00 03-30T21:00'],
    ['America/Asuncion', '15 0 * * *', '2023-09-30T06:00', '10-01T04:00 10-02T03:15 10-03T03:15'],
    ['Africa/Casablanca', '30 2 * * *', '2026-02-14T06:00', '02-15T01:30 02-16T02:30 02-17T02:30'],
    ['Africa/Casablanca', '30 2 * * *', '2026-03-21T06:00', '03-22T02:00 03-23T01:30 03-24T01:30'],
    ['Pacific/Apia', '0 12 * * *', '2011-12-28T00:00', '12-28T22:00 12-29T22:00 12-30T22:00 12-31T22:00'],
    ['UTC', '30 2 * * *', '2026-03-28T12:00', '03-29T02:30 03-30T02:30'],
  ])('%s, %s after %s', (zone, expression, after, expected) => {
    const from = Date.parse(`${after}Z`)
    expect(iso(nextTimes(cron(expression, zone), from, expected.split(' ').length))).toBe(expected)
  })

  test('a time that a job saw already is not expected again while its hour repeats', () => {
    const second = Date.parse('2026-10-25T01:10Z')
    expect(iso([compileSchedule(cron('30 2 * * *', 'Europe/Berlin')).next(second) ?? 0])).toBe('10-26T01:30')
  })

  test('a job with a star that is next due in a year comes in the hour that repeats', () => {
    const { next } = compileSchedule(cron('*/10 2 25 10 *', 'Europe/Berlin'))
    expect(iso([next(Date.parse('2026-10-25T00:55Z')) ?? 0])).toBe('10-25T01:00')
  })
})

describe('what the fields of cron mean, times in UTC', () => {
  test.each([
    ['*/20 * * * *', '01-01T00:20 01-01T00:40 01-01T01:00'],
    ['5/20 * * * *', '01-01T00:05 01-01T00:25 01-01T00:45'],
    ['*/90 * * * *', '01-01T01:00 01-01T02:00'],
    ['1-10/4,30 3 * * *', '01-01T03:01 01-01T03:05 01-01T03:09 01-01T03:30 01-02T03:01'],
    ['0 0 1 jan,Jul *', '07-01T00:00 01-01T00:00'],
    ['0 0 * * MON-fri', '01-02T00:00 01-05T00:00'],
    ['0 0 * * 0', '01-04T00:00 01-11T00:00'],
    ['0 0 * * 7', '01-04T00:00 01-11T00:00'],
    ['0 0 * * 5-7', '01-02T00:00 01-03T00:00 01-04T00:00 01-09T00:00'],
    ['0 0 * * */2', '01-03T00:00 01-04T00:00 01-06T00:00'],
    ['0 0 L * *', '01-31T00:00 02-28T00:00 03-31T00:00'],
    ['0 0 l-3 * *', '01-28T00:00 02-25T00:00'],
    ['0 0 L-30 * *', '03-01T00:00 05-01T00:00'],
    ['0 0 LW * *', '01-30T00:00 02-27T00:00 03-31T00:00'],
    ['0 0 1W 8 *', '08-03T00:00 08-02T00:00'],
    ['0 0 15W * *', '01-15T00:00 02-16T00:00 03-16T00:00'],
    ['0 0 1W * *', '01-01T00:00 02-02T00:00 03-02T00:00'],
    ['0 0 31W * *', '01-30T00:00 03-31T00:00 05-29T00:00'],
    ['0 0 1,L * *', '01-31T00:00 02-01T00:00 02-28T00:00'],
    ['0 0 * * 5L', '01-30T00:00 02-27T00:00'],
    ['0 0 * * friL,0', '01-04T00:00 01-11T00:00 01-18T00:00 01-25T00:00 01-30T00:00'],
    ['0 0 * * mon#2', '01-12T00:00 02-09T00:00'],
    ['0 0 * * 7#1', '01-04T00:00 02-01T00:00'],
    ['0 0 13 * 5', '01-02T00:00 01-09T00:00 01-13T00:00 01-16T00:00'],
    ['0 0 */2 * 5', '01-09T00:00 01-23T00:00'],
    ['0 0 1-7 * *,1', '01-02T00:00 01-03T00:00'],
    ['0 0 29 2 *', '02-29T00:00 02-29T00:00'],
    ['@yearly', '01-01T00:00 01-01T00:00'],
    ['@annually', '01-01T00:00'],
    ['@monthly', '02-01T00:00 03-01T00:00'],
    ['@weekly', '01-04T00:00 01-11T00:00'],
    ['@daily', '01-02T00:00'],
    ['@MIDNIGHT', '01-02T00:00'],
    ['@hourly', '01-01T01:00 01-01T02:00'],
    ['# nightly\n\n30 2 * * *\n  0 12 * * sun\n', '01-01T02:30 01-02T02:30 01-03T02:30 01-04T02:30 01-04T12:00'],
  ])('%j', (expression, expected) => {
    // 2026 begins on a Thursday; the first minute of it is not after itself.
    const from = expression.endsWith('jan,Jul *') ? Date.UTC(2026, 5, 1) : Date.UTC(2026, 0, 1)
    const start = expression === '0 0 1W * *' ? from - 1 : from
    expect(iso(nextTimes(cron(expression), start, expected.split(' ').length))).toBe(expected)
  })

  test('29 February in a century, and a fifth Monday in it', () => {
    const years = (expression: string) =>
      nextTimes(cron(expression), Date.UTC(2090, 0, 1), 3).map((at) => new Date(at).getUTCFullYear())
    expect(years('0 0 29 2 *')).toEqual([2092, 2096, 2104])
    expect(years('0 0 * 2 MON#5')).toEqual([2112, 2140, 2168])
  })
})

describe('a line of cron that cannot be read says where, what and what instead', () => {
  test.each([
    ['75 * * * *', 'line 1, minutes: found "75", expected 0 to 59'],
    ['0 2 * * *\n\n75 2 * * *', 'line 3, minutes: found "75", expected 0 to 59'],
    ['-1 * * * *', 'line 1, minutes: found "", expected 0 to 59'],
    ['0 24 * * *', 'line 1, hours: found "24", expected 0 to 23'],
    ['0 0 0 * *', 'line 1, day of month: found "0", expected 1 to 31, L, L-n, LW or nW'],
    ['0 0 L-31 * *', 'line 1, day of month: found "L-31", expected L-1 to L-30'],
    ['0 0 L/2 * *', 'line 1, day of month: found "L", expected 1 to 31, L, L-n, LW or nW'],
    ['0 0 ? * *', 'line 1, day of month: found "?", expected 1 to 31, L, L-n, LW or nW'],
    ['0 0 * 13 *', 'line 1, month: found "13", expected 1 to 12 or JAN to DEC'],
    ['0 0 * january *', 'line 1, month: found "january", expected 1 to 12 or JAN to DEC'],
    ['0 0 * * 8', 'line 1, day of week: found "8", expected 0 to 7 or SUN to SAT'],
    ['0 0 * * L', 'line 1, day of week: found "L", expected 0 to 7 or SUN to SAT'],
    ['0 0 * * mon#6', 'line 1, day of week: found "mon#6", expected a count of 1 to 5 after the #, as in MON#2'],
    ['0 0 * * fri-sun', 'line 1, day of week: found "fri-sun", expected a range that goes up: 5-7'],
    ['30-10 * * * *', 'line 1, minutes: found "30-10", expected a range that goes up, or a list such as 30,10'],
    ['1-2-3 * * * *', 'line 1, minutes: found "1-2-3", expected one range, as in 1-5'],
    ['*/0 * * * *', 'line 1, minutes: found "/0", expected a step of 1 or more, as in */5'],
    ['*/x * * * *', 'line 1, minutes: found "/x", expected a step of 1 or more, as in */5'],
    ['*/5/5 * * * *', 'line 1, minutes: found "*/5/5", expected one step, as in */5'],
    ['1,,2 * * * *', 'line 1, minutes: found "", expected 0 to 59'],
    ['5.5 * * * *', 'line 1, minutes: found "5.5", expected 0 to 59'],
    ['\u{1f570} * * * *', 'line 1, minutes: found "\u{1f570}", expected 0 to 59'],
    ['0 2 * *', 'line 1: found 4 fields in "0 2 * *", expected 5: minutes, hours, day of month, month, day of week'],
    ['daily', 'line 1: found 1 field in "daily", expected 5: minutes, hours, day of month, month, day of week'],
    [
      '0 0 2 * * *',
      'line 1: found 6 fields, expected 5 (minutes, hours, day of month, month, day of week): seconds and years are not read',
    ],
    [
      '0 2 * * * /usr/bin/backup --all',
      'line 1: found "/usr/bin/backup --all" after the fifth field, expected nothing: leave out the user and the command',
    ],
    [
      '0 2 * * * root backup',
      'line 1: found "root backup" after the fifth field, expected nothing: leave out the user and the command',
    ],
    ['@daily backup', 'line 1: found "backup" after @daily, expected nothing: leave out the user and the command'],
    ['@reboot', 'line 1: found "@reboot", which names no time: expected a time, or a period instead of cron'],
    [
      '@every 5m',
      'line 1: found "@every", expected one of @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly',
    ],
    ['CRON_TZ=UTC\n0 2 * * *', 'line 1: found "CRON_TZ=UTC", expected a schedule: its zone is chosen beside it'],
    ['0 0 30 2 *', 'line 1: found "0 0 30 2 *", which never comes: expected days that exist'],
    ['0 0 31 4,6 *', 'line 1: found "0 0 31 4,6 *", which never comes: expected days that exist'],
    ['', 'found no schedule, expected one such as 30 2 * * *'],
    ['# nothing\n', 'found no schedule, expected one such as 30 2 * * *'],
    ['* * * * *\n'.repeat(51), 'found 51 lines, expected at most 50'],
    ['#'.repeat(4_001), 'found 4001 characters, expected at most 4000'],
    [`${'9'.repeat(100)} * * * *`, `line 1, minutes: found "${'9'.repeat(40)}...", expected 0 to 59`],
  ])('%j', (expression, fault) => expect(faultOf(expression)).toBe(fault))
})

/** A field as text and as the values it means, written down independently of the reader. */
const field = (low: number, high: number, starWeight: number) => {
  const value = fc.integer({ min: low, max: high })
  const range = (from: number, to: number, step = 1) => {
    const values: number[] = []
    for (let i = from; i <= to; i += step) values.push(i)
    return values
  }
  const term = fc.oneof(
    { weight: 4, arbitrary: value.map((v) => ({ text: `${v}`, values: [v] })) },
    fc
      .tuple(value, value)
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
      .map(([a, b]) => ({ text: `${a}-${b}`, values: range(a, b) })),
    fc
      .tuple(value, value, fc.integer({ min: 1, max: 6 }))
      .map(([a, b, step]) => [Math.min(a, b), Math.max(a, b), step] as const)
      .map(([a, b, step]) => ({ text: `${a}-${b}/${step}`, values: range(a, b, step) })),
    fc.integer({ min: 1, max: 6 }).map((step) => ({ text: `*/${step}`, values: range(low, high, step) })),
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
const fields = fc.tuple(field(0, 59, 1), field(0, 23, 4), field(1, 31, 8), field(1, 12, 12), field(0, 6, 8))

describe('any cron job', () => {
  test('comes when a cron daemon that looks at the clock every minute would run it', () => {
    fc.assert(
      fc.property(
        fields,
        fc.constantFrom(...windows),
        fc.integer({ min: 0, max: 1_440 * 60 }),
        ([m, h, dom, mon, dow], window, skip) => {
          const minutes = minutesOf(window)
          const start = minutes[0]?.at ?? 0
          const end = minutes.at(-1)?.at ?? 0
          const job: Job = {
            minutes: new Set(m.values),
            hours: new Set(h.values),
            monthDays: new Set(dom.values),
            months: new Set(mon.values),
            weekdays: new Set(dow.values),
            either: !dom.text.startsWith('*') && !dow.text.startsWith('*'),
          }
          const runs = cronRuns(job, m.text.startsWith('*') || h.text.startsWith('*'), minutes)
          const expression = [m, h, dom, mon, dow].map(({ text }) => text).join(' ')
          if ('fault' in readSchedule(cron(expression))) {
            expect(runs).toEqual([])
            return
          }
          const { next } = compileSchedule(cron(expression, window[0]))
          const found: number[] = []
          for (let at = next(start - 1); at !== null && at <= end; at = next(at)) found.push(at)
          expect(found).toEqual(runs)
          // Asked from any instant, not only from a run.
          const after = start + skip * 4_000
          const following = next(after)
          expect(following !== null && following <= end ? following : undefined).toBe(runs.find((at) => at > after))
        },
      ),
    )
  })

  test('comes when croner says so, where no clock changes', () => {
    fc.assert(
      fc.property(fields, fc.integer({ min: 1_700_000_000, max: 2_000_000_000 }), (parts, seconds) => {
        const expression = parts.map(({ text }) => text).join(' ')
        const [, , dom, , dow] = parts.map(({ text }) => text)
        const domAndDow = Boolean(dom?.startsWith('*') || dow?.startsWith('*'))
        const theirs = new Cron(expression, { timezone: 'UTC', domAndDow }).nextRuns(5, new Date(seconds * 1_000))
        const read = readSchedule(cron(expression))
        const ours = 'fault' in read ? [] : nextTimes(read.schedule, seconds * 1_000, 5)
        // croner gives up within a few years, we after a hundred.
        expect(ours.slice(0, theirs.length)).toEqual(theirs.map(Number))
      }),
    )
  })

  test('any text is either read or refused in words', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'0159*/,-#LW@ \n') })),
        (text) => {
          const read = readSchedule(cron(text))
          if ('fault' in read) expect(read.fault).toMatch(/found .*expected|never comes/s)
          else for (const at of nextTimes(read.schedule, 1_000, 3)) expect(at).toBeGreaterThan(1_000)
        },
      ),
    )
  })
})
