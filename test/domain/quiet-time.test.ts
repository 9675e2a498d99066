import { describe, expect, test } from 'vitest'
import { tomorrowMorning, wallText } from '@/lib/domain/quiet-time'

describe('tomorrow morning', () => {
  test.each([
    ['2026-11-21T08:00:00Z', 'UTC', '2026-11-22T07:00'],
    ['2026-11-21T23:30:00Z', 'UTC', '2026-11-22T07:00'],
    ['2026-11-22T02:30:00Z', 'UTC', '2026-11-22T07:00'],
    ['2026-11-22T04:00:00Z', 'UTC', '2026-11-23T07:00'],
    ['2026-11-21T23:30:00Z', 'Europe/Berlin', '2026-11-22T07:00'],
    ['2026-11-21T22:30:00Z', 'Pacific/Auckland', '2026-11-23T07:00'],
    ['2026-12-31T12:00:00Z', 'America/New_York', '2027-01-01T07:00'],
  ])('said at %s in %s is %s', (now, zone, morning) => {
    expect(tomorrowMorning(Date.parse(now), zone)).toBe(morning)
  })
})

test('an instant stands in a field as the wall clock shows it', () => {
  expect(wallText(Date.parse('2026-06-01T10:15:30Z'), 'Europe/Berlin')).toBe('2026-06-01T12:15')
})
