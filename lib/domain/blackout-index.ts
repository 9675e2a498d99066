import { type Blackout, covers } from './blackout'

type Root = { id: number; siteId: number | null; tags: readonly string[] } | null
type Known = { blackout: Blackout; overAt: number }

/**
 * Finds the blackouts that cover what an incident is about (null: a probe) and may be active from an instant on, by its id
 * where they name targets alone, as most do: of many thousands only those that name sites, tags or everything are gone
 * through.
 */
export function blackoutIndex(blackouts: readonly Blackout[]): (root: Root, from: number) => Blackout[] {
  const named = new Map<number, Known[]>()
  const wide: Known[] = []
  for (const blackout of blackouts) {
    const { kind, untilAt, endedAt, targetIds, coversAll, siteIds, tags } = blackout
    const known = { blackout, overAt: endedAt ?? (kind === 'range' ? untilAt : null) ?? Number.POSITIVE_INFINITY }
    if (coversAll || siteIds.length > 0 || tags.length > 0) wide.push(known)
    else
      for (const id of new Set(targetIds)) {
        const list = named.get(id)
        if (list) list.push(known)
        else named.set(id, [known])
      }
  }
  return (root, from) => {
    const found: Blackout[] = []
    for (const { blackout, overAt } of root === null ? [] : (named.get(root.id) ?? []))
      if (overAt > from) found.push(blackout)
    for (const { blackout, overAt } of wide)
      if (overAt > from && (root === null ? blackout.coversAll : covers(blackout, root))) found.push(blackout)
    return found
  }
}
