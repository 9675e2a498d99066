import { describe, expect, test } from 'vitest'
import { Network } from '@/lib/domain/network'
import { sightingsOf } from '@/lib/domain/sightings'
import { type Box, factsOf, known, type SceneOptions, tower3 } from './network-scene'

const now = Date.parse('2026-03-17T12:00:00Z')

/** Everybody is walked once, in an order of this seed. */
function learnt(boxes: readonly Box[], options: SceneOptions, seed = 1): Network {
  const network = new Network()
  network.setDevices(boxes.map((box) => known(box, options)))
  for (const box of shuffled(boxes, seed)) {
    if (!options.walked(box)) continue
    network.hear(box.id, sightingsOf(factsOf(box, options), now))
    if (box.id % 7 === 0) network.learn()
  }
  network.learn()
  return network
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed
  const random = () => {
    state = (state * 1103515245 + 12345) & 0x7fffffff
    return state / 0x7fffffff
  }
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

/** The graph as names, and how it should be, where they differ. */
function differences(boxes: readonly Box[], truth: ReadonlyMap<string, readonly string[]>, network: Network) {
  const nameOf = new Map(boxes.map((box) => [box.id, box.name]))
  return boxes.flatMap(({ id, name }) => {
    const found = network
      .upstreamOf(id)
      .map((edge) => nameOf.get(edge.upstreamId))
      .sort()
    const expected = [...(truth.get(name) ?? [])].sort()
    return found.join() === expected.join()
      ? []
      : [`${name}: found ${found.join(', ')}, expected ${expected.join(', ')}`]
  })
}

const isSwitch = (box: Box) => box.role === 'switch' || box.role === 'router'
const everybody = () => true
const nobody = () => false

describe('a core router, 3 towers in a chain, 12 APs, 300 CPEs and two second backhauls, from facts alone', () => {
  const { boxes, truth } = tower3()
  const cases: [string, SceneOptions][] = [
    [
      'switches speak LLDP through the radios, and have bridge tables',
      { lldp: isSwitch, mndp: nobody, bridges: isSwitch, walked: everybody, sites: false },
    ],
    ['the same, with sites', { lldp: isSwitch, mndp: nobody, bridges: isSwitch, walked: everybody, sites: true }],
    [
      'all but the stations speak LLDP',
      { lldp: (box) => box.role !== 'cpe', mndp: nobody, bridges: nobody, walked: everybody, sites: true },
    ],
    [
      'stations and their access points are not walked by themselves: nobody walks the CPEs',
      { lldp: isSwitch, mndp: nobody, bridges: isSwitch, walked: (box) => box.role !== 'cpe', sites: true },
    ],
    [
      'everything floods MNDP besides',
      { lldp: isSwitch, mndp: (box) => box.role !== 'backhaul', bridges: isSwitch, walked: everybody, sites: true },
    ],
  ]
  for (const [name, options] of cases) {
    for (const seed of [1, 2, 3]) {
      test(`${name} (order ${seed})`, () => {
        expect(differences(boxes, truth, learnt(boxes, options, seed))).toEqual([])
      })
    }
  }
})
