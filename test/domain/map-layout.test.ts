import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cell, columnsFor } from '@/lib/domain/map-cards'
import { buildMapTree } from '@/lib/domain/map-graph'
import { type Box, layOut } from '@/lib/domain/map-layout'
import { shelve } from '@/lib/domain/shelves'
import { edge, provider, type Scene, scene } from './map-scenes'

const drawn = ({ devices, sites, edges }: Scene) => {
  const tree = buildMapTree(devices, sites, edges)
  return { tree, layout: layOut(tree) }
}

const overlap = (a: Box, b: Box) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
const holds = (outer: Box, inner: Box) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.w <= outer.x + outer.w + 1e-6 &&
  inner.y + inner.h <= outer.y + outer.h + 1e-6

/** What is wrong with a drawing, by asking every pair. */
function faults(of: Scene): string[] {
  const { tree, layout } = drawn(of)
  const found: string[] = []
  const boxes = [...layout.cards.map(({ box }) => box), ...layout.loose.map(({ box }) => box)]
  const blockOf = [
    ...layout.cards.map(({ device }) => tree.block[device] ?? -1),
    ...layout.loose.map(({ block }) => block),
  ]
  const pairs = (list: readonly Box[], what: string) =>
    list.forEach((a, i) => {
      for (let j = i + 1; j < list.length; j++)
        if (overlap(a, list[j] ?? a)) found.push(`${what} ${i} and ${j} overlap`)
    })
  pairs(layout.blocks, 'sites')
  pairs(boxes, 'cards')
  boxes.forEach((box, i) => {
    if (!holds(layout.blocks[blockOf[i] ?? -1] ?? box, box)) found.push(`card ${i} is not within its site`)
  })
  const whole = { x: 0, y: 0, w: layout.width, h: layout.height }
  layout.blocks.forEach((box, i) => {
    if (!holds(whole, box)) found.push(`site ${i} is not on the map`)
  })
  const marks = new Set(of.devices.map((_, i) => `${layout.x[i]} ${layout.y[i]}`))
  if (marks.size !== of.devices.length) found.push('two marks are at one place')
  of.devices.forEach((_, i) => {
    const mark = { x: (layout.x[i] ?? 0) - 7, y: (layout.y[i] ?? 0) - 7, w: 14, h: 14 }
    if (boxes.filter((box) => holds(box, mark)).length !== 1) found.push(`mark ${i} is not in one card`)
  })
  for (const { corners, kind } of layout.lines) {
    // a line runs along free strips: no site's line through another site, but where it ends
    if (kind !== 'site') continue
    for (let i = 0; i + 3 < corners.length; i += 2) {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = corners.slice(i, i + 4)
      const line = { x: Math.min(x1, x2), y: Math.min(y1, y2) + 0.1, w: Math.abs(x1 - x2), h: Math.abs(y1 - y2) - 0.2 }
      if (layout.blocks.some((box) => line.h > 0 && overlap(box, line))) found.push('a line runs through a site')
    }
  }
  return found
}

const anyScene = fc
  .array(fc.record({ site: fc.option(fc.nat(5), { nil: null }), above: fc.array(fc.nat(39), { maxLength: 2 }) }), {
    maxLength: 40,
  })
  .map(
    (nodes): Scene => ({
      devices: nodes.map(({ site }, i) => ({
        id: i + 1,
        name: `D${i}`,
        address: '',
        role: i % 3 ? ('ap' as const) : ('cpe' as const),
        siteId: site,
        client: null,
        clientId: null,
      })),
      sites: [1, 2, 3, 4, 5].map((id) => ({ id, name: `S${id}` })),
      edges: nodes.flatMap(({ above }, i) => above.map((up) => edge(i + 1, up + 1))),
    }),
  )

describe('layOut', () => {
  test('an AP with its clients is one card, the clients in a grid below its name', () => {
    const { layout } = drawn(scene('AP@Ridge', ...[1, 2, 3, 4, 5, 6].map((n) => `CPE${n}@Ridge < AP`)))
    expect(layout.cards).toHaveLength(1)
    expect(layout.cards[0]?.columns).toBe(4)
    expect(layout.y[0]).toBeLessThan(layout.y[1] ?? 0)
    expect((layout.x[2] ?? 0) - (layout.x[1] ?? 0)).toBe(cell.w)
    expect((layout.y[5] ?? 0) - (layout.y[1] ?? 0)).toBe(cell.h)
  })
  test('nothing to draw is survived', () => {
    const { layout } = drawn({ devices: [], sites: [], edges: [] })
    expect([layout.width, layout.height]).toEqual([0, 0])
  })
  test('a chain of 20,000 devices is drawn, not recursed', () => {
    const devices = scene('D').devices
    const chain = Array.from({ length: 20_000 }, (_, i) => ({ ...devices[0], id: i + 1, siteId: null }))
    const edges = chain.slice(1).map(({ id }) => edge(id, id - 1))
    expect(drawn({ devices: chain as Scene['devices'], sites: [], edges }).layout.cards).toHaveLength(19_999)
  })
  test.each([12, 300])('a provider of about %i devices is drawn without an overlap', (devices) => {
    const towers = devices > 100 ? 6 : 2
    const aps = devices > 100 ? 3 : 1
    expect(faults(provider({ towers, aps, cpes: (ap) => (devices / towers / aps) * (ap % 2 ? 0.6 : 1.2) }))).toEqual([])
  })
  test('5,000 devices are about as wide as a screen', () => {
    const { layout } = drawn(provider({ towers: 50, aps: 4, cpes: (ap) => 14 + ((ap * 7) % 20) }))
    expect(layout.width / layout.height).toBeGreaterThan(0.8)
    expect(layout.width / layout.height).toBeLessThan(2.2)
  })

  test('whatever hangs on whatever: nothing overlaps, and every device is in one card of its site', () => {
    fc.assert(
      fc.property(anyScene, (of) => {
        expect(faults(of)).toEqual([])
      }),
    )
  })
  test('the same network is drawn the same, whatever order its edges come in', () => {
    fc.assert(
      fc.property(anyScene, fc.infiniteStream(fc.nat(1000)), (of, keys) => {
        const shuffled = of.edges
          .map((one) => ({ one, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one)
        expect(drawn({ ...of, edges: shuffled }).layout).toEqual(drawn(of).layout)
      }),
    )
  })

  /** How far each device that was there before moved when the device `added` came, by id: right, down. */
  function moves(before: Scene, after: Scene) {
    const [old, now] = [drawn(before), drawn(after)]
    const at = new Map(after.devices.map(({ id }, i) => [id, i]))
    return before.devices.map(({ id }, i) => {
      const j = at.get(id) ?? -1
      return {
        id,
        right: (now.layout.x[j] ?? 0) - (old.layout.x[i] ?? 0),
        down: (now.layout.y[j] ?? 0) - (old.layout.y[i] ?? 0),
      }
    })
  }

  /** One more client on the AP of this number, with a name in the middle of the others. */
  function withClient(of: Scene, ap: number): Scene {
    const aps = of.devices.filter(({ role }) => role === 'ap')
    const on = aps[ap % aps.length]
    const place = of.devices.findIndex(({ id }) => id === on?.id) + 2
    const nobody = { client: null, clientId: null }
    const added = { id: 1_000_000 + of.devices.length, name: 'New', address: '', role: 'cpe' as const, ...nobody }
    const devices = of.devices.toSpliced(place, 0, { ...added, siteId: on?.siteId ?? null })
    return { ...of, devices, edges: [...of.edges, edge(added.id, on?.id ?? 0)] }
  }

  test('one client more moves nobody else sideways, and nobody down by more than a row, as long as rows stay as they are', () => {
    const anyProvider = fc.record({
      towers: fc.integer({ min: 1, max: 6 }),
      aps: fc.integer({ min: 1, max: 4 }),
      most: fc.integer({ min: 2, max: 40 }),
    })
    fc.assert(
      fc.property(anyProvider, fc.nat(23), ({ towers, aps, most }, ap) => {
        const before = provider({ towers, aps, cpes: (n) => 2 + ((n * 7) % most) })
        const after = withClient(before, ap)
        const sector = after.edges.at(-1)?.upstreamId
        const inSector = new Set(
          after.edges.filter(({ upstreamId }) => upstreamId === sector).map(({ deviceId }) => deviceId),
        )
        const others = moves(before, after).filter(({ id }) => !inSector.has(id))
        if (others.some(({ right, down }) => right !== 0 || down < 0)) return // rows or their order changed: counted below
        for (const { down } of others) expect(down).toBeLessThanOrEqual(cell.h)
      }),
    )
  })
  test('of 200 clients that come one after another, few move the others further than that', () => {
    let now = provider({ towers: 12, aps: 4, cpes: (n) => 8 + ((n * 7) % 20) })
    let jumps = 0
    for (let i = 0; i < 200; i++) {
      const next = withClient(now, i * 29)
      if (
        moves(now, next).filter(({ right, down }) => Math.abs(down) > cell.h || Math.abs(right) > 4 * cell.w).length >
        40
      )
        jumps++
      now = next
    }
    expect(jumps).toBeLessThan(30)
  })
})

describe('columnsFor', () => {
  test.each([
    [0, 1],
    [1, 1],
    [3, 3],
    [4, 4],
    [32, 4],
    [33, 8],
    [128, 8],
    [129, 16],
    [5000, 64],
  ])('%i devices stand in %i columns', (count, columns) => expect(columnsFor(count)).toBe(columns))
})

describe('shelve', () => {
  const anyItems = fc.array(fc.record({ w: fc.integer({ min: 1, max: 500 }), h: fc.integer({ min: 1, max: 500 }) }), {
    maxLength: 30,
  })
  test('nothing overlaps, everything is within, and each row has its free strip', () => {
    fc.assert(
      fc.property(anyItems, (items) => {
        const { x, y, w, h, busY } = shelve(items, { gap: 10, bus: 16, aspect: 2 })
        const boxes = items.map((item, i): Box => ({ x: x[i] ?? 0, y: y[i] ?? 0, ...item }))
        boxes.forEach((box, i) => {
          expect(holds({ x: 0, y: 16, w, h: h - 16 }, box)).toBe(true)
          expect(boxes.some((other, j) => j !== i && overlap(box, other))).toBe(false)
          expect(boxes.some((other) => overlap(other, { x: 0, y: (busY[i] ?? 0) - 7, w, h: 14 }))).toBe(false)
        })
      }),
    )
  })
  test('rows are even: six of a kind are three and three, not five and one', () => {
    const { y } = shelve(Array(6).fill({ w: 100, h: 40 }), { gap: 0, bus: 0, aspect: 6 })
    expect(y.filter((one) => one === 0)).toHaveLength(y[5] === 0 ? 6 : 3)
  })
})
