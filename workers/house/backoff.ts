const firstMs = 250
const longestMs = 30_000
const steadyMs = 60_000

/**
 * How long to wait before a process that ended is started again, in ms: doubled at each end in a row up to 30 s, and
 * from the start again when it had run for a minute. `chance` in [0, 1) spreads it by a quarter, either way.
 */
export function createBackoff(chance: () => number = Math.random): (ranForMs: number) => number {
  let waitMs = firstMs / 2
  return (ranForMs) => {
    waitMs = ranForMs >= steadyMs ? firstMs : Math.min(longestMs, waitMs * 2)
    return Math.round(waitMs * (0.75 + chance() / 2))
  }
}
