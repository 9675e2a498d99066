/** An edge that counts. isFixed: made by hand, or one of its ends is dark: it stays. */
export type CircleEdge = { below: number; above: number; confidence: number; isFixed: boolean }

/**
 * The edge to leave out so that a new one closes no circle: the least sure one on the way from the upper end back to the
 * lower one, the new one among them. Null: there is no circle.
 */
export function weakestOfCircle(
  added: CircleEdge,
  edgesOf: (below: number) => readonly CircleEdge[],
): CircleEdge | null {
  const way = wayUp(added.above, added.below, edgesOf)
  if (!way) return null
  const free = way.filter((edge) => !edge.isFixed)
  let weakest = added
  for (const edge of free)
    if (added.isFixed ? weakest === added || isWeaker(edge, weakest) : isWeaker(edge, weakest)) weakest = edge
  return weakest
}

const isWeaker = (a: CircleEdge, b: CircleEdge) =>
  a.confidence < b.confidence || (a.confidence === b.confidence && (a.below - b.below || a.above - b.above) > 0)

/** The edges from one device up to another one; null when it is not above. */
export function wayUp(
  from: number,
  to: number,
  edgesOf: (below: number) => readonly CircleEdge[],
): CircleEdge[] | null {
  if (from === to) return []
  const by = new Map<number, CircleEdge>()
  const line = [from]
  for (const at of line) {
    for (const edge of edgesOf(at)) {
      if (edge.above === from || by.has(edge.above)) continue
      by.set(edge.above, edge)
      if (edge.above === to) return traced(to, from, by)
      line.push(edge.above)
    }
  }
  return null
}

function traced(end: number, from: number, by: ReadonlyMap<number, CircleEdge>): CircleEdge[] {
  const way: CircleEdge[] = []
  for (let at = end; at !== from; ) {
    const edge = by.get(at)
    if (!edge) break
    way.push(edge)
    at = edge.below
  }
  return way
}
