import { ipv6Groups, parseAddress } from './address'

/** After `free` failures within `windowSeconds` every further one doubles the wait, from 1 s up to `maxWaitSeconds`. */
export type ThrottleRule = { free: number; windowSeconds: number; maxWaitSeconds: number }

/** One account: a wait that stops guessing and does not let a stranger lock the owner out for long. */
export const accountRule: ThrottleRule = { free: 5, windowSeconds: 900, maxWaitSeconds: 60 }
/** One address (an IPv6 /64): many people may stand behind it. */
export const addressRule: ThrottleRule = { free: 20, windowSeconds: 900, maxWaitSeconds: 300 }

/**
 * Whole seconds until the next attempt is allowed, 0 for now. `failures` are the epoch ms of earlier failed attempts, in
 * any order; those of the window (now - windowSeconds, now] count.
 */
export function waitSeconds(failures: readonly number[], rule: ThrottleRule, now: number): number {
  const counted = failures.filter((at) => at > now - rule.windowSeconds * 1000)
  const excess = counted.length - rule.free
  if (excess < 0) return 0
  const wait = Math.min(rule.maxWaitSeconds, 2 ** Math.min(excess, 30))
  const last = counted.reduce((latest, at) => Math.max(latest, at), 0)
  // A failure dated ahead of us (another web's clock) must not make the wait longer than the rule's.
  return Math.max(0, Math.ceil((Math.min(last, now) + wait * 1000 - now) / 1000))
}

/** The key failures of an address are counted under: IPv6 by its /64, which is what one household or host is given. */
export function throttleAddress(address: string): string {
  const parsed = parseAddress(address.split('%', 1)[0] ?? '')
  const canonical = 'address' in parsed ? parsed.address : address
  const groups = ipv6Groups(canonical)
  if (!groups) return canonical
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}
