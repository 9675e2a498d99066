import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawnWeek } from '@/lib/domain/drawn-week'
import { allowedAt, anyTime, type Hours } from '@/lib/domain/hours'
import { hoursPresets } from '@/lib/domain/hours-words'

const saturday = Date.parse('2026-11-21T12:00:00Z')
const berlin = (ranges: Hours['ranges']): Hours => ({ zone: 'Europe/Berlin', ranges, place: null })

describe('the drawn week', () => {
  test('begins today and shows every day whole when any time will do', () => {
    const week = drawnWeek(anyTime, saturday)
    expect(week.map(({ weekday }) => weekday)).toEqual([6, 7, 1, 2, 3, 4, 5])
    for (const { stretches } of week) expect(stretches).toEqual([[0, 1440]])
  })
  test('work hours leave the weekend empty', () => {
    const week = drawnWeek(berlin(hoursPresets.work_hours.ranges), saturday)
    expect(week.filter(({ weekday }) => weekday > 5).map(({ stretches }) => stretches)).toEqual([[], []])
    expect(week[2]?.stretches).toEqual([[540, 1020]])
  })
  test('a night lies on both its days', () => {
    expect(drawnWeek(berlin(hoursPresets.night.ranges), saturday)[1]?.stretches).toEqual([
      [0, 360],
      [1320, 1440],
    ])
  })
  test('today is that of the zone: in Kiritimati it is Sunday already', () => {
    expect(drawnWeek({ ...anyTime, zone: 'Pacific/Kiritimati' }, saturday)[0]?.weekday).toBe(7)
  })
  test('daylight follows the sun: in Tromsø in November hardly any, in June nearly the whole day', () => {
    const place = { latitude: 69.65, longitude: 18.96 }
    const light = (at: string) => {
      const [today] = drawnWeek({ ...berlin(hoursPresets.daylight.ranges), place }, Date.parse(at))
      return (today?.stretches ?? []).reduce((sum, [from, to]) => sum + to - from, 0)
    }
    expect(light('2026-12-21T12:00:00Z')).toBeLessThan(180)
    expect(light('2026-06-21T12:00:00Z')).toBeGreaterThan(1200)
  })
  test('shows what allowedAt says of each quarter of an hour, whatever the ranges', () => {
    const minute = fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15)
    const range = fc.record({
      weekdays: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
      startMinute: minute,
      endMinute: minute,
    })
    fc.assert(
      fc.property(fc.array(range, { maxLength: 4 }), fc.integer({ min: 0, max: 700 }), (ranges, dayOff) => {
        const hours: Hours = { zone: 'UTC', ranges, place: null }
        const midnight = Date.parse('2026-01-01T00:00:00Z') + dayOff * 86_400_000
        for (const [i, { stretches }] of drawnWeek(hours, midnight + 1000).entries())
          for (let m = 0; m < 1440; m += 15) {
            const drawn = stretches.some(([from, to]) => m >= from && m < to)
            if (drawn !== allowedAt(hours, midnight + i * 86_400_000 + m * 60_000)) return false
          }
        return true
      }),
    )
  })
})
