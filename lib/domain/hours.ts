import { daylightOf, type Place } from './sun'
import { dayMs, stretchAt, weekdayOfDay } from './wall-clock'
import { instantOfWall } from './wall-instant'

/** A stretch of a day by the wall clock: minutes after midnight; an end at or before the start is of the next day. */
export type ClockRange = { weekdays: readonly number[]; startMinute: number; endMinute: number }
/** From sunrise to sunset, or from sunset to the next sunrise. */
export type SunRange = { weekdays: readonly number[]; sun: 'daylight' | 'dark' }
/** Weekdays, 1 Monday to 7 Sunday, are those on which the range begins in the zone of the hours. */
export type HoursRange = ClockRange | SunRange

/**
 * When a channel likes to be told. No range: at any time. `place` is where the sun is looked at; without one its day is
 * from 06:00 to 18:00.
 */
export type Hours = { zone: string; ranges: readonly HoursRange[]; place: Place | null }
type Window = { start: number; end: number }

export const anyTime: Hours = { zone: 'UTC', ranges: [], place: null }
export const everyDay: readonly number[] = [1, 2, 3, 4, 5, 6, 7]
/** A weekly range comes again within two weeks even when a clock change swallows it once, or a zone skips a day. */
const searchedDays = 22

/** Whether a notice may go out at an instant (epoch ms). */
export function allowedAt(hours: Hours, at: number): boolean {
  return nextAllowed(hours, at) === at
}

/**
 * The first instant from `at` on (epoch ms) at which a notice may go out; `at` itself when it may now. Ranges that never
 * come, such as one without weekdays, hold nothing back: a notice is never dropped.
 */
export function nextAllowed(hours: Hours, at: number): number {
  if (hours.ranges.length === 0) return at
  // The day of a window is that of its start in the zone, by the sun at most two days off it.
  const first = dayIn(hours.zone, at) - 2
  let best: number | null = null
  for (let day = first; day <= first + searchedDays; day++) {
    if (best !== null && day > dayIn(hours.zone, best) + 2) break
    for (const { start, end } of windowsOf(hours, day)) {
      if (end <= at) continue
      if (start <= at) return at
      if (best === null || start < best) best = start
    }
  }
  return best ?? at
}

const keptDays = 500
const kept = new WeakMap<Hours, Map<number, readonly Window[]>>()

/** The windows of a day (day number), kept as long as the hours are: a replay asks for the same days again and again. */
function windowsOf(hours: Hours, day: number): readonly Window[] {
  let days = kept.get(hours)
  if (!days || days.size > keptDays) {
    days = new Map()
    kept.set(hours, days)
  }
  const known = days.get(day)
  if (known) return known
  const found = hours.ranges.map((range) => windowOf(range, hours, day)).filter((window) => window !== null)
  days.set(day, found)
  return found
}

/** The one window of a range that a day (day number) has, null when its weekday is not among them. */
function windowOf(range: HoursRange, { zone, place }: Hours, day: number): Window | null {
  if (!('sun' in range)) return clockWindow(range, zone, day)
  if (place === null) return clockWindow({ ...range, ...(range.sun === 'daylight' ? sunless : moonless) }, zone, day)
  const { rise, set } = daylightOf(day, place)
  const window =
    range.sun === 'daylight' ? { start: rise, end: set } : { start: set, end: daylightOf(day + 1, place).rise }
  return range.weekdays.includes(weekdayIn(dayIn(zone, window.start))) ? window : null
}
const sunless = { startMinute: 6 * 60, endMinute: 18 * 60 }
const moonless = { startMinute: 18 * 60, endMinute: 6 * 60 }

/** Of times that come twice, the earlier starts and the later ends; a time that is skipped is where the clock skips it. */
function clockWindow({ weekdays, startMinute, endMinute }: ClockRange, zone: string, day: number): Window | null {
  if (!weekdays.includes(weekdayIn(day))) return null
  const endDay = endMinute <= startMinute ? day + 1 : day
  const start = instantOfWall(zone, day * dayMs + startMinute * 60_000, 'earlier')
  const end = instantOfWall(zone, endDay * dayMs + endMinute * 60_000, 'later')
  return start < end ? { start, end } : null
}

const weekdayIn = (day: number) => weekdayOfDay(day) || 7

/** The day number (days since 1970-01-01) of an instant in a zone. */
function dayIn(zone: string, at: number): number {
  return Math.floor((at + stretchAt(zone, at).offset) / dayMs)
}
