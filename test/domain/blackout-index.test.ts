import fc from 'fast-check'
import { expect, test } from 'vitest'
import { activeAt, covers } from '@/lib/domain/blackout'
import { blackoutIndex } from '@/lib/domain/blackout-index'
import { aBlackout, minute, start } from './replay-cases'

const day = 1_440 * minute
const some = (max: number) => fc.uniqueArray(fc.integer({ min: 1, max }), { maxLength: 2 })
const blackout = fc
  .record({
    kind: fc.constantFrom('range' as const, 'weekly' as const, 'open' as const),
    coversAll: fc.boolean(),
    targetIds: some(4),
    siteIds: some(3),
    tags: fc.subarray(['vip', 'lab']),
    from: fc.integer({ min: -3, max: 3 }),
    until: fc.option(fc.integer({ min: -3, max: 9 })),
    ended: fc.option(fc.integer({ min: -3, max: 9 })),
  })
  .map(({ from, until, ended, ...rest }) =>
    aBlackout({
      ...rest,
      weekdays: [2, 7],
      startMinute: 120,
      endMinute: 60,
      fromAt: start + from * day,
      untilAt: rest.kind === 'open' || until === null ? null : start + until * day,
      endedAt: ended === null ? null : start + ended * day,
    }),
  )
const root = fc.record({
  id: fc.integer({ min: 1, max: 5 }),
  siteId: fc.option(fc.integer({ min: 1, max: 4 })),
  tags: fc.subarray(['vip', 'lab', 'core']),
})

test('whatever covers a target and is active later is among what is found, and nothing that does not cover it', () =>
  fc.assert(
    fc.property(fc.array(blackout, { maxLength: 8 }), root, fc.nat(8 * 24), (blackouts, target, hours) => {
      const found = blackoutIndex(blackouts)(target, start)
      const at = start + hours * 60 * minute
      const active = blackouts.filter((one) => covers(one, target) && activeAt(one, at))
      expect(new Set(found.filter((one) => activeAt(one, at)))).toEqual(new Set(active))
      expect(found.every((one) => covers(one, target))).toBe(true)
      expect(new Set(found).size).toBe(found.length)
    }),
  ))

test('a probe is covered by what covers everything alone', () => {
  const [all, site] = [aBlackout({ id: 1 }), aBlackout({ id: 2, coversAll: false, siteIds: [1] })]
  expect(blackoutIndex([all, site])(null, start)).toEqual([all])
})
