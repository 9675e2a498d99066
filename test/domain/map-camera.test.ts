import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { between, fitBox, panBy, pinch, scaleBounds, withinBounds, zoomAt } from '@/lib/domain/map-camera'

const view = { w: 1000, h: 600 }
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const anyCamera = fc.record({ x: number(-2000, 2000), y: number(-2000, 2000), scale: number(0.1, 4) })
const anyPoint = fc.record({ x: number(0, 1000), y: number(0, 600) })

describe('the camera of the map', () => {
  test('a box is shown whole and in the middle of what is free', () => {
    const insets = { top: 0, right: 300, bottom: 0, left: 0 }
    const camera = fitBox({ x: 100, y: 100, w: 652, h: 100 }, { ...view, insets })
    expect(camera.scale).toBe(1)
    expect((100 - camera.x) * camera.scale).toBe(24)
    expect((150 - camera.y) * camera.scale).toBe(300)
  })
  test('a small network is not blown up', () => expect(fitBox({ x: 0, y: 0, w: 10, h: 10 }, view).scale).toBe(2.5))
  test('nothing at all is survived', () =>
    expect(fitBox({ x: 0, y: 0, w: 0, h: 0 }, { w: 0, h: 0 }).scale).toBeGreaterThan(0))

  test('what is under the pointer stays there while zooming', () => {
    fc.assert(
      fc.property(anyCamera, number(0.2, 5), anyPoint, (camera, factor, { x, y }) => {
        const next = zoomAt(camera, factor, x, y)
        expect(next.x + x / next.scale).toBeCloseTo(camera.x + x / camera.scale, 6)
        expect(next.y + y / next.scale).toBeCloseTo(camera.y + y / camera.scale, 6)
        expect(next.scale).toBeGreaterThanOrEqual(scaleBounds.min)
        expect(next.scale).toBeLessThanOrEqual(scaleBounds.max)
      }),
    )
  })
  test('what is under a finger stays under it while panning', () => {
    expect(panBy({ x: 5, y: 5, scale: 2 }, 10, -4)).toEqual({ x: 0, y: 7, scale: 2 })
  })
  test('two fingers keep what lies between them, and twice as far apart is twice as large', () => {
    const from = [
      { x: 100, y: 100 },
      { x: 200, y: 100 },
    ] as const
    const to = [
      { x: 150, y: 200 },
      { x: 350, y: 200 },
    ] as const
    const camera = { x: 0, y: 0, scale: 1 }
    const next = pinch(camera, from, to)
    expect(next.scale).toBe(2)
    expect(next.x + 250 / next.scale).toBeCloseTo(150)
    expect(next.y + 200 / next.scale).toBeCloseTo(100)
  })
  test('some of the map is always in view', () => {
    fc.assert(
      fc.property(anyCamera, number(50, 9000), number(50, 9000), (camera, width, height) => {
        const { x, y, scale } = withinBounds(camera, { width, height }, view)
        expect((width - x) * scale).toBeGreaterThanOrEqual(Math.min(80, width * scale) - 1e-6)
        expect(x * scale).toBeLessThanOrEqual(Math.max(width * scale - 80, 80 - view.w) + 1e-6)
        expect((height - y) * scale).toBeGreaterThanOrEqual(Math.min(80, height * scale) - 1e-6)
        expect(-x * scale).toBeLessThanOrEqual(view.w)
        expect(-y * scale).toBeLessThanOrEqual(view.h)
      }),
    )
  })
  test('a flight ends where it should and passes the middle at the middle of both scales', () => {
    const from = { x: 0, y: 0, scale: 1 }
    const to = { x: 400, y: 300, scale: 4 }
    expect(between(from, to, 1, view)).toBe(to)
    expect(between(from, to, 0, view)).toEqual(from)
    expect(between(from, to, 0.5, view).scale).toBe(2)
  })
})
