/** One ping: when it was sent (epoch ms by the probe's clock) and its round trip; null when no reply came in time. */
export type Ping = { sentAt: number; rttMs: number | null }

/** X misses in Y seconds. Both >= 1, checked where they enter. */
export type IsolationRule = { misses: number; withinSeconds: number }

/**
 * Tells since when a device is cut off (epoch ms), or null while it is not: at least `misses` pings of the window
 * (now - withinSeconds, now] went unanswered, in a row or not. `pings` may come in any order.
 * Source: README, "When a device is down".
 */
export function isolatedSince(pings: readonly Ping[], rule: IsolationRule, now: number): number | null {
  const windowStart = now - rule.withinSeconds * 1000
  const missedAt = pings
    .filter((ping) => ping.rttMs === null && ping.sentAt > windowStart && ping.sentAt <= now)
    .map((ping) => ping.sentAt)
  return missedAt.length >= rule.misses ? Math.min(...missedAt) : null
}

/**
 * Tells since when a dark device answers again: when the first hit after the last miss was sent, once there are at
 * least `hits` of them; else null. `pings` may come in any order.
 */
export function revivedSince(pings: readonly Ping[], hits: number): number | null {
  const lastMissAt = Math.max(...pings.filter((ping) => ping.rttMs === null).map((ping) => ping.sentAt))
  const hitAt = pings.filter((ping) => ping.rttMs !== null && ping.sentAt > lastMissAt).map((ping) => ping.sentAt)
  return hitAt.length >= hits ? Math.min(...hitAt) : null
}

/** What is remembered of a device in trouble; a device that answers has none, so a fleet of them costs nothing. */
export type Trouble = {
  /** Since when its outage is open, null while none is. */
  darkSince: number | null
  /** Misses that may still decide, oldest first; empty once dark. */
  misses: readonly number[]
  /** Hits after the last miss, oldest first. */
  hits: readonly number[]
  lastMissAt: number
  lastHitAt: number
}

export type Change =
  | { kind: 'isolated'; beganAt: number; misses: readonly number[] }
  | { kind: 'revived'; endedAt: number; hits: readonly number[] }
export type Judgement = { trouble: Trouble | null; change: Change | null }

/** What judging needs beside the ping. Instants in epoch ms. */
export type Judging = {
  rule: IsolationRule
  reviveHits: number
  /** Misses sent before this belong to an outage or a blindness that is over. */
  countsFrom: number
  /** Misses sent after this wait until the probe's own link is proven (blind.ts); Infinity when there is nothing to prove it by. */
  provenAt: number
}

/** A result is known at most this long after a ping that was sent later: the longest timeout there is. */
const longestTimeoutMs = 60_000
const mostKept = 256

/**
 * Takes one more ping into what is known of a device, and says whether that opens or ends its outage. Deciding ping by
 * ping gives the same answers as asking isolatedSince at each miss, and revivedSince, over the whole history.
 * `ping` null: nothing new but the proof (`provenAt`).
 */
export function judge(trouble: Trouble | null, ping: Ping | null, judging: Judging): Judgement {
  if (trouble?.darkSince != null) return ping ? judgeDark(trouble, ping, judging) : { trouble, change: null }
  const known = ping ? withPing(trouble, ping, judging) : trouble
  if (!known) return { trouble: null, change: null }
  const deciding = decidingMisses(known.misses, judging)
  if (!deciding) return { trouble: known, change: null }
  const beganAt = deciding[0] ?? known.lastMissAt
  return {
    trouble: { ...known, darkSince: beganAt, misses: [] },
    change: { kind: 'isolated', beganAt, misses: deciding },
  }
}

/** Missed last, and no outage open: it is pinged at the confirm interval. */
export const isSuspect = (trouble: Trouble | null): boolean =>
  trouble !== null && trouble.darkSince === null && trouble.lastMissAt > trouble.lastHitAt

/** Its outage is open. */
export const isDark = (trouble: Trouble | null): boolean => trouble !== null && trouble.darkSince !== null

/** Dark, and the last pings were answered: it is pinged at the confirm interval to see it through. */
export const isReviving = (trouble: Trouble | null): boolean => trouble?.darkSince != null && trouble.hits.length > 0

/** The memory of a device whose outage is known to be open, by someone who saw its pings before us. */
export const heldDark = (darkSince: number): Trouble => ({
  darkSince,
  misses: [],
  hits: [],
  lastMissAt: darkSince,
  lastHitAt: Number.NEGATIVE_INFINITY,
})

/** Forgets the misses sent from `from` to `to`: the probe could not see then. */
export function withoutMisses(trouble: Trouble, from: number, to: number): Trouble | null {
  if (trouble.darkSince !== null) return trouble
  const misses = trouble.misses.filter((at) => at < from || at > to)
  return misses.length === 0
    ? null
    : { ...trouble, misses, lastMissAt: misses[misses.length - 1] ?? trouble.lastMissAt }
}

function withPing(trouble: Trouble | null, ping: Ping, { rule, countsFrom }: Judging): Trouble | null {
  const oldest = ping.sentAt - rule.withinSeconds * 1000 - longestTimeoutMs
  if (ping.rttMs !== null) {
    if (!trouble || trouble.lastMissAt <= oldest) return null
    return withHit(trouble, ping.sentAt)
  }
  if (ping.sentAt < countsFrom) return trouble
  const misses = inserted(trouble?.misses ?? [], ping.sentAt).filter((at) => at > oldest)
  return {
    darkSince: null,
    misses: misses.slice(-mostKept),
    hits: (trouble?.hits ?? []).filter((at) => at > ping.sentAt),
    lastMissAt: Math.max(trouble?.lastMissAt ?? ping.sentAt, ping.sentAt),
    lastHitAt: trouble?.lastHitAt ?? Number.NEGATIVE_INFINITY,
  }
}

/** The first `misses` proven misses that fit into one window, or null. */
function decidingMisses(sorted: readonly number[], { rule, provenAt }: Judging): readonly number[] | null {
  for (let last = rule.misses - 1; last < sorted.length; last++) {
    const first = last - rule.misses + 1
    const [firstAt, lastAt] = [sorted[first], sorted[last]]
    if (firstAt === undefined || lastAt === undefined || lastAt > provenAt) return null
    if (lastAt - firstAt < rule.withinSeconds * 1000) return sorted.slice(first, last + 1)
  }
  return null
}

function judgeDark(trouble: Trouble, ping: Ping, { reviveHits }: Judging): Judgement {
  const known = ping.rttMs === null ? withLateMiss(trouble, ping.sentAt) : withHit(trouble, ping.sentAt)
  const endedAt = known.hits[0]
  if (endedAt === undefined || known.hits.length < reviveHits) return { trouble: known, change: null }
  return { trouble: null, change: { kind: 'revived', endedAt, hits: known.hits } }
}

function withLateMiss(trouble: Trouble, sentAt: number): Trouble {
  const hits = trouble.hits.filter((at) => at > sentAt)
  return { ...trouble, hits, lastMissAt: Math.max(trouble.lastMissAt, sentAt) }
}

function withHit(trouble: Trouble, sentAt: number): Trouble {
  const lastHitAt = Math.max(trouble.lastHitAt, sentAt)
  if (sentAt <= trouble.lastMissAt) return { ...trouble, lastHitAt }
  return { ...trouble, lastHitAt, hits: inserted(trouble.hits, sentAt).slice(0, mostKept) }
}

function inserted(sorted: readonly number[], at: number): number[] {
  const place = sorted.findLastIndex((other) => other <= at) + 1
  return [...sorted.slice(0, place), at, ...sorted.slice(place)]
}
