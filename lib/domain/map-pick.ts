import { cell } from './map-cards'
import type { MapTree } from './map-graph'
import type { Box, MapLayout } from './map-layout'

export type Picked = { kind: 'device' | 'site'; index: number }

const within = ({ x, y, w, h }: Box, px: number, py: number) => px >= x && px < x + w && py >= y && py < y + h

/** The device nearest to a point of the map, within its own place or `near` units of it; -1: none. */
export function deviceAt(layout: MapLayout, x: number, y: number, near: number): number {
  let best = -1
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < layout.x.length; i++) {
    const dx = x - (layout.x[i] ?? 0)
    const dy = Math.abs(y - (layout.y[i] ?? 0))
    const isOn = dy <= cell.h / 2 && dx >= -cell.h / 2 && dx < (layout.room[i] ?? 0)
    const distance = isOn ? Math.min(Math.hypot(dx, dy), cell.h / 2) : Math.hypot(dx, dy)
    if (distance >= least || (!isOn && distance > near)) continue
    best = i
    least = distance
  }
  return best
}

/** What a click means: the device there, else the one whose card it is, else the site; null beside all of them. */
export function pick(layout: MapLayout, x: number, y: number, near: number): Picked | null {
  const device = deviceAt(layout, x, y, near)
  if (device >= 0) return { kind: 'device', index: device }
  const card = layout.cards.find(({ box }) => within(box, x, y))
  if (card) return { kind: 'device', index: card.device }
  const block = layout.blocks.findIndex((box) => within(box, x, y))
  return block >= 0 ? { kind: 'site', index: block } : null
}

/** What to show when something is picked: a site; a device's card; or the card that the device is in. */
export function boxOf(tree: MapTree, layout: MapLayout, { kind, index }: Picked): Box {
  const site = layout.blocks[kind === 'site' ? index : (tree.block[index] ?? -1)] ?? { x: 0, y: 0, w: 1, h: 1 }
  if (kind === 'site') return site
  const card = layout.cards[layout.cardOf[index] ?? -1] ?? layout.cards[layout.cardOf[tree.parent[index] ?? -1] ?? -1]
  const own = { x: (layout.x[index] ?? 0) - 60, y: (layout.y[index] ?? 0) - 40, w: 200, h: 80 }
  return card && card.box.h <= tallestShown && within(card.box, layout.x[index] ?? 0, layout.y[index] ?? 0)
    ? card.box
    : own
}

const tallestShown = 280 // a larger grid would be shown too small to read
