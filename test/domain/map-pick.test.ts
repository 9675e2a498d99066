import { describe, expect, test } from 'vitest'
import { buildMapTree } from '@/lib/domain/map-graph'
import { layOut } from '@/lib/domain/map-layout'
import { boxOf, deviceAt, pick } from '@/lib/domain/map-pick'
import { provider, scene } from './map-scenes'

const { devices, sites, edges } = provider({ towers: 4, aps: 3, cpes: () => 20 })
const tree = buildMapTree(devices, sites, edges)
const layout = layOut(tree)

describe('what is under a point of the map', () => {
  test('every device is found at its own mark', () => {
    devices.forEach((_, i) => {
      expect(deviceAt(layout, layout.x[i] ?? 0, layout.y[i] ?? 0, 0)).toBe(i)
    })
  })
  test('and anywhere on its name', () => {
    devices.forEach((_, i) => {
      const x = (layout.x[i] ?? 0) + (layout.room[i] ?? 0) - 1
      expect(deviceAt(layout, x, layout.y[i] ?? 0, 0)).toBe(i)
    })
  })
  test('beside the marks of a card it is the device of the card, beside the cards the site, beside both nothing', () => {
    const card = layout.cards.find(({ members }) => members.length > 0)
    const below = { x: (card?.box.x ?? 0) + 1, y: (card?.box.y ?? 0) + (card?.box.h ?? 0) - 1 }
    expect(pick(layout, below.x, below.y, 0)).toEqual({ kind: 'device', index: card?.device })
    const site = layout.blocks[1]
    expect(pick(layout, (site?.x ?? 0) + 1, (site?.y ?? 0) + 1, 0)).toEqual({ kind: 'site', index: 1 })
    expect(pick(layout, -50, -50, 0)).toBeNull()
  })
  test('near a mark is enough for a finger', () => {
    expect(deviceAt(layout, (layout.x[0] ?? 0) - 20, layout.y[0] ?? 0, 0)).toBe(-1)
    expect(deviceAt(layout, (layout.x[0] ?? 0) - 20, layout.y[0] ?? 0, 25)).toBe(0)
  })
})

describe('boxOf', () => {
  test('an AP is shown with its clients, and so is each of them', () => {
    const ap = devices.findIndex(({ role }) => role === 'ap')
    const box = layout.cards[layout.cardOf[ap] ?? -1]?.box
    expect(boxOf(tree, layout, { kind: 'device', index: ap })).toEqual(box)
    expect(boxOf(tree, layout, { kind: 'device', index: ap + 1 })).toEqual(box)
  })
  test('one of thousands in a grid is shown near by', () => {
    const one = scene('AP', ...Array.from({ length: 900 }, (_, i) => `CPE${i} < AP`))
    const large = buildMapTree(one.devices, one.sites, one.edges)
    const drawn = layOut(large)
    const box = boxOf(large, drawn, { kind: 'device', index: 500 })
    expect(box.w).toBe(200)
    expect(box.x).toBeLessThan(drawn.x[500] ?? 0)
  })
})
