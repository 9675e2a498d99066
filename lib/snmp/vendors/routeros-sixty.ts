import type { LinkFact, RadioFact, StationFact } from '@/lib/domain/device-facts'
import type { Rows, SnmpValue } from '../rows'
import { dbm, decimal, ifIndexOf, lastPart, mac, text, whole, within } from '../standard/decode'
import { nobody, table } from './routeros-rows'

const radio = '1.3.6.1.4.1.14988.1.1.1.8.1' // mtxrWl60G.IFINDEX
const station = '1.3.6.1.4.1.14988.1.1.1.9.1' // mtxrWl60GSta.IFINDEX

/** Radios of 60 GHz and their stations. */
export const sixtyTables: readonly string[] = [
  ...[2, 3, 4, 5, 6, 12, 13].map((number) => `${radio}.${number}`),
  ...[2, 3, 8, 9, 10].map((number) => `${station}.${number}`),
]

// mtxrWl60GMode: ap-bridge 0, station-bridge 1, sniff 2, bridge 3 (one far end).
const sixtyModes: Record<number, RadioFact['mode']> = { 0: 'ap', 1: 'station', 3: 'ptp' }

/** Own radios of 60 GHz. */
export function sixtyRadios(rows: Rows): RadioFact[] {
  const { cell, keys } = table(rows, radio)
  return [...keys(2, 4, 5)].map((key) => {
    const mode = sixtyModes[whole(cell(2, key)) ?? -1] ?? null
    return {
      ifIndex: ifIndexOf(lastPart(key)),
      mode,
      ssid: text(cell(3, key), 64),
      frequencyMhz: within(whole(cell(6, key)), 1, 200_000),
      apMac: mode === 'station' ? mac(cell(5, key)) : null,
      signalDbm: dbm(cell(12, key)),
      noiseDbm: null,
    }
  })
}

/** Far ends of 60 GHz radios that have one: everything but an access point. */
export function sixtyLinks(rows: Rows): LinkFact[] {
  const { cell, keys } = table(rows, radio)
  const distances = rows.column(`${station}.10`)
  const found: LinkFact[] = []
  for (const key of keys(4, 5)) {
    const remoteMac = mac(cell(5, key))
    const connected = whole(cell(4, key))
    if (remoteMac === null || sixtyModes[whole(cell(2, key)) ?? -1] === 'ap') continue
    found.push({
      ifIndex: ifIndexOf(lastPart(key)),
      remoteMac,
      remoteIp: null,
      remoteName: null,
      up: connected === null ? null : connected === 1,
      signalDbm: dbm(cell(12, key)),
      capacityBps: bitsOfMega(cell(13, key)),
      distanceM: distances.size === 1 ? metresOfCentimetres([...distances.values()][0]) : null,
    })
  }
  return found
}

/** Stations of an access point of 60 GHz, and the far end of a bridge. */
export function sixtyStations(rows: Rows): StationFact[] {
  const { cell, keys } = table(rows, station)
  const above = new Set(sixtyRadios(rows).map((one) => one.apMac))
  const found: StationFact[] = []
  for (const key of keys(2, 3)) {
    const address = mac(cell(3, key))
    // Not connected: a row stays behind. The access point of a station is not its station.
    if (address === null || above.has(address) || whole(cell(2, key)) === 0) continue
    found.push({
      ...nobody,
      mac: address,
      ifIndex: ifIndexOf(lastPart(key)),
      signalDbm: dbm(cell(9, key)),
      distanceM: metresOfCentimetres(cell(10, key)),
      txBps: bitsOfMega(cell(8, key)),
    })
  }
  return found
}

const bitsOfMega = (value: SnmpValue | undefined) => {
  const mega = decimal(value)
  return mega === null || mega <= 0 ? null : Math.round(mega * 1_000_000)
}

// The MIB names no unit. 18545 at -54 dBm cannot be metres at 60 GHz, nor 1268 of a radio that reaches 200 m.
const metresOfCentimetres = (value: SnmpValue | undefined) => {
  const centimetres = whole(value)
  return centimetres === null || centimetres <= 0 ? null : Math.round(centimetres / 100)
}
