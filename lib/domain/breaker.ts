/** How a channel fares. Instants are epoch ms. */
export type Health = {
  failures: number // in a row
  failingSince: number | null
  breakerUntil: number | null // spared until then
  brokenSince: number | null // for good, until it is repaired
}

/** What an attempt at a channel came to; status: what HTTP or SMTP answered. */
export type AttemptResult =
  | { ok: true }
  | { ok: false; permanent: boolean; status: number | null; retryAfterMs: number | null }

export const healthy: Health = { failures: 0, failingSince: null, breakerUntil: null, brokenSince: null }

const opensAt = 3
const second = 1000
const minute = 60 * second
const waits = [30 * second, minute, 2 * minute, 5 * minute]
const longestWait = 10 * minute
const mostPause = 24 * 60 * minute

/**
 * A channel's health after an attempt at `now`. One that took something is well, whatever was before. From the third
 * failure in a row it is spared for 30 s, 1, 2, 5, then 10 min, and at once for as long as it asked for, 24 h at most. A
 * refusal for good breaks it; one that may be the message's own fault does so when it is the second in a row.
 */
export function afterAttempt(health: Health, result: AttemptResult, now: number): Health {
  if (result.ok) return healthy
  const failures = health.failures + 1
  const failingSince = health.failingSince ?? now
  const breaks = result.permanent && (failures >= 2 || !mayBeTheMessage(result.status))
  const spared = failures < opensAt ? 0 : (waits[failures - opensAt] ?? longestWait)
  const pause = Math.max(spared, Math.min(result.retryAfterMs ?? 0, mostPause))
  return {
    failures,
    failingSince,
    breakerUntil: pause === 0 ? health.breakerUntil : Math.max(now + pause, health.breakerUntil ?? 0),
    brokenSince: health.brokenSince ?? (breaks ? now : null),
  }
}

/** How many messages may be on their way to it at once: one that fails is tried with one, one that is spared not at all. */
export function placesFor(health: Health, most: number, now: number): number {
  if (health.brokenSince !== null || (health.breakerUntil !== null && health.breakerUntil > now)) return 0
  return health.failures > 0 ? 1 : most
}

/** A server that reads the message and does not like it answers so, too. */
const mayBeTheMessage = (status: number | null) => status === 400 || status === 413 || status === 422
