import { notFound } from '@/lib/guarded'
import { type Discovery, findDiscovery } from '@/lib/store/discoveries'
import type { FoundDevice } from '@/lib/store/found-devices'
import type { DiscoveryAnswer, FoundAnswer } from '@/lib/wire/rest-discoveries'

export type Path = { id: string }

/** The discovery with this id. Throws not-found. */
export async function discoveryAt(id: number): Promise<Discovery> {
  const discovery = await findDiscovery(id)
  if (!discovery) throw notFound('No discovery', id)
  return discovery
}

export function discoveryAnswer(discovery: Discovery): DiscoveryAnswer {
  return {
    id: discovery.id,
    probe: { id: discovery.probeId, name: discovery.probe, connected: discovery.probeConnected },
    ranges: discovery.ranges,
    seeds: discovery.seeds,
    site: discovery.site,
    profiles: discovery.profileIds,
    rate: discovery.ratePerSecond,
    state: discovery.state,
    asked: discovery.asked,
    total: discovery.total,
    found: discovery.found,
    opened: discovery.opened,
    waiting: discovery.waiting,
    failure: discovery.failure,
    created_by: discovery.createdBy,
    created_at: discovery.createdAt.toISOString(),
    started_at: discovery.startedAt?.toISOString() ?? null,
    ended_at: discovery.endedAt?.toISOString() ?? null,
  }
}

export function foundAnswer({ suggested, ...found }: FoundDevice): FoundAnswer {
  const { upstream, sameAs } = suggested
  return {
    id: found.id,
    address: found.address,
    rtt_ms: found.rttMs,
    profile: found.profile,
    vendor: found.vendor,
    model: found.model,
    firmware: found.firmware,
    name: found.systemName,
    stations: found.stations,
    found_at: found.foundAt.toISOString(),
    device: found.device && { id: found.device.id, name: found.device.name },
    decision: found.decision,
    suggested: {
      name: suggested.name,
      role: suggested.role,
      upstream: upstream && { name: upstream.name, how: upstream.how },
      same_as: sameAs?.address ?? null,
    },
  }
}
