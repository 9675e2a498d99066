import type { MapTree } from '@/lib/domain/map-graph'
import type { Picked } from '@/lib/domain/map-pick'
import type { LiveStates } from './states'

/** How many devices are dark in each block. */
export function darkInBlocks({ devices, block, blocks }: MapTree, states: LiveStates): number[] {
  const counts = blocks.map(() => 0)
  for (let i = 0; i < devices.length; i++) {
    const status = states.of(i)
    if (status === 'down' || status === 'unreachable') counts[block[i] ?? -1] = (counts[block[i] ?? -1] ?? 0) + 1
  }
  return counts
}

/** The devices that are dark by themselves now. */
export function downNow(states: LiveStates, { devices }: MapTree): Set<number> {
  const down = new Set<number>()
  for (let i = 0; i < devices.length; i++) if (states.of(i) === 'down') down.add(i)
  return down
}

/** What falls when something picked does: a device, or everything that stands at a site. */
export function fallenOf({ block }: MapTree, { kind, index }: Picked): number[] {
  if (kind === 'device') return [index]
  const all: number[] = []
  block.forEach((one, i) => {
    if (one === index) all.push(i)
  })
  return all
}
