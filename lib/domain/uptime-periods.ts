import { dateOfDay, dayMs, dayOfDate, stretchAt, weekdayOfDay } from './wall-clock'
import { instantOfWall } from './wall-instant'

export const periodKinds = ['day', 'week', 'month'] as const
export type PeriodKind = (typeof periodKinds)[number]

/** So many days may be asked for at once: a bit more than two years. */
export const mostDays = 800

/**
 * The days, weeks (from Monday) or months of a zone that have time from `from` up to `to` (epoch ms): the instants at which
 * they begin, and at which the last one ends. Each is whole, whatever the clock does in it.
 */
export function periodBounds(by: PeriodKind, from: number, to: number, zone: string): number[] {
  const bounds: number[] = []
  let day = firstDay(by, dayIn(zone, from))
  for (;;) {
    const start = startOfDay(zone, day)
    if (start !== bounds.at(-1)) bounds.push(start) // Samoa had no 30 December 2011
    if (start >= to && bounds.length > 1) return bounds
    day = nextDay(by, day)
  }
}

/** The day number (days since 1970-01-01) that an instant falls on in a zone. */
export const dayIn = (zone: string, instant: number) => Math.floor((instant + stretchAt(zone, instant).offset) / dayMs)

/** When a day begins in a zone (epoch ms). Of a midnight that the clock skips, when it skips; of two, the first. */
export const startOfDay = (zone: string, day: number) => instantOfWall(zone, day * dayMs, 'earlier')

/** A day number as 2026-11-21. */
export const dayText = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10)

/** The day number of 2026-11-21, or null when there is no such day. */
export function dayOfText(text: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!match) return null
  const day = dayOfDate(Number(match[1]), Number(match[2]), Number(match[3]))
  return dayText(day) === text ? day : null
}

/** The first day and the day after the last of a month written 2026-10, or null when there is no such month. */
export function monthDays(text: string): { first: number; end: number } | null {
  const first = dayOfText(`${text}-01`)
  return first === null ? null : { first, end: nextDay('month', first) }
}

/** The month that an instant falls in, in a zone, `back` months earlier: 2026-10. */
export function monthIn(zone: string, instant: number, back = 0): string {
  const { year, month } = dateOfDay(dayIn(zone, instant))
  const count = year * 12 + month - 1 - back
  return `${String(Math.floor(count / 12)).padStart(4, '0')}-${String((count % 12) + 1).padStart(2, '0')}`
}

/** The first day of the day, week or month that a day is in. */
export function firstDay(by: PeriodKind, day: number): number {
  if (by === 'day') return day
  if (by === 'week') return day - ((weekdayOfDay(day) + 6) % 7)
  const { year, month } = dateOfDay(day)
  return dayOfDate(year, month, 1)
}

/** The first day of the next one. */
export function nextDay(by: PeriodKind, day: number): number {
  if (by !== 'month') return firstDay(by, day) + (by === 'day' ? 1 : 7)
  const { year, month } = dateOfDay(day)
  return month === 12 ? dayOfDate(year + 1, 1, 1) : dayOfDate(year, month + 1, 1)
}
