import type { DeviceFacts, StationFact } from '@/lib/domain/device-facts'
import type { Role } from '@/lib/domain/status'
import type { Rows } from '../rows'
import { dbm, ip, mac, macOfParts, partsOf, secondsOfTicks, text, whole, within } from '../standard/decode'
import type { Vendor } from '../vendor'
import {
  columnsOf,
  farEnd,
  interfaceNamed,
  megahertz,
  metres,
  noRadio,
  noStation,
  only,
  rate,
  tableOf,
  withOwn,
} from './cells'

// UI-AF60-MIB: what the MIB calls scalars answers as rows of one, instance 1. In no recording.
const af60Root = '1.3.6.1.4.1.41112.1.11.1'
const object = {
  role: `${af60Root}.1.1`, // ap(0), cpe(1)
  frequency: `${af60Root}.1.2`,
  ssid: `${af60Root}.1.4`,
  address: `${af60Root}.1.5`,
  mac: `${af60Root}.2.1`,
  model: `${af60Root}.2.2`,
  name: `${af60Root}.2.3`,
  firmware: `${af60Root}.2.4`,
}
// 1 MAC, 3 dBm, 4 SNR, 7 and 8 kbit/s, 14 name, 15 m, 17 connected, 20 IP; by MAC and instance
const stationEntry = `${af60Root}.3.1`
const stationColumns = [1, 3, 4, 7, 8, 14, 15, 17, 20]
const signs = [`${object.role}.1`, `${object.model}.1`]

/** airFiber 60 and UISP Wave: pairs, and access points with stations, at 60 GHz. */
export const af60: Vendor = {
  os: 'af60',
  vendor: 'Ubiquiti',
  signs,
  recognises: (rows) => (signs.some((oid) => rows.scalar(oid) !== undefined) ? 0.98 : 0),
  plan: { scalars: signs, tables: [...Object.values(object), ...columnsOf(stationEntry, stationColumns)] },
  facts: af60Facts,
}

function af60Facts(rows: Rows, standard: DeviceFacts): DeviceFacts {
  const model = text(only(rows, object.model))
  const role = whole(only(rows, object.role))
  const ifIndex = interfaceNamed(standard.interfaces, /^(ath|wlan|air|main)\d*$/)
  const registered = stationFacts(rows, ifIndex)
  const isStation = role === 1
  // Wave access points serve many; what is called airFiber 60 stands in pairs.
  const isPair = /air ?fiber|^af-?60/i.test(model ?? '') && registered.length <= 1
  const [first] = registered
  return {
    ...standard,
    ...withOwn(standard, { macs: [mac(only(rows, object.mac))], addresses: [ip(only(rows, object.address))] }),
    vendor: 'Ubiquiti',
    os: 'af60',
    model,
    firmware: text(only(rows, object.firmware)),
    role: roleOf(isPair, role),
    system: { ...standard.system, name: standard.system.name ?? text(only(rows, object.name)) },
    radios: [
      {
        ...noRadio,
        ifIndex,
        mode: isPair ? 'ptp' : isStation ? 'station' : role === 0 ? 'ap' : null,
        ssid: text(only(rows, object.ssid), 64),
        frequencyMhz: megahertz(only(rows, object.frequency)),
        apMac: isStation ? (first?.mac ?? null) : null,
        signalDbm: isStation || isPair ? (first?.signalDbm ?? null) : null,
      },
    ],
    stations: isStation ? [] : registered,
    stationCount: isStation ? null : registered.length,
    links: isPair ? registered.map(farEnd) : [],
  }
}

function roleOf(isPair: boolean, role: number | null): Role | null {
  if (isPair) return 'backhaul'
  return role === 0 ? 'ap' : role === 1 ? 'cpe' : null
}

function stationFacts(rows: Rows, ifIndex: number | null): StationFact[] {
  const table = tableOf(rows, stationEntry, stationColumns)
  return table.indexes.map((index) => ({
    ...noStation,
    mac: mac(table.cell(1, index)) ?? macOfIndex(partsOf(index)),
    ip: ip(table.cell(20, index)),
    name: text(table.cell(14, index)),
    ifIndex,
    signalDbm: dbm(table.cell(3, index)),
    snrDb: within(whole(table.cell(4, index)), 0, 100),
    distanceM: metres(table.cell(15, index)),
    uptimeSeconds: secondsOfTicks(table.cell(17, index)),
    txBps: rate(table.cell(7, index), 1000),
    rxBps: rate(table.cell(8, index), 1000),
  }))
}

/** MAC(6).1, or 6.MAC(6).1 as the length of a string stands before it in an index. */
function macOfIndex(parts: readonly number[]): string | null {
  return parts.length === 8 && parts[0] === 6 ? macOfParts(parts.slice(1, 7)) : macOfParts(parts.slice(0, 6))
}
