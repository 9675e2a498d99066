import { type Blackout, covers } from './blackout'

/** When nothing of it can be active any more (epoch ms), null: not foreseeable. */
const overAt = ({ kind, untilAt, endedAt }: Blackout) => endedAt ?? (kind === 'range' ? untilAt : null)

type Root = { id: number; siteId: number | null; tags: readonly string[] } | null

/**
 * Finds the blackouts that cover what an incident is about (null: a probe) and may be active from an instant on, by its id
 * where they name targets alone, as most do: of many thousands only those that name sites, tags or everything are gone
 * through.
 */
export function blackoutIndex(blackouts: readonly Blackout[]): (root: Root, from: number) => Blackout[] {
  const named = new Map<number, Blackout[]>()
  const wide: Blackout[] = []
  for (const blackout of blackouts) {
    if (blackout.coversAll || blackout.siteIds.length > 0 || blackout.tags.length > 0) wide.push(blackout)
    else for (const id of new Set(blackout.targetIds)) named.set(id, [...(named.get(id) ?? []), blackout])
  }
  return (root, from) => {
    const covering =
      root === null
        ? wide.filter(({ coversAll }) => coversAll)
        : [...(named.get(root.id) ?? []), ...wide.filter((blackout) => covers(blackout, root))]
    return covering.filter((blackout) => (overAt(blackout) ?? Number.POSITIVE_INFINITY) > from)
  }
}
