/** How many may begin now, and when the next one may after these. Instants are epoch ms. */
export type Pace = { count: number; nextAt: number; againAt: number | null }

/**
 * At most `perSecond` begin in any second, whoever sends: `nextAt` is what the call before left behind, shared by all.
 * againAt: when another one may, where not all that were `wanted` could.
 */
export function pace(
  nextAt: number,
  { perSecond, wanted, now }: { perSecond: number; wanted: number; now: number },
): Pace {
  const each = 1000 / perSecond
  const most = Math.max(1000, each) // what may be saved up, and what may be owed: a clock set back holds nobody up
  const from = Math.min(Math.max(nextAt, now - most + each), now + most)
  const free = Math.max(0, Math.floor((now - from) / each + 1 + 1e-9))
  const count = Math.min(Math.max(0, wanted), free)
  const next = from + count * each
  return { count, nextAt: next, againAt: count < wanted ? Math.max(now, Math.ceil(next)) : null }
}
