import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LayoutInput, type LayoutNode, layOut } from '@/lib/domain/layout'
import type { Role } from '@/lib/domain/status'

const node = (role: Role, part: Partial<LayoutNode> = {}): LayoutNode => ({
  role,
  isTop: false,
  isGateway: false,
  isCore: false,
  isPublic: false,
  isStation: false,
  ...part,
})
const input = (part: Partial<LayoutInput>): LayoutInput => ({
  nodes: new Map(),
  pairs: [],
  hand: [],
  ties: [],
  portsTo: () => [],
  ...part,
})
const above = (part: Partial<LayoutInput>) => Object.fromEntries(layOut(input(part)).above)

/** 1 - 2 - 3 - 4, all alike but for what is said of one. */
const chain = (role: Role, special: Record<number, Partial<LayoutNode>> = {}) => ({
  nodes: new Map([1, 2, 3, 4].map((id) => [id, node(role, special[id])])),
  pairs: [
    [1, 2],
    [2, 3],
    [3, 4],
  ] as [number, number][],
})

describe('the root of an island', () => {
  const down = { 2: [1], 3: [2], 4: [3] }
  test.each<[string, Partial<LayoutInput>]>([
    ['is the router', chain('switch', { 1: { role: 'router' } })],
    ['is the anchor of a probe, before any router', chain('router', { 1: { isGateway: true, role: 'switch' } })],
    [
      'is what by hand is above others and below none',
      chain('router', { 1: { isTop: true, role: 'switch' }, 4: { isPublic: true } }),
    ],
    ['is the router that is called core', chain('router', { 1: { isCore: true }, 4: { isPublic: true } })],
    ['is the router with an address of the Internet', chain('router', { 1: { isPublic: true } })],
    ['is no station', chain('router', { 2: { isStation: true }, 3: { isStation: true }, 4: { isStation: true } })],
  ])('%s', (_, part) => expect(above(part)).toEqual(down))

  test('is the innermost one where nothing tells them apart', () => {
    const star = {
      nodes: new Map([1, 2, 3, 4].map((id) => [id, node('router')])),
      pairs: [
        [3, 1],
        [3, 2],
        [3, 4],
      ] as [number, number][],
    }
    expect(above(star)).toEqual({ 1: [3], 2: [3], 4: [3] })
  })
})

describe('ties between islands', () => {
  const nodes = new Map([
    [1, node('router')],
    [2, node('switch')],
    [3, node('switch')],
    [4, node('ap')],
  ])
  test('the deepest that sees a device on a port of its own is above it, however early another one had it', () => {
    const ties = [
      { above: 1, below: 4, tier: 2, port: 7 },
      { above: 1, below: 2, tier: 2, port: 7 },
      { above: 1, below: 3, tier: 2, port: 7 },
      { above: 2, below: 3, tier: 2, port: 5 },
      { above: 2, below: 4, tier: 2, port: 5 },
      { above: 3, below: 4, tier: 2, port: 2 },
    ] as const
    expect(above({ nodes, ties })).toEqual({ 2: [1], 3: [2], 4: [3] })
  })

  test('what a device sees on the port that leads up is not below it', () => {
    const ties = [
      { above: 1, below: 2, tier: 2, port: 7 },
      { above: 1, below: 3, tier: 2, port: 8 },
      { above: 2, below: 3, tier: 2, port: 1 },
    ] as const
    const portsTo = (reporter: number) => (reporter === 2 ? [1] : [])
    expect(above({ nodes, ties, portsTo })).toEqual({ 2: [1], 3: [1] })
  })

  test('of several that are only somewhere above, the highest is taken', () => {
    const ties = [
      { above: 1, below: 4, tier: 4, port: null },
      { above: 2, below: 4, tier: 4, port: null },
    ] as const
    expect(
      above({
        nodes,
        pairs: [
          [1, 2],
          [2, 3],
        ],
        ties,
      }),
    ).toEqual({ 2: [1], 3: [2], 4: [1] })
  })

  test('without any tie an island has a root of its own', () => {
    expect(
      above({
        nodes,
        pairs: [
          [1, 2],
          [3, 4],
        ],
      }),
    ).toEqual({ 2: [1], 4: [3] })
  })
})

const roles: Role[] = ['router', 'switch', 'ap', 'backhaul', 'cpe', 'other']
const anyInput = fc.integer({ min: 1, max: 9 }).chain((size) => {
  const id = fc.integer({ min: 1, max: size })
  return fc.record({
    roles: fc.array(fc.constantFrom(...roles), { minLength: size, maxLength: size }),
    pairs: fc.array(fc.tuple(id, id), { maxLength: 14 }),
    ties: fc.array(
      fc
        .tuple(id, id, fc.constantFrom(2 as const, 3 as const, 4 as const))
        .map(([over, below, tier]) => ({ above: over, below, tier, port: tier === 2 ? 1 : null })),
      { maxLength: 14 },
    ),
  })
})

test('whatever stands beside whom: all is reached, by steps as few as there are, and nothing is above itself', () => {
  fc.assert(
    fc.property(anyInput, ({ roles: list, pairs, ties }) => {
      const nodes = new Map(list.map((role, i) => [i + 1, node(role)]))
      const layout = layOut(input({ nodes, pairs, ties }))
      expect([...layout.distance.keys()].sort()).toEqual([...nodes.keys()].sort())
      const beside = (a: number, b: number) => pairs.some(([x, y]) => (x === a && y === b) || (x === b && y === a))
      for (const a of nodes.keys()) {
        const steps = layout.distance.get(a) ?? -1
        const over = layout.above.get(a) ?? []
        for (const b of nodes.keys()) {
          const far = layout.distance.get(b) ?? -1
          if (a !== b && beside(a, b)) {
            expect(Math.abs(steps - far)).toBeLessThanOrEqual(1) // or there was a shorter way
            expect(over.includes(b)).toBe(far < steps)
          } else if (over.includes(b)) {
            expect(layout.ties.get(a)?.above).toBe(b)
            expect(far).toBe(steps - 1)
          }
        }
        if (steps > 0) expect(over.length).toBeGreaterThan(0)
        for (const b of over) expect(layout.distance.get(b)).toBeLessThan(steps)
      }
    }),
    { numRuns: Number(process.env.FC ?? 500) },
  )
})
