import type { DeviceFacts } from '@/lib/domain/device-facts'
import { type Box, factsOf, tower3 } from '../../domain/network-scene'

const isSwitch = (box: Box) => box.role === 'switch' || box.role === 'router'
const options = { lldp: isSwitch, mndp: () => false, bridges: isSwitch, walked: () => true, sites: true }

/** The network of a core router, 3 towers in a chain, 12 access points and 300 stations, in the /16 of a fleet. */
export function generatedNetwork(prefix: string) {
  const { boxes, truth } = tower3()
  for (const box of boxes) box.ip = `${prefix}.${box.site}.${1 + (box.id % 250)}`
  const named = new Map(boxes.map((box) => [box.name, box]))
  return {
    boxes,
    truth,
    box(name: string): Box {
      const box = named.get(name)
      if (!box) throw new Error(`There is no ${name} in the network`)
      return box
    },
    /** What is dark while these are off: they, and what has no other way up. */
    darkWith(off: ReadonlySet<string>): Set<string> {
      const dark = new Set(off)
      // Whatever is above a box comes before it.
      for (const { name } of boxes) {
        const above = truth.get(name) ?? []
        if (above.length > 0 && above.every((up) => dark.has(up))) dark.add(name)
      }
      return dark
    },
  }
}

/** What a walk finds of a box while others are dark: they are in none of its tables. */
export function factsWithout(box: Box, dark: ReadonlySet<string>): DeviceFacts {
  const facts = factsOf(box, options)
  const isThere = (mac: string | null) => mac === null || !dark.has(mac)
  return {
    ...facts,
    stations: facts.stations.filter(({ mac }) => isThere(mac)),
    links: facts.links.filter(({ remoteMac }) => isThere(remoteMac)),
    neighbours: facts.neighbours.filter(({ mac }) => isThere(mac)),
    forwarding: facts.forwarding.filter(({ mac }) => isThere(mac)),
    arp: facts.arp.filter(({ mac }) => isThere(mac)),
  }
}
