import type { DeviceFacts, LinkFact } from '@/lib/domain/device-facts'
import type { Rows, SnmpValue } from '../rows'
import { dbmOfTenths, ip, isTelling, mac, text, whole } from '../standard/decode'
import { descriptionOf, isBelow, objectIdOf } from '../standard/system'
import type { Vendor } from '../vendor'
import { columnsOf, megahertz, narrower, noLink, noRadio, rate, tableOf, withOwn } from './cells'

// CAMBIUM-PTP650-MIB and -PTP670-MIB share their layout; of 670 alone there is a recording, without the far end.
const families = ['1.3.6.1.4.1.17713.11', '1.3.6.1.4.1.17713.7']
const objectsOf = (root: string) => ({
  remoteIp: `${root}.5.25.0`,
  linkName: `${root}.5.14.0`,
  remoteName: `${root}.5.36.0`,
  receiveMhz: `${root}.12.7.0`,
  receiveKhz: `${root}.12.10.0`,
  power: `${root}.12.12.0`, // tenths of dBm
  remoteMac: `${root}.12.17.0`,
  firmware: `${root}.19.1.0`,
  receiveRate: `${root}.20.1.0`, // kbit/s
  transmitRate: `${root}.20.2.0`,
  status: `${root}.20.5.0`, // up(0), registering(1), ...
  mac: `${root}.28.1.0`,
  serial: `${root}.28.3.0`,
})
// Of a 670 with several far ends, a row each: 10 MAC, 11 tenths of dBm; 3 IP, 4 name.
const phyEntry = (root: string) => `${root}.12.19.1`
const peerEntry = (root: string) => `${root}.5.33.1`
const phyColumns = [10, 11]
const peerColumns = [3, 4]

// CAMBIUM-PTP250-MIB, in no recording.
const ptp250 = '1.3.6.1.4.1.17713.250'
const objects250 = {
  remoteMac: `${ptp250}.1.4.0`,
  remoteIp: `${ptp250}.1.10.0`,
  linkName: `${ptp250}.1.11.0`,
  status: `${ptp250}.11.4.0`, // down(0), up(1)
}

const signs = [...families.map((root) => objectsOf(root).power), objects250.status]
// Addresses by column: this agent numbers the rows of ipAddrTable.
const ipAdEntAddr = '1.3.6.1.2.1.4.20.1.1'

/** Cambium PTP 250, 650 and 670, and what else of that line says so: pairs of radios, each of which names the other. */
export const ptp: Vendor = {
  os: 'ptp',
  vendor: 'Cambium',
  signs,
  recognises(rows) {
    if (signs.some((oid) => rows.scalar(oid) !== undefined)) return 0.95
    const objectId = objectIdOf(rows)
    if ([...families, ptp250].some((root) => isBelow(objectId, root))) return 0.9
    return /^(Cambium|Motorola) PTP \d/.test(descriptionOf(rows)) ? 0.85 : 0
  },
  plan: {
    scalars: [...families.flatMap((root) => Object.values(objectsOf(root))), ...Object.values(objects250)],
    tables: [
      ipAdEntAddr,
      ...families.flatMap((root) => [
        ...columnsOf(phyEntry(root), phyColumns),
        ...columnsOf(peerEntry(root), peerColumns),
      ]),
    ],
  },
  facts: ptpFacts,
}

function ptpFacts(rows: Rows, standard: DeviceFacts): DeviceFacts {
  const root = families.find((one) => rows.has(`${one}.12`) || rows.has(`${one}.20`)) ?? families[0] ?? ''
  const object = objectsOf(root)
  const [, model, version] = /\b(PTP \S+).*?\bVersion (\S+)/.exec(descriptionOf(rows)) ?? []
  const ifIndex = standard.interfaces.find((one) => one.type === 157)?.index ?? null // propWirelessP2P
  const links = linkFacts(rows, root, ifIndex)
  const own = [...rows.column(ipAdEntAddr).values()].map(ip).filter((one) => one !== null && isTelling(one))
  return {
    ...standard,
    ...withOwn(standard, { macs: [mac(rows.scalar(object.mac))], addresses: own }),
    vendor: 'Cambium',
    os: 'ptp',
    model: model ?? (rows.scalar(objects250.status) === undefined ? null : 'PTP 250'),
    firmware: version ?? text(rows.scalar(object.firmware), 64),
    serial: text(rows.scalar(object.serial), 64),
    role: 'backhaul',
    radios: [
      {
        ...noRadio,
        ifIndex,
        mode: 'ptp',
        ssid: text(rows.scalar(object.linkName) ?? rows.scalar(objects250.linkName), 64),
        frequencyMhz: megahertz(rows.scalar(object.receiveKhz)) ?? megahertz(rows.scalar(object.receiveMhz)),
        signalDbm: dbmOfTenths(rows.scalar(object.power)),
      },
    ],
    links,
  }
}

function linkFacts(rows: Rows, root: string, ifIndex: number | null): LinkFact[] {
  if (rows.scalar(objects250.status) !== undefined) {
    return [
      {
        ...noLink,
        ifIndex,
        remoteMac: mac(rows.scalar(objects250.remoteMac)),
        remoteIp: ip(rows.scalar(objects250.remoteIp)),
        up: upOf(rows.scalar(objects250.status), 1),
      },
    ]
  }
  const object = objectsOf(root)
  const single: LinkFact = {
    ...noLink,
    ifIndex,
    remoteMac: mac(rows.scalar(object.remoteMac)),
    remoteIp: ip(rows.scalar(object.remoteIp)),
    remoteName: text(rows.scalar(object.remoteName)),
    up: upOf(rows.scalar(object.status), 0),
    signalDbm: dbmOfTenths(rows.scalar(object.power)),
    capacityBps: narrower(rate(rows.scalar(object.receiveRate), 1000), rate(rows.scalar(object.transmitRate), 1000)),
  }
  const several = severalLinks(rows, root, ifIndex)
  return several.length > 1 ? several : [single]
}

function severalLinks(rows: Rows, root: string, ifIndex: number | null): LinkFact[] {
  const phy = tableOf(rows, phyEntry(root), phyColumns)
  const peer = tableOf(rows, peerEntry(root), peerColumns)
  const links = phy.indexes.map(
    (index): LinkFact => ({
      ...noLink,
      ifIndex,
      remoteMac: mac(phy.cell(10, index)),
      remoteIp: ip(peer.cell(3, index)),
      remoteName: text(peer.cell(4, index)),
      up: true,
      signalDbm: dbmOfTenths(phy.cell(11, index)),
    }),
  )
  return links.filter((link) => link.remoteMac !== null)
}

const upOf = (value: SnmpValue | undefined, up: number): boolean | null => {
  const status = whole(value)
  return status === null || status < 0 || status > 9 ? null : status === up
}
