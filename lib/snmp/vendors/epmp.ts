import type { DeviceFacts, RadioFact, StationFact } from '@/lib/domain/device-facts'
import type { Rows, SnmpValue } from '../rows'
import { dbm, decimal, ip, mac, text, whole, within } from '../standard/decode'
import { isBelow, objectIdOf } from '../standard/system'
import type { Vendor } from '../vendor'
import { columnsOf, countOf, interfaceNamed, megahertz, metres, noRadio, noStation, tableOf, withOwn } from './cells'

// CAMBIUM-PMP80211-MIB. The side of the subscriber module is in no recording.
const epmpRoot = '1.3.6.1.4.1.17713.21'
const scalar = {
  ssid: `${epmpRoot}.1.1.11.0`,
  name: `${epmpRoot}.1.1.13.0`,
  lanMac: `${epmpRoot}.1.1.15.0`,
  firmware: `${epmpRoot}.1.1.17.0`,
  serial: `${epmpRoot}.1.1.31.0`,
  frequency: `${epmpRoot}.1.2.1.0`,
  signal: `${epmpRoot}.1.2.3.0`, // of a subscriber; an access point says 0
  apSsid: `${epmpRoot}.1.2.8.0`,
  stations: `${epmpRoot}.1.2.10.0`,
  apMac: `${epmpRoot}.1.2.19.0`, // text; an access point says "Not Associated"
  mode: `${epmpRoot}.3.8.2.1.0`, // 1 access point, 2 subscriber module
}
// 1 MAC as text, 4 dBm and 6 SNR as the access point hears it, 10 IP, 18 name, 27 session, 28 Mbit/s down, 29 m.
// A row's number changes from walk to walk.
const stationEntry = `${epmpRoot}.1.2.30.1`
const stationColumns = [1, 4, 6, 10, 18, 27, 28, 29]

/** Cambium ePMP: access points and subscriber modules. */
export const epmp: Vendor = {
  os: 'epmp',
  vendor: 'Cambium',
  signs: [scalar.firmware, scalar.mode],
  recognises(rows) {
    if (rows.scalar(scalar.firmware) !== undefined || rows.scalar(scalar.mode) !== undefined) return 0.95
    return isBelow(objectIdOf(rows), epmpRoot) ? 0.9 : 0
  },
  plan: { scalars: Object.values(scalar), tables: columnsOf(stationEntry, stationColumns) },
  facts: epmpFacts,
}

function epmpFacts(rows: Rows, standard: DeviceFacts): DeviceFacts {
  const ifIndex = interfaceNamed(standard.interfaces, /^wlan interface/i)
  const apMac = mac(rows.scalar(scalar.apMac))
  const mode = whole(rows.scalar(scalar.mode))
  const stations = stationFacts(rows, ifIndex)
  const isSubscriber = mode === 2 || (mode !== 1 && apMac !== null && stations.length === 0)
  const isAccessPoint = !isSubscriber && (mode === 1 || stations.length > 0)
  const radio: RadioFact = {
    ...noRadio,
    ifIndex,
    mode: isSubscriber ? 'station' : isAccessPoint ? 'ap' : null,
    ssid: text(rows.scalar(isSubscriber ? scalar.apSsid : scalar.ssid), 64),
    frequencyMhz: megahertz(rows.scalar(scalar.frequency)),
    apMac: isSubscriber ? apMac : null,
    signalDbm: isSubscriber ? dbm(rows.scalar(scalar.signal)) : null,
  }
  return {
    ...standard,
    ...withOwn(standard, { macs: [mac(rows.scalar(scalar.lanMac))] }),
    vendor: 'Cambium',
    os: 'epmp',
    model: isSubscriber ? 'ePMP SM' : isAccessPoint ? 'ePMP AP' : 'ePMP',
    firmware: text(rows.scalar(scalar.firmware), 64),
    serial: text(rows.scalar(scalar.serial), 64),
    role: isSubscriber ? 'cpe' : isAccessPoint ? 'ap' : null,
    system: { ...standard.system, name: standard.system.name ?? text(rows.scalar(scalar.name)) },
    radios: [radio],
    stations: isSubscriber ? [] : stations,
    stationCount: isSubscriber ? null : countOf(rows.scalar(scalar.stations)),
  }
}

function stationFacts(rows: Rows, ifIndex: number | null): StationFact[] {
  const table = tableOf(rows, stationEntry, stationColumns)
  const found = table.indexes.map((index): StationFact => {
    const downMbps = decimal(table.cell(28, index))
    return {
      ...noStation,
      mac: mac(table.cell(1, index)),
      ip: ip(table.cell(10, index)),
      name: text(table.cell(18, index)),
      ifIndex,
      signalDbm: dbm(table.cell(4, index)),
      snrDb: within(whole(table.cell(6, index)), 0, 100),
      distanceM: metres(table.cell(29, index)),
      uptimeSeconds: secondsOfSession(table.cell(27, index)),
      txBps: downMbps !== null && downMbps > 0 && downMbps < 100_000 ? Math.round(downMbps * 1_000_000) : null,
    }
  })
  return found.filter((station) => station.mac !== null || station.ip !== null || station.name !== null)
}

/** Seconds of "2 days, 03:04:05" or "03:04:05". */
export function secondsOfSession(value: SnmpValue | undefined): number | null {
  const words = text(value, 64)
  const [, days, hours, minutes, seconds] =
    /^(?:(\d{1,5})\s*d\w*,?\s*)?(\d{1,5}):(\d{1,2}):(\d{1,2})$/i.exec(words ?? '') ?? []
  if (hours === undefined || minutes === undefined || seconds === undefined) return null
  return ((Number(days ?? 0) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)
}
