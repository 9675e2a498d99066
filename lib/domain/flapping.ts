export type OutageSpan = { beganAt: number; endedAt: number | null }

const windowMs = 60 * 60_000
const steadyMs = 15 * 60_000
const mostOutages = 4

/**
 * Tells since when a target is flapping (epoch ms: when the fifth outage of 60 min began), or null while it is not.
 * It stays flapping until it was steady, without any outage, for 15 min; `steadyAt` says when that will be if nothing
 * happens, null while it is dark. Outages that began after `now` are not known yet; any order.
 */
export function flappingSince(
  outages: readonly OutageSpan[],
  now: number,
): { since: number; steadyAt: number | null } | null {
  const known = outages.filter((outage) => outage.beganAt <= now).sort((a, b) => a.beganAt - b.beganAt)
  let since: number | null = null
  let endedAt: number | null = Number.NEGATIVE_INFINITY // of the latest outage, null while open
  for (const [i, outage] of known.entries()) {
    if (endedAt !== null && outage.beganAt - endedAt >= steadyMs) since = null
    const fifthBefore = known[i - mostOutages]
    if (since === null && fifthBefore && outage.beganAt - fifthBefore.beganAt < windowMs) since = outage.beganAt
    const ended: number | null = outage.endedAt !== null && outage.endedAt <= now ? outage.endedAt : null
    endedAt = endedAt === null || ended === null ? null : Math.max(endedAt, ended)
  }
  if (since === null) return null
  if (endedAt === null) return { since, steadyAt: null }
  return now - endedAt >= steadyMs ? null : { since, steadyAt: endedAt + steadyMs }
}
