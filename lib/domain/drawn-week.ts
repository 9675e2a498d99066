import { allowedAt, type Hours } from './hours'
import { dayMs, stretchAt, weekdayOfDay } from './wall-clock'
import { instantOfWall } from './wall-instant'

/** A day of the drawing: its weekday, 1 Monday to 7 Sunday, and from which minute to which a notice may go out. */
export type DrawnDay = { weekday: number; stretches: [from: number, to: number][] }

const stepMinutes = 15

/** The seven days from that of `now` (epoch ms) on, by the clock of the hours' zone, to a quarter of an hour. */
export function drawnWeek(hours: Hours, now: number): DrawnDay[] {
  const first = Math.floor((now + stretchAt(hours.zone, now).offset) / dayMs)
  return Array.from({ length: 7 }, (_, i) => {
    const day = first + i
    const stretches: [number, number][] = []
    for (let minute = 0; minute < 1440; minute += stepMinutes) {
      if (!allowedAt(hours, instantOfWall(hours.zone, day * dayMs + minute * 60_000, 'earlier'))) continue
      const last = stretches.at(-1)
      if (last && last[1] === minute) last[1] = minute + stepMinutes
      else stretches.push([minute, minute + stepMinutes])
    }
    return { weekday: weekdayOfDay(day) || 7, stretches }
  })
}
