import {
  between,
  type Camera,
  fitBox,
  type Point,
  panBy,
  pinch,
  type View,
  withinBounds,
  zoomAt,
} from '@/lib/domain/map-camera'
import type { Box } from '@/lib/domain/map-layout'
import { readColours } from './colours'
import { drawMap, type Picture } from './draw'
import { makeSprites } from './sprites'
import { makeCutter } from './words-in'

/** What the view is told to draw; colours and such it finds itself. */
export type Scene = Omit<Picture, 'colours' | 'sprites' | 'cut' | 'hovered'>

export type MapView = {
  /** Draws this from now on; another map begins whole. */
  draw: (scene: Scene) => void
  retheme: () => void
  /** Flies there; `covered` is what lies over the view, in px from its edges. */
  show: (box: Box, options?: { most?: number; covered?: View['insets']; atOnce?: boolean }) => void
  showAll: () => void
  zoomBy: (factor: number) => void
  panBy: (dx: number, dy: number) => void
  close: () => void
}

type Listeners = {
  onPick: (at: Point, near: number) => void
  onHover: (at: Point | null, near: number) => number
  onDrawn: (camera: Camera) => void
}

const flightMs = 200
const clickPx = 5
const buttonsPx = 36

/** The canvas with its camera and gestures: drag, wheel, pinch, double click. Listeners get points of the map. */
export function openMapView(canvas: HTMLCanvasElement, listeners: Listeners): MapView {
  const context = canvas.getContext('2d', { alpha: false })
  const view = { w: canvas.clientWidth, h: canvas.clientHeight }
  let camera: Camera = { x: 0, y: 0, scale: 1 }
  let scene: Scene | null = null
  let colours = readColours(canvas.parentElement ?? document.body)
  let dpr = 0
  let sprites = makeSprites(colours, 1)
  const cut = makeCutter()
  let hovered = -1
  let asked = 0
  let isWhole = true // nobody has moved it yet: it stays whole when the view changes
  let flight: { from: Camera; to: Camera; startedAt: number } | null = null

  const resize = () => {
    view.w = canvas.clientWidth
    view.h = canvas.clientHeight
    const ratio = Math.min(3, window.devicePixelRatio || 1)
    if (ratio !== dpr) sprites = makeSprites(colours, ratio)
    dpr = ratio
    canvas.width = Math.max(1, Math.round(view.w * dpr))
    canvas.height = Math.max(1, Math.round(view.h * dpr))
  }
  const whole = () => ({ x: 0, y: 0, w: scene?.layout.width ?? 0, h: scene?.layout.height ?? 0 })
  const besideButtons = () => ({ ...view, insets: { top: 0, right: buttonsPx, bottom: 0, left: 0 } })
  const paint = (time: number) => {
    asked = 0
    if (!scene || !context || view.w === 0) return
    if (flight) {
      const t = Math.min(1, Math.max(0, (time - flight.startedAt) / flightMs))
      camera = between(flight.from, flight.to, t * (2 - t), view)
      if (t >= 1) flight = null
      else redraw()
    }
    context.setTransform(dpr, 0, 0, dpr, 0, 0)
    drawMap(context, view, camera, { ...scene, colours, sprites, cut, hovered })
    listeners.onDrawn(camera)
  }
  const redraw = () => {
    if (asked === 0) asked = requestAnimationFrame(paint)
  }
  const move = (next: Camera) => {
    if (!scene) return
    flight = null
    isWhole = false
    camera = withinBounds(next, scene.layout, view)
    redraw()
  }
  const flyTo = (to: Camera, atOnce: boolean) => {
    const still = atOnce || matchMedia('(prefers-reduced-motion: reduce)').matches
    if (still) {
      flight = null
      camera = to
    } else flight = { from: camera, to, startedAt: performance.now() }
    redraw()
  }
  const observer = new ResizeObserver(() => {
    const before = { ...view }
    resize()
    if (isWhole && scene) camera = fitBox(whole(), besideButtons())
    else camera = panBy(camera, (view.w - before.w) / 2, (view.h - before.h) / 2)
    redraw()
  })
  resize()
  observer.observe(canvas)
  const endGestures = listenToGestures(canvas, {
    pan: (dx, dy) => move(panBy(camera, dx, dy)),
    pinch: (from, to) => move(pinch(camera, from, to)),
    zoom: (factor, at) => move(zoomAt(camera, factor, at.x, at.y)),
    click: (at) => listeners.onPick(onMap(at), clickPx / camera.scale),
    hover: (at) => {
      const next = listeners.onHover(at && onMap(at), clickPx / camera.scale)
      if (next === hovered) return
      hovered = next
      redraw()
    },
  })
  const onMap = (at: Point): Point => ({ x: camera.x + at.x / camera.scale, y: camera.y + at.y / camera.scale })
  document.fonts.ready.then(redraw, () => {})

  return {
    draw(next) {
      const isOther = next.layout !== scene?.layout
      scene = next
      if (isOther) hovered = -1
      if (isOther && isWhole) camera = fitBox(whole(), besideButtons())
      redraw()
    },
    retheme() {
      colours = readColours(canvas.parentElement ?? document.body)
      sprites = makeSprites(colours, dpr)
      redraw()
    },
    show(box, { most = 3, covered, atOnce = false } = {}) {
      isWhole = false
      if (canvas.clientWidth !== view.w || canvas.clientHeight !== view.h) resize() // it was hidden until now
      flyTo(fitBox(box, { ...view, ...(covered ? { insets: covered } : {}) }, { most, padding: 32 }), atOnce)
    },
    showAll() {
      flyTo(fitBox(whole(), besideButtons()), false)
      isWhole = true
    },
    zoomBy: (factor) => move(zoomAt(camera, factor, view.w / 2, view.h / 2)),
    panBy: (dx, dy) => move(panBy(camera, dx, dy)),
    close() {
      cancelAnimationFrame(asked)
      observer.disconnect()
      endGestures()
    },
  }
}

type Gestures = {
  pan: (dx: number, dy: number) => void
  pinch: (from: [Point, Point], to: [Point, Point]) => void
  zoom: (factor: number, at: Point) => void
  click: (at: Point) => void
  hover: (at: Point | null) => void
}

function listenToGestures(canvas: HTMLCanvasElement, gestures: Gestures): () => void {
  const down = new Map<number, Point>()
  let moved = 0
  const at = (event: MouseEvent): Point => {
    const box = canvas.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  const two = (): [Point, Point] | null => {
    const [a, b] = [...down.values()]
    return a && b ? [a, b] : null
  }
  const ended = new AbortController()
  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
    passive = true,
  ) => canvas.addEventListener(type, listener as EventListener, { signal: ended.signal, passive })
  on('pointerdown', (event) => {
    if (event.button !== 0) return
    canvas.setPointerCapture(event.pointerId)
    if (down.size === 0) moved = 0
    else moved = Number.POSITIVE_INFINITY // two fingers are no click
    down.set(event.pointerId, at(event))
  })
  on('pointermove', (event) => {
    const last = down.get(event.pointerId)
    const now = at(event)
    if (!last) return event.pointerType === 'mouse' ? gestures.hover(now) : undefined
    const from = two()
    down.set(event.pointerId, now)
    const to = two()
    if (from && to) return gestures.pinch(from, to)
    moved += Math.hypot(now.x - last.x, now.y - last.y)
    if (moved > clickPx) canvas.dataset.dragging = ''
    gestures.pan(now.x - last.x, now.y - last.y)
  })
  const up = (event: PointerEvent) => {
    if (!down.delete(event.pointerId)) return
    delete canvas.dataset.dragging
    if (event.type === 'pointerup' && down.size === 0 && moved <= clickPx) gestures.click(at(event))
  }
  on('pointerup', up)
  on('pointercancel', up)
  on('pointerleave', () => gestures.hover(null))
  on('dblclick', (event) => gestures.zoom(2, at(event)))
  const wheel = (event: WheelEvent) => {
    event.preventDefault()
    const lines = event.deltaMode === 1 ? 16 : 1
    const delta = Math.max(-240, Math.min(240, event.deltaY * lines))
    gestures.zoom(Math.exp(-delta * (event.ctrlKey ? 0.01 : 0.0018)), at(event))
  }
  on('wheel', wheel, false)
  return () => ended.abort()
}
