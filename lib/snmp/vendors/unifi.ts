import type { DeviceFacts, RadioFact } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import { ip, mac, text, whole } from '../standard/decode'
import { descriptionOf } from '../standard/system'
import type { Vendor } from '../vendor'
import { columnsOf, countOf, noRadio, tableOf, withOwn } from './cells'

// UBNT-UniFi-MIB. It has no table of clients: how many a network has is all it says.
const unifiRoot = '1.3.6.1.4.1.41112.1.6'
const scalar = { address: `${unifiRoot}.3.1.0`, model: `${unifiRoot}.3.3.0`, firmware: `${unifiRoot}.3.6.0` }
const networkEntry = `${unifiRoot}.1.2.1` // 2 BSSID, 4 channel, 6 SSID, 7 interface, 8 stations, 9 radio
const networkColumns = [2, 4, 6, 7, 8, 9]
const signs = [scalar.model, scalar.firmware]

/** UniFi access points: a row a network and radio. */
export const unifi: Vendor = {
  os: 'unifi',
  vendor: 'Ubiquiti',
  signs,
  recognises(rows) {
    if (signs.some((oid) => rows.scalar(oid) !== undefined)) return 0.95
    return /^(UAP|U6|U7)[- ]/.test(descriptionOf(rows)) ? 0.6 : 0
  },
  plan: { scalars: Object.values(scalar), tables: columnsOf(networkEntry, networkColumns) },
  facts: unifiFacts,
}

function unifiFacts(rows: Rows, standard: DeviceFacts): DeviceFacts {
  const table = tableOf(rows, networkEntry, networkColumns)
  const counts = table.indexes.map((index) => countOf(table.cell(8, index))).filter((count) => count !== null)
  const [, model = null, firmware = null] = /^(\S+)\s+(\d\S*)/.exec(descriptionOf(rows)) ?? []
  return {
    ...standard,
    ...withOwn(standard, {
      macs: table.indexes.map((index) => mac(table.cell(2, index))),
      addresses: [ip(rows.scalar(scalar.address))],
    }),
    vendor: 'Ubiquiti',
    os: 'unifi',
    model: text(rows.scalar(scalar.model)) ?? model,
    firmware: text(rows.scalar(scalar.firmware)) ?? firmware,
    role: 'ap',
    radios: table.indexes.map((index): RadioFact => {
      const name = text(table.cell(7, index), 32)
      return {
        ...noRadio,
        ifIndex: standard.interfaces.find((one) => one.name === name)?.index ?? null,
        mode: 'ap',
        ssid: text(table.cell(6, index), 64),
        frequencyMhz: mhzOfChannel(whole(table.cell(4, index)), text(table.cell(9, index), 8)),
      }
    }),
    stationCount: counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0),
  }
}

/** MHz of a channel of 802.11: `ng` is 2.4 GHz, `na` 5 GHz, `6e` 6 GHz. */
export function mhzOfChannel(channel: number | null, radio: string | null): number | null {
  if (channel === null || channel < 1 || channel > 233) return null
  if (radio === '6e') return 5950 + 5 * channel
  if (channel === 14) return 2484
  if (channel > 14) return 5000 + 5 * channel
  return radio === 'na' ? 5000 + 5 * channel : 2407 + 5 * channel
}
