/** More incidents than this within a minute to one channel are told as one digest. */
export const stormSize = 10
export const stormWindowMs = 60_000
/** A digest waits this long for what else comes: with the ten before it at most 12 messages go out in a minute. */
export const stormDigestMs = 30_000

/** How busy a channel is: notices that went out to it in the last minute, and when its open digest goes out (epoch ms). */
export type Traffic = { toldInLastMinute: number; digestAt: number | null }

/** When the digest goes out that a notice at `now` has to join (epoch ms); null: it goes out by itself. */
export function stormDigestAt({ toldInLastMinute, digestAt }: Traffic, now: number): number | null {
  if (digestAt !== null && digestAt > now) return digestAt
  return toldInLastMinute >= stormSize ? now + stormDigestMs : null
}
