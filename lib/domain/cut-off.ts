import type { Upstreams } from './correlation'

/**
 * The devices without a way up that does not lead through `roots`, the roots among them; dark ones that have one are dark
 * for a reason of their own. `upstreams` are the edges of all
 * that is below the roots, those to elsewhere included; `dark` is what does not answer for other reasons, and gives no way.
 */
export function cutOffBy(roots: readonly number[], upstreams: Upstreams, dark: ReadonlySet<number>): Set<number> {
  const below = descendants(roots, upstreams)
  const blocked = (id: number) => below.has(id) || dark.has(id)
  const queue = [...below].filter(
    (id) => !dark.has(id) && !roots.includes(id) && upstreams.get(id)?.some((up) => !blocked(up)),
  )
  // Whoever has a way up gives one to those that hang on it.
  const children = childrenOf(upstreams)
  const open = new Set(queue)
  for (let id = queue.pop(); id !== undefined; id = queue.pop())
    for (const child of children.get(id) ?? []) {
      if (open.has(child) || dark.has(child) || roots.includes(child) || !below.has(child)) continue
      open.add(child)
      queue.push(child)
    }
  for (const id of open) below.delete(id)
  const mayLead = (up: number) => open.has(up) || (!below.has(up) && !dark.has(up))
  return new Set([...below].filter((id) => roots.includes(id) || !dark.has(id) || !upstreams.get(id)?.some(mayLead)))
}

function descendants(roots: readonly number[], upstreams: Upstreams): Set<number> {
  const children = childrenOf(upstreams)
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

function childrenOf(upstreams: Upstreams): Map<number, number[]> {
  const children = new Map<number, number[]>()
  for (const [child, above] of upstreams)
    for (const up of above) {
      const known = children.get(up)
      if (known) known.push(child)
      else children.set(up, [child])
    }
  return children
}
