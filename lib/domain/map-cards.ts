import type { MapTree } from './map-graph'
import type { MapLayout } from './map-layout'
import { bySize, type Shelves, shelve } from './shelves'

/** Of a device in a grid. */
export const cell = { w: 36, h: 16 } // w: at least; a few in a wide card have more
export const cardHead = 20
export const siteHead = 34
const cardPad = 5
const cardGap = 10
const cardBus = 16 // height in which the lines to a row of cards run
const narrowestCard = 154
const sitePad = 10
const markInset = 10 // of a card's mark, and of the line that leaves it

/**
 * Columns of a grid: they double at 33, 129, 513, ..., so that a device more is a row more at most, and the grid about as
 * high as wide.
 */
export function columnsFor(count: number): number {
  let columns = 4
  while (columns * columns * 2 < count) columns *= 2
  return Math.min(columns, Math.max(1, count))
}

type CardParts = {
  card: { w: number; h: number; columns: number }
  leaves: number[]
  branches: number[]
  shelves: Shelves
  w: number
  h: number
  size: number // devices
}
export type AllCards = ReadonlyMap<number, CardParts>

/** How large each card is with everything that hangs below it in its block; `order`: every device after its parent. */
export function measureCards(tree: MapTree, order: readonly number[]): AllCards {
  const cards = new Map<number, CardParts>()
  for (const device of order.toReversed()) {
    const children = tree.children[device] ?? []
    if (children.length > 0) cards.set(device, measureCard(children, cards))
  }
  return cards
}

function measureCard(children: readonly number[], cards: AllCards): CardParts {
  const leaves = children.filter((child) => !cards.has(child))
  const branches = branchesAmong(children, cards)
  const columns = columnsFor(leaves.length)
  const hasGrid = leaves.length > 0
  const card = {
    columns,
    w: Math.max(narrowestCard, hasGrid ? columns * cell.w + cardPad * 2 : 0),
    h: cardHead + (hasGrid ? Math.ceil(leaves.length / columns) * cell.h + cardPad : 0),
  }
  const shelves = shelve(sizesOf(branches, cards), { gap: cardGap, bus: cardBus, aspect: 3.5 })
  const size = branches.reduce((sum, child) => sum + (cards.get(child)?.size ?? 1), 1 + leaves.length)
  const w = Math.max(card.w, branches.length > 0 ? markInset * 2 + shelves.w : 0)
  return { card, leaves, branches, shelves, w, h: card.h + shelves.h, size }
}

const branchesAmong = (devices: readonly number[], cards: AllCards): number[] =>
  bySize(
    devices.filter((device) => cards.has(device)),
    (device) => cards.get(device)?.size ?? 1,
  )

const sizesOf = (devices: readonly number[], cards: AllCards) =>
  devices.map((device) => cards.get(device) ?? { w: 0, h: 0 })

export type Inside = {
  loose: number[]
  columns: number
  looseH: number
  branches: number[]
  shelves: Shelves
  w: number
  h: number
}

/** What a site's box holds: those that hang on nothing in it and have nothing below as a grid, the others in rows. */
export function measureInside(roots: readonly number[], cards: AllCards): Inside {
  const loose = roots.filter((root) => !cards.has(root))
  const branches = branchesAmong(roots, cards)
  const columns = columnsFor(loose.length)
  const looseW = loose.length > 0 ? columns * cell.w + cardPad * 2 : 0
  const looseH = loose.length > 0 ? Math.ceil(loose.length / columns) * cell.h + cardPad * 2 : 0
  const shelves = shelve(sizesOf(branches, cards), { gap: cardGap, bus: cardGap, aspect: 3 })
  const rowsH = shelves.h - (branches.length > 0 && loose.length === 0 ? cardGap : 0)
  return { loose, columns, looseH, branches, shelves, w: Math.max(looseW, shelves.w, narrowestCard), h: looseH + rowsH }
}

/** The size of a site's box round what it holds. */
export const boxSize = (inside: Inside) => ({ w: inside.w + sitePad * 2, h: siteHead + inside.h + sitePad })

/** Writes where everything in a site's box is drawn into `layout`; the box has its place already. */
export function placeInside(layout: MapLayout, cards: AllCards, inside: Inside, block: number): void {
  const box = layout.blocks[block]
  if (!box) return
  const left = box.x + sitePad
  let top = box.y + siteHead
  if (inside.loose.length > 0) {
    const w = Math.max(narrowestCard, inside.columns * cell.w + cardPad * 2)
    const grid = { x: left, y: top, w, h: inside.looseH }
    layout.loose.push({ box: grid, columns: inside.columns, members: inside.loose, block })
    placeGrid(layout, inside.loose, inside.columns, { x: left + cardPad, y: top + cardPad, w: w - cardPad * 2 })
    top += inside.looseH
  } else top -= cardGap
  const waiting = inside.branches.map((device, i) => {
    return { device, x: left + (inside.shelves.x[i] ?? 0), y: top + (inside.shelves.y[i] ?? 0) }
  })
  for (let next = waiting.pop(); next; next = waiting.pop()) waiting.push(...placeCard(layout, cards, next))
}

type Spot = { device: number; x: number; y: number }

/** Places a card and the lines to those below it; returns where these go. */
function placeCard(layout: MapLayout, cards: AllCards, { device, x, y }: Spot): Spot[] {
  const own = cards.get(device)
  if (!own) return []
  const { card, leaves, branches, shelves } = own
  layout.cardOf[device] = layout.cards.length
  layout.cards.push({ device, box: { x, y, w: card.w, h: card.h }, columns: card.columns, members: leaves })
  layout.x[device] = x + markInset
  layout.y[device] = y + cardHead / 2
  layout.room[device] = card.w - markInset
  placeGrid(layout, leaves, card.columns, { x: x + cardPad, y: y + cardHead, w: card.w - cardPad * 2 })
  const trunk = x + markInset
  return branches.map((child, i) => {
    const spot = { device: child, x: trunk + markInset + (shelves.x[i] ?? 0), y: y + card.h + (shelves.y[i] ?? 0) }
    const busY = y + card.h + (shelves.busY[i] ?? 0)
    const drop = spot.x + markInset
    const corners = [trunk, y + card.h, trunk, busY, drop, busY, drop, spot.y]
    layout.lines.push({ kind: 'device', upper: device, lower: child, corners, alone: branches.length === 1 })
    return spot
  })
}

type Corner = { x: number; y: number; w: number }

function placeGrid(layout: MapLayout, members: readonly number[], columns: number, { x, y, w }: Corner): void {
  const width = w / columns
  members.forEach((device, i) => {
    layout.x[device] = x + (i % columns) * width + cell.h / 2
    layout.y[device] = y + Math.floor(i / columns) * cell.h + cell.h / 2
    layout.room[device] = width - cell.h / 2
  })
}
