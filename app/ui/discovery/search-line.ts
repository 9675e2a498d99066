export type Line = { path: string; ground: number; at: number }

const beatWidth = 7

/**
 * The line of a search: flat up to `share` of the width, with a beat where each device was found; several at one place are
 * one beat, the more of them the taller.
 */
export function searchLine({
  moments,
  elapsedMs,
  share,
  width,
  height,
}: {
  moments: readonly number[]
  elapsedMs: number
  share: number
  width: number
  height: number
}): Line {
  const ground = height - 6
  const at = Math.max(0, Math.min(1, share)) * width
  const counts = new Map<number, number>()
  for (const ms of moments) {
    const part = elapsedMs > 0 ? Math.min(1, ms / elapsedMs) : 1
    const place = Math.floor((part * Math.max(0, at - 2 * beatWidth)) / beatWidth)
    counts.set(place, (counts.get(place) ?? 0) + 1)
  }
  const beats = [...counts].sort(([a], [b]) => a - b)
  const drawn = beats.map(([place, count]) => {
    const x = place * beatWidth + beatWidth
    const tall = (ground - 3) * Math.min(1, 0.45 + Math.log2(count + 1) / 8)
    return `H${round(x - 3)}L${round(x)} ${round(ground - tall)}L${round(x + 2)} ${round(ground + 3)}L${round(x + 3)} ${ground}`
  })
  return { path: `M0 ${ground}${drawn.join('')}H${round(Math.max(at, 0))}`, ground, at: round(at) }
}

const round = (value: number) => Math.round(value * 10) / 10
