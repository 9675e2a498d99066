import { describe, expect, test } from 'vitest'
import { degradedBy } from '@/lib/domain/degraded'

const minute = 60_000
const rule = { windowMinutes: 5, lossPercent: 20, rttMs: 100 }
/** Minutes 1, 2, 3 ... of 10 pings: [lost, median in ms or null]. */
const minutes = (...list: [number, number | null][]) =>
  list.map(([lost, ms], i) => ({ at: (i + 1) * minute, sent: 10, lost, rttMedianUs: ms === null ? -1 : ms * 1000 }))

describe('degradedBy, over 20 % loss or 100 ms in 5 minutes', () => {
  test.each([
    ['a good device is not degraded', minutes([0, 10], [1, 12]), 2, null],
    ['exactly 20 % is not yet over it', minutes([2, 10], [2, 10]), 2, null],
    ['more than 20 % lost is', minutes([2, 10], [3, 10]), 2, 'loss'],
    ['a slow median is', minutes([0, 90], [0, 110], [0, 120]), 3, 'rtt'],
    ['one slow minute of three is not', minutes([0, 10], [0, 900], [0, 12]), 3, null],
    ['loss is named first', minutes([9, 900]), 1, 'loss'],
    ['minutes before the window are forgotten', minutes([10, null], [0, 10]), 6, null],
    ['no ping, no judgement', [], 5, null],
  ])('%s', (_, list, now, by) => expect(degradedBy(list, rule, now * minute)?.by ?? null).toBe(by))

  test('a threshold of null is switched off', () =>
    expect(degradedBy(minutes([9, 900]), { ...rule, lossPercent: null, rttMs: null }, minute)).toBeNull())
})
