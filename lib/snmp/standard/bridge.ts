import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import { ifIndexOf, mac, macOfParts, partsOf, whole } from './decode'

const bridge = '1.3.6.1.2.1.17'
const basePort = `${bridge}.1.4.1.2` // dot1dBasePortIfIndex.PORT
const macColumn = `${bridge}.4.3.1.1` // dot1dTpFdbAddress; asked only where the index is not the MAC
const portByMac = `${bridge}.4.3.1.2` // dot1dTpFdbPort.MAC
const portByVlan = `${bridge}.7.1.2.2.1.2` // dot1qTpFdbPort.FDBID.MAC
const fdbOfVlan = `${bridge}.7.1.4.2.1.3` // dot1qVlanFdbId.TIME.VLAN

/** The MAC that names the bridge. */
export const bridgeAddress = `${bridge}.1.1.0`

/** Ports and forwarding tables of BRIDGE-MIB and Q-BRIDGE-MIB. */
export const bridgeTables: readonly string[] = [basePort, portByMac, portByVlan, fdbOfVlan]

/** Bridge port -> interface index: they are not the same. */
export function basePorts(rows: Rows): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
  for (const [index, value] of rows.column(basePort)) {
    const [port, ...more] = partsOf(index)
    const ifIndex = ifIndexOf(value)
    if (port !== undefined && more.length === 0 && ifIndex !== null) found.set(port, ifIndex)
  }
  return found
}

type Forwarding = DeviceFacts['forwarding']

/**
 * Which MAC was learnt at which port. Port 0 says that the bridge does not know the port: left out. `plainPort` is the
 * interface of a port of the table without VLANs, where an agent does not count it in bridge ports.
 */
export function forwardingFacts(rows: Rows, plainPort?: (port: number) => number | null): Forwarding {
  const ports = basePorts(rows)
  const ifIndexOfPort = (port: number) => ports.get(port) ?? null
  const found = new Map<string, Forwarding[number]>()
  const add = (address: string | null, port: number | null, ifIndex: number | null, vlan: number | null) => {
    if (address === null || isGroup(address) || port === null || port <= 0) return
    const key = `${address} ${port} ${vlan ?? ''}`
    if (!found.has(key)) found.set(key, { mac: address, port, ifIndex, vlan })
  }
  const vlans = vlanOfFdb(rows)
  for (const [index, value] of rows.column(portByVlan)) {
    const parts = partsOf(index)
    const fdb = parts.length === 7 ? (parts[0] ?? 0) : 0
    const port = whole(value) ?? 0
    const vlan = vlans.get(fdb) ?? (fdb >= 1 && fdb <= 4094 ? fdb : null)
    add(macOfParts(parts.slice(-6)), port, ifIndexOfPort(port), vlan)
  }
  // What the table by VLAN said of a MAC and a place is not said again without the VLAN.
  const place = (address: string | null, port: number, ifIndex: number | null) => `${address} ${ifIndex ?? `p${port}`}`
  const known = new Set([...found.values()].map((one) => place(one.mac, one.port, one.ifIndex)))
  const addresses = rows.column(macColumn)
  for (const [index, value] of rows.column(portByMac)) {
    const parts = partsOf(index)
    const address = parts.length === 6 ? macOfParts(parts) : mac(addresses.get(index))
    const port = whole(value) ?? 0
    const ifIndex = (plainPort ?? ifIndexOfPort)(port)
    if (!known.has(place(address, port, ifIndex))) add(address, port, ifIndex, null)
  }
  return [...found.values()]
}

function vlanOfFdb(rows: Rows): Map<number, number> {
  const found = new Map<number, number>()
  for (const [index, value] of rows.column(fdbOfVlan)) {
    const vlan = partsOf(index).at(-1)
    const fdb = whole(value)
    if (fdb !== null && vlan !== undefined && vlan >= 1 && vlan <= 4094 && !found.has(fdb)) found.set(fdb, vlan)
  }
  return found
}

// Broadcast and multicast: nobody sends from them.
const isGroup = (address: string) => (Number.parseInt(address.slice(0, 2), 16) & 1) === 1
