import type { ChannelKind } from '@/lib/domain/channel-kind'
import { listChannels } from '@/lib/store/channel-writes'
import { listIncidents } from '@/lib/store/incidents'
import { listSites } from '@/lib/store/sites'
import type { Next } from './again-fields'
import { leadsTo } from './channel-words'
import type { PlaceChoice } from './hours-fields'
import type { IncidentChoice } from './payload-preview'

/** What the form of a channel needs to know of the rest. `id`: of the channel itself, null for a new one. */
export async function aroundChannel(
  kind: ChannelKind,
  id: number | null,
): Promise<{ others: Next[]; places: PlaceChoice[]; incidents: IncidentChoice[]; now: number }> {
  const [channels, sites, incidents] = await Promise.all([
    listChannels(),
    listSites(),
    kind === 'webhook' ? listIncidents({ limit: 20 }) : { items: [] },
  ])
  return {
    others: channels.items
      .filter((channel) => channel.id !== id)
      .map((channel) => ({ id: channel.id, name: channel.name, detail: leadsTo(channel) })),
    places: sites.flatMap(({ name, latitude, longitude }) =>
      latitude === null || longitude === null ? [] : [{ name, place: { latitude, longitude } }],
    ),
    incidents: incidents.items.map(({ id: of, root, openedAt }) => ({
      id: of,
      name: root.name,
      at: openedAt.getTime(),
    })),
    now: Date.now(),
  }
}
