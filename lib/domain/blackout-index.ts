import { type Blackout, covers } from './blackout'

type Root = { id: number; siteId: number | null; tags: readonly string[] } | null

/**
 * Finds the blackouts that cover what an incident is about (null: a probe), by its id where they name targets alone, as
 * most do: of many thousands only those that name sites, tags or everything are gone through.
 */
export function blackoutIndex(blackouts: readonly Blackout[]): (root: Root) => Blackout[] {
  const named = new Map<number, Blackout[]>()
  const wide: Blackout[] = []
  for (const blackout of blackouts) {
    if (blackout.coversAll || blackout.siteIds.length > 0 || blackout.tags.length > 0) wide.push(blackout)
    else for (const id of new Set(blackout.targetIds)) named.set(id, [...(named.get(id) ?? []), blackout])
  }
  return (root) =>
    root === null
      ? wide.filter(({ coversAll }) => coversAll)
      : [...(named.get(root.id) ?? []), ...wide.filter((blackout) => covers(blackout, root))]
}
