import type { MapTree } from './map-graph'
import type { Picked } from './map-pick'

/** Sites by name, devices by name, client or address: what begins with the words before what holds them; at most `most`. */
export function findOnMap({ blocks, devices }: MapTree, query: string, most: number): Picked[] {
  const asked = query.trim().toLowerCase()
  if (!asked) return []
  const found: { one: Picked; rank: number }[] = []
  const look = (one: Picked, texts: readonly (string | null)[]) => {
    const rank = Math.min(...texts.map((text, i) => rankOf(text, asked, i)))
    if (rank < noRank) found.push({ one, rank })
  }
  blocks.forEach(({ name, siteId }, index) => {
    if (siteId !== null) look({ kind: 'site', index }, [name])
  })
  devices.forEach(({ name, client, address }, index) => {
    look({ kind: 'device', index }, [name, client, address])
  })
  // stable: sites before devices, each in natural order
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ one }) => one)
}

const noRank = 100

/** Names before clients before addresses, and their beginnings before their middles. */
function rankOf(text: string | null, asked: string, place: number): number {
  const at = text?.toLowerCase().indexOf(asked) ?? -1
  if (at < 0) return noRank
  return (at === 0 ? 0 : 10) + place
}
