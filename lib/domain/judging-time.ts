import type { Gap } from './job-state'

/** One intake, epoch ms: everything that it acknowledged before settledAt is stored; it was last heard of at seenAt. */
export type Intake = { settledAt: number; seenAt: number }

const aliveMs = 30_000
/** After a gap clients try again for about a minute: nobody is called down before. */
export const retryMs = 60_000

/**
 * The instant (epoch ms) as of which jobs may be judged at `now`: whatever arrived up to it is stored. Null while no intake
 * is alive, or while one that was before a gap has not come back, for 30 s. For a minute after a gap it stands at the gap's
 * beginning: only what was silent before is.
 */
export function judgingTime(intakes: readonly Intake[], gaps: readonly Gap[], now: number): number | null {
  const alive = intakes.filter((intake) => intake.seenAt > now - aliveMs)
  if (alive.length === 0) return null
  let at = Math.min(...alive.map((intake) => intake.settledAt)) - 1
  for (const gap of gaps) {
    if (now >= gap.endedAt + retryMs) continue
    if (now < gap.endedAt + aliveMs && intakes.some((intake) => isAwaited(intake, gap))) return null
    at = Math.min(at, gap.beganAt)
  }
  return at
}

/** Alive shortly before the gap, and not heard of since. */
const isAwaited = ({ seenAt }: Intake, { beganAt, endedAt }: Gap) => seenAt > beganAt - aliveMs && seenAt < endedAt
