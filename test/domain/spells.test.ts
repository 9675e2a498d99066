import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { intersection, lengthOf, type Spells, spellsOf, union, within, without } from '@/lib/domain/spells'

/** Bit t: whether second t is in any of the parts. */
const seconds = (parts: Spells) => {
  const mask = new Array<boolean>(60).fill(false)
  for (let i = 0; i < parts.length; i += 2) for (let t = parts[i] ?? 0; t < (parts[i + 1] ?? 0); t++) mask[t] = true
  return mask
}
const parts = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 20 })), { maxLength: 8 })
  .map((all) => all.flatMap(([from, length]) => [from, Math.min(60, from + length)]))

function expectTidy(spells: Spells) {
  for (let i = 1; i < spells.length; i++) expect(spells[i]).toBeGreaterThan(spells[i - 1] ?? 0)
}

describe('spells', () => {
  test('are put in order, joined where they touch, and rid of what is empty', () => {
    expect(spellsOf([30, 40, 10, 20, 20, 25, 5, 5, 12, 15])).toEqual([10, 25, 30, 40])
  })

  test('every operation says the same as going through it second by second', () => {
    fc.assert(
      fc.property(parts, parts, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (p, q, x, y) => {
        const [a, b, from, to] = [spellsOf(p), spellsOf(q), Math.min(x, y), Math.max(x, y)]
        const [inA, inB] = [seconds(p), seconds(q)]
        const all: [Spells, (t: number) => boolean | undefined][] = [
          [a, (t) => inA[t]],
          [union(a, b), (t) => inA[t] || inB[t]],
          [intersection(a, b), (t) => inA[t] && inB[t]],
          [without(a, b), (t) => inA[t] && !inB[t]],
          [within(a, from, to), (t) => inA[t] && t >= from && t < to],
        ]
        for (const [spells, isIn] of all) {
          expectTidy(spells)
          const wanted = Array.from({ length: 60 }, (_, t) => isIn(t) === true)
          expect(seconds(spells)).toEqual(wanted)
          expect(lengthOf(spells)).toBe(wanted.filter(Boolean).length)
        }
      }),
    )
  })

  test('what is not cut is the same list, so that thousands share it', () => {
    const a = [10, 20]
    expect([without(a, [20, 30]), within(a, 10, 20), union(a, [])].every((one) => one === a)).toBe(true)
  })
})
