import { setMaxListeners } from 'node:events'

export type Deadline = { signal: AbortSignal; words(): string; clear(): void }

/** A signal that comes with another one or after so many milliseconds, and says which of them it was. Clear it when done. */
export function startDeadline(outer: AbortSignal, ms: number): Deadline {
  const inner = new AbortController()
  const stop = () => inner.abort()
  const timer = setTimeout(stop, ms)
  setMaxListeners(0, outer) // one of each walk under way, hundreds of them
  if (outer.aborted) stop()
  outer.addEventListener('abort', stop)
  const words = () => (outer.aborted ? 'the walk was stopped' : `the deadline of ${ms / 1000} s passed`)
  const clear = () => {
    clearTimeout(timer)
    outer.removeEventListener('abort', stop)
  }
  return { signal: inner.signal, words, clear }
}
