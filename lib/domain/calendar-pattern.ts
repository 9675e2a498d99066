import { compileMonth, type DayPattern } from './calendar-month'
import { dateOfDay, dayMs, dayOfDate, type Stretch, stretchAt } from './wall-clock'

/** Values from `start` to `stop` (inclusive; absent: no end) in steps of `step`; a step of 0 means `start` alone. */
export type Span = { start: number; stop: number | null; step: number }

/**
 * Wall-clock times that match, and what becomes of them when the clock changes. `elapsed`: every instant whose wall
 * time matches, twice in an hour that repeats. `fixed`: once each; those that a change skips come right after it.
 * `existing`: once each; those that a change skips do not come.
 */
export type CalendarPattern = {
  /** Null: every year. */
  years: readonly Span[] | null
  /** 1 to 12, ascending, as hours and minutes are. */
  months: readonly number[]
  days: DayPattern
  hours: readonly number[]
  minutes: readonly number[]
  /** Milliseconds of the minute. */
  seconds: readonly Span[]
  clock: 'elapsed' | 'fixed' | 'existing'
}

/** The instants that are answered for: about what zone data is good for, and what can be searched in no time. */
const answered = { from: Date.UTC(1900, 0, 1), to: Date.UTC(2300, 0, 1) }

/** Gives the first instant (epoch ms) strictly after another that a pattern matches in a zone, or null: none in 100 years. */
export function compilePattern(pattern: CalendarPattern, zone: string): (after: number) => number | null {
  const nextWall = compileWall(pattern)
  return (after) => {
    if (!(after >= answered.from && after <= answered.to)) return null
    let stretch = stretchAt(zone, after)
    const limit = after + 100 * 365.25 * dayMs
    let from = Math.max(Math.floor(after) + stretch.offset + 1, firstWall(stretch, pattern.clock))
    for (let fresh = true; ; fresh = false) {
      const wall = nextWall(from, limit + stretch.offset)
      if (wall === null) return null
      const instant = Math.max(wall - stretch.offset, stretch.start)
      if (wall < stretch.end + stretch.offset) return instant
      // Only the stretch after the first one can repeat wall times before `wall`: later ones may be passed over.
      const { end } = stretch
      stretch = stretchAt(zone, fresh ? end : Math.max(end, wall - stretch.offset - 2 * dayMs))
      // What was the end of the known part may turn out to be no clock change.
      from = stretch.start < end ? end + stretch.offset : firstWall(stretch, pattern.clock)
    }
  }
}

/** Changes of three hours and more are corrections of the calendar, not daylight saving: Vixie's cron just goes on. */
const correctionMs = 3 * 3_600_000

/** The first wall time (ms) that a stretch answers for: `fixed` takes over what a gap swallowed, and repeats nothing. */
function firstWall(stretch: Stretch, clock: CalendarPattern['clock']): number {
  const own = stretch.start + stretch.offset
  const before = stretch.start + stretch.offsetBefore
  if (clock === 'existing') return Math.max(own, before)
  if (clock === 'elapsed' || Math.abs(own - before) >= correctionMs) return own
  return before
}

/** Gives the first matching wall time (ms as if UTC) at or after another, or null when there is none before `limit`. */
export function compileWall(pattern: CalendarPattern): (from: number, limit: number) => number | null {
  const nextTime = compileTime(pattern)
  const nextDay = compileDay(pattern)
  return (from, limit) => {
    let dayNumber = Math.floor(from / dayMs)
    let time = from - dayNumber * dayMs
    for (;;) {
      const matching = nextDay(dayNumber, limit)
      if (matching === null) return null
      if (matching > dayNumber) time = 0
      const found = nextTime(time)
      if (found >= 0) return matching * dayMs + found
      dayNumber = matching + 1
      time = 0
    }
  }
}

/** Gives the first matching time of day (ms) at or after another, or -1. */
function compileTime(pattern: CalendarPattern): (from: number) => number {
  const hours = nextTable(pattern.hours, 24)
  const minutes = nextTable(pattern.minutes, 60)
  const firstMinute = minutes[0] ?? -1
  const firstSecond = nextInSpans(pattern.seconds, 0) ?? 0
  return (from) => {
    const fromHour = Math.floor(from / 3_600_000)
    const hour = hours[fromHour] ?? -1
    if (hour < 0) return -1
    if (hour > fromHour) return hour * 3_600_000 + firstMinute * 60_000 + firstSecond
    const fromMinute = Math.floor((from - hour * 3_600_000) / 60_000)
    const minute = minutes[fromMinute] ?? -1
    if (minute === fromMinute) {
      const second = nextInSpans(pattern.seconds, from % 60_000)
      if (second !== null && second < 60_000) return hour * 3_600_000 + minute * 60_000 + second
    }
    const later = minute > fromMinute ? minute : (minutes[fromMinute + 1] ?? -1)
    if (later >= 0) return hour * 3_600_000 + later * 60_000 + firstSecond
    const laterHour = hours[hour + 1] ?? -1
    return laterHour < 0 ? -1 : laterHour * 3_600_000 + firstMinute * 60_000 + firstSecond
  }
}

/** Gives the first matching day number at or after another, or null when there is none before `limit` (wall ms). */
function compileDay(pattern: CalendarPattern): (fromDay: number, limit: number) => number | null {
  const daysOf = compileMonth(pattern.days)
  const months = nextTable(pattern.months, 13)
  let known = Number.NaN
  return (fromDay, limit) => {
    // Asked again and again about one day, which is then its own answer.
    if (known === fromDay) return fromDay
    let { year, month, day } = dateOfDay(fromDay)
    const lastYear = dateOfDay(Math.floor(limit / dayMs)).year
    while (year <= lastYear) {
      const nextYear = pattern.years ? nextInSpans(pattern.years, year) : year
      if (nextYear === null) return null
      const nextMonth = nextYear > year ? (months[0] ?? -1) : (months[month] ?? -1)
      if (nextYear > year || nextMonth !== month) day = 1
      year = nextYear
      if (nextMonth < 0 || year > lastYear) {
        year++
        month = 1
        day = 1
        continue
      }
      month = nextMonth
      const matching = day > 31 ? 0 : daysOf(year, month) & (-1 << day)
      if (matching !== 0) {
        const found = 31 - Math.clz32(matching & -matching)
        known = dayOfDate(year, month, found)
        return known * dayMs > limit ? null : known
      }
      day = 1
      if (++month > 12) {
        month = 1
        year++
      }
    }
    return null
  }
}

/** For each index up to `size` the first of the values at or after it, else -1. */
function nextTable(values: readonly number[], size: number): Int8Array {
  const table = new Int8Array(size + 1).fill(-1)
  const matching = new Set(values)
  for (let i = size - 1; i >= 0; i--) table[i] = matching.has(i) ? i : (table[i + 1] ?? -1)
  return table
}

/** The first value of any span at or after `from`, or null. */
export function nextInSpans(spans: readonly Span[], from: number): number | null {
  let best: number | null = null
  for (const { start, stop, step } of spans) {
    let value = start
    if (start < from) {
      if (step === 0) continue
      value = start + step * Math.ceil((from - start) / step)
      if (stop !== null && value > stop) continue
    }
    if (best === null || value < best) best = value
  }
  return best
}
