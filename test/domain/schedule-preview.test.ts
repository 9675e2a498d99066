import { describe, expect, test } from 'vitest'
import type { Schedule } from '@/lib/domain/schedule'
import { previewTimes, silenceSeconds, suggestedGrace, touchedChanges } from '@/lib/domain/schedule-preview'

const cron = (expression: string, zone = 'Europe/Berlin'): Schedule => ({ kind: 'cron', expression, zone })
const now = Date.parse('2027-01-15T12:00:00Z')
const iso = (times: number[]) => times.map((at) => new Date(at).toISOString().slice(0, 16))

describe('the clock changes that touch a schedule', () => {
  test('a time in the hour that is skipped, and in the one that comes twice', () => {
    const { touched, others } = touchedChanges(cron('30 2 * * *'), now)
    expect(others).toBe(0)
    expect(touched.map((change) => iso([change.at])[0])).toEqual(['2027-03-28T01:00', '2027-10-31T01:00'])
    expect(touched.map((change) => iso(change.times))).toEqual([['2027-03-28T01:00'], ['2027-10-31T00:30']])
  })

  test('a time far from it is not touched', () => {
    expect(touchedChanges(cron('0 9 * * *'), now)).toEqual({ touched: [], others: 2 })
  })

  test('a zone without changes, and a period, have none', () => {
    expect(touchedChanges(cron('30 2 * * *', 'UTC'), now)).toEqual({ touched: [], others: 0 })
    expect(touchedChanges({ kind: 'period', seconds: 60 }, now)).toEqual({ touched: [], others: 0 })
  })

  test('what comes every few minutes just goes on', () => {
    expect(touchedChanges(cron('*/10 * * * *'), now)).toEqual({ touched: [], others: 2 })
  })

  test('half an hour of Lord Howe', () => {
    const { touched } = touchedChanges(cron('45 1 * * *', 'Australia/Lord_Howe'), now)
    expect(touched).toHaveLength(1)
  })
})

test('five times are shown', () => expect(previewTimes(cron('0 0 * * *', 'UTC'), now)).toHaveLength(5))

test.each([
  [{ kind: 'period', seconds: 300 } as const, 60, 0, 360],
  [{ kind: 'period', seconds: 300 } as const, 60, 2, 960],
  [cron('0 0 * * *'), 60, 2, null],
])('%j with grace %i and %i misses allowed is silent for %j s at most', (schedule, grace, misses, seconds) =>
  expect(silenceSeconds(schedule, grace, misses)).toBe(seconds),
)

test.each([
  [{ kind: 'period', seconds: 20 } as const, 10],
  [{ kind: 'period', seconds: 300 } as const, 60],
  [{ kind: 'period', seconds: 3_600 } as const, 600],
  [{ kind: 'period', seconds: 604_800 } as const, 3_600],
  [cron('0 0 * * *'), 3_600],
])('a grace for %j is %i s', (schedule, seconds) => expect(suggestedGrace(schedule)).toBe(seconds))
