import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LearntEdge } from '@/lib/domain/learnt-edge'
import { isByHand } from '@/lib/domain/settle-edges'
import { SettledGraph, type StoredEdge } from '@/lib/domain/settled-graph'

const start = Date.parse('2026-03-17T12:00:00Z')
const learnt = (upstreamId: number, confidence: number): LearntEdge => ({
  upstreamId,
  tier: 1,
  provenance: 'lldp',
  confidence,
  seenAt: start,
  evidence: [],
})
const stored = (deviceId: number, upstreamId: number, part: Partial<StoredEdge> = {}): StoredEdge => ({
  deviceId,
  upstreamId,
  provenance: 'lldp',
  confidence: 0.9,
  effective: true,
  seenAt: start,
  firstSeenAt: start,
  ...part,
})

function graphOf(
  said: ReadonlyMap<number, readonly LearntEdge[]>,
  edges: readonly StoredEdge[] = [],
  dark: readonly number[] = [],
) {
  const graph = new SettledGraph()
  graph.load(edges)
  const input = {
    upstreamOf: (id: number) => said.get(id) ?? [],
    walksOf: () => 0,
    isDark: (id: number) => dark.includes(id),
    now: start,
  }
  return {
    graph,
    changes: graph.settle(new Set([...said.keys(), ...edges.map((edge) => edge.deviceId)]), input),
    input,
  }
}
const effective = (graph: SettledGraph, ids: readonly number[]) =>
  ids.flatMap((id) =>
    graph
      .edgesOf(id)
      .filter((edge) => edge.effective)
      .map((edge) => `${id}-${edge.upstreamId}`),
  )

describe('circles', () => {
  test('the least sure edge of a circle is left out, and is known', () => {
    const said = new Map([
      [1, [learnt(2, 0.9)]],
      [2, [learnt(3, 0.7)]],
      [3, [learnt(1, 0.8)]],
    ])
    const { graph } = graphOf(said)
    expect(effective(graph, [1, 2, 3])).toEqual(['1-2', '3-1'])
    expect([...graph.cutOf(2)]).toEqual([3])
  })

  test('the least sure edge gives way to one that comes later, and has its place again when that is gone', () => {
    const said = new Map([[2, [learnt(1, 0.6)]]])
    const { graph, input } = graphOf(said)
    said.set(1, [learnt(2, 0.9)])
    graph.settle([1], input)
    expect(effective(graph, [1, 2])).toEqual(['1-2'])
    said.delete(1)
    const later = { ...input, walksOf: () => 9, now: start + 3 * 24 * 3_600_000 }
    graph.settle([1], { ...later, walksOf: () => 0 })
    graph.settle([1], later)
    expect(effective(graph, [1, 2])).toEqual(['2-1'])
  })

  test('an edge made by hand stays in any case', () => {
    const edges = [stored(1, 2, { provenance: 'hand', confidence: 1 })]
    const { graph } = graphOf(new Map([[2, [learnt(1, 0.999)]]]), edges)
    expect(effective(graph, [1, 2])).toEqual(['1-2'])
  })

  test('one that was made by hand later opens the circle that it closes', () => {
    const { graph, input } = graphOf(new Map(), [stored(2, 1), stored(3, 2)])
    graph.load([stored(2, 1), stored(3, 2, { confidence: 0.8 }), stored(1, 3, { provenance: 'hand', confidence: 1 })])
    const { writes } = graph.settle([], input)
    expect(effective(graph, [1, 2, 3])).toEqual(['1-3', '2-1'])
    expect([...writes.values()]).toMatchObject([{ deviceId: 3, upstreamId: 2, effective: false }])
  })
})

const ids = [1, 2, 3, 4, 5, 6]
const anyId = fc.constantFrom(...ids)
const anyStep = fc.record({
  device: anyId,
  said: fc.uniqueArray(fc.tuple(anyId, fc.constantFrom(0.5, 0.7, 0.9)), { maxLength: 3, selector: ([id]) => id }),
  dark: fc.uniqueArray(anyId, { maxLength: 3 }),
  hours: fc.constantFrom(0, 1, 30),
  hand: fc.option(anyId, { freq: 6 }),
})

/** Whether anything is above itself: by trying every way. */
function hasCircle(edges: readonly (readonly [number, number])[]): boolean {
  const reach = new Set(edges.map(([a, b]) => `${a} ${b}`))
  for (const via of ids)
    for (const a of ids)
      for (const b of ids) {
        if (reach.has(`${a} ${via}`) && reach.has(`${via} ${b}`)) reach.add(`${a} ${b}`)
      }
  return ids.some((id) => reach.has(`${id} ${id}`))
}

test('whatever is said in whatever order: no circle counts, what is dark keeps its edges, the store has what the graph has', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 25 }), (steps) => {
      const graph = new SettledGraph()
      const said = new Map<number, LearntEdge[]>()
      let store: StoredEdge[] = []
      let now = start
      let walks = 0
      for (const step of steps) {
        now += step.hours * 3_600_000
        walks++
        said.set(
          step.device,
          step.said.flatMap(([id, sure]) => (id === step.device ? [] : [{ ...learnt(id, sure), seenAt: now }])),
        )
        if (step.hand !== null && step.hand !== step.device) {
          const hand = store.filter(isByHand).map((edge) => [edge.deviceId, edge.upstreamId] as const)
          if (!hasCircle([...hand, [step.device, step.hand]])) {
            store = store.filter((edge) => edge.deviceId !== step.device || edge.upstreamId !== step.hand)
            store.push(stored(step.device, step.hand, { provenance: 'hand', confidence: 1 }))
            graph.load(store)
          }
        }
        const isDark = (id: number) => step.dark.includes(id)
        const before = store
        const touched = new Set([step.device, ...graph.due(now), ...(step.hand === null ? [] : ids)])
        const { writes, gone } = graph.settle(touched, {
          upstreamOf: (id) => said.get(id) ?? [],
          walksOf: () => walks,
          isDark,
          now,
        })
        const rows = new Map(store.map((edge) => [`${edge.deviceId} ${edge.upstreamId}`, edge]))
        for (const one of gone) rows.delete(`${one.deviceId} ${one.upstreamId}`)
        for (const [key, one] of writes) rows.set(key, { ...one, firstSeenAt: rows.get(key)?.firstSeenAt ?? now })
        store = [...rows.values()]
        const counts = store.filter((edge) => edge.effective)
        expect(hasCircle(counts.map((edge) => [edge.deviceId, edge.upstreamId]))).toBe(false)
        for (const edge of before) {
          const key = `${edge.deviceId} ${edge.upstreamId}`
          if (!isDark(edge.deviceId) && !isDark(edge.upstreamId)) continue
          expect(rows.has(key)).toBe(true)
          if (edge.effective && step.hand === null) expect(rows.get(key)?.effective).toBe(true)
        }
        const shape = (edge: { upstreamId: number; effective: boolean; provenance: string }) => [
          edge.upstreamId,
          edge.effective,
          edge.provenance,
        ]
        const order = (a: { upstreamId: number }, b: { upstreamId: number }) => a.upstreamId - b.upstreamId
        for (const id of ids) {
          expect(
            store
              .filter((edge) => edge.deviceId === id)
              .sort(order)
              .map(shape),
          ).toEqual(graph.edgesOf(id).sort(order).map(shape))
        }
      }
    }),
    { numRuns: Number(process.env.FC ?? 300) },
  )
})
