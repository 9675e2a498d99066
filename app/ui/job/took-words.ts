import { spanWords } from '../time-words'

/** A duration for reading: "320 ms", "4.2 s", "3 min 12 s". */
export function tookWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  return ms < 60_000 ? `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s` : spanWords(ms)
}
