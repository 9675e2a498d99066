import { dayMs, stretchAt } from './wall-clock'

const morningHour = 7
const nightEnds = 4

/**
 * The morning that people mean by "tomorrow morning" at `now` (epoch ms): 07:00 of the next day in `zone`, before 04:00 of
 * the same one, as the night is not over. As wall time, `2026-11-22T07:00`.
 */
export function tomorrowMorning(now: number, zone: string): string {
  const wall = now + stretchAt(zone, now).offset
  const day = Math.floor(wall / dayMs) + ((wall % dayMs) / 3_600_000 < nightEnds ? 0 : 1)
  return `${new Date(day * dayMs).toISOString().slice(0, 10)}T0${morningHour}:00`
}

/** An instant (epoch ms) as wall time in `zone` for a field of date and time: `2026-11-22T07:00`. */
export function wallText(at: number, zone: string): string {
  return new Date(at + stretchAt(zone, at).offset).toISOString().slice(0, 16)
}
