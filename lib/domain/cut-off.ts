import type { Upstreams } from './correlation'

export type Graph = { upstreams: Upstreams; children: ReadonlyMap<number, readonly number[]> }

/** Edges, to be walked both ways. */
export function graphOf(upstreams: Upstreams): Graph {
  const children = new Map<number, number[]>()
  for (const [child, above] of upstreams)
    for (const up of above) {
      const known = children.get(up)
      if (known) known.push(child)
      else children.set(up, [child])
    }
  return { upstreams, children }
}

/**
 * The devices without a way up that does not lead through `roots`, the roots among them; dark ones that have one are dark
 * for a reason of their own. The graph holds all edges of what is below the roots, those to elsewhere included; `dark` is
 * what does not answer for other reasons, and gives no way.
 */
export function cutOffBy(roots: readonly number[], graph: Graph, dark: ReadonlySet<number>): Set<number> {
  const { upstreams, children } = graph
  const isRoot = new Set(roots)
  const below = descendants(roots, graph)
  const canAnswer = (id: number) => below.has(id) && !dark.has(id) && !isRoot.has(id)
  const isElsewhere = (up: number) => !below.has(up) && !dark.has(up)
  const queue = [...below].filter((id) => canAnswer(id) && upstreams.get(id)?.some(isElsewhere))
  const open = new Set(queue)
  // Whoever has a way up gives one to those that hang on it.
  for (let id = queue.pop(); id !== undefined; id = queue.pop())
    for (const child of children.get(id) ?? []) {
      if (open.has(child) || !canAnswer(child)) continue
      open.add(child)
      queue.push(child)
    }
  const hasWay = (id: number) => upstreams.get(id)?.some((up) => open.has(up) || isElsewhere(up)) ?? false
  return new Set([...below].filter((id) => !open.has(id) && (isRoot.has(id) || !dark.has(id) || !hasWay(id))))
}

function descendants(roots: readonly number[], { children }: Graph): Set<number> {
  const found = new Set(roots)
  const queue = [...roots]
  for (let id = queue.pop(); id !== undefined; id = queue.pop())
    for (const child of children.get(id) ?? []) {
      if (found.has(child)) continue
      found.add(child)
      queue.push(child)
    }
  return found
}
