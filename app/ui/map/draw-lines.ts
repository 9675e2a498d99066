import type { TreeLine } from '@/lib/domain/map-layout'
import type { Status } from '@/lib/domain/status'
import type { Frame } from './draw'

const isDark = (status: Status) => status === 'down' || status === 'unreachable'

/** The lines of the tree; what leads to something dark is drawn last, in its colour, and broken. */
export function drawLines(frame: Frame, kind: TreeLine['kind']): void {
  const { layout, camera, colours } = frame
  if (kind === 'device' && camera.scale < 0.16) return
  const dark: [TreeLine, Status][] = []
  frame.context.beginPath()
  for (const line of layout.lines) {
    if (line.kind !== kind || !mayBeSeen(frame, line.corners)) continue
    const status = kind === 'device' ? frame.statusOf(line.lower) : statusOfSite(frame, line.lower)
    if (isDark(status)) dark.push([line, status])
    if (!isDark(status) || !line.alone) trace(frame, line.corners)
  }
  stroke(frame, colours.lineStrong, kind === 'site' ? 1.5 : 1, [])
  for (const [line, status] of dark) {
    frame.context.beginPath()
    trace(frame, line.alone ? line.corners : line.corners.slice(-4)) // only the part that is its own
    stroke(frame, colours.mark[status], 2, [6, 4])
  }
}

/** A site is cut off when everything in it that hangs elsewhere is. */
function statusOfSite({ tree, statusOf }: Frame, block: number): Status {
  const entries = tree.blocks[block]?.roots.filter((root) => (tree.parent[root] ?? -1) >= 0) ?? []
  const first = entries[0]
  return first !== undefined && entries.every((one) => isDark(statusOf(one))) ? statusOf(first) : 'up'
}

function trace({ context, px, py }: Frame, corners: readonly number[]): void {
  for (let i = 0; i < corners.length; i += 2) {
    const x = Math.round(px(corners[i] ?? 0)) + 0.5
    const y = Math.round(py(corners[i + 1] ?? 0)) + 0.5
    if (i === 0) context.moveTo(x, y)
    else context.lineTo(x, y)
  }
}

function mayBeSeen({ seen }: Frame, corners: readonly number[]): boolean {
  const [left = 0, top = 0] = corners
  const [right = 0, bottom = 0] = corners.slice(-2)
  return (
    Math.min(left, right) < seen.x + seen.w &&
    Math.max(left, right) > seen.x &&
    Math.min(top, bottom) < seen.y + seen.h &&
    Math.max(top, bottom) > seen.y
  )
}

function stroke({ context }: Frame, colour: string, width: number, dashes: number[]): void {
  context.strokeStyle = colour
  context.lineWidth = width
  context.setLineDash(dashes)
  context.stroke()
  context.setLineDash([])
}

/** Second ways up, as curves from device to device; of devices with nothing below them only near by, or when asked. */
export function drawExtras(frame: Frame): void {
  const { tree, colours, camera, selected, statusOf, context } = frame
  const chosen = selected?.kind === 'device' ? selected.index : -1
  for (const { lower, upper } of tree.extras) {
    const isChosen = lower === chosen || upper === chosen
    const isLeaf = (tree.downs[lower]?.length ?? 0) === 0
    if (!isChosen && isLeaf && camera.scale < 0.9) continue
    if (!curve(frame, lower, upper)) continue
    const status = [statusOf(lower), statusOf(upper)].find(isDark)
    stroke(frame, status ? colours.mark[status] : isChosen ? colours.focus : colours.muted, isChosen ? 2 : 1.25, [5, 4])
  }
  context.setLineDash([])
  // The way up of what is chosen, from mark to mark.
  for (let one = chosen; one >= 0 && (tree.parent[one] ?? -1) >= 0; one = tree.parent[one] ?? -1) {
    if (curve(frame, one, tree.parent[one] ?? -1)) stroke(frame, colours.focus, 2, [])
  }
}

function curve(frame: Frame, lower: number, upper: number): boolean {
  const { context, layout, px, py } = frame
  const ends = [layout.x[lower] ?? 0, layout.y[lower] ?? 0, layout.x[upper] ?? 0, layout.y[upper] ?? 0] as const
  const [x1, y1, x2, y2] = [px(ends[0]), py(ends[1]), px(ends[2]), py(ends[3])]
  const bow = Math.min(90, Math.hypot(x2 - x1, y2 - y1) * 0.25)
  if (
    !mayBeSeen(frame, [
      Math.min(ends[0], ends[2]),
      Math.min(ends[1], ends[3]),
      Math.max(ends[0], ends[2]),
      Math.max(ends[1], ends[3]),
    ])
  )
    return false
  context.beginPath()
  context.moveTo(x1, y1)
  if (Math.abs(y2 - y1) > Math.abs(x2 - x1))
    context.bezierCurveTo(x1, y1 + Math.sign(y2 - y1) * bow, x2, y2 - Math.sign(y2 - y1) * bow, x2, y2)
  else context.bezierCurveTo(x1, y1 - bow, x2, y2 - bow, x2, y2)
  return true
}
