const dayMs = 86_400_000

/** The UTC day of an instant (epoch ms), as YYYY-MM-DD. */
export const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)

/** The instant (epoch ms) at which a UTC day begins. */
export const startOfDay = (day: string) => Date.parse(`${day}T00:00:00Z`)

/**
 * The UTC days that are finished at `now` (everything of them is stored) and that come after `last`, oldest first; null:
 * none was done yet, so from `first` on. At most `most`.
 */
export function finishedDays(last: string | null, first: string, now: number, most: number): string[] {
  const days: string[] = []
  const from = last === null ? startOfDay(first) : startOfDay(last) + dayMs
  for (let at = from; at + dayMs <= now && days.length < most; at += dayMs) days.push(dayOf(at))
  return days
}

/** The beginning of the UTC month (epoch ms) before which beats need not be kept: that of `now` and `months` before it stay. */
export function keptFrom(now: number, months: number): number {
  const date = new Date(now)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1)
}
