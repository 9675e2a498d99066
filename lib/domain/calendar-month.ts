import { dayOfDate, daysInMonth, weekdayOfDay } from './wall-clock'

/** Which days of a month match. */
export type DayPattern = {
  /** Days of the month, 1 to 31. */
  monthDays: readonly number[]
  /** Days counted back from the last one, which is 0. */
  fromEnd: readonly number[]
  /** The Monday-to-Friday day nearest to these days, inside the month. */
  nearest: readonly number[]
  lastWorkday: boolean
  /** Weekdays, 0 Sunday to 6 Saturday. */
  weekdays: readonly number[]
  /** The nth (1 to 5) such weekday of the month; -1 is the last. */
  nth: readonly { weekday: number; nth: number }[]
  /** Whether a day must match by its date and by its weekday, or by either. */
  join: 'and' | 'or'
}

/** Gives the matching days of a month as a mask: bit 1 is the 1st. The last month asked for is kept. */
export function compileMonth(days: DayPattern): (year: number, month: number) => number {
  let keptKey = -1
  let keptMask = 0
  return (year, month) => {
    const key = year * 12 + month
    if (key !== keptKey) {
      keptKey = key
      keptMask = maskOfMonth(days, daysInMonth(year, month), weekdayOfDay(dayOfDate(year, month, 1)))
    }
    return keptMask
  }
}

function maskOfMonth(days: DayPattern, length: number, firstWeekday: number): number {
  let byDate = 0
  for (const day of days.monthDays) if (day <= length) byDate |= 1 << day
  for (const back of days.fromEnd) if (back < length) byDate |= 1 << (length - back)
  for (const day of days.nearest) if (day <= length) byDate |= 1 << nearestWorkday(day, length, firstWeekday)
  if (days.lastWorkday) byDate |= 1 << nearestWorkday(length, length, firstWeekday)
  let byWeekday = 0
  for (const weekday of days.weekdays) {
    for (let day = 1 + ((weekday - firstWeekday + 7) % 7); day <= length; day += 7) byWeekday |= 1 << day
  }
  for (const { weekday, nth } of days.nth) {
    const first = 1 + ((weekday - firstWeekday + 7) % 7)
    const day = nth > 0 ? first + 7 * (nth - 1) : first + 7 * Math.floor((length - first) / 7)
    if (day <= length) byWeekday |= 1 << day
  }
  return days.join === 'and' ? byDate & byWeekday : byDate | byWeekday
}

/** The Monday-to-Friday day nearest to a day without leaving its month, as Quartz's W. */
function nearestWorkday(day: number, length: number, firstWeekday: number): number {
  const weekday = (firstWeekday + day - 1) % 7
  if (weekday === 6) return day > 1 ? day - 1 : day + 2
  if (weekday === 0) return day < length ? day + 1 : day - 2
  return day
}
