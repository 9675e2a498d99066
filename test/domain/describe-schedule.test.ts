import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeSchedule, readSchedule, type Schedule } from '@/lib/domain/schedule'

describe('a period in words', () => {
  test.each([
    [1, 'every second'],
    [10, 'every 10 seconds'],
    [60, 'every minute'],
    [90, 'every 1 minute and 30 seconds'],
    [3_600, 'every hour'],
    [5_400, 'every 1 hour and 30 minutes'],
    [86_400, 'every day'],
    [259_200, 'every 3 days'],
    [694_861, 'every 8 days, 1 hour, 1 minute and 1 second'],
  ])('%i s', (seconds, words) => expect(describeSchedule({ kind: 'period', seconds })).toBe(words))
})

describe('cron in words', () => {
  test.each([
    ['30 2 * * 1-5', 'At 02:30 on weekdays'],
    ['* * * * *', 'Every minute'],
    ['*/5 * * * *', 'Every 5 minutes'],
    ['*/5 8-17 * * 1-5', 'Every 5 minutes from 08:00 to 17:59 on weekdays'],
    ['* 2,4,6 * * *', 'Every minute in the hours 2, 4 and 6'],
    ['@hourly', 'Every hour, on the hour'],
    ['5 * * * *', 'At minute 5 of every hour'],
    ['5,35 * * * 0,6', 'At minutes 5 and 35 of every hour on weekends'],
    ['*/7 * * * *', 'At minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour'],
    ['15 */2 * * *', 'Every 2 hours from 00:15'],
    ['0 1,3,5,7,9,11,13 * * *', 'At minute 0 of the hours 1, 3, 5, 7, 9, 11 and 13'],
    ['0,30 8-17 * * *', 'Every 30 minutes from 08:00 to 17:59'],
    ['*/90 * * * *', 'Every hour, on the hour'],
    ['@daily', 'At 00:00 every day'],
    ['@weekly', 'At 00:00 on Sundays'],
    ['@monthly', 'At 00:00 on the 1st of the month'],
    ['@yearly', 'At 00:00 on the 1st of January'],
    ['30 2,14 * jan-mar *', 'At 02:30 and 14:30 every day in January to March'],
    ['0 9 * * mon,wed,sun', 'At 09:00 on Mondays, Wednesdays and Sundays'],
    ['0 9 * 6 fri-sat', 'At 09:00 on Fridays and Saturdays in June'],
    ['0 9 1-7,22,23,31 * *', 'At 09:00 on the 1st to 7th, 22nd, 23rd and 31st of the month'],
    ['0 9 11,12,13 2 *', 'At 09:00 on the 11th to 13th of February'],
    ['0 9 L * *', 'At 09:00 on the last day of the month'],
    ['0 9 L-3 * *', 'At 09:00 on the 4th-to-last day of the month'],
    ['0 9 LW * *', 'At 09:00 on the last Monday-to-Friday day of the month'],
    ['0 9 15W * *', 'At 09:00 on the Monday-to-Friday day nearest to the 15th of the month'],
    ['0 9 * * 5L', 'At 09:00 on the last Friday of the month'],
    ['0 9 * 1,7 mon#2', 'At 09:00 on the second Monday of January and July'],
    ['0 9 13 * fri', 'At 09:00 on the 13th of the month, and also on Fridays'],
    ['0 9 13 6 fri', 'At 09:00 on the 13th of June, and also on Fridays in June'],
    ['0 9 1-31 * fri', 'At 09:00 every day'],
    ['0 9 */10 * fri', 'At 09:00 on Fridays when it is the 1st, 11th, 21st or 31st of the month'],
    ['0 2 * * *\n0 4 * * sun', 'At 02:00 every day; and at 04:00 on Sundays'],
    [
      '0 1 * * *\n0 2 * * *\n0 3 * * *\n0 4 * * *\n0 5 * * *\n0 6 * * *',
      'At 01:00 every day; and at 02:00 every day; and at 03:00 every day; and at 04:00 every day; and at 05:00 every day; and by 1 more line',
    ],
  ])('%j', (expression, words) => {
    expect(describeSchedule({ kind: 'cron', expression, zone: 'UTC' })).toBe(`${words}, UTC`)
  })
})

describe('OnCalendar in words', () => {
  test.each([
    ['minutely', 'Every minute'],
    ['hourly', 'Every hour, on the hour'],
    ['*:0/15', 'Every 15 minutes'],
    ['*:*:0/15', 'Every 15 seconds'],
    ['*:*:*', 'Every second'],
    ['8..9:*:0/30', 'Every 30 seconds of every minute from 08:00 to 09:59'],
    ['*:0/30:05', 'At second 5 of minutes 0 and 30 of every hour'],
    ['*:*:1,2.5', 'At seconds 1 and 2.5 of every minute'],
    ['05:40:23.5', 'At 05:40:23.5 every day'],
    ['Mon..Fri 22:30', 'At 22:30 on weekdays'],
    ['quarterly', 'At 00:00 on the 1st of January, April, July and October'],
    ['Mon *-05~07/1', 'At 00:00 on the last Monday of May'],
    ['Mon *-*-08..14 9:00', 'At 09:00 on the second Monday of the month'],
    ['Mon *-*-2..8 9:00', 'At 09:00 on Mondays when it is the 2nd to 8th of the month'],
    ['*-*~02 9:00', 'At 09:00 on the 2nd-to-last day of the month'],
    ['2026-03-01 9:00', 'At 09:00 on the 1st of March, in 2026'],
    ['2026..2028-*-* 9:00', 'At 09:00 every day, from 2026 to 2028'],
    ['2026/2-03-01 9:00', 'At 09:00 on the 1st of March, every 2nd year from 2026 on'],
  ])('%j', (expression, words) => {
    expect(describeSchedule({ kind: 'oncalendar', expression, zone: 'UTC' })).toBe(`${words}, UTC`)
  })
})

describe('the zone in words', () => {
  test.each([
    ['Europe/Berlin', 'Berlin time (Europe/Berlin)'],
    ['America/Argentina/Buenos_Aires', 'Buenos Aires time (America/Argentina/Buenos_Aires)'],
    ['UTC', 'UTC'],
    ['Etc/UTC', 'UTC'],
    ['Etc/GMT+5', 'in zone Etc/GMT+5'],
    ['EST5EDT', 'in zone EST5EDT'],
  ])('%s', (zone, words) => {
    expect(describeSchedule({ kind: 'cron', expression: '30 2 * * *', zone })).toBe(`At 02:30 every day, ${words}`)
  })

  test('a line with a zone of its own says it', () => {
    const schedule: Schedule = { kind: 'oncalendar', expression: '9:00\n9:00 UTC', zone: 'Europe/Berlin' }
    expect(describeSchedule(schedule)).toBe(
      'At 09:00 every day, Berlin time (Europe/Berlin); and at 09:00 every day, UTC',
    )
    expect(describeSchedule({ ...schedule, expression: '9:00 UTC' })).toBe('At 09:00 every day, UTC')
  })
})

test('whatever can be read has one bounded sentence', () => {
  const term = fc.constantFrom('*', '*/7', '1-5', '3', '1,2,4', '2-10/3')
  const days = fc.constantFrom('*', 'L', '15W', 'LW,3', '1-7', '*/2')
  const weekdays = fc.constantFrom('*', '5L', 'mon#2', '1-5', '0,6', '*/2,3')
  fc.assert(
    fc.property(fc.tuple(term, term, days, fc.constantFrom('*', '2', '1-3,7'), weekdays), (fields) => {
      const read = readSchedule({ kind: 'cron', expression: fields.join(' '), zone: 'Europe/Berlin' })
      if ('fault' in read) throw new Error(read.fault)
      const words = describeSchedule(read.schedule)
      expect(words).toMatch(/^(At|Every) [^\n]{1,400}, Berlin time \(Europe\/Berlin\)$/)
      expect(words).not.toMatch(/undefined|NaN| {2}|,,| of $/)
    }),
  )
})
