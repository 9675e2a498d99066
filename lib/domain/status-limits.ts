import type { StatusMedium } from './status-address'

/**
 * At most so many within the window. loud: whoever asks is told to come back later, which says nothing of any address;
 * one that is not loud is about an address, and is kept silently: the answer is the same as ever.
 */
export type StatusLimit = { key: string; most: number; windowSeconds: number; loud: boolean }

const hour = 3600
const day = 24 * hour

/** What a request for a confirmation is held against. Texts cost money, so there are fewer of them. */
export function askLimits(
  medium: StatusMedium,
  { place, audience, person }: { place: string; audience: string; person: string },
): StatusLimit[] {
  const isSms = medium === 'sms'
  return [
    { key: `status ${medium} from ${place}`, most: isSms ? 6 : 20, windowSeconds: hour, loud: true },
    { key: `status ${medium} for ${audience}`, most: isSms ? 100 : 300, windowSeconds: hour, loud: true },
    ...(isSms ? [{ key: 'status sms', most: 500, windowSeconds: day, loud: true }] : []),
    { key: `status ${medium} to ${person}`, most: 3, windowSeconds: day, loud: false },
  ]
}

/** What a try at a code or at a link is held against, beside the few tries of each code. */
export function tryLimits(place: string): StatusLimit[] {
  return [{ key: `status code from ${place}`, most: 20, windowSeconds: hour, loud: true }]
}

/** Wrong codes after which a code is void, and how long codes and links hold. */
export const mostCodeTries = 5
export const codeHoldsMs = 30 * 60_000
export const linkHoldsMs = day * 1000

export type LimitAnswer = { allowed: true } | { allowed: false; loud: boolean; waitSeconds: number }

/**
 * Whether one more is allowed. `taken`: epoch ms of the earlier ones by key; those of (now - window, now] count. A loud
 * limit answers before a silent one: what is about an address must not show through.
 */
export function judgeLimits(
  limits: readonly StatusLimit[],
  taken: ReadonlyMap<string, readonly number[]>,
  now: number,
): LimitAnswer {
  const reached = limits.flatMap((limit) => {
    const from = now - limit.windowSeconds * 1000
    const counted = (taken.get(limit.key) ?? []).filter((at) => at > from && at <= now).sort((a, b) => b - a)
    const last = counted[limit.most - 1]
    return last === undefined ? [] : [{ limit, waitSeconds: Math.max(1, Math.ceil((last - from) / 1000)) }]
  })
  const told = reached.filter(({ limit }) => limit.loud)
  const all = told.length > 0 ? told : reached
  if (all.length === 0) return { allowed: true }
  return { allowed: false, loud: told.length > 0, waitSeconds: Math.max(...all.map((one) => one.waitSeconds)) }
}
