import type { Provenance } from './edge'
import { sourceMembers } from './graph-sources'
import { chooseParents, topDown } from './map-parents'
import type { Role } from './status'

/** A device as the map knows it; they come in natural order of their names, which is the order they are drawn in. */
export type MapDevice = {
  id: number
  name: string
  address: string
  role: Role
  siteId: number | null
  client: string | null
  clientId: number | null
}
export type MapSite = { id: number; name: string }
/** confidence: 0 to 1 */
export type MapEdge = { deviceId: number; upstreamId: number; provenance: Provenance; confidence: number }

/** A site with what is drawn in it, as indexes of devices and blocks. parent: the block it hangs on, or -1. */
export type MapBlock = {
  siteId: number | null
  name: string
  parent: number
  children: number[]
  roots: number[] // devices that hang on nothing in this block
  devices: number
}

/**
 * The network as it hangs together: every device once, below one of its upstreams, inside the block of its site. Devices
 * are named by their index. `ups` and `downs` hold every edge, `parent` and `children` those that the tree is made of.
 */
export type MapTree = {
  devices: readonly MapDevice[]
  ups: readonly (readonly number[])[]
  downs: readonly (readonly number[])[]
  sources: readonly boolean[] // hang on nothing else: see sourceMembers
  parent: Int32Array // -1: none
  depth: Int32Array // 0 for those without a parent
  children: readonly (readonly number[])[] // in the same block
  block: Int32Array
  blocks: MapBlock[]
  extras: { lower: number; upper: number }[] // edges that the tree does not show
}

const mostFolded = 3 // devices of a client's own site

/** Makes the tree of the map. Cycles and edges to unknown devices are survived; the same input makes the same tree. */
export function buildMapTree(
  devices: readonly MapDevice[],
  sites: readonly MapSite[],
  edges: readonly MapEdge[],
): MapTree {
  const { ups, downs, confidence } = link(devices, edges)
  const sources = sourceMembers(ups)
  const parent = chooseParents(ups, downs, sources, confidence)
  const order = topDown(parent)
  const depth = new Int32Array(devices.length)
  for (const i of order) depth[i] = at(parent, i) < 0 ? 0 : at(depth, at(parent, i)) + 1
  const siteOf = placeInSites(devices, sites, parent, order, depth)
  const { block, blocks } = makeBlocks(sites, siteOf)
  const children: number[][] = devices.map(() => [])
  for (let i = 0; i < devices.length; i++) {
    const up = at(parent, i)
    if (up >= 0 && block[up] === block[i]) children[up]?.push(i)
    else blocks[at(block, i)]?.roots.push(i)
  }
  hangBlocks(blocks, block, parent, depth)
  const extras = ups.flatMap((above, lower) =>
    above.filter((upper) => !isShown(lower, upper, parent, block, blocks)).map((upper) => ({ lower, upper })),
  )
  return { devices, ups, downs, sources, parent, depth, children, block, blocks, extras }
}

const at = (list: Int32Array, i: number): number => list[i] ?? -1

function link(devices: readonly MapDevice[], edges: readonly MapEdge[]) {
  const indexOf = new Map(devices.map(({ id }, i) => [id, i]))
  const ups: number[][] = devices.map(() => [])
  const downs: number[][] = devices.map(() => [])
  const confidence = new Map<string, number>()
  for (const edge of edges) {
    const lower = indexOf.get(edge.deviceId)
    const upper = indexOf.get(edge.upstreamId)
    if (lower === undefined || upper === undefined || lower === upper) continue
    if (confidence.has(`${lower} ${upper}`)) continue
    confidence.set(`${lower} ${upper}`, edge.confidence)
    ups[lower]?.push(upper)
    downs[upper]?.push(lower)
  }
  for (const list of [...ups, ...downs]) list.sort((a, b) => a - b)
  return { ups, downs, confidence }
}

/** The site each device is drawn in, 0 for none: its own, else its parent's; a client's own small site is none. */
function placeInSites(
  devices: readonly MapDevice[],
  sites: readonly MapSite[],
  parent: Int32Array,
  order: readonly number[],
  depth: Int32Array,
): Int32Array {
  const known = new Set(sites.map(({ id }) => id))
  const siteOf = new Int32Array(devices.length)
  const own = (i: number) => {
    const id = devices[i]?.siteId ?? 0
    return known.has(id) ? id : 0
  }
  for (const i of order) siteOf[i] = own(i) || (at(parent, i) < 0 ? 0 : at(siteOf, at(parent, i)))
  const folded = foldedSites(devices, siteOf, parent, depth)
  for (const i of order) {
    const into = folded.get(at(siteOf, i))
    if (into !== undefined) siteOf[i] = into
  }
  return siteOf
}

/** Sites of a few devices behind one CPE, that nothing hangs on, and the site that they are drawn in. */
function foldedSites(devices: readonly MapDevice[], siteOf: Int32Array, parent: Int32Array, depth: Int32Array) {
  const tops = new Map<number, { top: number; count: number }>()
  const busy = new Set<number>([0])
  for (let i = 0; i < devices.length; i++) {
    const site = at(siteOf, i)
    const known = tops.get(site)
    if (!known) tops.set(site, { top: i, count: 1 })
    else {
      known.count++
      if (at(depth, i) < at(depth, known.top)) known.top = i
    }
    const up = at(parent, i)
    if (up >= 0 && at(siteOf, up) !== site) busy.add(at(siteOf, up))
  }
  const folded = new Map<number, number>()
  for (const [site, { top, count }] of tops) {
    const up = at(parent, top)
    if (busy.has(site) || count > mostFolded || up < 0 || devices[top]?.role !== 'cpe') continue
    folded.set(site, at(siteOf, up))
  }
  return folded
}

function makeBlocks(sites: readonly MapSite[], siteOf: Int32Array) {
  const counts = new Map<number, number>()
  for (const site of siteOf) counts.set(site, (counts.get(site) ?? 0) + 1)
  const listed = [...sites, { id: 0, name: 'No site' }].filter(({ id }) => counts.has(id))
  const blockOf = new Map(listed.map(({ id }, i) => [id, i]))
  const blocks = listed.map(({ id, name }): MapBlock => {
    return { siteId: id || null, name, parent: -1, children: [], roots: [], devices: counts.get(id) ?? 0 }
  })
  return { block: siteOf.map((site) => blockOf.get(site) ?? -1), blocks }
}

/** A block hangs on the block that most of its topmost devices hang on: that one begins higher, so no circle is made. */
function hangBlocks(blocks: MapBlock[], block: Int32Array, parent: Int32Array, depth: Int32Array): void {
  blocks.forEach((one, index) => {
    const top = Math.min(...one.roots.map((i) => at(depth, i)))
    const votes = new Map<number, number>()
    for (const i of one.roots) {
      const up = at(parent, i)
      if (up < 0 || at(depth, i) !== top) continue
      const above = at(block, up)
      votes.set(above, (votes.get(above) ?? 0) + 1)
    }
    const [winner] = [...votes].sort((a, b) => b[1] - a[1] || a[0] - b[0])
    if (!winner) return
    one.parent = winner[0]
    blocks[winner[0]]?.children.push(index)
  })
}

function isShown(
  lower: number,
  upper: number,
  parent: Int32Array,
  block: Int32Array,
  blocks: readonly MapBlock[],
): boolean {
  if (parent[lower] !== upper) return false
  return block[lower] === block[upper] || blocks[at(block, lower)]?.parent === block[upper]
}
