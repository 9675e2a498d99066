/** How often a paced sender wakes while pings are waiting. */
export const PACE_MS = 5

const BURST_MS = 25 // a thread that slept longer than this does not catch up
const SPREAD = 8 // what waits leaves over about this many wakes, however it was handed in
const FLOOR = 8

/**
 * Decides how many pings may leave now, so that no burst leaves the port: at most `maxPerSecond`, and of what is waiting
 * only a part per wake. Infinity sends everything at once. `now` in ms of a clock that only goes forward.
 */
export function createPace(maxPerSecond: number) {
  if (!(maxPerSecond > 0))
    throw new RangeError(`Cannot pace pings: maxPerSecond must be above 0: it is ${maxPerSecond}`)
  const most = Math.max(1, (maxPerSecond * BURST_MS) / 1000)
  let credit = Math.max(1, (maxPerSecond * PACE_MS) / 1000)
  let seenAt = Number.NaN

  return {
    quota(now: number, waiting: number): number {
      if (maxPerSecond === Number.POSITIVE_INFINITY) return waiting
      if (now > seenAt) credit = Math.min(most, credit + ((now - seenAt) * maxPerSecond) / 1000)
      seenAt = now
      return Math.min(waiting, Math.floor(credit), Math.max(FLOOR, Math.ceil(waiting / SPREAD)))
    },
    spend(sent: number): void {
      if (maxPerSecond !== Number.POSITIVE_INFINITY) credit -= sent
    },
  }
}
