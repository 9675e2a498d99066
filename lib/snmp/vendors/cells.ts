import type { DeviceFacts, InterfaceFact, LinkFact, RadioFact, StationFact } from '@/lib/domain/device-facts'
import type { Rows, SnmpValue } from '../rows'
import { whole, within } from '../standard/decode'

/** A table of one vendor: its indexes in the order of the device, and its cells by column number. */
export type Table = { indexes: string[]; cell(column: number, index: string): SnmpValue | undefined }

/** A table by its entry and the columns that are read. A row is whatever any of the columns names. */
export function tableOf(rows: Rows, entry: string, columns: readonly number[]): Table {
  const cells = new Map(columns.map((column) => [column, rows.column(`${entry}.${column}`)]))
  const indexes = new Set([...cells.values()].flatMap((column) => [...column.keys()]))
  return { indexes: [...indexes], cell: (column, index) => cells.get(column)?.get(index) }
}

/** Object ids of columns, as a plan names them. */
export const columnsOf = (entry: string, columns: readonly number[]): string[] =>
  columns.map((column) => `${entry}.${column}`)

/** An object that is a scalar on some firmware and a table of one row on others. */
export function only(rows: Rows, oid: string): SnmpValue | undefined {
  const [first] = rows.column(oid).values()
  return rows.scalar(`${oid}.0`) ?? first
}

/** The strongest of what the chains of a radio hear, dBm. */
export function strongest(...signals: readonly (number | null)[]): number | null {
  const heard = signals.filter((signal) => signal !== null)
  return heard.length === 0 ? null : Math.max(...heard)
}

/** The narrower direction of a link, bit/s. */
export function narrower(...rates: readonly (number | null)[]): number | null {
  const known = rates.filter((rate) => rate !== null)
  return known.length === 0 ? null : Math.min(...known)
}

/** bit/s of a rate in some unit; null where it is not above zero. */
export function rate(value: SnmpValue | undefined, unitBps: number): number | null {
  const found = whole(value)
  return found !== null && found > 0 && found * unitBps <= Number.MAX_SAFE_INTEGER ? found * unitBps : null
}

/** How many stations a device says it has; no radio serves more than some thousands. */
export const countOf = (value: SnmpValue | undefined): number | null => within(whole(value), 0, 65_535)

/** Metres, where it is a distance that radio reaches. */
export function metres(value: SnmpValue | undefined): number | null {
  const found = whole(value)
  return found !== null && found > 0 && found < 1_000_000 ? found : null
}

/** MHz of a frequency in MHz or kHz. */
export function megahertz(value: SnmpValue | undefined): number | null {
  const found = whole(value)
  if (found === null) return null
  const mhz = found > 300_000 ? Math.round(found / 1000) : found
  return mhz >= 100 && mhz <= 300_000 ? mhz : null
}

/** The first interface with such a name. */
export const interfaceNamed = (interfaces: readonly InterfaceFact[], name: RegExp): number | null =>
  interfaces.find((one) => name.test(one.name))?.index ?? null

/** Own MACs and addresses with more of them; nothing twice. */
export function withOwn(
  standard: Pick<DeviceFacts, 'macs' | 'addresses'>,
  more: { macs?: readonly (string | null)[]; addresses?: readonly (string | null)[] },
): Pick<DeviceFacts, 'macs' | 'addresses'> {
  const union = (own: readonly string[], others: readonly (string | null)[] = []) => [
    ...new Set([...own, ...others.filter((one) => one !== null)]),
  ]
  return { macs: union(standard.macs, more.macs), addresses: union(standard.addresses, more.addresses) }
}

/** The far end of a point-to-point link, of the only row of its registration table. */
export const farEnd = (station: StationFact): LinkFact => ({
  ifIndex: station.ifIndex,
  remoteMac: station.mac,
  remoteIp: station.ip,
  remoteName: station.name,
  up: true,
  signalDbm: station.signalDbm,
  capacityBps: narrower(station.txBps, station.rxBps),
  distanceM: station.distanceM,
})

/** A radio of which nothing is known. */
export const noRadio: RadioFact = {
  ifIndex: null,
  mode: null,
  ssid: null,
  frequencyMhz: null,
  apMac: null,
  signalDbm: null,
  noiseDbm: null,
}

/** A row of a registration table of which nothing is known. */
export const noStation: StationFact = {
  mac: null,
  ip: null,
  name: null,
  ifIndex: null,
  signalDbm: null,
  snrDb: null,
  distanceM: null,
  uptimeSeconds: null,
  txBps: null,
  rxBps: null,
}

/** A link of which nothing is known. */
export const noLink: LinkFact = {
  ifIndex: null,
  remoteMac: null,
  remoteIp: null,
  remoteName: null,
  up: null,
  signalDbm: null,
  capacityBps: null,
  distanceM: null,
}
