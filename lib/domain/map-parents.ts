const at = (list: Int32Array, i: number): number => list[i] ?? -1

/** One upstream of each: the surest, then the one nearest to where the network begins; never in a circle. */
export function chooseParents(
  ups: readonly (readonly number[])[],
  downs: readonly (readonly number[])[],
  sources: readonly boolean[],
  confidence: ReadonlyMap<string, number>,
): Int32Array {
  const { distance, before } = walkDown(ups, downs, sources)
  const parent = Int32Array.from(ups, (above, i) => {
    if (at(before, i) < 0) return -1 // the network begins here
    const sure = (upper: number) => confidence.get(`${i} ${upper}`) ?? 0
    return above.reduce((best, upper) => {
      const difference = sure(upper) - sure(best) || at(distance, best) - at(distance, upper)
      return difference > 0 ? upper : best
    }, above[0] ?? -1)
  })
  breakCircles(parent, distance, before)
  return parent
}

/** Whoever of a circle stands nearest to the beginning leaves it, by the way it was reached. */
function breakCircles(parent: Int32Array, distance: Int32Array, before: Int32Array): void {
  const seenIn = new Int32Array(parent.length)
  for (let start = 0; start < parent.length; start++) {
    const path: number[] = []
    let i = start
    while (i >= 0 && at(seenIn, i) === 0) {
      seenIn[i] = start + 1
      path.push(i)
      i = at(parent, i)
    }
    if (i < 0 || at(seenIn, i) !== start + 1) continue
    const circle = path.slice(path.indexOf(i))
    const nearest = circle.reduce((best, one) => (at(distance, one) < at(distance, best) ? one : best))
    parent[nearest] = at(before, nearest)
    for (const one of path) seenIn[one] = 0
    start-- // its new way may lead into another
  }
}

/** Steps from where the network begins, and the device that each was reached from, -1 there. */
function walkDown(
  ups: readonly (readonly number[])[],
  downs: readonly (readonly number[])[],
  sources: readonly boolean[],
) {
  const distance = new Int32Array(ups.length).fill(-1)
  const before = new Int32Array(ups.length).fill(-1)
  const queue: number[] = []
  const begin = (i: number) => {
    distance[i] = 0
    queue.push(i)
  }
  for (let i = 0; i < ups.length; i++) if (ups[i]?.length === 0) begin(i)
  let next = 0
  const drain = () => {
    for (; next < queue.length; next++) {
      const i = queue[next] ?? 0
      for (const below of downs[i] ?? []) {
        if (at(distance, below) >= 0) continue
        distance[below] = at(distance, i) + 1
        before[below] = i
        queue.push(below)
      }
    }
  }
  drain()
  for (let i = 0; i < ups.length; i++) {
    if (!sources[i] || at(distance, i) >= 0) continue
    begin(i) // of a circle that nothing stands above, the first
    drain()
  }
  return { distance, before }
}

/** Every device after its parent. */
export function topDown(parent: Int32Array): number[] {
  const below: number[][] = Array.from(parent, () => [])
  const order: number[] = []
  parent.forEach((up, i) => {
    if (up >= 0) below[up]?.push(i)
    else order.push(i)
  })
  for (let next = 0; next < order.length; next++) for (const i of below[order[next] ?? -1] ?? []) order.push(i)
  return order
}
