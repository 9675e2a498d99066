import { type Hours, nextAllowed } from './hours'

/**
 * When an incident that nobody acknowledged is told again (epoch ms): the cool-off after the last time, rounded up to the
 * next allowed instant. Null: this channel is told once. Source: rules, "Policy".
 */
export function remindAt(lastToldAt: number, coolOffMinutes: number | null, hours: Hours): number | null {
  if (coolOffMinutes === null || coolOffMinutes <= 0) return null
  return nextAllowed(hours, lastToldAt + coolOffMinutes * 60_000)
}
