import type { Box } from './map-layout'

/** What of the map is seen: the point of the map at the view's upper left corner, and px per unit. */
export type Camera = { x: number; y: number; scale: number }
/** In px; `insets` of it are covered by other things. */
export type View = { w: number; h: number; insets?: { top: number; right: number; bottom: number; left: number } }

export const scaleBounds = { min: 0.01, max: 6 }
const keptPx = 80 // of the map stay in view

/** Shows the whole box in the middle of the free part of the view, no larger than `most` px per unit. */
export function fitBox(box: Box, view: View, { padding = 24, most = 2.5 } = {}): Camera {
  const { top = 0, right = 0, bottom = 0, left = 0 } = view.insets ?? {}
  const w = Math.max(1, view.w - left - right - padding * 2)
  const h = Math.max(1, view.h - top - bottom - padding * 2)
  const scale = clamp(Math.min(w / Math.max(1, box.w), h / Math.max(1, box.h)), scaleBounds.min, most)
  return {
    scale,
    x: box.x + box.w / 2 - (left + padding + w / 2) / scale,
    y: box.y + box.h / 2 - (top + padding + h / 2) / scale,
  }
}

/** Zooms by a factor; what is at px, py of the view stays there. */
export function zoomAt(camera: Camera, factor: number, px: number, py: number): Camera {
  const scale = clamp(camera.scale * factor, scaleBounds.min, scaleBounds.max)
  return { scale, x: camera.x + px / camera.scale - px / scale, y: camera.y + py / camera.scale - py / scale }
}

/** Moves what is seen by px, as a finger does. */
export const panBy = (camera: Camera, dx: number, dy: number): Camera => ({
  scale: camera.scale,
  x: camera.x - dx / camera.scale,
  y: camera.y - dy / camera.scale,
})

/** Two fingers moved: what was between them stays between them. All in px of the view. */
export function pinch(camera: Camera, from: readonly [Point, Point], to: readonly [Point, Point]): Camera {
  const before = middle(from)
  const after = middle(to)
  const factor = distance(to) / Math.max(1, distance(from))
  return zoomAt(panBy(camera, after.x - before.x, after.y - before.y), factor, after.x, after.y)
}

export type Point = { x: number; y: number }
const middle = ([a, b]: readonly [Point, Point]): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
const distance = ([a, b]: readonly [Point, Point]): number => Math.hypot(a.x - b.x, a.y - b.y)

/** Keeps a part of the map in view, and it from shrinking to less than half of what fits. */
export function withinBounds(camera: Camera, map: { width: number; height: number }, view: View): Camera {
  const whole = fitBox({ x: 0, y: 0, w: map.width, h: map.height }, view)
  const scale = clamp(camera.scale, Math.min(whole.scale / 2, 1), scaleBounds.max)
  const { x, y } = scale === camera.scale ? camera : zoomAt(camera, scale / camera.scale, view.w / 2, view.h / 2)
  return {
    scale,
    x: clamp(x, (keptPx - view.w) / scale, map.width - keptPx / scale),
    y: clamp(y, (keptPx - view.h) / scale, map.height - keptPx / scale),
  }
}

/** The camera between two, t from 0 to 1: even in scale, and in the middle of the view. */
export function between(from: Camera, to: Camera, t: number, view: View): Camera {
  if (t >= 1) return to
  const scale = from.scale * (to.scale / from.scale) ** t
  const along = (a: number, b: number) => a + (b - a) * t
  const middleX = along(from.x + view.w / 2 / from.scale, to.x + view.w / 2 / to.scale)
  const middleY = along(from.y + view.h / 2 / from.scale, to.y + view.h / 2 / to.scale)
  return { scale, x: middleX - view.w / 2 / scale, y: middleY - view.h / 2 / scale }
}

/** The view's upper left corner in between bounds that may be the wrong way round, as a small map's are. */
function clamp(value: number, low: number, high: number): number {
  return Math.max(Math.min(low, high), Math.min(Math.max(low, high), value))
}
