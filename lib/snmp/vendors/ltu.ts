import type { DeviceFacts, StationFact } from '@/lib/domain/device-facts'
import type { Role } from '@/lib/domain/status'
import type { Rows } from '../rows'
import { dbm, ip, mac, macOfParts, partsOf, text, whole, within } from '../standard/decode'
import type { Vendor } from '../vendor'
import {
  columnsOf,
  farEnd,
  interfaceNamed,
  megahertz,
  metres,
  noRadio,
  noStation,
  rate,
  strongest,
  tableOf,
  withOwn,
} from './cells'

// UBNT-AFLTU-MIB. Columns 11, 13, 24 and 25 are in no recording.
const ltuRoot = '1.3.6.1.4.1.41112.1.10.1'
const scalar = {
  role: `${ltuRoot}.2.1.0`, // ap(0), cpe(1)
  frequency: `${ltuRoot}.2.2.0`,
  ssid: `${ltuRoot}.2.5.0`,
  mac: `${ltuRoot}.3.1.0`,
  model: `${ltuRoot}.3.2.0`,
  name: `${ltuRoot}.3.3.0`,
  firmware: `${ltuRoot}.3.4.0`,
}
const stationEntry = `${ltuRoot}.4.1` // 3, 4 kbit/s, 5, 6 dBm, 11 MAC, 13 name, 23 m (the MIB says km), 24 s, 25 IP
const stationColumns = [3, 4, 5, 6, 11, 13, 23, 24, 25]
const signs = [scalar.model, scalar.firmware]

/** LTU, and airFiber of the second kind (AF5XHD) that speaks the same: by sysObjectID it is plain net-snmp. */
export const ltu: Vendor = {
  os: 'ltu',
  vendor: 'Ubiquiti',
  signs,
  recognises: (rows) => (signs.some((oid) => rows.scalar(oid) !== undefined) ? 0.97 : 0),
  plan: { scalars: Object.values(scalar), tables: columnsOf(stationEntry, stationColumns) },
  facts: ltuFacts,
}

function ltuFacts(rows: Rows, standard: DeviceFacts): DeviceFacts {
  const ifIndex = interfaceNamed(standard.interfaces, /^ath\d+$/)
  const registered = stationFacts(rows, ifIndex)
  const model = text(rows.scalar(scalar.model))
  const isStation = whole(rows.scalar(scalar.role)) === 1
  const isPair = /^(airfiber|af-?\d)/i.test(model ?? '')
  const [first] = registered
  return {
    ...standard,
    ...withOwn(standard, { macs: [mac(rows.scalar(scalar.mac))] }),
    vendor: 'Ubiquiti',
    os: 'ltu',
    model,
    firmware: text(rows.scalar(scalar.firmware)),
    role: roleOf(isPair, whole(rows.scalar(scalar.role))),
    system: { ...standard.system, name: standard.system.name ?? text(rows.scalar(scalar.name)) },
    radios: [
      {
        ...noRadio,
        ifIndex,
        mode: isPair ? 'ptp' : isStation ? 'station' : whole(rows.scalar(scalar.role)) === 0 ? 'ap' : null,
        ssid: text(rows.scalar(scalar.ssid), 64),
        frequencyMhz: megahertz(rows.scalar(scalar.frequency)),
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
    mac: mac(table.cell(11, index)) ?? macOfParts(partsOf(index).slice(-6)),
    ip: ip(table.cell(25, index)),
    name: text(table.cell(13, index)),
    ifIndex,
    signalDbm: strongest(dbm(table.cell(5, index)), dbm(table.cell(6, index))),
    distanceM: metres(table.cell(23, index)),
    uptimeSeconds: within(whole(table.cell(24, index)), 0, 0xff_ff_ff_ff),
    txBps: rate(table.cell(3, index), 1000),
    rxBps: rate(table.cell(4, index), 1000),
  }))
}
