import type { DeviceFacts } from './device-facts'
import { macNumber, ownMac } from './mac-number'
import type { Role } from './status'

/** How a device came upon another one: its own tables (station .. cdp), and what it forwards to (bridge, arp). */
export type How = 'station' | 'ap' | 'link' | 'lldp' | 'mndp' | 'cdp' | 'bridge' | 'arp'

/**
 * Another device as one of its tables names it. port: the ifIndex, below zero a bridge port without one. since: when a
 * station joined, epoch ms, where that is known.
 */
export type Sighting = {
  how: Exclude<How, 'bridge' | 'arp'>
  mac: number | null
  addresses: readonly string[]
  name: string | null
  port: number | null
  since: number | null
}

/** What of a walk the graph learns from. `at`: when the walk was, epoch ms. whole: nothing of it is missing. */
export type Sightings = {
  at: number
  whole: boolean
  role: Role | null
  name: string | null
  macs: readonly number[]
  addresses: readonly string[]
  ports: ReadonlyMap<number, string> // names by ifIndex
  seen: readonly Sighting[]
  bridge: { macs: Float64Array; ports: Int32Array } // by rising MAC
  arp: readonly { mac: number; ip: string; port: number | null }[]
}

const noBridge = { macs: new Float64Array(0), ports: new Int32Array(0) }

/** Takes from the facts of a walk what says how devices hang together. */
export function sightingsOf(facts: DeviceFacts, at: number): Sightings {
  const own = new Set([...facts.macs, ...facts.interfaces.map((one) => one.mac)].flatMap((mac) => ownMac(mac) ?? []))
  return {
    at,
    whole: !isCutShort(facts.faults),
    role: facts.role,
    name: facts.system.name,
    macs: [...own],
    addresses: [...new Set(facts.addresses)],
    ports: new Map(facts.interfaces.map((one) => [one.index, one.name])),
    seen: [...stationsOf(facts, at), ...apsOf(facts), ...linksOf(facts), ...neighboursOf(facts)],
    bridge: bridgeOf(facts, own),
    arp: facts.arp.flatMap(({ mac, ip, ifIndex }) => {
      const number = ownMac(mac)
      return number === null ? [] : [{ mac: number, ip, port: ifIndex }]
    }),
  }
}

/**
 * Whether the faults of a walk say that tables were not read to their end. Others (a table that always answers with an error)
 * are faults of the device: what it says is all that it ever says.
 */
export const isCutShort = (faults: readonly string[]): boolean =>
  faults.some((fault) => /not walked to the end|left out|no answer| kept\b/.test(fault))

const usableIp = (ip: string | null) => (ip === null || ip === '0.0.0.0' || ip === '::' ? [] : [ip])

const stationsOf = (facts: DeviceFacts, at: number): Sighting[] =>
  facts.stations.map((one) => ({
    how: 'station',
    mac: ownMac(one.mac),
    addresses: usableIp(one.ip),
    name: one.name,
    port: one.ifIndex,
    since: one.uptimeSeconds === null ? null : at - one.uptimeSeconds * 1000,
  }))

const apsOf = (facts: DeviceFacts): Sighting[] =>
  facts.radios
    .filter((radio) => radio.mode !== 'ap' && ownMac(radio.apMac) !== null)
    .map((radio) => ({
      how: radio.mode === 'ptp' ? 'link' : 'ap',
      mac: ownMac(radio.apMac),
      addresses: [],
      name: null,
      port: radio.ifIndex,
      since: null,
    }))

const linksOf = (facts: DeviceFacts): Sighting[] =>
  facts.links.map((link) => ({
    how: 'link',
    mac: ownMac(link.remoteMac),
    addresses: usableIp(link.remoteIp),
    name: link.remoteName,
    port: link.ifIndex,
    since: null,
  }))

const neighboursOf = (facts: DeviceFacts): Sighting[] =>
  facts.neighbours.map((one) => ({
    how: one.protocol,
    mac: ownMac(one.mac) ?? ownMac(one.chassis),
    addresses: one.addresses.flatMap(usableIp),
    name: one.name,
    port: one.ifIndex ?? portNumber(one.localPort),
    since: null,
  }))

const portNumber = (port: string | null) => (port !== null && /^\d{1,6}$/.test(port) ? -1 - Number(port) : null)

/** MACs learnt on ports, without its own and without those whose port is not said. */
function bridgeOf(facts: DeviceFacts, own: ReadonlySet<number>): Sightings['bridge'] {
  const portOf = new Map<number, number>()
  for (const { mac, port, ifIndex } of facts.forwarding) {
    const number = macNumber(mac)
    if (number === null || ownMac(mac) === null || own.has(number)) continue
    const place = ifIndex ?? (port > 0 ? -1 - port : null)
    if (place !== null) portOf.set(number, place)
  }
  if (portOf.size === 0) return noBridge
  const macs = Float64Array.from(portOf.keys()).sort()
  return { macs, ports: Int32Array.from(macs, (mac) => portOf.get(mac) ?? 0) }
}

/** Whether a bridge table holds a MAC. */
export function isBridged({ macs }: Sightings['bridge'], mac: number): boolean {
  let low = 0
  let high = macs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((macs[middle] ?? 0) < mac) low = middle + 1
    else high = middle
  }
  return macs[low] === mac
}

const jitterMs = 120_000

/** Whether two walks of a device say the same of how devices hang together. */
export function saysTheSame(a: Sightings, b: Sightings): boolean {
  return (
    a.whole === b.whole &&
    a.role === b.role &&
    a.name === b.name &&
    sameList(a.macs, b.macs) &&
    sameList(a.addresses, b.addresses) &&
    sameList(a.bridge.macs, b.bridge.macs) &&
    sameList(a.bridge.ports, b.bridge.ports) &&
    a.ports.size === b.ports.size &&
    a.arp.length === b.arp.length &&
    a.arp.every((one, i) => one.mac === b.arp[i]?.mac && one.ip === b.arp[i]?.ip) &&
    a.seen.length === b.seen.length &&
    a.seen.every((one, i) => sameSighting(one, b.seen[i]))
  )
}

function sameSighting(a: Sighting, b: Sighting | undefined): boolean {
  return (
    b !== undefined &&
    a.how === b.how &&
    a.mac === b.mac &&
    a.port === b.port &&
    a.name === b.name &&
    sameList(a.addresses, b.addresses) &&
    (a.since === null) === (b.since === null) &&
    Math.abs((a.since ?? 0) - (b.since ?? 0)) < jitterMs
  )
}

function sameList<T>(a: ArrayLike<T>, b: ArrayLike<T>): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
