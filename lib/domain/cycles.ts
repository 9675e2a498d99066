/**
 * Closed chains among "has as upstream" edges: each as its names in order, once around. Disjoint; when some are broken
 * there may be more, so ask again. `upstreamOf` holds every node that has an upstream; others need no entry.
 */
export function findCycles(upstreamOf: ReadonlyMap<string, readonly string[]>): string[][] {
  const left = knotted(upstreamOf)
  const cycles: string[][] = []
  const walkOf = new Map<string, number>()
  let walk = 0
  for (const start of left) {
    walk++
    const path: string[] = []
    let at: string | undefined = start
    while (at !== undefined && !walkOf.has(at)) {
      walkOf.set(at, walk)
      path.push(at)
      at = upstreamOf.get(at)?.find((upstream) => left.has(upstream)) // one is always left, or `at` had been peeled off
    }
    if (at !== undefined && walkOf.get(at) === walk) cycles.push(path.slice(path.indexOf(at)))
  }
  return cycles
}

/** The nodes on a cycle or below one: what remains when nodes without an upstream are peeled off again and again. */
function knotted(upstreamOf: ReadonlyMap<string, readonly string[]>): Set<string> {
  const waiting = new Map<string, number>()
  const below = new Map<string, string[]>()
  for (const [node, upstreams] of upstreamOf) {
    waiting.set(node, upstreams.length)
    for (const upstream of upstreams) {
      const known = below.get(upstream)
      if (known) known.push(node)
      else below.set(upstream, [node])
    }
  }
  const free = [...below.keys()].filter((node) => !waiting.get(node))
  for (const [node, count] of waiting) if (count === 0 && !below.has(node)) waiting.delete(node)
  for (let node = free.pop(); node !== undefined; node = free.pop()) {
    waiting.delete(node)
    for (const child of below.get(node) ?? []) {
      const count = (waiting.get(child) ?? 0) - 1
      waiting.set(child, count)
      if (count === 0) free.push(child)
    }
  }
  return new Set(waiting.keys())
}
