import type { LivePings } from '@/lib/wire/live'

const kept = 128

export type RecentPings = ReturnType<typeof createRecentPings>

/** The last pings of the devices that some page watches, for the next page that watches them, too. */
export function createRecentPings() {
  const byTarget = new Map<number, LivePings['pings']>()
  return {
    add(batch: readonly LivePings[]): void {
      for (const { target_id: id, pings } of batch) {
        const newest = byTarget.get(id)?.at(-1)?.[0] ?? 0
        const added = pings.filter(([sentAt]) => sentAt > newest)
        byTarget.set(id, [...(byTarget.get(id) ?? []), ...added].slice(-kept))
      }
    },
    keepOnly(ids: ReadonlySet<number>): void {
      for (const id of byTarget.keys()) if (!ids.has(id)) byTarget.delete(id)
    },
    of: (ids: readonly number[]): LivePings[] =>
      ids.flatMap((id) => {
        const pings = byTarget.get(id)
        return pings ? { target_id: id, pings } : []
      }),
  }
}
