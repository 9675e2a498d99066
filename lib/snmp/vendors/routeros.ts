import type { DeviceFacts, NeighbourFact } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import { forwardingFacts } from '../standard/bridge'
import { ifIndexOf, ip, lastPart, mac, text } from '../standard/decode'
import { chassisFacts, entityTables } from '../standard/entity'
import { lldpNeighbours } from '../standard/lldp'
import { descriptionOf, isBelow, objectIdOf } from '../standard/system'
import type { Vendor } from '../vendor'
import { sixtyLinks } from './routeros-sixty'
import {
  routerosRadios,
  routerosStationCount,
  routerosStations,
  wirelessScalars,
  wirelessTables,
} from './routeros-wireless'

const mikrotik = '1.3.6.1.4.1.14988'
const version = `${mikrotik}.1.1.4.4.0`
const serial = `${mikrotik}.1.1.7.3.0`
const board = `${mikrotik}.1.1.7.9.0`
const neighbour = `${mikrotik}.1.1.11.1.1` // mtxrNeighbor.N
const mndp = {
  ip: `${neighbour}.2`,
  mac: `${neighbour}.3`,
  version: `${neighbour}.4`,
  platform: `${neighbour}.5`,
  identity: `${neighbour}.6`,
  ifIndex: `${neighbour}.8`,
} as const

/** MikroTik RouterOS 6 and 7. */
export const routeros: Vendor = {
  os: 'routeros',
  vendor: 'MikroTik',
  signs: [version],
  recognises(rows) {
    if (text(rows.scalar(version)) !== null) return 0.98
    // SwOS stands at 14988.2.
    if (isBelow(objectIdOf(rows), `${mikrotik}.1`)) return 0.9
    return /^RouterOS\b/.test(descriptionOf(rows)) ? 0.8 : 0
  },
  plan: {
    scalars: [version, serial, board, ...wirelessScalars],
    tables: [...Object.values(mndp), ...wirelessTables, ...entityTables],
  },
  facts(rows, standard) {
    const radios = routerosRadios(rows)
    const stations = routerosStations(rows)
    const model = modelOf(rows)
    return {
      ...standard,
      vendor: 'MikroTik',
      os: 'routeros',
      model,
      firmware: text(rows.scalar(version), 64),
      serial: text(rows.scalar(serial), 64),
      role: roleOf(model, radios, stations.length),
      radios,
      stations,
      stationCount: routerosStationCount(rows),
      links: sixtyLinks(rows),
      neighbours: neighboursOf(rows, standard),
      forwarding: forwardingOf(rows, standard),
    }
  },
}

/** By sysDescr; where somebody wrote something else into it, by the board name. */
function modelOf(rows: Rows): string | null {
  const described = /^RouterOS\s+(.+)$/.exec(descriptionOf(rows))?.[1]
  return described ?? text(rows.scalar(board), 128) ?? chassisFacts(rows).model
}

function roleOf(model: string | null, radios: DeviceFacts['radios'], stations: number): DeviceFacts['role'] {
  const has = (mode: 'ap' | 'station' | 'ptp') => radios.some((one) => one.mode === mode)
  if (has('ptp')) return 'backhaul'
  if (has('ap') || stations > 0) return 'ap'
  if (has('station')) return 'cpe'
  return model !== null && /^CRS/.test(model) ? 'switch' : 'router'
}

/** The table without VLANs counts in interface indexes, the one with VLANs in bridge ports (seen with 6.44). */
function forwardingOf(rows: Rows, { interfaces }: DeviceFacts): DeviceFacts['forwarding'] {
  const indexes = new Set(interfaces.map((one) => one.index))
  return forwardingFacts(rows, (port) => (indexes.has(port) ? port : null))
}

/**
 * LLDP and MNDP share their rows: where LLDP does not know its port (index .N, or local port 0), the row of MNDP of the
 * same number does. What MNDP knows of its own, with address and identity, is told beside it.
 */
function neighboursOf(rows: Rows, standard: DeviceFacts): NeighbourFact[] {
  const ifIndexes = rows.column(mndp.ifIndex)
  const byLldp = lldpNeighbours(rows, standard.interfaces, (parts) => {
    const hasPort = parts.length >= 3 && (parts.at(-2) ?? 0) > 0
    return hasPort ? null : ifIndexOf(ifIndexes.get(String(parts.at(-1))))
  })
  return [...byLldp, ...standard.neighbours.filter((one) => one.protocol !== 'lldp'), ...mndpNeighbours(rows, standard)]
}

function mndpNeighbours(rows: Rows, standard: DeviceFacts): NeighbourFact[] {
  const names = new Map(standard.interfaces.map((one) => [one.index, one.name]))
  const found: NeighbourFact[] = []
  for (const key of new Set([...rows.column(mndp.mac).keys(), ...rows.column(mndp.ip).keys()])) {
    const address = ip(rows.column(mndp.ip).get(key))
    const chassis = mac(rows.column(mndp.mac).get(key))
    if (lastPart(key) === null || (address === null && chassis === null)) continue
    const ifIndex = ifIndexOf(rows.column(mndp.ifIndex).get(key))
    const words = [text(rows.column(mndp.platform).get(key)), text(rows.column(mndp.version).get(key))]
    found.push({
      protocol: 'mndp',
      ifIndex,
      localPort: ifIndex === null ? null : (names.get(ifIndex) ?? String(ifIndex)),
      mac: chassis,
      chassis,
      port: null,
      name: text(rows.column(mndp.identity).get(key)),
      platform: words.filter((one) => one !== null).join(' ') || null,
      addresses: address === null ? [] : [address],
    })
  }
  return found
}
