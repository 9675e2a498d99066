/** The probe's time: wall for stamps, mono for intervals, both in ms. Tests bring their own. */
export type Clock = {
  wallMs(): number
  monoMs(): number
  /** Runs once after at least `ms`; gives what calls it off. */
  after(ms: number, run: () => void): () => void
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monoMs: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** Runs again and again, `ms` after it last ended. Gives what stops it. */
export function every(clock: Clock, ms: number, run: () => void): () => void {
  let cancel = clock.after(ms, function again() {
    cancel = clock.after(ms, again)
    run()
  })
  return () => cancel()
}
