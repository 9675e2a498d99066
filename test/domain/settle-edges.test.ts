import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LearntEdge, Tier } from '@/lib/domain/learnt-edge'
import {
  agedMs,
  doubtMs,
  graceMs,
  isByHand,
  type KeptEdge,
  type SettleInput,
  settleEdges,
} from '@/lib/domain/settle-edges'

const now = Date.parse('2026-03-17T12:00:00Z')
const hour = 3_600_000
const kept = (upstreamId: number, part: Partial<KeptEdge> = {}): KeptEdge => ({
  upstreamId,
  provenance: 'lldp',
  confidence: 0.9,
  effective: true,
  seenAt: now - hour,
  ...part,
})
const learnt = (upstreamId: number, tier: Tier = 1): LearntEdge => ({
  upstreamId,
  tier,
  provenance: tier === 1 ? 'lldp' : 'arp',
  confidence: tier === 1 ? 0.9 : 0.3,
  seenAt: now,
  evidence: [],
})
const settle = (part: Partial<SettleInput>) =>
  settleEdges({ kept: [], learnt: [], missedOf: () => null, isDark: false, isUpstreamDark: () => false, now, ...part })
const counting = (part: Partial<SettleInput>) =>
  settle(part)
    .edges.filter((edge) => edge.effective)
    .map((edge) => edge.upstreamId)
const missed = (ms: number, walks: number) => () => ({ since: now - ms, walks })

describe('which edges of a device count', () => {
  test.each<[string, Partial<SettleInput>, number[]]>([
    ['what is learnt', { learnt: [learnt(1)] }, [1]],
    ['all that is learnt of the nearest kind', { learnt: [learnt(1), learnt(2), learnt(3, 4)] }, [1, 2]],
    ['what was made by hand, and nothing else', { kept: [kept(1, { provenance: 'hand' })], learnt: [learnt(2)] }, [1]],
    ['what was imported, and nothing else', { kept: [kept(1, { provenance: 'imported' })], learnt: [learnt(2)] }, [1]],
    ['what is no longer said, while nothing else is', { kept: [kept(1)], missedOf: missed(hour, 2) }, [1]],
    [
      'what is no longer said beside what is as near, for a minute',
      { kept: [kept(1)], learnt: [learnt(2)], missedOf: missed(graceMs - 1, 1) },
      [1, 2],
    ],
    [
      'only what is as near, after a minute',
      { kept: [kept(1)], learnt: [learnt(2)], missedOf: missed(graceMs, 1) },
      [2],
    ],
    [
      'what is no longer said, against what is less near',
      { kept: [kept(1)], learnt: [learnt(2, 4)], missedOf: missed(hour, 2) },
      [1],
    ],
    [
      'what is nearer than what counted',
      { kept: [kept(1, { provenance: 'arp', confidence: 0.3 })], learnt: [learnt(1, 4), learnt(2)] },
      [2],
    ],
    [
      'what hangs on something dark, beside what is as near',
      { kept: [kept(1)], learnt: [learnt(2)], missedOf: missed(48 * hour, 9), isUpstreamDark: (id) => id === 1 },
      [1, 2],
    ],
    [
      'what counted before it went dark, whatever else is said now',
      { kept: [kept(1)], learnt: [learnt(2)], isDark: true, missedOf: missed(48 * hour, 9) },
      [1],
    ],
    [
      'what is new beside what is as near, when it has been said for 30 s',
      { kept: [kept(1)], learnt: [learnt(1), learnt(2)], saidSince: () => now - doubtMs },
      [1, 2],
    ],
    [
      'not before: its tables may be those of a fall',
      { kept: [kept(1)], learnt: [learnt(1), learnt(2)], saidSince: () => now - doubtMs + 1 },
      [1],
    ],
    [
      'what is no longer said, until what takes its place is sure',
      { kept: [kept(1)], learnt: [learnt(2)], missedOf: missed(graceMs, 1), saidSince: () => now - 1 },
      [1],
    ],
    [
      'what is new at once, when a radio has it',
      {
        kept: [kept(1)],
        learnt: [{ ...learnt(2), provenance: 'registration' }],
        missedOf: missed(1, 1),
        saidSince: () => now,
      },
      [1, 2],
    ],
    ['what is found of a device that is dark and hung on nothing', { learnt: [learnt(2)], isDark: true }, [2]],
  ])('%s', (_, part, expected) => expect(counting(part)).toEqual(expected))

  test.each<[string, number, number, boolean, number[]]>([
    ['24 h and 3 walks without it', agedMs, 3, false, [1]],
    ['24 h and 2 walks', agedMs, 2, false, []],
    ['3 walks within 24 h', agedMs - 1, 3, false, []],
    ['24 h and 3 walks while the upper end is dark', agedMs, 3, true, []],
  ])('an edge is forgotten after %s: %s ms, %s walks, dark %s', (_, ms, walks, dark, gone) => {
    const edges = [kept(1, { seenAt: now - ms })]
    expect(settle({ kept: edges, missedOf: missed(ms, walks), isUpstreamDark: () => dark }).gone).toEqual(gone)
  })

  test('what was learnt of an edge made by hand is kept as evidence', () => {
    const evidence = [{ provenance: 'lldp' as const, detail: 'x', seenAt: '' }]
    const { edges } = settle({
      kept: [kept(1, { provenance: 'hand', confidence: 1 })],
      learnt: [{ ...learnt(1), evidence }],
    })
    expect(edges).toEqual([{ ...kept(1), provenance: 'hand', confidence: 1, seenAt: now, evidence }])
  })
})

const anyKept = fc.record({
  upstreamId: fc.integer({ min: 1, max: 5 }),
  provenance: fc.constantFrom('hand', 'imported', 'registration', 'lldp', 'bridge', 'arp') as fc.Arbitrary<
    KeptEdge['provenance']
  >,
  confidence: fc.constantFrom(0.3, 0.5, 0.6, 0.9),
  effective: fc.boolean(),
  seenAt: fc.integer({ min: now - 3 * agedMs, max: now }),
})
const byId = { selector: (edge: { upstreamId: number }) => edge.upstreamId }
const anyInput = fc.record({
  kept: fc.uniqueArray(anyKept, { ...byId, maxLength: 4 }),
  learnt: fc.uniqueArray(
    fc.tuple(fc.integer({ min: 1, max: 5 }), fc.constantFrom<Tier>(1, 2, 3, 4)).map(([id, tier]) => learnt(id, tier)),
    { ...byId, maxLength: 4 },
  ),
  dark: fc.uniqueArray(fc.integer({ min: 1, max: 5 })),
  isDark: fc.boolean(),
  missed: fc.record({ since: fc.integer({ min: now - 2 * agedMs, max: now }), walks: fc.nat(5) }),
})

test('whatever comes: hands win, nothing is taken away while an end is dark, and to settle again changes nothing', () => {
  fc.assert(
    fc.property(anyInput, ({ kept: before, learnt: said, dark, isDark, missed: miss }) => {
      const input = {
        kept: before,
        learnt: said,
        isDark,
        isUpstreamDark: (id: number) => dark.includes(id),
        missedOf: () => miss,
        now,
      }
      const { edges, gone } = settleEdges(input)
      const after = new Map(edges.map((edge) => [edge.upstreamId, edge]))
      expect(edges).toHaveLength(after.size)
      for (const edge of before) {
        const isFrozen = isDark || dark.includes(edge.upstreamId)
        if (isByHand(edge))
          expect(after.get(edge.upstreamId)).toMatchObject({ provenance: edge.provenance, effective: true })
        else if (isFrozen) {
          expect(gone).not.toContain(edge.upstreamId)
          if (edge.effective) expect(after.get(edge.upstreamId)?.effective).toBe(true)
        }
        if (!after.has(edge.upstreamId)) expect(gone).toContain(edge.upstreamId)
      }
      for (const edge of said) expect(after.has(edge.upstreamId)).toBe(true)
      const hasHand = before.some(isByHand)
      for (const edge of edges) {
        const was = before.find((one) => one.upstreamId === edge.upstreamId)
        if (hasHand && edge.effective && !isByHand(edge))
          expect(was?.effective && (isDark || dark.includes(edge.upstreamId))).toBe(true)
      }
      // A live device of which something is said hangs on something.
      if (!isDark && said.length > 0) expect(edges.some((edge) => edge.effective)).toBe(true)
      const again = settleEdges({ ...input, kept: edges.map(({ evidence: _, ...edge }) => edge) })
      const shape = (list: typeof edges) => list.map((edge) => [edge.upstreamId, edge.effective, edge.provenance])
      expect(shape(again.edges)).toEqual(shape(edges))
    }),
    { numRuns: Number(process.env.FC ?? 300) },
  )
})
