import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { statusUptime } from '@/lib/domain/status-uptime'
import type { Way } from '@/lib/domain/uptime'

const hour = 3_600_000
const day = 24 * hour
const days = ['2026-11-20', '2026-11-21']
const bounds = [0, day, 2 * day]
const way = (dark: number[], change: Partial<Way> = {}): Way => ({
  since: 0,
  dark,
  planned: [],
  unknown: [],
  ...change,
})
const shares = (ways: Way[], together: boolean, until = 2 * day) => {
  const { share, days: all } = statusUptime(ways, days, bounds, { until, together })
  return [share, ...all.map((one) => one.share)]
}

describe('uptime of a place is the mean over its devices, of a client that of any of them', () => {
  test.each([
    ['nothing is watched', [], [null, null, null], [null, null, null]],
    ['one of two dark for half of the first day', [way([0, 12 * hour]), way([])], [0.875, 0.75, 1], [1, 1, 1]],
    [
      'both dark, 6 hours of it together',
      [way([0, 12 * hour]), way([6 * hour, 18 * hour])],
      [0.75, 0.5, 1],
      [0.875, 0.75, 1],
    ],
    ['one that was added on the second day', [way([], { since: day }), way([0, day])], [0.75, 0, 1], [0.5, 0, 1]],
    ['planned time is left out', [way([0, 12 * hour], { planned: [0, 12 * hour] })], [1, 1, 1], [1, 1, 1]],
    ['what nobody saw is left out', [way([0, day], { unknown: [0, day] })], [1, null, 1], [1, null, 1]],
  ] as [string, Way[], (number | null)[], (number | null)[]][])('%s', (_, ways, place, client) => {
    expect(shares(ways, false)).toEqual(place)
    expect(shares(ways, true)).toEqual(client)
  })

  test('a day that is going on counts up to now', () => {
    expect(shares([way([day, day + 6 * hour])], false, day + 12 * hour)).toEqual([1 - 6 / 36, 1, 0.5])
  })
})

test('a client is never worse served than the mean of its devices, and 100 % is only what was never dark', () => {
  const spell = fc.tuple(fc.integer({ min: 0, max: 47 }), fc.integer({ min: 1, max: 10 }))
  const device = fc
    .option(spell, { nil: null })
    .map((one) => way(one ? [one[0] * hour, Math.min(48, one[0] + one[1]) * hour] : []))
  fc.assert(
    fc.property(fc.array(device, { minLength: 1, maxLength: 5 }), (ways) => {
      const [place] = shares(ways, false)
      const [client] = shares(ways, true)
      expect(client ?? 0).toBeGreaterThanOrEqual((place ?? 0) - 1e-12)
      expect(place === 1).toBe(ways.every(({ dark }) => dark.length === 0))
    }),
  )
})
