import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { Network } from '@/lib/domain/network'
import { sightingsOf } from '@/lib/domain/sightings'
import type { Role } from '@/lib/domain/status'
import { type Box, factsOf, known, type SceneOptions, wire } from './network-scene'

const start = Date.parse('2026-03-17T12:00:00Z')
const runs = Number(process.env.FC ?? 60)
vi.setConfig({ testTimeout: 30_000 + runs * 100 })
const isSwitch = (box: Box) => box.role === 'switch' || box.role === 'router'

/** A tree of sites: each hangs on an earlier one by a wire, a pair of radios or two pairs; with APs and CPEs. */
const anySite = fc.record({
  on: fc.nat(),
  by: fc.constantFrom('wire' as const, 'pair' as const, 'two pairs' as const),
  aps: fc.array(fc.nat(3), { maxLength: 2 }),
})
const anyNetwork = fc.array(anySite, { minLength: 1, maxLength: 6 })

function build(sites: readonly { on: number; by: string; aps: number[] }[]) {
  const boxes: Box[] = []
  const truth = new Map<number, number[]>()
  const add = (role: Role, site: number, above: readonly Box[]): Box => {
    const id = boxes.length + 1
    const hex = id.toString(16).padStart(4, '0')
    const box: Box = {
      id,
      name: `${role}-${id}`,
      role,
      mac: `02:aa:00:00:${hex.slice(0, 2)}:${hex.slice(2)}`,
      ip: `10.0.${id >> 8}.${id & 255}`,
      site,
      wires: [],
    }
    boxes.push(box)
    truth.set(
      id,
      above.map((one) => one.id).sort((a, b) => a - b),
    )
    return box
  }
  const core = add('router', 0, [])
  const hub = add('switch', 0, [core])
  wire(core, hub)
  const switches = [hub]
  for (const [i, { on, by, aps }] of sites.entries()) {
    const below = switches[on % switches.length] as Box
    const pairs =
      by === 'wire'
        ? []
        : Array.from({ length: by === 'pair' ? 1 : 2 }, () => {
            const near = add('backhaul', below.site, [below])
            return [near, add('backhaul', i + 1, [near])] as const
          })
    const tree = add('switch', i + 1, pairs.length > 0 ? pairs.map(([, far]) => far) : [below])
    if (pairs.length === 0) wire(below, tree)
    for (const [n, [near, far]] of pairs.entries()) {
      wire(below, near)
      wire(near, far, { kind: 'radio' })
      wire(far, tree, { blocked: n > 0 })
    }
    for (const cpes of aps) {
      const ap = add('ap', i + 1, [tree])
      wire(tree, ap)
      for (let c = 0; c < cpes; c++) wire(ap, add('cpe', i + 1, [ap]), { kind: 'radio' })
    }
    switches.push(tree)
  }
  return { boxes, truth }
}

const upstream = (network: Network, boxes: readonly Box[]) =>
  new Map(
    boxes.map(({ id }) => [
      id,
      network
        .upstreamOf(id)
        .map((edge) => edge.upstreamId)
        .sort((a, b) => a - b),
    ]),
  )

const ways: Record<string, SceneOptions> = {
  'LLDP through the radios and bridge tables': {
    lldp: isSwitch,
    mndp: () => false,
    bridges: isSwitch,
    walked: () => true,
    sites: true,
  },
  'LLDP of all but stations': {
    lldp: (box) => box.role !== 'cpe',
    mndp: () => false,
    bridges: () => false,
    walked: () => true,
    sites: false,
  },
  'LLDP through radios that are access point and station': {
    lldp: isSwitch,
    mndp: () => false,
    bridges: isSwitch,
    walked: () => true,
    sites: false,
    ptp: 'stations',
  },
  'LLDP and bridge tables of switches, MNDP everywhere, CPEs known by the tables of others': {
    lldp: isSwitch,
    mndp: (box) => box.role !== 'backhaul',
    bridges: isSwitch,
    walked: (box) => box.role !== 'cpe',
    sites: true,
  },
}

for (const [name, options] of Object.entries(ways)) {
  test(`any tree of sites is found as it is: ${name}`, () => {
    fc.assert(
      fc.property(anyNetwork, fc.infiniteStream(fc.nat()), (sites, order) => {
        const { boxes, truth } = build(sites)
        const network = new Network()
        network.setDevices(boxes.map((box) => known(box, options)))
        for (const box of shuffled(boxes, order)) {
          if (options.walked(box)) network.hear(box.id, sightingsOf(factsOf(box, options), start))
        }
        network.learn()
        expect(upstream(network, boxes)).toEqual(truth)
      }),
      { numRuns: runs },
    )
  })
}

/** Everything that is truly above a device. */
function ancestors(truth: ReadonlyMap<number, readonly number[]>, id: number): Set<number> {
  const found = new Set<number>()
  const line = [...(truth.get(id) ?? [])]
  for (const at of line) {
    if (found.has(at)) continue
    found.add(at)
    line.push(...(truth.get(at) ?? []))
  }
  return found
}

const poor: Record<string, SceneOptions> = {
  'bridge tables alone': { lldp: () => false, mndp: () => false, bridges: isSwitch, walked: isSwitch, sites: false },
  'MNDP alone': { lldp: () => false, mndp: () => true, bridges: () => false, walked: () => true, sites: false },
  'the ARP table of the router alone': {
    lldp: () => false,
    mndp: () => false,
    bridges: () => false,
    walked: (box) => box.role === 'router',
    sites: false,
  },
  'registration tables and ARP': {
    lldp: () => false,
    mndp: () => false,
    bridges: () => false,
    walked: (box) => box.role === 'router' || box.role === 'ap',
    sites: false,
  },
}

for (const [name, options] of Object.entries(poor)) {
  test(`with less to go by, what is found above a device is truly above it: ${name}`, () => {
    fc.assert(
      fc.property(anyNetwork, (sites) => {
        const { boxes, truth } = build(sites)
        const network = new Network()
        network.setDevices(boxes.map((box) => known(box, options)))
        for (const box of boxes)
          if (options.walked(box)) network.hear(box.id, sightingsOf(factsOf(box, options), start))
        network.learn()
        let hanging = 0
        for (const box of boxes) {
          const above = ancestors(truth, box.id)
          for (const { upstreamId } of network.upstreamOf(box.id)) {
            hanging++
            if (!above.has(upstreamId))
              throw new Error(`${box.name} does not hang below ${boxes[upstreamId - 1]?.name}`)
          }
        }
        expect(hanging).toBeGreaterThan(0)
      }),
      { numRuns: runs },
    )
  })
}

// Not so where only neighbours say it: which end of an island is nearer to what nobody registered, they do not tell, and
// MNDP makes neighbours of devices with an unknown switch between them.
const silent = ['LLDP of all but stations', 'MNDP alone', ...Object.keys(ways).filter((name) => name.includes('MNDP'))]
for (const [name, options] of Object.entries({ ...ways, ...poor }).filter(([name]) => !silent.includes(name))) {
  test(`where devices are missing in the registry, what is found is truly above: ${name}`, () => {
    fc.assert(
      fc.property(anyNetwork, fc.array(fc.nat(), { maxLength: 6 }), (sites, missing) => {
        const { boxes, truth } = build(sites)
        const unknown = new Set(missing.map((one) => 2 + (one % (boxes.length - 1)))) // the core is always known
        const left = boxes.filter((box) => !unknown.has(box.id))
        const network = new Network()
        network.setDevices(left.map((box) => known(box, options)))
        for (const box of left) if (options.walked(box)) network.hear(box.id, sightingsOf(factsOf(box, options), start))
        network.learn()
        for (const box of left) {
          const above = ancestors(truth, box.id)
          for (const { upstreamId, evidence } of network.upstreamOf(box.id)) {
            const why = `${box.name} does not hang below ${boxes[upstreamId - 1]?.name}: ${evidence.map((one) => one.detail)}`
            if (!above.has(upstreamId)) throw new Error(why)
          }
        }
      }),
      { numRuns: runs },
    )
  })
}

function shuffled<T>(items: readonly T[], order: Iterator<number>): T[] {
  const left = [...items]
  return items.map(() => left.splice((order.next().value ?? 0) % left.length, 1)[0] as T)
}

test('a network that learns bit by bit knows what one knows that heard it all at once', () => {
  const anyChange = fc.record({
    kind: fc.constantFrom(
      'walk' as const,
      'silence' as const,
      'rename' as const,
      'remove' as const,
      'hand' as const,
      'role' as const,
    ),
    who: fc.nat(),
    other: fc.nat(),
    way: fc.constantFrom(...Object.values(ways)),
    learn: fc.boolean(),
  })
  fc.assert(
    fc.property(anyNetwork, fc.array(anyChange, { maxLength: 40 }), (sites, changes) => {
      const { boxes } = build(sites)
      const all = boxes.map((box) => known(box, { sites: true }))
      const gone = new Set<number>()
      const heard = new Map<number, ReturnType<typeof sightingsOf>>()
      const hand: [number, number][] = []
      const bit = new Network()
      bit.setDevices(all.map((one) => ({ ...one })))
      let at = start
      for (const { kind, who, other, way, learn } of changes) {
        const box = boxes[who % boxes.length] as Box
        const device = all[who % all.length]
        at += 1000
        if (kind === 'walk' || kind === 'silence') {
          const facts = factsOf(box, way)
          if (kind === 'silence')
            Object.assign(facts, { neighbours: [], stations: [], forwarding: facts.forwarding.slice(1) })
          if (gone.has(box.id)) continue
          heard.set(box.id, sightingsOf(facts, at))
          bit.hear(box.id, sightingsOf(facts, at))
        } else if (kind === 'hand') {
          const above = boxes[other % boxes.length] as Box
          if (above.id < box.id) hand.push([box.id, above.id])
          bit.setHand(hand)
        } else {
          if (kind === 'remove') {
            gone.add(box.id)
            heard.delete(box.id)
          } else if (device && kind === 'rename') {
            device.name = `renamed ${at}`
            device.address = `10.77.${who % 200}.${other % 200}`
          } else if (device) device.role = (['ap', 'cpe', 'other', 'switch'] as const)[other % 4] ?? 'other'
          bit.setDevices(all.filter((one) => !gone.has(one.id)).map((one) => ({ ...one })))
        }
        if (learn) bit.learn()
      }
      bit.learn()
      const whole = new Network()
      whole.setDevices(all.filter((one) => !gone.has(one.id)))
      whole.setHand(hand)
      for (const [id, sightings] of heard) whole.hear(id, sightings)
      whole.learn()
      const left = boxes.filter((box) => !gone.has(box.id))
      for (const box of left) expect(bit.upstreamOf(box.id)).toEqual(whole.upstreamOf(box.id))
      expect(bit.learn().size).toBe(0)
    }),
    { numRuns: runs },
  )
})
