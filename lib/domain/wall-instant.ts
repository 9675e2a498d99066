import { dayMs, stretchAt } from './wall-clock'

/**
 * The instant (epoch ms) at which a zone's wall clock shows `wall` (ms as if UTC). Of a time that comes twice the earlier
 * or the later; of one that is skipped, the instant of the change.
 */
export function instantOfWall(zone: string, wall: number, which: 'earlier' | 'later'): number {
  let found: number | null = null
  for (let at = wall - 1.5 * dayMs; at <= wall + 1.5 * dayMs; ) {
    const { start, end, offset, offsetBefore } = stretchAt(zone, at)
    const instant = wall - offset
    if (instant >= start && instant < end) {
      if (which === 'earlier') return instant
      found = instant
    } else if (found === null && wall >= start + offsetBefore && wall < start + offset) return start
    at = end
  }
  return found ?? wall
}
