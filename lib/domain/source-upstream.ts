import type { SourceDevice, SourceLink, SourceSite } from './source-records'
import type { Role } from './status'

const rankOf: Record<Role, number> = { router: 0, switch: 1, server: 2, backhaul: 3, ap: 4, other: 5, cpe: 6 }
const mostEntries = 4 // ways into one site

type Device = Pick<SourceDevice, 'key' | 'role' | 'siteKey' | 'upstreamKeys'>
type Listed = {
  devices: readonly Device[]
  links: readonly Pick<SourceLink, 'fromKey' | 'toKey'>[]
  sites: readonly Pick<SourceSite, 'key' | 'parentKey' | 'isPremises'>[]
}

/**
 * Which devices hang on which, by their keys: those that say so themselves, then links, led away from the top of the
 * network, then towers: what has no link hangs on the way into its site. Never a circle.
 */
export function sourceUpstream({ devices, links, sites }: Listed): Map<string, string[]> {
  const byKey = new Map(devices.map((device) => [device.key, device]))
  const upstream = new Upstream()
  for (const { key, upstreamKeys } of devices) {
    for (const above of upstreamKeys) if (byKey.has(above)) upstream.add(key, above)
  }
  const places = placesOf(sites)
  const neighbours = neighboursOf(byKey, links, upstream)
  const distance = distances(byKey, neighbours, places.depth)
  for (const { fromKey, toKey } of links) {
    const [from, to] = [distance.get(fromKey), distance.get(toKey)]
    if (from === undefined || to === undefined || from === to) continue
    if (from < to) upstream.add(toKey, fromKey)
    else upstream.add(fromKey, toKey)
  }
  hangOnTowers(devices, upstream, places)
  return upstream.of
}

/** Edges without a circle: whoever would close one is left out. */
class Upstream {
  readonly of = new Map<string, string[]>()

  add(key: string, above: string): void {
    const known = this.of.get(key)
    if (key === above || known?.includes(above) || this.leadsTo(above, key)) return
    if (known) known.push(above)
    else this.of.set(key, [above])
  }

  leadsTo(from: string, to: string): boolean {
    const seen = new Set([from])
    const open = [from]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at === to) return true
      for (const above of this.of.get(at) ?? []) {
        if (seen.has(above)) continue
        seen.add(above)
        open.push(above)
      }
    }
    return false
  }
}

type Places = { depth(siteKey: string | null): number; parent(siteKey: string): string | null }

function placesOf(sites: Listed['sites']): Places {
  const byKey = new Map(sites.map((site) => [site.key, site]))
  const parent = (key: string) => byKey.get(key)?.parentKey ?? null
  const depths = new Map<string, number>()
  const depth = (key: string | null): number => {
    if (key === null || !byKey.has(key)) return sites.length + 1
    const seen = new Set<string>()
    let steps = 0
    for (let at: string | null = key; at !== null && !seen.has(at); at = parent(at)) {
      seen.add(at)
      if (parent(at) !== null) steps++
    }
    return steps
  }
  return {
    parent,
    depth: (key) => {
      const known = depths.get(key ?? '')
      if (known !== undefined) return known
      const found = depth(key)
      depths.set(key ?? '', found)
      return found
    },
  }
}

function neighboursOf(
  byKey: ReadonlyMap<string, Device>,
  links: Listed['links'],
  upstream: Upstream,
): Map<string, Set<string>> {
  const neighbours = new Map<string, Set<string>>()
  const join = (a: string, b: string) => {
    const known = neighbours.get(a)
    if (known) known.add(b)
    else neighbours.set(a, new Set([b]))
  }
  for (const { fromKey, toKey } of links) {
    if (fromKey === toKey || !byKey.has(fromKey) || !byKey.has(toKey)) continue
    join(fromKey, toKey)
    join(toKey, fromKey)
  }
  for (const [key, above] of upstream.of) {
    for (const one of above) {
      join(key, one)
      join(one, key)
    }
  }
  return neighbours
}

/** Steps from the top of each connected part: the device nearest to the first site, a router before a switch, and so on. */
function distances(
  byKey: ReadonlyMap<string, Device>,
  neighbours: ReadonlyMap<string, ReadonlySet<string>>,
  depth: Places['depth'],
): Map<string, number> {
  const order = [...neighbours.keys()].flatMap((key) => byKey.get(key) ?? [])
  const degree = (key: string) => neighbours.get(key)?.size ?? 0
  order.sort(
    (a, b) =>
      depth(a.siteKey) - depth(b.siteKey) ||
      rankOf[a.role] - rankOf[b.role] ||
      degree(b.key) - degree(a.key) ||
      (a.key < b.key ? -1 : 1),
  )
  const distance = new Map<string, number>()
  for (const { key: top } of order) {
    if (distance.has(top)) continue
    distance.set(top, 0)
    let ring = [top]
    for (let steps = 1; ring.length > 0; steps++) {
      const next: string[] = []
      for (const at of ring) {
        for (const other of neighbours.get(at) ?? []) {
          if (distance.has(other)) continue
          distance.set(other, steps)
          next.push(other)
        }
      }
      ring = next
    }
  }
  return distance
}

/** What has no link hangs on the way into its site, at the first site on its router; at a customer's, else on the tower's. */
function hangOnTowers(devices: readonly Device[], upstream: Upstream, { parent }: Places): void {
  const at = new Map<string, Device[]>()
  const siteOf = new Map<string, string | null>()
  for (const device of devices) {
    siteOf.set(device.key, device.siteKey)
    if (device.siteKey === null) continue
    const known = at.get(device.siteKey)
    if (known) known.push(device)
    else at.set(device.siteKey, [device])
  }
  const entries = new Map<string, string[]>()
  for (const [site, there] of at) {
    const ways = there.filter(({ key }) => (upstream.of.get(key) ?? []).some((above) => siteOf.get(above) !== site))
    const routers = there.filter(({ role }) => role === 'router')
    const top = ways.length > 0 && ways.length <= mostEntries ? ways : routers.length === 1 ? routers : []
    entries.set(
      site,
      top.map(({ key }) => key),
    )
  }
  const entriesOf = (site: string): string[] => entries.get(site) ?? []
  for (const { key, siteKey } of devices) {
    if (siteKey === null || upstream.of.has(key)) continue
    const own = entriesOf(siteKey).filter((one) => one !== key)
    const isEntry = entriesOf(siteKey).includes(key)
    const above = parent(siteKey)
    const ways = own.length > 0 && !isEntry ? own : above === null ? [] : entriesOf(above)
    for (const way of ways) upstream.add(key, way)
  }
}
