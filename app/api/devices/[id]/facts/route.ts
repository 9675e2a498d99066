import type { DeviceFacts } from '@/lib/domain/device-facts'
import { guarded, notFound, pathId } from '@/lib/guarded'
import { findWalk, type KnownEdge, listEdgesUp } from '@/lib/store/device-facts'
import { findDevice } from '@/lib/store/devices'
import type { FactsAnswer } from '@/lib/wire/rest-facts'

export const GET = guarded<{ id: string }>('read', async ({ params }): Promise<FactsAnswer> => {
  const id = pathId(params)
  const [device, walk, edges] = await Promise.all([findDevice(id), findWalk(id, { whole: true }), listEdgesUp(id)])
  if (!device) throw notFound('No device', id)
  return {
    walked_at: walk?.walkedAt?.toISOString() ?? null,
    tried_at: walk?.triedAt.toISOString() ?? null,
    failure: walk?.failure ?? null,
    duration: walk?.durationMs == null ? null : walk.durationMs / 1000,
    booted_at: walk?.bootedAt?.toISOString() ?? null,
    probe: walk?.probe ?? null,
    profile: walk?.profile?.name ?? null,
    facts: walk?.facts ? factsOnWire(walk.facts) : null,
    upstream: edges.map(edgeOnWire),
  }
})

const edgeOnWire = (edge: KnownEdge): FactsAnswer['upstream'][number] => ({
  device: { id: edge.id, name: edge.name },
  provenance: edge.provenance,
  confidence: edge.confidence,
  effective: edge.effective,
  evidence: edge.evidence.map(({ provenance, detail, seenAt }) => ({ provenance, detail, seen_at: seenAt })),
  first_seen_at: edge.firstSeenAt.toISOString(),
  seen_at: edge.seenAt.toISOString(),
})

/** The same in snake case; values are as they were. */
const factsOnWire = (facts: DeviceFacts) => inSnakeCase(facts) as NonNullable<FactsAnswer['facts']>

function inSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inSnakeCase)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key.replace(/[A-Z]/g, (big) => `_${big.toLowerCase()}`),
      inSnakeCase(one),
    ]),
  )
}
