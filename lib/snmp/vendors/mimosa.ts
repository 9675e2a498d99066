import type { DeviceFacts, LinkFact, RadioFact } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import { ownAddresses } from '../standard/addresses'
import { dbmOfTenths, ip, mac, text, whole } from '../standard/decode'
import { descriptionOf, isBelow, objectIdOf } from '../standard/system'
import type { Vendor } from '../vendor'
import { columnsOf, interfaceNamed, megahertz, noLink, noRadio, rate, tableOf, withOwn } from './cells'
import { clientFacts, clientTables, servingRadios, wireless } from './mimosa-clients'

// MIMOSA-NETWORKS-BFIVE-MIB and -PTMP-MIB; SSID, MAC, status and clients are in no recording.
const scalar = {
  name: `${wireless}.1.1.0`,
  serial: `${wireless}.1.2.0`,
  firmware: `${wireless}.1.3.0`,
  ssid: `${wireless}.3.1.0`,
  mac: `${wireless}.3.2.0`,
  status: `${wireless}.3.3.0`, // connected(1), disconnected(2)
  localAddress: `${wireless}.5.8.0`, // of the 2.4 GHz console, the same on every unit
  managementAddress: `${wireless}.9.7.1.0`,
  managementMac: `${wireless}.9.7.10.0`,
}
const chainEntry = `${wireless}.6.1.1` // 3 power and 4 noise in tenths of dBm, 6 MHz (0: not in use)
const streamEntry = `${wireless}.6.2.1` // 2 and 5 Mbit/s
const plan = {
  chain: [3, 4, 6],
  stream: [2, 5],
}
const products = '1.3.6.1.4.1.43356.1.1'
const modelOfProduct = new Map([
  [`${products}.1`, 'B5'],
  [`${products}.2`, 'B5-Lite'],
  [`${products}.3`, 'A5'],
  [`${products}.4`, 'C5'],
])

/** Mimosa: B5 pairs, A5 access points, C5 clients. */
export const mimosa: Vendor = {
  os: 'mimosa',
  vendor: 'Mimosa',
  signs: [scalar.firmware, scalar.serial],
  recognises(rows) {
    if (rows.scalar(scalar.firmware) !== undefined || rows.scalar(scalar.serial) !== undefined) return 0.95
    return isBelow(objectIdOf(rows), '1.3.6.1.4.1.43356') ? 0.9 : 0
  },
  plan: {
    scalars: Object.values(scalar),
    tables: [...columnsOf(chainEntry, plan.chain), ...columnsOf(streamEntry, plan.stream), ...clientTables],
  },
  facts: mimosaFacts,
}

function mimosaFacts(rows: Rows, standard: DeviceFacts): DeviceFacts {
  const [, named = null] = /^Mimosa (\S+)/.exec(descriptionOf(rows)) ?? []
  const model = named ?? modelOfProduct.get(objectIdOf(rows)) ?? null
  const serial = text(rows.scalar(scalar.serial), 64)
  const shared = {
    ...standard,
    ...own(rows, standard),
    vendor: 'Mimosa',
    os: 'mimosa',
    model,
    firmware: text(rows.scalar(scalar.firmware), 64),
    serial: serial === null || /^0+$/.test(serial) ? null : serial,
    system: { ...standard.system, name: standard.system.name ?? text(rows.scalar(scalar.name)) },
  }
  const stations = clientFacts(rows)
  if (/^A/i.test(model ?? '') || stations.length > 0) {
    return {
      ...shared,
      role: 'ap',
      radios: servingRadios(rows, text(rows.scalar(scalar.ssid), 64)),
      stations,
      stationCount: stations.length,
    }
  }
  const ifIndex = interfaceNamed(standard.interfaces, /^(wlan0|wifi0)$/)
  const remote = remoteMac(rows, standard)
  if (/^C/i.test(model ?? '')) {
    const radios = chainRadios(rows, ifIndex, 'station').map((radio) => ({ ...radio, apMac: remote }))
    return {
      ...shared,
      role: 'cpe',
      radios: radios.length > 0 ? radios : [{ ...noRadio, mode: 'station', apMac: remote }],
    }
  }
  const radios = chainRadios(rows, ifIndex, 'ptp')
  return { ...shared, role: 'backhaul', radios, links: [linkFact(rows, radios, ifIndex, remote)] }
}

// Of a monitor interface, on every unit the same.
const placeholderMac = '00:02:03:04:05:06'

/** Its own without what every unit has: the addresses of its console and of the bridge for factory reset. */
function own(rows: Rows, standard: DeviceFacts): Pick<DeviceFacts, 'macs' | 'addresses'> {
  const local = new Set(standard.interfaces.filter((one) => /^br_/.test(one.name)).map((one) => one.index))
  const everywhere = ownAddresses(rows)
    .filter((one) => one.ifIndex !== null && local.has(one.ifIndex))
    .map((one) => one.address)
  const dropped = new Set([...everywhere, ip(rows.scalar(scalar.localAddress))])
  const mine = withOwn(standard, {
    macs: [mac(rows.scalar(scalar.managementMac))],
    addresses: [ip(rows.scalar(scalar.managementAddress))],
  })
  return {
    macs: mine.macs.filter((one) => one !== placeholderMac),
    addresses: mine.addresses.filter((one) => !dropped.has(one)),
  }
}

/**
 * The radio at the other end: the two speak over 169.254.2.0/24 and ARP remembers it. Else the MAC of the wireless link,
 * where it is not its own: the MIB does not say whose it is.
 */
function remoteMac(rows: Rows, standard: DeviceFacts): string | null {
  const heard = new Set(standard.arp.filter((one) => /^169\.254\.2\./.test(one.ip)).map((one) => one.mac))
  const others = [...heard].filter((one) => !standard.macs.includes(one))
  if (others.length === 1) return others[0] ?? null
  const linkMac = mac(rows.scalar(scalar.mac))
  return linkMac === null || standard.macs.includes(linkMac) ? null : linkMac
}

/** A radio a frequency, of the chains that are in use. */
function chainRadios(rows: Rows, ifIndex: number | null, mode: RadioFact['mode']): RadioFact[] {
  const table = tableOf(rows, chainEntry, plan.chain)
  const found = new Map<number, RadioFact>()
  for (const index of table.indexes) {
    const frequencyMhz = megahertz(table.cell(6, index))
    if (frequencyMhz === null) continue
    const signalDbm = dbmOfTenths(table.cell(3, index))
    const before = found.get(frequencyMhz)
    if (before && (signalDbm ?? -999) <= (before.signalDbm ?? -999)) continue
    found.set(frequencyMhz, {
      ...noRadio,
      ifIndex,
      mode,
      ssid: text(rows.scalar(scalar.ssid), 64),
      frequencyMhz,
      signalDbm,
      noiseDbm: dbmOfTenths(table.cell(4, index)),
    })
  }
  return [...found.values()]
}

function linkFact(rows: Rows, radios: readonly RadioFact[], ifIndex: number | null, remote: string | null): LinkFact {
  const status = whole(rows.scalar(scalar.status))
  const streams = tableOf(rows, streamEntry, plan.stream)
  const sum = (column: number) =>
    streams.indexes.reduce((total, index) => total + (rate(streams.cell(column, index), 1_000_000) ?? 0), 0)
  const capacityBps = Math.min(sum(2), sum(5))
  const signals = radios.map((radio) => radio.signalDbm).filter((signal) => signal !== null)
  return {
    ...noLink,
    ifIndex,
    remoteMac: remote,
    up: status === 1 || status === 2 ? status === 1 : null,
    signalDbm: signals.length === 0 ? null : Math.max(...signals),
    capacityBps: capacityBps > 0 ? capacityBps : null,
  }
}
