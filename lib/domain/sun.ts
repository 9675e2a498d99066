import { getTimes } from 'suncalc'
import { dayMs } from './wall-clock'

/** Degrees, north and east positive. */
export type Place = { latitude: number; longitude: number }

const hourMs = 3_600_000
/** Where the sun stays down or up for weeks, the hour before and after solar noon is day, and that about midnight night. */
const leastHalf = hourMs
const mostHalf = dayMs / 2 - hourMs

const keptDays = 4_000
const kept = new Map<string, { rise: number; set: number }>()

/**
 * Daylight of one solar day (epoch ms), which is numbered by the UTC date nearest to its noon. It lasts 2 to 22 hours:
 * in polar night and polar day alike no notice that waits for the sun, or for its going, waits for weeks.
 */
export function daylightOf(solarDay: number, { latitude, longitude }: Place): { rise: number; set: number } {
  const key = `${solarDay} ${latitude} ${longitude}`
  const known = kept.get(key)
  if (known) return known
  const { sunrise, sunset, solarNoon, alwaysUp } = getTimes(new Date(solarDay * dayMs + dayMs / 2), latitude, longitude)
  const noon = solarNoon.getTime()
  const unrisen = alwaysUp ? mostHalf : leastHalf
  const half = (from: number, to: number) => Math.min(Math.max(to - from, leastHalf), mostHalf)
  const found = {
    rise: noon - (sunrise ? half(sunrise.getTime(), noon) : unrisen),
    set: noon + (sunset ? half(noon, sunset.getTime()) : unrisen),
  }
  if (kept.size >= keptDays) kept.clear()
  kept.set(key, found)
  return found
}
