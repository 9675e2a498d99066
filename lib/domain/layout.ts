import type { Role } from './status'

/** A device that others may hang on, as the layout sees it. */
export type LayoutNode = {
  role: Role
  isTop: boolean // by hand something hangs on it, and it on nothing
  isGateway: boolean // an anchor of a probe: what it reaches the network through
  isCore: boolean // its name says so
  isPublic: boolean // it has an address of the Internet
  isStation: boolean // it is registered at another one
}

/**
 * A looser tie than a pair: `above` is somewhere above `below`. Tier 2: by a bridge table, on that port of `above`. 3: heard on
 * a port with others, or in the bridge table of `below`. 4: ARP. Above tier 2 the port is null.
 */
export type Tie = { above: number; below: number; tier: 2 | 3 | 4; port: number | null }

export type LayoutInput = {
  nodes: ReadonlyMap<number, LayoutNode>
  pairs: readonly (readonly [number, number])[] // side by side, whoever is above
  hand: readonly (readonly [below: number, above: number])[]
  ties: readonly Tie[]
  /** The ports on which one says to have come upon the other. */
  portsTo: (reporter: number, other: number) => readonly (number | null)[]
}

/** How far each is from a root, in steps, and what is directly above it (tie: not side by side, only somewhere below). */
export type Layout = {
  distance: ReadonlyMap<number, number>
  above: ReadonlyMap<number, readonly number[]>
  ties: ReadonlyMap<number, Tie>
}

/**
 * Decides who is above whom. Devices side by side form islands; the island of the surest root is laid out from it, step by
 * step, then islands tied to what is laid out already follow, the surest ties first; an island without a tie gets a root of
 * its own. Of two side by side the one nearer to the root is above; neither, where they are as far.
 */
export function layOut(input: LayoutInput): Layout {
  const beside = besideOf(input)
  const islands = islandsOf(input.nodes, beside)
  const roots = islands.map((island) => rootsOf(island, input, beside))
  const order = [...islands.keys()].sort((a, b) => compareRoots(roots[a] ?? [], roots[b] ?? [], input) || a - b)
  const islandOf = new Map(islands.flatMap((island, i) => island.map((id) => [id, i] as const)))
  const open = new Set(order)
  const distance = new Map<number, number>()
  const chosen = new Map<number, Tie>() // island -> how it is tied
  const ties = bySurest(input)
  const reaching = new Set(ties.map((tie) => islandOf.get(tie.above)))
  let turn = 0
  while (open.size > 0) {
    const next = nextTies(ties, distance, islandOf, open, input, beside)
    while (next.size === 0 && turn < order.length) {
      const island = order[turn++] ?? 0
      if (!open.delete(island)) continue
      spread(roots[island] ?? [], 0, distance, beside)
      if (reaching.has(island)) break
    }
    for (const [island, tie] of next) {
      open.delete(island)
      chosen.set(island, tie)
      spread([tie.below], (distance.get(tie.above) ?? 0) + 1, distance, beside)
    }
  }
  deepen(ties, chosen, distance, islandOf, input, beside)
  const tieOf = new Map([...chosen.values()].map((tie) => [tie.below, tie]))
  return { distance, above: aboveOf(input, distance, beside, tieOf), ties: tieOf }
}

type Beside = ReadonlyMap<number, ReadonlySet<number>>

function besideOf({ nodes, pairs, hand }: LayoutInput): Beside {
  const beside = new Map<number, Set<number>>()
  for (const [a, b] of [...pairs, ...hand]) {
    if (a === b || !nodes.has(a) || !nodes.has(b)) continue
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const known = beside.get(one)
      if (known) known.add(other)
      else beside.set(one, new Set([other]))
    }
  }
  return beside
}

function islandsOf(nodes: LayoutInput['nodes'], beside: Beside): number[][] {
  const seen = new Set<number>()
  const islands: number[][] = []
  for (const start of nodes.keys()) {
    if (seen.has(start)) continue
    seen.add(start)
    const island = [start]
    for (const id of island) {
      for (const other of beside.get(id) ?? []) {
        if (seen.has(other)) continue
        seen.add(other)
        island.push(other)
      }
    }
    islands.push(island)
  }
  return islands
}

const rank: Record<Role, number> = { router: 0, switch: 1, backhaul: 2, ap: 3, server: 4, other: 5, cpe: 6 }
const mostTried = 32

/** What is above everything of an island: what is so by hand, else the likeliest one device. */
function rootsOf(island: readonly number[], { nodes, hand }: LayoutInput, beside: Beside): number[] {
  const tops = island.filter((id) => nodes.get(id)?.isTop)
  const isInfra = (id: number) => (rank[nodes.get(id)?.role ?? 'other'] ?? 9) < 2
  if (tops.some(isInfra)) return tops.filter(isInfra)
  const handChild = new Set(hand.map(([below]) => below))
  const free = island.filter((id) => !handChild.has(id))
  const sorted = (free.length > 0 ? free : [...island]).sort(
    (a, b) => compareNodes(nodes.get(a), nodes.get(b)) || a - b,
  )
  const [first] = sorted
  if (first === undefined) return []
  const alike = sorted.filter((id) => compareNodes(nodes.get(id), nodes.get(first)) === 0)
  if (alike.length === 1) return [first]
  return [innermost(alike.slice(0, mostTried), nodes, beside)]
}

function compareNodes(a: LayoutNode | undefined, b: LayoutNode | undefined): number {
  if (!a || !b) return 0
  return (
    Number(b.isGateway) - Number(a.isGateway) ||
    rank[a.role] - rank[b.role] ||
    Number(b.isCore) - Number(a.isCore) ||
    Number(b.isPublic) - Number(a.isPublic) ||
    Number(a.isStation) - Number(b.isStation)
  )
}

/** The one from which the way to all others, and to what hangs on them, is the shortest in sum. */
function innermost(candidates: readonly number[], nodes: LayoutInput['nodes'], beside: Beside): number {
  let best = { id: candidates[0] ?? 0, sum: Number.POSITIVE_INFINITY }
  for (const id of candidates) {
    const distance = new Map<number, number>()
    spread([id], 0, distance, beside)
    let sum = 0
    for (const [other, steps] of distance) sum += nodes.has(other) ? steps : 0
    if (sum < best.sum) best = { id, sum }
  }
  return best.id
}

function compareRoots(a: readonly number[], b: readonly number[], { nodes }: LayoutInput): number {
  const [one, other] = [nodes.get(a[0] ?? -1), nodes.get(b[0] ?? -1)]
  return Number(other?.isTop ?? false) - Number(one?.isTop ?? false) || compareNodes(one, other)
}

/** Steps outwards from `starts`; what has a distance already keeps it. */
function spread(starts: readonly number[], steps: number, distance: Map<number, number>, beside: Beside): void {
  const line = starts.filter((id) => !distance.has(id))
  for (const id of line) distance.set(id, steps)
  for (const id of line) {
    const next = (distance.get(id) ?? 0) + 1
    for (const other of beside.get(id) ?? []) {
      if (distance.has(other)) continue
      distance.set(other, next)
      line.push(other)
    }
  }
}

/** Ties by tier; within one those seen on a port of the upper one first, then towards routers and switches. */
const bySurest = ({ ties, nodes }: LayoutInput): Tie[] =>
  ties
    .filter((tie) => nodes.has(tie.above) && nodes.has(tie.below))
    .sort(
      (a, b) =>
        a.tier - b.tier ||
        Number(a.port === null) - Number(b.port === null) ||
        rank[nodes.get(a.below)?.role ?? 'other'] - rank[nodes.get(b.below)?.role ?? 'other'] ||
        a.below - b.below ||
        a.above - b.above,
    )

/** The islands that can be tied to what is laid out, by the surest tier there is, with the best tie of each. */
function nextTies(
  ties: readonly Tie[],
  distance: ReadonlyMap<number, number>,
  islandOf: ReadonlyMap<number, number>,
  open: ReadonlySet<number>,
  input: LayoutInput,
  beside: Beside,
): Map<number, Tie> {
  const best = new Map<number, Tie>()
  let tier: number | null = null
  for (const tie of ties) {
    if (tier !== null && tie.tier !== tier) break
    const island = islandOf.get(tie.below)
    if (island === undefined || !open.has(island) || !distance.has(tie.above)) continue
    if (tie.port !== null && facesUp(tie, distance, input, beside)) continue
    tier = tie.tier
    const known = best.get(island)
    if (!known || isBetter(tie, known, distance, input)) best.set(island, tie)
  }
  return best
}

/** Seen on a port: the deepest one that sees it there is nearest. Else only that it is somewhere above: the highest is safe. */
function isBetter(tie: Tie, than: Tie, distance: ReadonlyMap<number, number>, { nodes }: LayoutInput): boolean {
  const roleOf = (one: Tie) => rank[nodes.get(one.below)?.role ?? 'other']
  const byPort = Number(tie.port === null) - Number(than.port === null)
  if (byPort !== 0) return byPort < 0
  if (roleOf(tie) !== roleOf(than)) return roleOf(tie) < roleOf(than)
  const steps = (distance.get(tie.above) ?? 0) - (distance.get(than.above) ?? 0)
  return tie.port === null ? steps < 0 : steps > 0
}

/** Whether it came upon the lower one on a port that leads up: what is learnt there is not below it. */
function facesUp(
  { above, port }: Tie,
  distance: ReadonlyMap<number, number>,
  input: LayoutInput,
  beside: Beside,
): boolean {
  const steps = distance.get(above) ?? 0
  for (const other of beside.get(above) ?? []) {
    if ((distance.get(other) ?? steps) < steps && input.portsTo(above, other).includes(port)) return true
  }
  for (const [root, far] of distance) {
    if (far > 0) break // roots come first, in the order in which they were laid out
    if (root !== above && input.portsTo(above, root).includes(port)) return true
  }
  return false
}

const mostRounds = 8

/** Once all is laid out, an island seen by a deeper device than the one it was tied to moves below that one. */
function deepen(
  ties: readonly Tie[],
  chosen: Map<number, Tie>,
  distance: Map<number, number>,
  islandOf: ReadonlyMap<number, number>,
  input: LayoutInput,
  beside: Beside,
): void {
  const loose = ties.filter((tie) => tie.port !== null)
  for (let round = 0; round < mostRounds; round++) {
    let moved = false
    for (const tie of loose) {
      const island = islandOf.get(tie.below) ?? -1
      const known = chosen.get(island)
      if (!known || (known.above === tie.above && known.below === tie.below)) continue
      if (known.port !== null && (distance.get(tie.above) ?? 0) <= (distance.get(known.above) ?? 0)) continue
      if (hangsBelow(tie.above, island, chosen, islandOf) || facesUp(tie, distance, input, beside)) continue
      chosen.set(island, tie)
      moved = true
    }
    if (!moved) return
    relay(chosen, distance, islandOf, beside)
  }
}

/** Whether a device stands in an island or in one tied to it, however far down. */
function hangsBelow(
  id: number,
  island: number,
  chosen: ReadonlyMap<number, Tie>,
  islandOf: ReadonlyMap<number, number>,
): boolean {
  let at = islandOf.get(id)
  for (let i = 0; at !== undefined && i <= chosen.size; i++) {
    if (at === island) return true
    const tie = chosen.get(at)
    at = tie && islandOf.get(tie.above)
  }
  return false
}

/** Measures tied islands anew: whatever hangs on what moved. */
function relay(
  chosen: ReadonlyMap<number, Tie>,
  distance: Map<number, number>,
  islandOf: ReadonlyMap<number, number>,
  beside: Beside,
) {
  for (const id of [...distance.keys()]) if (chosen.has(islandOf.get(id) ?? -1)) distance.delete(id)
  const open = new Map(chosen)
  while (open.size > 0) {
    const ready = [...open].filter(([, tie]) => distance.has(tie.above))
    if (ready.length === 0) return
    for (const [island, tie] of ready) {
      open.delete(island)
      spread([tie.below], (distance.get(tie.above) ?? 0) + 1, distance, beside)
    }
  }
}

function aboveOf(
  { nodes, hand }: LayoutInput,
  distance: ReadonlyMap<number, number>,
  beside: Beside,
  ties: ReadonlyMap<number, Tie>,
): Map<number, number[]> {
  const above = new Map<number, number[]>()
  const byHand = new Set(hand.flatMap(([below, over]) => [`${below} ${over}`, `${over} ${below}`]))
  for (const id of nodes.keys()) {
    const steps = distance.get(id)
    if (steps === undefined) continue
    const found = [...(beside.get(id) ?? [])].filter(
      (other) => (distance.get(other) ?? steps) < steps && !byHand.has(`${id} ${other}`),
    )
    const tie = ties.get(id)
    if (tie && !found.includes(tie.above)) found.push(tie.above)
    if (found.length > 0)
      above.set(
        id,
        found.sort((a, b) => a - b),
      )
  }
  return above
}
