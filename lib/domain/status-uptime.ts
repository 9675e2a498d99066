import { byPeriod, type Lengths, sumOf, tellApart, uptimeOf, type Way } from './uptime'

/** One day of a place or of a client; share: of its measured, not planned time in which it worked, null: nothing was measured. */
export type StatusDay = { day: string; from: number; share: number | null; darkMs: number; plannedMs: number }
export type StatusUptime = { share: number | null; days: StatusDay[] }

/**
 * By day (`bounds` are their beginnings and the last one's end). Of a place the mean over its devices; `together`: of one
 * client, the time in which any of its devices worked. Of dark and planned time the longest that any one had is told.
 */
export function statusUptime(
  ways: readonly Way[],
  days: readonly string[],
  bounds: readonly number[],
  { until, together }: { until: number; together: boolean },
): StatusUptime {
  const from = bounds[0] ?? until
  const groups = together ? [ways] : ways.map((way) => [way])
  const all = groups.filter((group) => group.length > 0).map((group) => byPeriod(tellApart(group, from, until), bounds))
  const longest = (i: number, what: 'dark' | 'planned') =>
    all.reduce((most, periods) => Math.max(most, periods[i]?.[what] ?? 0), 0)
  return {
    share: meanShare(all.map((periods) => sumOf(periods))),
    days: days.map((day, i) => ({
      day,
      from: bounds[i] ?? 0,
      share: meanShare(all.flatMap((periods) => periods[i] ?? [])),
      darkMs: longest(i, 'dark'),
      plannedMs: longest(i, 'planned'),
    })),
  }
}

function meanShare(lengths: readonly Lengths[]): number | null {
  const shares = lengths.flatMap((one) => uptimeOf(one) ?? [])
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length
}
