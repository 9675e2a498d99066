import { dayIn, dayOfText, firstDay, mostDays, type PeriodKind, startOfDay } from './uptime-periods'
import { dayMs } from './wall-clock'

type Said = { from?: string | undefined; to?: string | undefined }

/** How many days back a page goes when nobody says, by what it shows: 90 bars, a year of weeks, two years of months. */
const usualDays: Record<PeriodKind, number> = { day: 90, week: 52 * 7, month: 729 }

/**
 * The range that is asked for, as instants (epoch ms). `from` and `to` are days in the zone (2026-11-21, the last one with
 * all of it) or instants; what is not said is the usual range up to now.
 */
export function readRange(
  { from, to }: Said,
  by: PeriodKind,
  zone: string,
  now: number,
): { from: number; to: number } | { fault: string } {
  const end = to ? instantOf(to, zone, 1) : now
  if (end === null) return { fault: `to: ${expected(to)}` }
  const last = Math.max(end - 1, 0)
  const usual = startOfDay(zone, firstDay(by, dayIn(zone, last) - usualDays[by] + 1))
  const start = from ? instantOf(from, zone, 0) : usual
  if (start === null) return { fault: `from: ${expected(from)}` }
  if (start >= end) return { fault: 'to: expected a time after from' }
  if (end - start > mostDays * dayMs) return { fault: `from: expected at most ${mostDays} days before to` }
  return { from: start, to: end }
}

const expected = (text = '') =>
  `found ${JSON.stringify(text.slice(0, 40))}, expected a day such as 2026-11-21 or an instant`

function instantOf(text: string, zone: string, plusDays: number): number | null {
  const day = dayOfText(text)
  if (day !== null) return inReach(startOfDay(zone, day + plusDays))
  const instant = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(instant) ? null : inReach(instant)
}

/** Years that a clock is known of. */
const inReach = (instant: number) => (instant >= 0 && instant < Date.UTC(2200, 0, 1) ? instant : null)
