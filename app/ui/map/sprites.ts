import type { Status } from '@/lib/domain/status'
import { stateShapes } from '../state-shapes'
import type { MapColours } from './colours'

const thickness = { fill: 0, stroke: 1.5, ring: 2, hatch: 1.25 }
const thinnestPx = 1.2

/** Marks drawn once per state and size, so that thousands of them are only copied. */
export type Sprites = {
  draw: (context: CanvasRenderingContext2D, status: Status, x: number, y: number, px: number) => void
}

export function makeSprites(colours: MapColours, dpr: number): Sprites {
  const made = new Map<string, HTMLCanvasElement>()
  const spriteOf = (status: Status, px: number) => {
    const key = `${status} ${px}`
    const known = made.get(key)
    if (known) return known
    const sprite = drawMark(status, px, dpr, colours.mark[status])
    made.set(key, sprite)
    return sprite
  }
  return {
    draw(context, status, x, y, size) {
      const px = Math.max(3, Math.round(size))
      const sprite = spriteOf(status, px)
      const box = sprite.width / dpr
      const snap = (value: number) => Math.round((value - box / 2) * dpr) / dpr
      context.drawImage(sprite, snap(x), snap(y), box, box)
    },
  }
}

function drawMark(status: Status, px: number, dpr: number, colour: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = Math.ceil((px + 2) * dpr)
  const context = canvas.getContext('2d')
  if (!context) return canvas
  const scale = (px * dpr) / 14
  context.translate(dpr, dpr)
  context.scale(scale, scale)
  context.fillStyle = context.strokeStyle = colour
  for (const { d, paint } of stateShapes[status]) {
    const path = new Path2D(d)
    if (paint === 'fill') context.fill(path)
    else {
      context.lineWidth = Math.max(thickness[paint], (thinnestPx * dpr) / scale)
      context.stroke(path)
    }
  }
  return canvas
}
