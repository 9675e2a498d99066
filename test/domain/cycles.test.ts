import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findCycles } from '@/lib/domain/cycles'

const graph = (edges: Record<string, string[]>) => new Map(Object.entries(edges))

describe('findCycles', () => {
  test('a tree has none', () => expect(findCycles(graph({ b: ['a'], c: ['a'], d: ['b', 'c'] }))).toEqual([]))
  test('a device above itself', () => expect(findCycles(graph({ a: ['a'] }))).toEqual([['a']]))
  test('two above each other', () => expect(findCycles(graph({ a: ['b'], b: ['a'] }))).toEqual([['a', 'b']]))
  test('what hangs below a circle is not part of it', () => {
    expect(findCycles(graph({ leaf: ['a'], a: ['b'], b: ['c'], c: ['a', 'root'] }))).toEqual([['a', 'b', 'c']])
  })
  test('two circles apart are both found', () => {
    expect(findCycles(graph({ a: ['b'], b: ['a'], x: ['y'], y: ['x'] }))).toHaveLength(2)
  })
  test('a chain of 100,000 is walked, not recursed', () => {
    const chain = new Map(Array.from({ length: 100_000 }, (_, i) => [`${i + 1}`, [`${i}`]] as const))
    expect(findCycles(chain)).toEqual([])
    chain.set('0', ['100000'])
    expect(findCycles(chain)[0]).toHaveLength(100_001)
  })

  test('it finds some exactly when there are any, and each it names is one', () => {
    const node = fc.constantFrom(...'abcdefgh')
    fc.assert(
      fc.property(fc.array(fc.tuple(node, node), { maxLength: 14 }), (edges) => {
        const upstreamOf = new Map<string, string[]>()
        for (const [from, to] of edges) upstreamOf.set(from, [...(upstreamOf.get(from) ?? []), to])
        const cycles = findCycles(upstreamOf)
        const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
          (upstreamOf.get(from) ?? []).some(
            (next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))),
          )
        expect(cycles.length > 0).toBe([...upstreamOf.keys()].some((name) => reaches(name, name)))
        for (const cycle of cycles) {
          for (const [i, name] of cycle.entries()) {
            expect(upstreamOf.get(name)).toContain(cycle[(i + 1) % cycle.length])
          }
        }
        expect(new Set(cycles.flat()).size).toBe(cycles.flat().length)
      }),
      { numRuns: 1000 },
    )
  })
})
