import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { Rows, SnmpValue } from '../rows'
import { ifIndexOf, ipOfParts, isTelling, mac, partsOf } from './decode'

const byIpv4 = '1.3.6.1.2.1.4.20.1.2' // ipAdEntIfIndex.A.B.C.D
const byAddress = '1.3.6.1.2.1.4.34.1.3' // ipAddressIfIndex.TYPE.LENGTH.OCTETS
const media = '1.3.6.1.2.1.4.22.1.2' // ipNetToMediaPhysAddress.IFINDEX.A.B.C.D
const physical = '1.3.6.1.2.1.4.35.1.4' // ipNetToPhysicalPhysAddress.IFINDEX.TYPE.LENGTH.OCTETS

/** Own addresses and neighbours by address, of the old and the new tables. */
export const addressTables: readonly string[] = [byIpv4, byAddress, media, physical]

/** Every own address with the interface that it stands on, loopback and link-local ones included. */
export function ownAddresses(rows: Rows): { address: string; ifIndex: number | null }[] {
  const found = new Map<string, number | null>()
  const add = (address: string | null, value: SnmpValue) => {
    if (address !== null && !found.has(address)) found.set(address, ifIndexOf(value))
  }
  for (const [index, value] of rows.column(byIpv4)) add(ipOfParts(partsOf(index).slice(-4)), value)
  for (const [index, value] of rows.column(byAddress)) add(addressOfParts(partsOf(index)), value)
  return [...found].map(([address, ifIndex]) => ({ address, ifIndex }))
}

/** Own addresses that tell the device from others. */
export const tellingAddresses = (own: readonly { address: string }[]): string[] =>
  own.map((one) => one.address).filter(isTelling)

/** Who was heard behind which address (ARP and neighbour discovery); rows without a MAC are left out. */
export function arpFacts(rows: Rows): DeviceFacts['arp'] {
  const found = new Map<string, DeviceFacts['arp'][number]>()
  const add = (ip: string | null, value: SnmpValue, ifIndex: number | null) => {
    const address = mac(value)
    if (ip === null || address === null) return
    const key = `${ip} ${address} ${ifIndex}`
    if (!found.has(key)) found.set(key, { ip, mac: address, ifIndex })
  }
  for (const [index, value] of rows.column(media)) {
    const parts = partsOf(index)
    add(ipOfParts(parts.slice(-4)), value, ifIndexOf(parts.at(-5)))
  }
  for (const [index, value] of rows.column(physical)) {
    const [ifIndex, ...address] = partsOf(index)
    add(addressOfParts(address), value, ifIndexOf(ifIndex))
  }
  return [...found.values()]
}

/** An address of an index: its type (1 IPv4, 2 IPv6, 3 and 4 with zone), mostly a length, its octets. */
export function addressOfParts([type, ...rest]: readonly number[]): string | null {
  if (type === undefined || type < 1 || type > 4) return null
  const [length, ...octets] = rest
  return ipOfParts(length === octets.length ? octets : rest)
}
