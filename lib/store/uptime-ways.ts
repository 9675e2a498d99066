import { type Spells, within } from '@/lib/domain/spells'
import { darkAndPlanned, type Way } from '@/lib/domain/uptime'
import type { Watched } from './uptime-watched'

/** Each target as a way, in their order, from `from` up to `until` (epoch ms). What many have in common stays one list. */
export function waysOf({ targets, outages }: Watched, from: number, until: number): Way[] {
  const { first, spells, marked } = byTarget(targets, outages, until)
  const clipped = new Map<Spells, Spells>()
  const clip = (list: Spells) => {
    const found = clipped.get(list) ?? within(list, from, until)
    clipped.set(list, found)
    return found
  }
  return targets.map(({ since, planned, unknown }, i) => {
    const [begin, end] = [first[i] ?? 0, first[i + 1] ?? 0]
    const unseen = clip(unknown)
    if (begin === end) return { since, dark: [], planned: clip(planned), unknown: unseen }
    const own = darkAndPlanned(spells.subarray(2 * begin, 2 * end), marked.subarray(begin, end), planned)
    const still = own.planned === planned ? clip(planned) : within(own.planned, from, until)
    return { since, dark: own.dark, planned: still, unknown: unseen }
  })
}

/** The outages put in order of targets and time: those of target i stand from first[i] up to first[i + 1]. */
function byTarget(targets: Watched['targets'], outages: Watched['outages'], until: number) {
  const { target, began, ended } = outages
  const places = new Int32Array(targets.reduce((most, { id }) => Math.max(most, id), 0) + 1).fill(-1)
  targets.forEach(({ id }, i) => {
    places[id] = i
  })
  const first = new Int32Array(targets.length + 1)
  for (const id of target) {
    const place = places[Math.abs(id)] ?? -1
    if (place >= 0) first[place + 1] = (first[place + 1] ?? 0) + 1
  }
  for (let i = 0; i < targets.length; i++) first[i + 1] = (first[i + 1] ?? 0) + (first[i] ?? 0)
  const count = first[targets.length] ?? 0
  const next = first.slice()
  const spells = new Float64Array(2 * count)
  const marked = new Uint8Array(count)
  for (let k = 0; k < target.length; k++) {
    const id = target[k] ?? 0
    const place = places[Math.abs(id)] ?? -1
    if (place < 0) continue
    const start = began[k] ?? 0
    // In by time: as a rule they come so.
    let at = next[place] ?? 0
    next[place] = at + 1
    for (; at > (first[place] ?? 0) && (spells[2 * at - 2] ?? 0) > start; at--) {
      spells[2 * at] = spells[2 * at - 2] ?? 0
      spells[2 * at + 1] = spells[2 * at - 1] ?? 0
      marked[at] = marked[at - 1] ?? 0
    }
    spells[2 * at] = start
    spells[2 * at + 1] = Math.min(ended[k] ?? until, until)
    marked[at] = id < 0 ? 1 : 0
  }
  return { first, spells, marked }
}
