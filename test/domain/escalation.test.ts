import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type EscalationLink, escalationChain, escalationFault, nextEscalation } from '@/lib/domain/escalation'

const link = (id: number, escalateTo: number | null, escalateAfterMinutes: number | null = 10): EscalationLink => ({
  id,
  name: `C${id}`,
  escalateTo,
  escalateAfterMinutes,
})
const minute = 60_000

describe('what can be saved', () => {
  test.each<[string, EscalationLink[], string | null]>([
    ['no escalation', [link(1, null), link(2, null)], null],
    ['a chain', [link(1, 2), link(2, 3), link(3, null)], null],
    ['two chains that join', [link(1, 3), link(2, 3), link(3, null)], null],
    ['to itself', [link(1, 1)], 'A chain may not loop: C1 escalates to C1.'],
    ['round', [link(1, 2), link(2, 1)], 'A chain may not loop: C1 escalates to C2 escalates to C1.'],
    ['into a loop', [link(1, 2), link(2, 3), link(3, 2)], 'A chain may not loop: C2 escalates to C3 escalates to C2.'],
    ['nowhere', [link(1, 9)], 'C1 escalates to a channel that does not exist.'],
    ['at once', [link(1, 2, 0), link(2, null)], 'C1 escalates after 0 min, expected more than 0.'],
  ])('%s', (_, links, fault) => expect(escalationFault(links)).toBe(fault))

  test('loops are found as a walk of as many steps as there are channels finds them, and every chain ends', () => {
    const links = fc
      .array(fc.option(fc.nat(7)), { minLength: 8, maxLength: 8 })
      .map((targets) => targets.map((to, id) => link(id, to)))
    fc.assert(
      fc.property(links, (all) => {
        const loops = all.some(({ id }) => {
          let at: number | null = id
          for (let step = 0; step <= all.length && at !== null; step++) at = all[at]?.escalateTo ?? null
          return at !== null
        })
        expect(escalationFault(all) !== null).toBe(loops)
        for (const { id } of all) {
          const ids = escalationChain(all, id).map((one) => one.id)
          expect(new Set(ids).size).toBe(ids.length)
        }
      }),
      { numRuns: Number(process.env.FC ?? 500) },
    )
  })
})

describe('the next step', () => {
  const chain = escalationChain([link(1, 2, 10), link(2, 3, 20), link(3, null)], 1)
  const step = (told: [number, number][], failed: [number, number][] = [], handledAt: number | null = null) => {
    const next = nextEscalation(chain, { toldAt: new Map(told), failedAt: new Map(failed) }, handledAt)
    return next && `${next.from} to ${next.to} at ${next.at / minute}: ${next.because}`
  }
  test.each<[string, string | null, string | null]>([
    ['nobody was told yet', step([]), null],
    ['the first was told', step([[1, 0]]), '1 to 2 at 10: unacknowledged'],
    ['acknowledged before it was due', step([[1, 0]], [], 9 * minute), null],
    ['acknowledged as it was due', step([[1, 0]], [], 10 * minute), null],
    [
      'acknowledged after it was due, while nobody looked',
      step([[1, 0]], [], 11 * minute),
      '1 to 2 at 10: unacknowledged',
    ],
    ['the second was told', step([[1, 0], [2, 12 * minute]]), '2 to 3 at 32: unacknowledged'], // biome-ignore format: one a line
    ['all were told', step([[1, 0], [2, 12 * minute], [3, 40 * minute]]), null], // biome-ignore format: one a line
    ['the first failed for good', step([], [[1, 3 * minute]]), '1 to 2 at 3: failed'],
    ['the second failed for good', step([[1, 0]], [[2, 12 * minute]]), '2 to 3 at 12: failed'],
    ['the last failed for good', step([[1, 0], [2, 12 * minute]], [[3, 33 * minute]]), null], // biome-ignore format: one a line
  ])('%s', (_, found, expected) => expect(found).toBe(expected))

  test('one without minutes escalates only when it fails', () => {
    const two = escalationChain([link(1, 2, null), link(2, null)], 1)
    const none = new Map<number, number>()
    expect(nextEscalation(two, { toldAt: new Map([[1, 0]]), failedAt: none }, null)).toBeNull()
    expect(nextEscalation(two, { toldAt: none, failedAt: new Map([[1, 5]]) }, null)?.at).toBe(5)
  })

  test('it ends: each step tells another channel, whatever fails on the way', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.nat(5)), { minLength: 6, maxLength: 6 }),
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        (targets, fails) => {
          const walked = escalationChain(
            targets.map((to, id) => link(id, to)),
            0,
          )
          const toldAt = new Map<number, number>()
          const failedAt = new Map<number, number>()
          const tell = (id: number, at: number) => (fails[id] ? failedAt : toldAt).set(id, at)
          tell(0, 0)
          let steps = 0
          for (
            let next = nextEscalation(walked, { toldAt, failedAt }, null);
            next;
            next = nextEscalation(walked, { toldAt, failedAt }, null)
          ) {
            tell(next.to, next.at)
            expect(++steps).toBeLessThan(6)
          }
          expect(toldAt.size + failedAt.size).toBe(walked.length)
        },
      ),
      { numRuns: Number(process.env.FC ?? 500) },
    )
  })
})
