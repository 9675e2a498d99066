import { boxSize, measureCards, measureInside, placeInside } from './map-cards'
import type { MapTree } from './map-graph'
import { topDown } from './map-parents'
import { bySize, type Shelves, shelve } from './shelves'

/** In units of the map: one px at scale 1. */
export type Box = { x: number; y: number; w: number; h: number }

/** A device with something below it: its head, and the grid of those below it that have nothing below themselves. */
export type Card = { device: number; box: Box; columns: number; members: readonly number[] }

/** A line of the tree from what is above to what is below; devices by index, blocks by index. Corners: x, y, x, y, ...; alone: shares its way with no other. */
export type TreeLine = {
  kind: 'device' | 'site'
  upper: number
  lower: number
  corners: readonly number[]
  alone: boolean
}

/** Where everything is drawn. `x` and `y` are the centres of the devices' marks, `room` the width up to the next mark. */
export type MapLayout = {
  width: number
  height: number
  x: Float64Array
  y: Float64Array
  room: Float64Array
  blocks: Box[]
  cards: Card[]
  cardOf: Int32Array // of the device itself; -1: none
  loose: { box: Box; columns: number; members: readonly number[]; block: number }[] // that hang on nothing in their block
  lines: TreeLine[]
}

const siteGap = 32
const siteBus = 42
const siteInset = 16

type Rows = { order: number[]; shelves: Shelves }
type Subtree = Rows & { w: number; h: number }

/** Lays the tree out: sites as boxes in rows below the site they hang on, cards likewise within. Nothing overlaps. */
export function layOut(tree: MapTree): MapLayout {
  const cards = measureCards(tree, topDown(tree.parent))
  const insides = tree.blocks.map(({ roots }) => measureInside(roots, cards))
  const order = topDown(Int32Array.from(tree.blocks, ({ parent }) => parent))
  const weights = blockWeights(tree, order)
  const subtrees = new Map<number, Subtree>()
  const inRows = (blocks: readonly number[]): Rows => {
    const sorted = bySize(blocks, (block) => weights[block] ?? 0)
    const sizes = sorted.map((block) => subtrees.get(block) ?? { w: 0, h: 0 })
    return { order: sorted, shelves: shelve(sizes, { gap: siteGap, bus: siteBus, aspect: 1.6 }) }
  }
  for (const block of order.toReversed()) {
    const inside = insides[block]
    if (inside) subtrees.set(block, subtreeOf(boxSize(inside), inRows(tree.blocks[block]?.children ?? [])))
  }
  const layout = emptyLayout(tree)
  const corners = placeTops(layout, inRows(tree.blocks.flatMap(({ parent }, i) => (parent < 0 ? [i] : []))))
  for (const block of order) {
    const inside = insides[block]
    if (!inside) continue
    layout.blocks[block] = { ...(corners.get(block) ?? { x: 0, y: 0 }), ...boxSize(inside) }
    placeInside(layout, cards, inside, block)
    placeRows(layout, subtrees.get(block), block, corners)
  }
  return layout
}

const subtreeOf = (own: { w: number; h: number }, rows: Rows): Subtree => ({
  ...rows,
  w: Math.max(own.w, rows.order.length > 0 ? rows.shelves.w + siteInset * 2 : 0),
  h: own.h + rows.shelves.h,
})

type Corners = Map<number, { x: number; y: number }>

function placeTops(layout: MapLayout, { order, shelves }: Rows): Corners {
  layout.width = shelves.w
  layout.height = Math.max(0, shelves.h - siteBus)
  return new Map(order.map((block, i) => [block, { x: shelves.x[i] ?? 0, y: (shelves.y[i] ?? 0) - siteBus }]))
}

/** Gives the sites below a site their corners, and draws the lines to them. */
function placeRows(layout: MapLayout, rows: Rows | undefined, block: number, corners: Corners): void {
  const box = layout.blocks[block]
  if (!box || !rows) return
  const bottom = box.y + box.h
  const trunk = box.x + siteInset
  rows.order.forEach((child, i) => {
    const corner = { x: trunk + siteInset + (rows.shelves.x[i] ?? 0), y: bottom + (rows.shelves.y[i] ?? 0) }
    corners.set(child, corner)
    const busY = bottom + (rows.shelves.busY[i] ?? 0)
    const drop = corner.x + siteInset
    const line = [trunk, bottom, trunk, busY, drop, busY, drop, corner.y]
    layout.lines.push({ kind: 'site', upper: block, lower: child, corners: line, alone: rows.order.length === 1 })
  })
}

function emptyLayout({ devices, blocks }: MapTree): MapLayout {
  return {
    width: 0,
    height: 0,
    x: new Float64Array(devices.length),
    y: new Float64Array(devices.length),
    room: new Float64Array(devices.length),
    blocks: blocks.map(() => ({ x: 0, y: 0, w: 0, h: 0 })),
    cards: [],
    cardOf: new Int32Array(devices.length).fill(-1),
    loose: [],
    lines: [],
  }
}

function blockWeights({ blocks }: MapTree, order: readonly number[]): number[] {
  const weights = blocks.map(({ devices }) => devices)
  for (const block of order.toReversed()) {
    const parent = blocks[block]?.parent ?? -1
    if (parent >= 0) weights[parent] = (weights[parent] ?? 0) + (weights[block] ?? 0)
  }
  return weights
}
