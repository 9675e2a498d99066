import type { InterfaceFact, NeighbourFact } from '@/lib/domain/device-facts'
import type { Rows, SnmpValue } from '../rows'
import { addressOfParts } from './addresses'
import { basePorts } from './bridge'
import { ip, mac, partsOf, text, whole } from './decode'

const lldp = '1.0.8802.1.1.2.1'
const local = `${lldp}.3.7.1`
const remote = `${lldp}.4.1.1`
const managed = `${lldp}.4.2.1.3` // lldpRemManAddrIfSubtype.TIME.LOCALPORT.N.TYPE.LENGTH.OCTETS
const column = {
  chassisKind: `${remote}.4`,
  chassis: `${remote}.5`,
  portKind: `${remote}.6`,
  port: `${remote}.7`,
  portDescription: `${remote}.8`,
  name: `${remote}.9`,
  platform: `${remote}.10`,
} as const

/** The own chassis id and its kind. */
export const lldpScalars = { chassisKind: `${lldp}.3.1.0`, chassis: `${lldp}.3.2.0` } as const

/** Own ports, neighbours and their management addresses. */
export const lldpTables: readonly string[] = [`${local}.3`, `${local}.4`, ...Object.values(column), managed]

const chassisIsMac = 4
const chassisIsAddress = 5
const portIsMac = 3

/** The own chassis id where it is a MAC. */
export function ownChassis(rows: Rows): string | null {
  const kind = whole(rows.scalar(lldpScalars.chassisKind))
  return kind === null || kind === chassisIsMac ? mac(rows.scalar(lldpScalars.chassis)) : null
}

/**
 * Neighbours by LLDP. The index is TIME.LOCALPORT.N by the standard; RouterOS also sends .N alone, and local port 0. Rows
 * of nothing but zeros are left out. `ifIndexOfRow` knows better than the local port, by the whole index.
 */
export function lldpNeighbours(
  rows: Rows,
  interfaces: readonly InterfaceFact[],
  ifIndexOfRow: (parts: readonly number[]) => number | null = () => null,
): NeighbourFact[] {
  const addresses = managementAddresses(rows)
  const ifIndexOfPort = portResolver(rows, interfaces)
  const cells = {
    chassisKind: rows.column(column.chassisKind),
    chassis: rows.column(column.chassis),
    portKind: rows.column(column.portKind),
    port: rows.column(column.port),
    portDescription: rows.column(column.portDescription),
    name: rows.column(column.name),
    platform: rows.column(column.platform),
  }
  const found: NeighbourFact[] = []
  for (const key of new Set([...cells.chassis.keys(), ...cells.name.keys()])) {
    const parts = partsOf(key)
    const chassisKind = whole(cells.chassisKind.get(key))
    const portKind = whole(cells.portKind.get(key))
    const [chassis, port] = [cells.chassis.get(key), cells.port.get(key)]
    const chassisMac = macOf(chassis, chassisKind === chassisIsMac)
    const address = chassisKind === chassisIsAddress ? addressOfId(chassis) : null
    const name = text(cells.name.get(key))
    const words = chassisMac ?? address ?? wordsOf(chassis)
    if (words === null && name === null) continue
    const localPort = parts.length >= 3 ? (parts.at(-2) ?? 0) : 0
    const ifIndex = ifIndexOfRow(parts) ?? ifIndexOfPort(localPort)
    found.push({
      protocol: 'lldp',
      ifIndex,
      localPort: interfaces.find((one) => one.index === ifIndex)?.name ?? (localPort > 0 ? String(localPort) : null),
      mac: chassisMac ?? macOf(port, portKind === portIsMac),
      chassis: words,
      port: macOf(port, portKind === portIsMac) ?? wordsOf(port) ?? text(cells.portDescription.get(key)),
      name,
      platform: text(cells.platform.get(key)),
      addresses: [...new Set([...(address === null ? [] : [address]), ...(addresses.get(key) ?? [])])],
    })
  }
  return found
}

/** Six octets are a MAC only where the kind says so; text of one ("20-4C-9E-..") is one anywhere. */
function macOf(value: SnmpValue | undefined, isMac: boolean): string | null {
  return isMac || !Buffer.isBuffer(value) || value.length !== 6 ? mac(value) : null
}

// IANA address family in the first octet: 1 IPv4, 2 IPv6.
const addressOfId = (value: SnmpValue | undefined) =>
  Buffer.isBuffer(value) && value.length > 4 && value.length !== 16 ? ip(value.subarray(1)) : ip(value)

/** Text of an id, or its octets in hexadecimal where they are no text. */
function wordsOf(value: SnmpValue | undefined): string | null {
  if (!Buffer.isBuffer(value)) return text(value)
  if (value.every((octet) => octet === 0)) return null
  const isText = !value.some((octet, at) => octet < 0x20 && !value.subarray(at).every((rest) => rest === 0))
  return isText ? text(value) : value.subarray(0, 64).toString('hex')
}

function managementAddresses(rows: Rows): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const index of rows.column(managed).keys()) {
    const parts = partsOf(index)
    const address = addressOfParts(parts.slice(3))
    if (address === null) continue
    const key = parts.slice(0, 3).join('.')
    found.set(key, [...(found.get(key) ?? []), address].slice(0, 16))
  }
  return found
}

/** Interface of a local port: by what the own port table calls it, else the bridge port, else the index. */
function portResolver(rows: Rows, interfaces: readonly InterfaceFact[]): (port: number) => number | null {
  const [ids, descriptions] = [rows.column(`${local}.3`), rows.column(`${local}.4`)]
  const ports = basePorts(rows)
  const byIndex = new Map(interfaces.map((one) => [one.index, one]))
  const byName = uniquely(interfaces, (one) => one.name)
  const byMac = uniquely(interfaces, (one) => one.mac)
  return (port) => {
    if (port <= 0) return null
    const [id, description] = [ids.get(String(port)), descriptions.get(String(port))]
    const names = [text(id), text(description)].filter((one) => one !== null)
    const idMac = mac(id)
    const same = byIndex.get(port)
    if (same && (names.includes(same.name) || names.includes(String(port)) || (idMac !== null && same.mac === idMac)))
      return port
    const named = names.map((one) => byName.get(one)).find((one) => one !== undefined)
    const known = named ?? (idMac === null ? undefined : byMac.get(idMac)) ?? ports.get(port) ?? same?.index
    return known ?? null
  }
}

/** Interface index by a property, where exactly one interface has it. */
function uniquely(interfaces: readonly InterfaceFact[], of: (one: InterfaceFact) => string | null) {
  const found = new Map<string, number | undefined>()
  for (const one of interfaces) {
    const key = of(one)
    if (key !== null) found.set(key, found.has(key) ? undefined : one.index)
  }
  return found
}
