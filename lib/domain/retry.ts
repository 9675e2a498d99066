/** What a push service or another door answered; status null: no answer came (timeout, reset, refused). */
export type Answer = { status: number | null; retryAfterMs: number | null; text: string }

/**
 * accepted: it took the message. gone: the subscription is over. refused: our fault, keep the subscription and warn.
 * too_large: no use in sending it again. again: try later.
 */
export type Verdict = 'accepted' | 'gone' | 'refused' | 'too_large' | 'again'

/** Reads an answer as RFC 8030 and the vendors mean it: WNS throttles by 406; Apple's 403 is our fault, never the phone's. */
export function verdictOf(status: number | null): Verdict {
  if (status === null) return 'again'
  if (status >= 200 && status < 300) return 'accepted'
  if (status === 404 || status === 410) return 'gone'
  if (status === 400 || status === 401 || status === 403) return 'refused'
  if (status === 413) return 'too_large'
  return 'again'
}

const minute = 60_000
const steps = [5_000, 30_000, 2 * minute, 10 * minute, 30 * minute]
const hourly = 60 * minute
/** After this a delivery has failed for good. */
export const giveUpAfterMs = 24 * hourly

/**
 * When to try again after `attempts` (>= 1) failed ones: 5 s, 30 s, 2 min, 10 min, 30 min, then hourly, up to 20 % later
 * by `random` in [0, 1), never before Retry-After. Null when that is later than 24 h after `createdAt`.
 */
export function nextAttemptAt(
  { attempts, createdAt, retryAfterMs }: { attempts: number; createdAt: Date; retryAfterMs: number | null },
  random: number,
  now: Date,
): Date | null {
  const step = steps[attempts - 1] ?? hourly
  const wait = Math.max(step, retryAfterMs ?? 0) * (1 + random * 0.2)
  const at = now.getTime() + wait
  return at > createdAt.getTime() + giveUpAfterMs ? null : new Date(Math.ceil(at))
}

/** Retry-After in ms from `now`: seconds or an HTTP date (RFC 9110, 10.2.3); null when absent or not understood. */
export function retryAfterMs(header: string | undefined, now: Date): number | null {
  const text = header?.trim()
  if (!text) return null
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  if (!/^[A-Za-z]{3,9},? /.test(text)) return null
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime())
}
