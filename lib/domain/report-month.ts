import { dayIn, monthDays, monthIn, startOfDay } from './uptime-periods'
import { dayMs } from './wall-clock'
import { instantOfWall } from './wall-instant'

const morning = 6 * 3_600_000
/** A keeper that was away on the 1st still sends the report within these days. */
const lateDays = 7

/**
 * The month (2026-10) whose report is due at `now` (epoch ms): on the 1st of the next, at 6 in the morning in the zone, and
 * for a week from then. Null when none is, or that month is before `first`.
 */
export function reportDue({ zone, first }: { zone: string; first: string }, now: number): string | null {
  const month = monthIn(zone, now, 1)
  const end = monthDays(month)?.end
  if (end === undefined || month < first) return null
  const from = instantOfWall(zone, end * dayMs + morning, 'earlier')
  return now >= from && now < from + lateDays * dayMs ? month : null
}

/** A month as a range of instants in a zone (epoch ms), or null when there is no such month. */
export function monthRange(month: string, zone: string): { from: number; to: number } | null {
  const days = /^(19[7-9]\d|20\d\d|21\d\d)-\d{2}$/.test(month) ? monthDays(month) : null
  return days && { from: startOfDay(zone, days.first), to: startOfDay(zone, days.end) }
}

/** The months before and after one. */
export function monthsAround(month: string): { before: string; after: string } | null {
  const days = monthDays(month)
  if (!days) return null
  const noon = (day: number) => day * dayMs + dayMs / 2
  return { before: monthIn('UTC', noon(days.first), 1), after: monthIn('UTC', noon(days.end)) }
}

/** The last month that is over in a zone. */
export const lastMonth = (zone: string, now: number) => monthIn(zone, startOfDay(zone, dayIn(zone, now)), 1)
