import type { Camera } from '@/lib/domain/map-camera'
import { cardHead, cell, siteHead } from '@/lib/domain/map-cards'
import type { MapTree } from '@/lib/domain/map-graph'
import type { Box, MapLayout } from '@/lib/domain/map-layout'
import type { Status } from '@/lib/domain/status'
import type { MapColours } from './colours'
import { drawExtras, drawLines } from './draw-lines'
import type { Sprites } from './sprites'
import type { Cutter } from './words-in'

export type Picture = {
  tree: MapTree
  layout: MapLayout
  colours: MapColours
  sprites: Sprites
  cut: Cutter
  statusOf: (device: number) => Status
  /** Dark devices and how many there are in each block. */
  darkIn: readonly number[]
  selected: { kind: 'device' | 'site'; index: number } | null
  hovered: number // device, or -1
  /** What the rest is dimmed for: the selected device and those that would go dark with it. */
  falling: ReadonlySet<number> | null
}

/** What drawing needs on every step: px of the view, and which part of the map is seen. */
export type Frame = Picture & {
  context: CanvasRenderingContext2D
  camera: Camera
  seen: Box
  px: (x: number) => number
  py: (y: number) => number
}

const dimmed = 0.22
const isDark = (status: Status) => status === 'down' || status === 'unreachable'

/** Draws what the camera sees. How much is told depends on the scale: marks from afar, then names, then clients. */
export function drawMap(
  context: CanvasRenderingContext2D,
  view: { w: number; h: number },
  camera: Camera,
  of: Picture,
): void {
  const { scale } = camera
  const seen = { x: camera.x, y: camera.y, w: view.w / scale, h: view.h / scale }
  const frame: Frame = {
    ...of,
    context,
    camera,
    seen,
    px: (x) => (x - camera.x) * scale,
    py: (y) => (y - camera.y) * scale,
  }
  context.fillStyle = of.colours.ground
  context.fillRect(0, 0, view.w, view.h)
  context.textBaseline = 'middle'
  context.globalAlpha = of.falling ? 0.5 : 1
  drawLines(frame, 'site')
  drawBoxes(frame)
  drawLines(frame, 'device')
  context.globalAlpha = of.falling ? 0.5 : 0.8
  drawExtras(frame)
  context.globalAlpha = 1
  drawMarks(frame)
  drawCardNames(frame)
  drawSiteNames(frame)
  drawRings(frame)
}

export const isSeen = ({ seen }: Frame, box: Box, margin = 0): boolean =>
  box.x < seen.x + seen.w + margin &&
  seen.x - margin < box.x + box.w &&
  box.y < seen.y + seen.h + margin &&
  seen.y - margin < box.y + box.h

function drawBoxes(frame: Frame): void {
  const { context, layout, colours, camera, statusOf, selected, darkIn } = frame
  layout.blocks.forEach((box, block) => {
    if (!isSeen(frame, box)) return
    const isSelected = selected?.kind === 'site' && selected.index === block
    outline(frame, box, 10 * camera.scale)
    context.fillStyle = colours.raised
    context.fill()
    context.strokeStyle = isSelected ? colours.focus : (darkIn[block] ?? 0) > 0 ? colours.mark.down : colours.line
    context.lineWidth = isSelected ? 2 : 1
    context.stroke()
  })
  for (const { device, box } of layout.cards) {
    if (!isSeen(frame, box)) continue
    const status = statusOf(device)
    outline(frame, box, 5 * camera.scale)
    context.fillStyle = isDark(status) ? colours.wash[status] : colours.sunken
    context.fill()
    if (camera.scale < 0.25 && !isDark(status)) continue
    context.strokeStyle = isDark(status) ? colours.mark[status] : colours.line
    context.lineWidth = 1
    context.stroke()
  }
  for (const { box } of layout.loose) {
    if (!isSeen(frame, box)) continue
    outline(frame, box, 5 * camera.scale)
    context.fillStyle = colours.sunken
    context.fill()
  }
}

function outline({ context, px, py, camera }: Frame, box: Box, radius: number): void {
  context.beginPath()
  const half = (value: number) => Math.round(value) + 0.5 // a line of one px is one px
  const [x, y] = [half(px(box.x)), half(py(box.y))]
  context.roundRect(x, y, Math.round(box.w * camera.scale), Math.round(box.h * camera.scale), Math.min(8, radius))
}

function drawMarks(frame: Frame): void {
  const { layout, camera } = frame
  const rowPx = cell.h * camera.scale
  const size = Math.min(14, rowPx * 0.74)
  const withNames = rowPx >= 15
  for (const { box, columns, members } of [...layout.cards, ...layout.loose]) {
    if (!isSeen(frame, box)) continue
    drawGrid(frame, members, columns, size, withNames)
  }
  for (const { device, box } of layout.cards) if (isSeen(frame, box)) drawMark(frame, device, size)
}

/** Only the rows in view: a grid may hold thousands. */
function drawGrid(frame: Frame, members: readonly number[], columns: number, size: number, withNames: boolean): void {
  const { layout, seen } = frame
  const first = members[0]
  if (first === undefined) return
  const top = (layout.y[first] ?? 0) - cell.h / 2
  const from = Math.max(0, Math.floor((seen.y - top) / cell.h)) * columns
  const until = Math.min(members.length, Math.ceil((seen.y + seen.h - top) / cell.h) * columns)
  for (let i = from; i < until; i++) {
    const device = members[i] ?? 0
    drawMark(frame, device, size)
    if (withNames) nameInGrid(frame, device, size)
  }
}

const smallestDark = 6 // px; smaller only where they would lie over one another

function drawMark(
  { context, sprites, layout, colours, falling, statusOf, px, py }: Frame,
  device: number,
  size: number,
) {
  const status = statusOf(device)
  context.globalAlpha = falling && !falling.has(device) ? dimmed : 1
  const [x, y] = [px(layout.x[device] ?? 0), py(layout.y[device] ?? 0)]
  if (status === 'up' && size < 2.5) {
    context.fillStyle = colours.mark.up
    const dot = Math.max(1, size * 0.6)
    context.fillRect(x - dot / 2, y - dot / 2, dot, dot)
  } else
    sprites.draw(context, status, x, y, status === 'up' ? size : Math.max(size, Math.min(smallestDark, size * 1.6)))
  context.globalAlpha = 1
}

function nameInGrid(frame: Frame, device: number, size: number): void {
  const { context, colours, layout, tree, camera, cut, statusOf, px, py, falling } = frame
  const left = px(layout.x[device] ?? 0) + size / 2 + 5
  const room = (layout.room[device] ?? 0) * camera.scale - size / 2 - 9
  const rowPx = cell.h * camera.scale
  const y = py(layout.y[device] ?? 0)
  const one = tree.devices[device]
  if (!one || room < 18) return
  const status = statusOf(device)
  const second = rowPx >= 34 ? (one.client ?? one.address) : ''
  context.globalAlpha = falling && !falling.has(device) ? dimmed : 1
  context.font = `${isDark(status) ? 600 : 500} 12px ${colours.font}`
  context.fillStyle = isDark(status) ? colours.word[status] : colours.ink
  context.fillText(cut(context, one.name, room, 'middle'), left, second ? y - 7 : y)
  if (second) {
    context.font = `400 11px ${colours.font}`
    context.fillStyle = colours.muted
    context.fillText(cut(context, second, room), left, y + 8)
  }
  context.globalAlpha = 1
}

function drawCardNames(frame: Frame): void {
  const { context, colours, layout, tree, camera, cut, statusOf, px, py, falling } = frame
  if (cardHead * camera.scale < 12) return
  const size = Math.min(14, cell.h * camera.scale * 0.74)
  const large = Math.max(11, Math.min(13, Math.floor(cardHead * camera.scale * 0.75)))
  for (const { device, box } of layout.cards) {
    if (!isSeen(frame, box)) continue
    const status = statusOf(device)
    context.globalAlpha = falling && !falling.has(device) ? dimmed : 1
    context.font = `600 ${large}px ${colours.font}`
    context.fillStyle = status === 'up' ? colours.ink : colours.word[status]
    const left = px(layout.x[device] ?? 0) + size / 2 + 6
    const room = px(box.x + box.w) - left - 4
    context.fillText(cut(context, tree.devices[device]?.name ?? '', room, 'middle'), left, py(layout.y[device] ?? 0))
  }
  context.globalAlpha = 1
}

const narrowestName = 40 // px
const fewDark = 12 // sites
const fewestLetters = 6 // of a name that is cut: fewer tell nothing

/** Names of sites stay readable at any scale: in the head of their box, and over its edge where that is low. */
function drawSiteNames(frame: Frame): void {
  const { context, colours, layout, tree, camera, cut, px, py, sprites, darkIn } = frame
  const headPx = siteHead * camera.scale
  const size = Math.max(11, Math.min(16, headPx * 0.5))
  const above = Math.min(headPx / 2, headPx - size / 2 - 1.5)
  const inside = headPx >= size + 8
  context.font = `620 ${size}px ${colours.font}`
  const drawName = (block: number, leastRoom: number) => {
    const box = layout.blocks[block]
    if (!box || !isSeen(frame, box, 30 / camera.scale)) return
    const dark = darkIn[block] ?? 0
    const width = box.w * camera.scale
    if (width < narrowestName && dark === 0) return
    const y = Math.round(py(box.y) + above)
    let x = px(box.x) + Math.min(12, Math.max(2, 10 * camera.scale))
    if (dark > 0) {
      sprites.draw(context, 'down', x + 6, y, 12)
      halo(frame, String(dark), x + 16, y, inside, colours.word.down)
      x += context.measureText(String(dark)).width + 22
    }
    const room = Math.max(leastRoom, px(box.x) + width - x - 4)
    const name = tree.blocks[block]?.name ?? ''
    const words = cut(context, name, room)
    if (words === name || words.length > fewestLetters) halo(frame, words, x, y, inside, colours.ink)
  }
  const dark = tree.blocks.flatMap((_, block) => ((darkIn[block] ?? 0) > 0 ? [block] : []))
  for (let block = 0; block < tree.blocks.length; block++) if ((darkIn[block] ?? 0) === 0) drawName(block, 0)
  // A few sites with something dark are named in any case, over their neighbours where they must.
  for (const block of dark) drawName(block, dark.length <= fewDark ? 96 : 0)
}

/** Words over lines are given the ground's colour around them. */
function halo({ context, colours }: Frame, words: string, x: number, y: number, inside: boolean, colour: string): void {
  if (!inside) {
    context.strokeStyle = colours.ground
    context.lineWidth = 4
    context.lineJoin = 'round'
    context.strokeText(words, x, y)
  }
  context.fillStyle = colour
  context.fillText(words, x, y)
}

function drawRings({ context, colours, layout, selected, hovered, camera, px, py }: Frame): void {
  const radius = Math.max(7, Math.min(11, cell.h * camera.scale * 0.55))
  const ring = (device: number, colour: string) => {
    context.beginPath()
    context.arc(px(layout.x[device] ?? 0), py(layout.y[device] ?? 0), radius, 0, Math.PI * 2)
    context.strokeStyle = colour
    context.lineWidth = 2
    context.stroke()
  }
  if (hovered >= 0) ring(hovered, colours.muted)
  if (selected?.kind === 'device') ring(selected.index, colours.focus)
}
