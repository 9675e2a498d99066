import { describe, expect, test } from 'vitest'
import { compileSchedule, guessKind, nextTimes, readSchedule, type Schedule } from '@/lib/domain/schedule'
import { costOf } from '../setup/measure'

const start = Date.UTC(2026, 0, 1)

describe('readSchedule', () => {
  test('keeps what it was given, without the space around it', () => {
    expect(readSchedule({ kind: 'period', seconds: 60 })).toEqual({ schedule: { kind: 'period', seconds: 60 } })
    expect(readSchedule({ kind: 'cron', expression: ' 0 2 * * *\n', zone: 'Europe/Berlin' })).toEqual({
      schedule: { kind: 'cron', expression: '0 2 * * *', zone: 'Europe/Berlin' },
    })
    expect(readSchedule({ kind: 'oncalendar', expression: 'daily', zone: 'UTC' })).toEqual({
      schedule: { kind: 'oncalendar', expression: 'daily', zone: 'UTC' },
    })
  })

  test.each([
    [undefined, 'period: found none, expected 1 to 31622400 seconds (366 days)'],
    [0, 'period: found 0 seconds, expected a whole number from 1 to 31622400 (366 days)'],
    [1.5, 'period: found 1.5 seconds, expected a whole number from 1 to 31622400 (366 days)'],
    [Number.NaN, 'period: found NaN seconds, expected a whole number from 1 to 31622400 (366 days)'],
    [31_622_401, 'period: found 31622401 seconds, expected a whole number from 1 to 31622400 (366 days)'],
  ])('refuses a period of %s', (seconds, fault) => {
    expect(readSchedule({ kind: 'period', ...(seconds === undefined ? {} : { seconds }) })).toEqual({ fault })
  })

  test.each([
    ['Mars/Olympus', 'zone: found "Mars/Olympus", expected an IANA time zone such as Europe/Berlin'],
    ['+02:00', 'zone: found "+02:00", expected an IANA time zone such as Europe/Berlin'],
    [undefined, 'zone: found "", expected an IANA time zone such as Europe/Berlin'],
  ])('refuses the zone %s', (zone, fault) => {
    expect(readSchedule({ kind: 'cron', expression: '* * * * *', ...(zone === undefined ? {} : { zone }) })).toEqual({
      fault,
    })
  })

  test('takes the longest period and the shortest', () => {
    for (const seconds of [1, 366 * 86_400])
      expect(readSchedule({ kind: 'period', seconds })).toHaveProperty('schedule')
  })
})

describe('guessKind', () => {
  test.each([
    ['30 2 * * *', 'cron'],
    ['0-30/5 * * * mon#2', 'cron'],
    ['@daily', 'cron'],
    ['# nightly\n30 2 * * *', 'cron'],
    ['0 2 * * * curl https://example.org', 'cron'],
    ['*/5 * * *', 'cron'],
    ['*/5', 'cron'],
    ['*-*-* 02:30', 'oncalendar'],
    ['Mon..Fri 22:30 Europe/Berlin', 'oncalendar'],
    ['Mon *-*-01 UTC', 'oncalendar'],
    ['daily', 'oncalendar'],
    ['*-*-01', 'oncalendar'],
    ['*-02~03', 'oncalendar'],
    ['*:0/15', 'oncalendar'],
    ['@1800000000', 'oncalendar'],
    ['OnCalendar=*-*-* 4:00', 'oncalendar'],
    ['', 'cron'],
  ])('%j is %s', (expression, kind) => expect(guessKind(expression)).toBe(kind))
})

describe('next times', () => {
  test('a period counts from what it is given', () => {
    expect(nextTimes({ kind: 'period', seconds: 90 }, start, 3)).toEqual([
      start + 90_000,
      start + 180_000,
      start + 270_000,
    ])
  })

  test('several lines are due at the earliest of them, once where they meet', () => {
    const both: Schedule = { kind: 'cron', expression: '0 12 * * *\n0 */6 * * *', zone: 'UTC' }
    expect(nextTimes(both, start, 4).map((at) => (at - start) / 3_600_000)).toEqual([6, 12, 18, 24])
  })

  test('lines with zones of their own are put in order', () => {
    const both: Schedule = { kind: 'oncalendar', expression: '9:00\n9:00 America/New_York', zone: 'Europe/Berlin' }
    expect(nextTimes(both, start, 3).map((at) => (at - start) / 3_600_000)).toEqual([8, 14, 32])
  })

  test('none are asked for, none are given', () => {
    expect(nextTimes({ kind: 'period', seconds: 1 }, start, 0)).toEqual([])
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -8.64e15, 8.64e15])('after %d there is none', (after) => {
    const daily = compileSchedule({ kind: 'cron', expression: '@daily', zone: 'Europe/Berlin' })
    expect(daily.next(after)).toBeNull()
  })

  test('the first one is after the instant, by a millisecond and by a part of one', () => {
    const daily = compileSchedule({ kind: 'cron', expression: '@daily', zone: 'UTC' })
    expect(daily.next(start - 1)).toBe(start)
    expect(daily.next(start - 0.25)).toBe(start)
    expect(daily.next(start)).toBe(start + 86_400_000)
  })
})

describe('compileSchedule', () => {
  test('compiles the same expression in the same zone once', () => {
    const one = compileSchedule({ kind: 'cron', expression: '1 2 3 4 *', zone: 'Europe/Berlin' })
    expect(compileSchedule({ kind: 'cron', expression: '1 2 3 4 *', zone: 'Europe/Berlin' })).toBe(one)
    expect(compileSchedule({ kind: 'cron', expression: '1 2 3 4 *', zone: 'Europe/Paris' })).not.toBe(one)
  })

  test('throws in words for what was never read', () => {
    expect(() => compileSchedule({ kind: 'cron', expression: '61 * * * *', zone: 'UTC' })).toThrow('line 1, minutes')
  })

  test('a hundred thousand jobs with schedules of their own are judged within seconds', async () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC']
    const jobs = Array.from({ length: 2_000 }, (_, i) =>
      compileSchedule({ kind: 'cron', expression: `${i % 60} ${i % 24} * * ${i % 7}`, zone: zones[i % 4] ?? 'UTC' }),
    )
    let due = 0
    const { cpu } = await costOf(() => {
      for (let i = 0; i < 100_000; i++) due += (jobs[i % 2_000]?.next(start + i * 60_000) ?? 0) > start ? 1 : 0
    })
    expect(cpu).toBeLessThan(30) // about 1; looked for minute by minute it takes hundreds
    expect(due).toBe(100_000)
  })
})
