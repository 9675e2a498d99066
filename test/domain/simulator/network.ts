import type { Random } from './random'

export type Device = { id: number; upstreams: number[]; intervalMs: number; phaseMs: number }
export type Network = { devices: Device[]; byId: Map<number, Device>; children: Map<number, number[]> }

/** A random network: one or two routers, towers in chains or trees, some with a second way up, and radios with members. */
export function randomNetwork(random: Random): Network {
  const devices: Device[] = []
  const add = (upstreams: number[]) => {
    const intervalMs = random.pick([2000, 5000, 10_000, 10_000])
    const device = { id: devices.length + 1, upstreams, intervalMs, phaseMs: random.whole(0, intervalMs - 1) }
    devices.push(device)
    return device.id
  }
  const routers = Array.from({ length: random.whole(1, 2) }, () => add([]))
  const towers: number[] = []
  for (let i = random.whole(1, 5); i > 0; i--) {
    const first = random.pick([...routers, ...towers])
    const second = random.pick([...routers, ...towers])
    towers.push(add(random.chance(0.3) && second !== first ? [first, second] : [first]))
  }
  const radios = Array.from({ length: random.whole(1, 6) }, () => add([random.pick(towers)]))
  for (const radio of radios) for (let i = random.whole(0, 8); i > 0; i--) add([radio])
  if (random.chance(0.3)) add([random.pick(radios), random.pick(towers)])
  return asNetwork(devices)
}

function asNetwork(devices: Device[]): Network {
  const children = new Map<number, number[]>()
  for (const { id, upstreams } of devices)
    for (const up of upstreams) children.set(up, [...(children.get(up) ?? []), id])
  return { devices, byId: new Map(devices.map((device) => [device.id, device])), children }
}

/** Of each node the devices that hang on it alone. */
export function membersOf({ devices }: Network): Map<number, number[]> {
  const members = new Map<number, number[]>()
  for (const { id, upstreams } of devices) {
    const [node, ...more] = upstreams
    if (node !== undefined && more.length === 0) members.set(node, [...(members.get(node) ?? []), id])
  }
  return members
}

/** Everything above a device, and what hangs on the same thing alone: whom a probe asks when it misses first. */
export function aroundIt(network: Network, id: number): Set<number> {
  const found = new Set<number>()
  const queue = [id]
  for (let next = queue.pop(); next !== undefined; next = queue.pop())
    for (const up of network.byId.get(next)?.upstreams ?? []) {
      if (found.has(up)) continue
      found.add(up)
      queue.push(up)
    }
  for (const up of network.byId.get(id)?.upstreams ?? [])
    for (const beside of network.children.get(up) ?? []) if (beside !== id) found.add(beside)
  return found
}
