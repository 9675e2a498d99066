import { type DeviceFacts, noFacts } from '@/lib/domain/device-facts'
import type { KnownDevice } from '@/lib/domain/network'
import type { Role } from '@/lib/domain/status'

/** A device of a generated network, with its wires: what its SNMP agent would say follows from them. */
export type Box = {
  id: number
  name: string
  role: Role
  mac: string
  ip: string
  site: number
  wires: { port: number; to: Box; blocked: boolean; kind: 'wire' | 'radio' }[]
}

export type SceneOptions = {
  lldp: (box: Box) => boolean
  mndp: (box: Box) => boolean
  bridges: (box: Box) => boolean // has a bridge table to be read
  walked: (box: Box) => boolean
  ptp?: 'link' | 'stations' // how a pair of radios says that it is one; station: the one of odd id
  sites: boolean // the registry says at which site each device is
}

const mac = (id: number) =>
  `02:11:22:00:${(id >> 8).toString(16).padStart(2, '0')}:${(id & 255).toString(16).padStart(2, '0')}`

/** The network of the issue: a core router, 3 towers in a chain, 12 APs, 300 CPEs, two towers with a second backhaul. */
export function tower3({ aps = 4, cpes = 25 } = {}) {
  const boxes: Box[] = []
  const truth = new Map<string, string[]>() // name -> names of what is above
  const add = (name: string, role: Role, site: number, above: Box[] = []): Box => {
    const id = boxes.length + 1
    const box: Box = { id, name, role, mac: mac(id), ip: `10.${site}.${id >> 8}.${id & 255}`, site, wires: [] }
    boxes.push(box)
    truth.set(
      name,
      above.map((one) => one.name),
    )
    return box
  }
  const core = add('Core', 'router', 1)
  const hub = add('Hub', 'switch', 1, [core])
  wire(core, hub)
  let near = hub
  for (let tower = 1; tower <= 3; tower++) {
    const site = tower + 1
    const pairs = tower === 1 || tower === 3 ? 2 : 1
    const far: Box[] = []
    const links: [Box, Box][] = []
    for (let i = 1; i <= pairs; i++) {
      const a = add(`T${tower}-bh${i}-near`, 'backhaul', site - 1, [near])
      const b = add(`T${tower}-bh${i}-far`, 'backhaul', site, [a])
      far.push(b)
      links.push([a, b])
    }
    const tree = add(`Tower-${tower}`, 'switch', site, far)
    links.forEach(([a, b], i) => {
      wire(near, a)
      wire(a, b, { kind: 'radio' })
      wire(b, tree, { blocked: i > 0 }) // the spanning tree lets one through
    })
    for (let i = 1; i <= aps; i++) {
      const ap = add(`AP-${tower}-${i}`, 'ap', site, [tree])
      wire(tree, ap)
      for (let c = 1; c <= cpes; c++) wire(ap, add(`CPE-${tower}-${i}-${c}`, 'cpe', site, [ap]), { kind: 'radio' })
    }
    near = tree
  }
  return { boxes, truth }
}

/** Two boxes are joined at the next free port of each; all stations of an AP share its radio. */
export function wire(a: Box, b: Box, { blocked = false, kind = 'wire' as 'wire' | 'radio' } = {}): void {
  const portOf = (box: Box) => {
    const radio = box.wires.find((one) => one.kind === 'radio')
    if (kind === 'radio') return radio?.port ?? 100
    return 1 + box.wires.filter((one) => one.kind === 'wire').length
  }
  const [portA, portB] = [portOf(a), portOf(b)]
  a.wires.push({ port: portA, to: b, blocked, kind })
  b.wires.push({ port: portB, to: a, blocked, kind })
}

export const known = (box: Box, { sites }: Pick<SceneOptions, 'sites'>): KnownDevice => ({
  id: box.id,
  name: box.name,
  address: box.ip,
  role: box.role,
  siteId: sites ? box.site : null,
  isGateway: false,
})

const isTransparent = (box: Box) => box.role === 'backhaul' || box.role === 'ap' || box.role === 'cpe'

/** What a walk of a box would bring. */
export function factsOf(box: Box, options: SceneOptions): DeviceFacts {
  const facts = noFacts()
  facts.system.name = box.name
  facts.role = box.role
  facts.macs = [box.mac]
  facts.addresses = [box.ip]
  facts.interfaces = [...new Set(box.wires.map((one) => one.port))].map((port) => ({
    index: port,
    name: port === 100 ? 'wlan1' : `ether${port}`,
    alias: null,
    type: port === 100 ? 71 : 6,
    mac: box.mac,
    admin: 'up' as const,
    oper: 'up' as const,
    speedBps: null,
  }))
  const radios = box.wires.filter((one) => one.kind === 'radio')
  if (box.role === 'ap') facts.stations = radios.map(({ to }) => station(to))
  if (box.role === 'cpe')
    facts.radios = radios.map(({ to }) => ({
      ifIndex: 100,
      mode: 'station',
      ssid: 'x',
      frequencyMhz: 5500,
      apMac: to.mac,
      signalDbm: -60,
      noiseDbm: null,
    }))
  if (box.role === 'backhaul' && options.ptp === 'stations') Object.assign(facts, asStations(box, radios[0]?.to))
  else if (box.role === 'backhaul')
    facts.links = radios.map(({ to }) => ({
      ifIndex: 100,
      remoteMac: to.mac,
      remoteIp: null,
      remoteName: null,
      up: true,
      signalDbm: -50,
      capacityBps: null,
      distanceM: null,
    }))
  if (options.bridges(box))
    facts.forwarding = reached(box).map(({ to, port }) => ({ mac: to.mac, port, ifIndex: port, vlan: null }))
  if (box.role === 'router') facts.arp = reached(box).map(({ to, port }) => ({ ip: to.ip, mac: to.mac, ifIndex: port }))
  if (options.lldp(box)) facts.neighbours.push(...lldp(box, options).map(({ to, port }) => neighbour('lldp', to, port)))
  if (options.mndp(box)) {
    facts.neighbours.push(
      ...reached(box).flatMap(({ to, port }) => (options.mndp(to) ? [neighbour('mndp', to, port)] : [])),
    )
  }
  return facts
}

/** A pair of radios of which one is an access point, and the other one its only station. */
function asStations(box: Box, far: Box | undefined): Partial<DeviceFacts> {
  if (!far) return {}
  const isStation = box.id % 2 === 1
  const radio = { ifIndex: 100, ssid: 'x', frequencyMhz: 5500, apMac: null, signalDbm: -50, noiseDbm: null }
  if (isStation) return { radios: [{ ...radio, mode: 'station', apMac: far.mac }] }
  return { radios: [{ ...radio, mode: 'ap' }], stations: [station(far)] }
}

const station = (box: Box) => ({
  mac: box.mac,
  ip: null,
  name: box.name,
  ifIndex: 100,
  signalDbm: -60,
  snrDb: null,
  distanceM: null,
  uptimeSeconds: null,
  txBps: null,
  rxBps: null,
})

const neighbour = (protocol: 'lldp' | 'mndp', to: Box, port: number) => ({
  protocol,
  ifIndex: port,
  localPort: `ether${port}`,
  mac: to.mac,
  chassis: to.mac,
  port: null,
  name: to.name,
  platform: null,
  addresses: [to.ip],
})

/** Every other box in the same flat network, and the port towards it: what is blocked is not gone through. */
function reached(box: Box): { to: Box; port: number }[] {
  const found: { to: Box; port: number }[] = []
  const seen = new Set([box])
  const line = box.wires.filter((one) => !one.blocked).map(({ to, port }) => ({ to, port }))
  for (const { to, port } of line) {
    if (seen.has(to)) continue
    seen.add(to)
    found.push({ to, port })
    for (const next of to.wires) if (!next.blocked) line.push({ to: next.to, port })
  }
  return found
}

/** Who is heard by LLDP: the first that speaks it on each wire; radios let it through, and so does a blocked port. */
function lldp(box: Box, options: SceneOptions): { to: Box; port: number }[] {
  const found: { to: Box; port: number }[] = []
  for (const start of box.wires) {
    const seen = new Set([box])
    const line = [start.to]
    for (const at of line) {
      if (seen.has(at)) continue
      seen.add(at)
      if (options.lldp(at)) found.push({ to: at, port: start.port })
      if (isTransparent(at)) for (const next of at.wires) line.push(next.to)
    }
  }
  return found
}
