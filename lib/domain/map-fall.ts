import type { MapDevice } from './map-graph'

/** The network by indexes: `downs[i]` are the devices directly below device i; `sources`: where it begins. */
export type FallGraph = { downs: readonly (readonly number[])[]; sources: readonly boolean[] }

/**
 * What would go dark if the devices `fallen` fell: every other device whose ways up all lead through them. `down` are
 * devices that are dark by themselves now and so no way for anybody; what they cut off is not counted again. With
 * `fallen` among them the answer is what these cut off now.
 */
export function whatFallsWith(
  { downs, sources }: FallGraph,
  fallen: readonly number[],
  down: ReadonlySet<number>,
): number[] {
  const gone = new Set(fallen)
  const others = new Set([...down].filter((one) => !gone.has(one)))
  const before = reached({ downs, sources }, others)
  const after = reached({ downs, sources }, new Set([...others, ...gone]))
  return sources.flatMap((_, i) => (!gone.has(i) && before[i] && !after[i] ? [i] : []))
}

function reached({ downs, sources }: FallGraph, closed: ReadonlySet<number>): boolean[] {
  const seen = sources.map((isSource, i) => isSource && !closed.has(i))
  const queue = seen.flatMap((isSeen, i) => (isSeen ? [i] : []))
  for (let i = queue.pop(); i !== undefined; i = queue.pop()) {
    for (const below of downs[i] ?? []) {
      if (seen[below] || closed.has(below)) continue
      seen[below] = true
      queue.push(below)
    }
  }
  return seen
}

/** The clients among devices (indexes), each once, by name; `elsewhere` counts those with another device besides. */
export function clientsAmong(
  devices: readonly MapDevice[],
  dark: readonly number[],
): { names: string[]; elsewhere: number } {
  const names = new Map<number, string>() // by id: two may be called the same
  const gone = new Set(dark)
  for (const i of dark) {
    const { client, clientId } = devices[i] ?? {}
    if (client && clientId) names.set(clientId, client)
  }
  const kept = new Set<number>()
  devices.forEach(({ clientId }, i) => {
    if (clientId && !gone.has(i) && names.has(clientId)) kept.add(clientId)
  })
  return { names: [...names.values()], elsewhere: kept.size }
}
