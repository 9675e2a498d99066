import type { DeviceFacts, RadioFact, StationFact } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import { ownAddresses } from '../standard/addresses'
import { dbm, ip, mac, secondsOfTicks, text, whole, within } from '../standard/decode'
import { descriptionOf, isBelow, objectIdOf } from '../standard/system'
import type { Vendor } from '../vendor'
import { columnsOf, countOf, farEnd, megahertz, metres, noRadio, noStation, strongest, tableOf, withOwn } from './cells'

// WHISP-APS-MIB, WHISP-SM-MIB and WHISP-BOX-MIBV2-MIB.
// Columns 3, 19, 33, 46, 66 and 69, and the side of the subscriber module, are in no recording.
const whisp = '1.3.6.1.4.1.161.19.3'
const scalar = {
  stations: `${whisp}.1.7.1.0`,
  frequency: `${whisp}.1.7.37.0`, // kHz, of an access point
  signalText: `${whisp}.2.2.8.0`, // of a subscriber module
  apMac: `${whisp}.2.2.9.0`, // text
  signal: `${whisp}.2.2.21.0`,
  firmware: `${whisp}.3.1.1.0`,
  serial: `${whisp}.3.1.3.0`, // ESN: a MAC
  kind: `${whisp}.3.1.6.0`, // "5.7GHz MIMO OFDM - Multipoint - Access Point"
  model: `${whisp}.3.1.266.0`,
}
// By LUID. 3 MAC, 19 state, 33 site, 34 and 35 dBm as text, 46 session, 66 round trip in ns, 69 IP, 74 and 84 SNR, 87, 88
const linkEntry = `${whisp}.1.4.1`
const linkColumns = [3, 19, 20, 33, 34, 35, 46, 66, 69, 74, 84]
const inSession = 1
const ifDescr = '1.3.6.1.2.1.2.2.1.2'

/** Cambium PMP 450 and its forebears (Canopy): access points, subscriber modules, and pairs of backhaul modules. */
export const pmp450: Vendor = {
  os: 'pmp',
  vendor: 'Cambium',
  signs: [scalar.kind, scalar.firmware],
  recognises(rows) {
    if (rows.scalar(scalar.kind) !== undefined || rows.scalar(scalar.firmware) !== undefined) return 0.95
    if (isBelow(objectIdOf(rows), '1.3.6.1.4.1.161.19.250')) return 0.9
    return /^CANOPY \d/.test(descriptionOf(rows)) ? 0.8 : 0
  },
  plan: { scalars: Object.values(scalar), tables: columnsOf(linkEntry, linkColumns) },
  facts: pmpFacts,
}

type Kind = { isPair: boolean; isSubscriber: boolean; isMaster: boolean }

function pmpFacts(rows: Rows, standard: DeviceFacts): DeviceFacts {
  const kind = kindOf(rows)
  const radioIndex = [...rows.column(ifDescr)].find(([, value]) => /canopy/i.test(text(value) ?? ''))?.[0]
  const ifIndex = within(Number(radioIndex ?? Number.NaN), 1, 0x7f_ff_ff_ff)
  const stations = stationFacts(rows, standard, ifIndex)
  const isMaster = kind.isMaster || stations.length > 0
  const signalDbm = dbm(rows.scalar(scalar.signalText)) ?? dbm(rows.scalar(scalar.signal))
  const radio: RadioFact = {
    ...noRadio,
    ifIndex,
    mode: kind.isPair ? 'ptp' : kind.isSubscriber ? 'station' : isMaster ? 'ap' : null,
    frequencyMhz: megahertz(rows.scalar(scalar.frequency)),
    apMac: kind.isSubscriber ? mac(rows.scalar(scalar.apMac)) : null,
    signalDbm: kind.isSubscriber ? signalDbm : null,
  }
  const subscriberLink = { ...farEnd({ ...noStation, mac: radio.apMac, ifIndex, signalDbm }), up: radio.apMac !== null }
  return {
    ...standard,
    ...withOwn(
      { macs: standard.macs, addresses: withoutRadioNetwork(rows, standard, ifIndex) },
      {
        macs: [mac(rows.scalar(scalar.serial))],
      },
    ),
    arp: standard.arp.filter((one) => one.ifIndex !== ifIndex || !isOfRadioNetwork(one.ip)),
    vendor: 'Cambium',
    os: 'pmp',
    model: modelOf(rows, kind),
    firmware: firmwareOf(rows),
    serial: text(rows.scalar(scalar.serial), 64),
    role: kind.isPair ? 'backhaul' : kind.isSubscriber ? 'cpe' : isMaster ? 'ap' : null,
    radios: [radio],
    stations: kind.isSubscriber ? [] : stations,
    stationCount: kind.isSubscriber ? null : countOf(rows.scalar(scalar.stations)),
    links: !kind.isPair ? [] : kind.isSubscriber ? [subscriberLink] : stations.map(farEnd),
  }
}

function kindOf(rows: Rows): Kind {
  const kind = `${text(rows.scalar(scalar.kind)) ?? ''} ${descriptionOf(rows)}`
  const isPair = /backhaul|\bBH(UL|M|S|20)/i.test(kind)
  const isSubscriber = isPair ? /slave|\bBHS/i.test(kind) : /subscriber| SM\b/i.test(kind)
  return { isPair, isSubscriber, isMaster: !isSubscriber && /access point|\bAP\b|master|\bBHM/i.test(kind) }
}

/** "CANOPY 15.1.3 AP-DES" */
const firmwareOf = (rows: Rows): string | null =>
  /^CANOPY (\d\S*)/.exec(descriptionOf(rows))?.[1] ?? text(rows.scalar(scalar.firmware), 64)

function modelOf(rows: Rows, { isPair }: Kind): string | null {
  const model = text(rows.scalar(scalar.model), 64)
  if (model !== null) return model
  const kind = text(rows.scalar(scalar.kind)) ?? ''
  if (/MU-MIMO OFDM/.test(kind)) return 'PMP 450m'
  if (/MIMO OFDM/.test(kind)) return isPair ? 'PTP 450' : 'PMP 450'
  return /OFDM/.test(kind) ? (isPair ? 'PTP 230' : 'PMP 430') : null
}

const isOfRadioNetwork = (address: string) => /^192\.168\.101\./.test(address)

/** Own addresses without that of the network between radios: every access point is 192.168.101.1 there. */
function withoutRadioNetwork(rows: Rows, standard: DeviceFacts, ifIndex: number | null): string[] {
  const inside = ownAddresses(rows).filter((one) => ifIndex !== null && one.ifIndex === ifIndex)
  const dropped = new Set(inside.map((one) => one.address).filter(isOfRadioNetwork))
  return standard.addresses.filter((address) => !dropped.has(address))
}

/** Rows of a session that has ended linger: only those in session count. */
function stationFacts(rows: Rows, standard: DeviceFacts, ifIndex: number | null): StationFact[] {
  const table = tableOf(rows, linkEntry, linkColumns)
  const macOfLuid = radioNetwork(standard, ifIndex)
  const live = table.indexes.filter((index) => (whole(table.cell(19, index)) ?? inSession) === inSession)
  return live.map((index) => ({
    ...noStation,
    mac: mac(table.cell(3, index)) ?? mac(table.cell(20, index)) ?? macOfLuid.get(index) ?? null,
    ip: ip(table.cell(69, index)),
    name: text(table.cell(33, index)),
    ifIndex,
    signalDbm: dbm(table.cell(35, index)) ?? dbm(table.cell(34, index)),
    snrDb: strongest(within(whole(table.cell(74, index)), 0, 100), within(whole(table.cell(84, index)), 0, 100)),
    distanceM: metresOfDelay(whole(table.cell(66, index))),
    uptimeSeconds: secondsOfTicks(table.cell(46, index)),
  }))
}

/** In the network between radios a subscriber module has the address that ends in its LUID: ARP knows its MAC. */
function radioNetwork(standard: DeviceFacts, ifIndex: number | null): ReadonlyMap<string, string> {
  const inside = standard.arp.filter((one) => one.ifIndex === ifIndex && isOfRadioNetwork(one.ip))
  return new Map(inside.map((one) => [one.ip.split('.')[3] ?? '', one.mac]))
}

const metresPerNanosecond = 0.299_792_458

function metresOfDelay(roundTripNs: number | null): number | null {
  return roundTripNs === null ? null : metres(Math.round((roundTripNs * metresPerNanosecond) / 2))
}
