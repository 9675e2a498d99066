/**
 * Where a network begins: the devices that hang on nothing, and, where a circle of edges has nothing above it, all of its
 * members. `ups[i]` are the indexes of the devices directly above device i.
 */
export function sourceMembers(ups: readonly (readonly number[])[]): boolean[] {
  const group = groupsOf(ups)
  const hangs = new Set<number>()
  ups.forEach((above, i) => {
    if (above.some((up) => group[up] !== group[i])) hangs.add(group[i] ?? -1)
  })
  return ups.map((_, i) => !hangs.has(group[i] ?? -1))
}

/** The strongly connected component of each node, by Tarjan; without recursion, as chains may be long. */
function groupsOf(ups: readonly (readonly number[])[]): Int32Array {
  const size = ups.length
  const group = new Int32Array(size).fill(-1)
  const seen = new Int32Array(size).fill(-1)
  const low = new Int32Array(size)
  const asked = new Int32Array(size) // how many edges of each were followed
  const open: number[] = []
  let count = 0
  let groups = 0
  for (let start = 0; start < size; start++) {
    if ((seen[start] ?? 0) >= 0) continue
    const path = [start]
    while (path.length > 0) {
      const node = path.at(-1) ?? 0
      if ((seen[node] ?? 0) < 0) {
        seen[node] = low[node] = count++
        open.push(node)
      }
      const next = ups[node]?.[asked[node] ?? 0]
      if (next !== undefined) {
        asked[node] = (asked[node] ?? 0) + 1
        if ((seen[next] ?? 0) < 0) path.push(next)
        else if ((group[next] ?? 0) < 0) low[node] = Math.min(low[node] ?? 0, seen[next] ?? 0)
        continue
      }
      path.pop()
      const above = path.at(-1)
      if (above !== undefined) low[above] = Math.min(low[above] ?? 0, low[node] ?? 0)
      if (low[node] !== seen[node]) continue
      for (let member = open.pop(); member !== undefined; member = open.pop()) {
        group[member] = groups
        if (member === node) break
      }
      groups++
    }
  }
  return group
}
