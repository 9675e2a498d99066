import type { RadioFact, StationFact } from '@/lib/domain/device-facts'
import type { Rows, SnmpValue } from '../rows'
import {
  dbm,
  ifIndexOf,
  lastPart,
  mac,
  macOfParts,
  partsOf,
  secondsOfTicks,
  text,
  whole,
  within,
} from '../standard/decode'
import { nobody, table } from './routeros-rows'
import { sixtyRadios, sixtyStations, sixtyTables } from './routeros-sixty'

const wireless = '1.3.6.1.4.1.14988.1.1.1'
const station = `${wireless}.1.1` // mtxrWlStat.IFINDEX: our radio hangs on an AP
const registration = `${wireless}.2.1` // mtxrWlRtab.MAC.IFINDEX
const ap = `${wireless}.3.1` // mtxrWlAp.IFINDEX
const capsman = `${wireless}.5.1` // mtxrWlCMRtab.MAC.IFINDEX
// The `wifi` package of RouterOS 7.13 and later; in no recording: the numbers are those of the MIB.
const wifi = '1.3.6.1.4.1.14988.1.1.21.4.1'

const registrations = `${wireless}.4.0`
const capsmanRegistrations = `${wireless}.6.0`

/** How many are registered, as the device says. */
export const wirelessScalars: readonly string[] = [registrations, capsmanRegistrations]

/** Registrations of all four kinds of radio, and the radios. Counters of octets and packets are left out. */
export const wirelessTables: readonly string[] = [
  ...[4, 5, 6, 7].map((number) => `${station}.${number}`),
  ...[1, 3, 8, 9, 11, 12, 20].map((number) => `${registration}.${number}`),
  ...[4, 6, 7, 9].map((number) => `${ap}.${number}`),
  ...[1, 3, 8, 9, 11].map((number) => `${capsman}.${number}`),
  ...sixtyTables,
  ...[1, 2, 4, 6].map((number) => `${wifi}.${number}`),
]

/** Own radios: access points, clients of one, and 60 GHz. */
export function routerosRadios(rows: Rows): RadioFact[] {
  return [...apRadios(rows), ...stationRadios(rows), ...sixtyRadios(rows)]
}

function apRadios(rows: Rows): RadioFact[] {
  const { cell, keys } = table(rows, ap)
  return [...keys(4, 6, 7)].map((key) => ({
    ifIndex: ifIndexOf(lastPart(key)),
    mode: 'ap',
    ssid: text(cell(4, key), 64),
    frequencyMhz: within(whole(cell(7, key)), 1, 200_000),
    apMac: null,
    signalDbm: null,
    noiseDbm: noise(cell(9, key)),
  }))
}

function stationRadios(rows: Rows): RadioFact[] {
  const { cell, keys } = table(rows, station)
  return [...keys(4, 5, 6)].map((key) => ({
    ifIndex: ifIndexOf(lastPart(key)),
    mode: 'station',
    ssid: text(cell(5, key), 64),
    frequencyMhz: within(whole(cell(7, key)), 1, 200_000),
    apMac: mac(cell(6, key)),
    signalDbm: dbm(cell(4, key)),
    noiseDbm: null,
  }))
}

/** Whoever is registered: legacy wireless, CAPsMAN, `wifi`, 60 GHz. One that is in two tables is told once. */
export function routerosStations(rows: Rows): StationFact[] {
  const all = [...legacyStations(rows), ...capsmanStations(rows), ...wifiStations(rows), ...sixtyStations(rows)]
  const seen = new Set<string>()
  return all.filter(({ mac: address, ifIndex }) => {
    const key = `${address} ${ifIndex}`
    return address === null || (!seen.has(key) && seen.add(key))
  })
}

/** MAC and interface of an index MAC(6).IFINDEX; some agents put a length before the MAC. */
function registered(key: string): { mac: string | null; ifIndex: number | null } {
  const parts = partsOf(key)
  if (parts.length === 8 && parts[0] === 6) parts.shift()
  return { mac: macOfParts(parts.slice(0, 6)), ifIndex: parts.length === 7 ? ifIndexOf(parts[6]) : null }
}

function legacyStations(rows: Rows): StationFact[] {
  const { cell, keys } = table(rows, registration)
  return [...keys(1, 3)].map((key) => {
    const index = registered(key)
    return {
      ...nobody,
      ifIndex: index.ifIndex,
      mac: mac(cell(1, key)) ?? index.mac,
      name: text(cell(20, key)),
      signalDbm: dbm(cell(3, key)),
      snrDb: within(whole(cell(12, key)), 1, 120),
      uptimeSeconds: secondsOfTicks(cell(11, key)),
      txBps: whole(cell(8, key)),
      rxBps: whole(cell(9, key)),
    }
  })
}

function capsmanStations(rows: Rows): StationFact[] {
  const { cell, keys } = table(rows, capsman)
  return [...keys(1, 3, 11)].map((key) => {
    const index = registered(key)
    return {
      ...nobody,
      ifIndex: index.ifIndex,
      mac: mac(cell(1, key)) ?? index.mac,
      signalDbm: dbm(cell(11, key)),
      uptimeSeconds: secondsOfTicks(cell(3, key)),
      txBps: whole(cell(8, key)),
      rxBps: whole(cell(9, key)),
    }
  })
}

function wifiStations(rows: Rows): StationFact[] {
  const { cell, keys } = table(rows, wifi)
  return [...keys(1, 2, 6)].map((key) => {
    const index = registered(key)
    return {
      ...nobody,
      ifIndex: ifIndexOf(cell(2, key)) ?? index.ifIndex,
      mac: mac(cell(1, key)) ?? index.mac,
      signalDbm: dbm(cell(6, key)),
      uptimeSeconds: secondsOfTicks(cell(4, key)),
    }
  })
}

/** How many are registered as the device says: over its access points where it lists them, else in all. */
export function routerosStationCount(rows: Rows): number | null {
  const perAp = [...rows.column(`${ap}.6`).values()].map((value) => whole(value) ?? 0)
  const own = perAp.length > 0 ? perAp.reduce((sum, one) => sum + one, 0) : whole(rows.scalar(registrations))
  const managed = whole(rows.scalar(capsmanRegistrations))
  return own === null && managed === null ? null : (own ?? 0) + (managed ?? 0)
}

const noise = (value: SnmpValue | undefined) => within(whole(value), -130, -30)
