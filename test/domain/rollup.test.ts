import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Hour } from '@/lib/domain/rollup'

const row = (targetId: number, sent: number, lost: number, rtt = 100) => ({
  targetId,
  sent,
  lost,
  rttMinUs: sent > lost ? rtt : -1,
  rttMedianUs: sent > lost ? rtt : -1,
  rttMaxUs: sent > lost ? rtt : -1,
})

test('each minute has its place; null where nobody measured, and for a round trip that did not happen', () => {
  const hour = new Hour()
  hour.add(0, [row(1, 6, 0)])
  hour.add(2, [row(1, 6, 6)])
  const [columns] = [...hour.batches(10)]
  expect(columns?.targetIds).toEqual([1])
  expect(columns?.sent[0]).toBe(`{6,null,6${',null'.repeat(57)}}`)
  expect(columns?.lost[0]).toBe(`{0,null,6${',null'.repeat(57)}}`)
  expect(columns?.rttMinUs[0]).toBe(`{100${',null'.repeat(59)}}`)
})

test('the sums are those of the last word on each minute', () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(59), fc.integer({ min: 1, max: 5 }), fc.nat(60), fc.nat(60)), { maxLength: 200 }),
      (added) => {
        const hour = new Hour()
        const last = new Map<string, [number, number]>()
        for (const [minute, id, sent, lost] of added) {
          hour.add(minute, [row(id, sent, Math.min(sent, lost))])
          last.set(`${minute} ${id}`, [sent, Math.min(sent, lost)])
        }
        const sum = (i: 0 | 1) => [...last.values()].reduce((total, pair) => total + pair[i], 0)
        expect([hour.sent, hour.lost]).toEqual([sum(0), sum(1)])
        expect([...hour.batches(2)].flatMap((columns) => columns.targetIds).length).toBe(hour.targets)
      },
    ),
  ))
