import type { DeviceFacts, RadioFact, StationFact } from '@/lib/domain/device-facts'
import type { Role } from '@/lib/domain/status'
import type { Rows, SnmpValue } from '../rows'
import { dbm, ifIndexOf, ip, mac, macOfParts, partsOf, secondsOfTicks, text, whole } from '../standard/decode'
import { isBelow, objectIdOf } from '../standard/system'
import type { Vendor } from '../vendor'
import {
  columnsOf,
  countOf,
  interfaceNamed,
  megahertz,
  metres,
  noRadio,
  noStation,
  rate,
  tableOf,
  withOwn,
} from './cells'

// UBNT-AirMAX-MIB
const airmax = '1.3.6.1.4.1.41112.1.4'
const radioEntry = `${airmax}.1.1` // 1 ifIndex, 2 mode, 4 frequency
const wirelessEntry = `${airmax}.5.1` // 2 SSID, 4 MAC of the AP, 5 signal, 8 noise, 15 stations
const stationEntry = `${airmax}.7.1` // 2 name, 3 signal, 4 noise, 5 m, 10 last address, 11 and 12 rates, 15 connected
// dot11ResourceInfo of IEEE802dot11-MIB: 3 product, 4 version; by ifIndex
const resourceEntry = '1.2.840.10036.3.1.2.1'
const radioColumns = [1, 2, 4]
const wirelessColumns = [2, 4, 5, 8, 15]
const stationColumns = [1, 2, 3, 4, 5, 10, 11, 12, 15]
const signs = [`${radioEntry}.4.1`, `${wirelessEntry}.15.1`]

/** airOS of airMAX M and AC: access points, and stations that name their access point. */
export const airos: Vendor = {
  os: 'airos',
  vendor: 'Ubiquiti',
  signs,
  recognises(rows) {
    if (signs.some((oid) => rows.scalar(oid) !== undefined)) return 0.95
    const objectId = objectIdOf(rows)
    if (isBelow(objectId, airmax)) return 0.9
    // Every Ubiquiti radio of old says this one.
    return isBelow(objectId, '1.3.6.1.4.1.10002.1') ? 0.5 : 0
  },
  plan: {
    scalars: signs,
    tables: [
      ...columnsOf(resourceEntry, [3, 4]),
      ...columnsOf(radioEntry, radioColumns),
      ...columnsOf(wirelessEntry, wirelessColumns),
      ...columnsOf(stationEntry, stationColumns),
    ],
  },
  facts: airosFacts,
}

function airosFacts(rows: Rows, standard: DeviceFacts): DeviceFacts {
  const registered = stationFacts(rows)
  const radios = radioFacts(rows, standard, registered)
  const model = firstText(rows, `${resourceEntry}.3`)
  const serves = [...radios].filter(([, radio]) => radio.mode !== 'station')
  const served = new Set(serves.map(([index]) => index))
  const wireless = tableOf(rows, wirelessEntry, [4, 15])
  const reported = serves.map(([index]) => countOf(wireless.cell(15, index))).filter((count) => count !== null)
  const modes = tableOf(rows, radioEntry, [2])
  // A repeater (3) may name the access point that it repeats.
  const isOwn = ([index, radio]: [string, RadioFact]) => radio.mode === 'ap' && whole(modes.cell(2, index)) !== 3
  return {
    ...standard,
    ...withOwn(standard, { macs: serves.filter(isOwn).map(([index]) => mac(wireless.cell(4, index))) }),
    vendor: 'Ubiquiti',
    os: 'airos',
    model,
    firmware: firstText(rows, `${resourceEntry}.4`),
    role: roleOf([...radios.values()], model),
    radios: [...radios.values()],
    // A station lists its access point in the same table: that is not behind it.
    stations: registered
      .filter(({ radio }) => served.has(radio) || !radios.has(radio))
      .map(({ radio, fact }) => ({ ...fact, ifIndex: radios.get(radio)?.ifIndex ?? null })),
    stationCount: reported.length === 0 ? null : reported.reduce((sum, count) => sum + count, 0),
  }
}

type Registered = { radio: string; fact: StationFact }

function radioFacts(
  rows: Rows,
  standard: DeviceFacts,
  registered: readonly Registered[],
): ReadonlyMap<string, RadioFact> {
  const radio = tableOf(rows, radioEntry, radioColumns)
  const wireless = tableOf(rows, wirelessEntry, wirelessColumns)
  const own = new Set(standard.macs)
  const found = new Map<string, RadioFact>()
  for (const index of new Set([...radio.indexes, ...wireless.indexes])) {
    const behind = registered.filter((one) => one.radio === index)
    const heardMac = mac(wireless.cell(4, index))
    const mode = modeOf(radio.cell(2, index), heardMac === null ? null : own.has(heardMac), behind.length)
    const remote = heardMac !== null && !own.has(heardMac) ? heardMac : null
    found.set(index, {
      ...noRadio,
      ifIndex: ifIndexOf(radio.cell(1, index)) ?? interfaceNamed(standard.interfaces, athName(index)),
      mode,
      ssid: text(wireless.cell(2, index), 64),
      frequencyMhz: megahertz(radio.cell(4, index)),
      apMac: mode === 'station' ? (remote ?? (behind.length === 1 ? (behind[0]?.fact.mac ?? null) : null)) : null,
      signalDbm: dbm(wireless.cell(5, index)),
      noiseDbm: dbm(wireless.cell(8, index)),
    })
  }
  return found
}

const athName = (index: string) => (/^[1-9]$/.test(index) ? new RegExp(`^ath${Number(index) - 1}$`) : /^ath\d+$/)

/** sta(1), ap(2), aprepeater(3), apwds(4); where it is not said, by whose MAC the access point's is. */
function modeOf(value: SnmpValue | undefined, isOwn: boolean | null, stations: number): RadioFact['mode'] {
  const mode = whole(value)
  if (mode === 1) return 'station'
  if (mode !== null && mode >= 2 && mode <= 4) return 'ap'
  if (isOwn !== null) return isOwn ? 'ap' : 'station'
  return stations > 1 ? 'ap' : null
}

function stationFacts(rows: Rows): Registered[] {
  const table = tableOf(rows, stationEntry, stationColumns)
  const found: Registered[] = []
  for (const index of table.indexes) {
    const parts = partsOf(index)
    const signalDbm = dbm(table.cell(3, index))
    const noiseDbm = dbm(table.cell(4, index))
    const fact: StationFact = {
      ...noStation,
      mac: mac(table.cell(1, index)) ?? macOfParts(parts.slice(-6)),
      ip: ip(table.cell(10, index)),
      name: text(table.cell(2, index)),
      signalDbm,
      snrDb: signalDbm !== null && noiseDbm !== null ? signalDbm - noiseDbm : null,
      distanceM: metres(table.cell(5, index)),
      uptimeSeconds: secondsOfTicks(table.cell(15, index)),
      txBps: airRate(table.cell(11, index)),
      rxBps: airRate(table.cell(12, index)),
    }
    if (fact.mac !== null || fact.ip !== null || fact.name !== null) {
      found.push({ radio: parts.slice(0, -6).join('.'), fact })
    }
  }
  return found
}

/** Rates are kbit/s up to 7.x and bit/s from 8.x: nothing on the air is slower than 1 Mbit/s or faster than 1 Gbit/s. */
function airRate(value: SnmpValue | undefined): number | null {
  const found = whole(value)
  return found === null ? null : rate(value, found < 1_000_000 ? 1000 : 1)
}

function firstText(rows: Rows, column: string): string | null {
  for (const value of rows.column(column).values()) {
    const words = text(value)
    if (words !== null) return words
  }
  return null
}

/** What it does; where that is not said, what it is sold for. */
function roleOf(radios: readonly RadioFact[], model: string | null): Role | null {
  if (radios.some((radio) => radio.mode === 'ap')) return 'ap'
  if (radios.some((radio) => radio.mode === 'station')) return 'cpe'
  if (model === null) return null
  if (/litebeam|nanobeam|powerbeam|loco|airgrid|nanobridge|isostation/i.test(model) && !/\bAP\b|120/.test(model)) {
    return 'cpe'
  }
  return /\bAP\b|rocket|prism/i.test(model) ? 'ap' : null
}
