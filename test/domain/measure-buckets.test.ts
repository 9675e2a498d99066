import { describe, expect, test } from 'vitest'
import { bucketFor, bucketMinutes, type Minute } from '@/lib/domain/measure-buckets'

const minute = 60_000
const at = (place: number, change: Partial<Minute> = {}): Minute => ({
  at: place * minute,
  sent: 6,
  lost: 0,
  rttMinUs: 1000,
  rttMedianUs: 2000,
  rttMaxUs: 3000,
  ...change,
})

describe('bucketMinutes', () => {
  const columns = (minutes: Minute[], bucketMs = minute) =>
    bucketMinutes(minutes, { from: 0, to: 4 * minute, bucketMs })

  test('a minute nobody measured is null in every column', () => {
    const { at: times, median, loss } = columns([at(0), at(3)])
    expect(times).toEqual([0, 60, 120, 180])
    expect(median).toEqual([2, null, null, 2])
    expect(loss).toEqual([0, null, null, 0])
  })
  test('a minute in which nothing answered has loss and no round trip', () => {
    const { median, loss } = columns([at(1, { lost: 6, rttMinUs: -1, rttMedianUs: -1, rttMaxUs: -1 })])
    expect([median[1], loss[1]]).toEqual([null, 100])
  })
  test('a bucket takes the lowest, the middle and the highest', () => {
    const { min, median, max, loss } = columns(
      [at(0), at(1, { rttMinUs: 500, rttMedianUs: 4000, rttMaxUs: 9000, lost: 3 })],
      2 * minute,
    )
    expect([min[0], median[0], max[0], loss[0]]).toEqual([0.5, 4, 9, 25])
  })
  test('what lies outside the range is left out', () =>
    expect(columns([at(9)]).median).toEqual([null, null, null, null]))
  test('a minute of no pings counts as not measured', () => expect(columns([at(0, { sent: 0 })]).loss[0]).toBeNull())
})

test.each([
  [1, 1],
  [24, 2],
  [7 * 24, 15],
  [30 * 24, 60],
])('%i hours are shown in buckets of %i min', (hours, minutes) =>
  expect(bucketFor(hours * 3_600_000)).toBe(minutes * minute),
)
