import type { Ping } from '@/lib/live-client'

export type StripShape = { line: string; misses: number[] }

/** How far a beat is drawn to the right at most when the next ping is late: beyond that nothing was measured. */
const widestBeatMs = 15_000

/**
 * The EKG of some pings in a box `width` x `height` whose right edge is `now`: a flat line with one beat a hit (higher
 * is slower, by the logarithm), a gap a miss, nothing where nothing was measured. `misses` are the x of the gaps.
 */
export function stripShape(
  pings: readonly Ping[],
  { now, spanMs, width, height }: { now: number; spanMs: number; width: number; height: number },
): StripShape {
  const from = now - spanMs
  const base = height - 4
  const shown = pings.filter(([at]) => at > from && at <= now + 1000)
  const spacing = typicalSpacing(shown)
  const reach = Math.min(widestBeatMs, spacing * 1.6)
  const x = (at: number) => round(((Math.min(at, now) - from) / spanMs) * width)
  const parts: string[] = []
  const misses: number[] = []
  let joined = false
  shown.forEach(([at, rttMs], i) => {
    const end = Math.min(shown[i + 1]?.[0] ?? at + spacing, at + reach)
    const x0 = x(at)
    const x1 = Math.max(x0 + 0.5, x(end))
    if (rttMs === null) {
      misses.push(round((x0 + x1) / 2))
      joined = false
      return
    }
    const tall = beatHeight(rttMs, base - 1)
    const step = Math.min(1.75, (x1 - x0) / 4)
    parts.push(`${joined ? 'L' : 'M'}${x0} ${base}`)
    parts.push(`l${step} ${round(-tall)} ${step} ${round(tall + 2.5)} ${step} -2.5`)
    parts.push(`H${x1}`)
    joined = i + 1 < shown.length && (shown[i + 1]?.[0] ?? 0) <= at + reach
  })
  return { line: parts.join(''), misses }
}

/** A fifth of the box for a fast answer, all of it for one of a second and more. */
function beatHeight(rttMs: number, room: number): number {
  const share = Math.min(1, Math.max(0, Math.log10(Math.max(0.3, rttMs) / 0.3) / 3.5))
  const least = Math.max(4, room / 5)
  return least + share * (room - least)
}

function typicalSpacing(pings: readonly Ping[]): number {
  const gaps: number[] = []
  for (let i = 1; i < pings.length; i++) gaps.push((pings[i]?.[0] ?? 0) - (pings[i - 1]?.[0] ?? 0))
  gaps.sort((a, b) => a - b)
  return gaps[Math.floor(gaps.length / 2)] ?? 10_000
}

const round = (n: number) => Math.round(n * 10) / 10
