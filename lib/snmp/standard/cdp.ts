import type { InterfaceFact, NeighbourFact } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import { ifIndexOf, ip, mac, partsOf, text } from './decode'

const cache = '1.3.6.1.4.1.9.9.23.1.2.1.1' // cdpCacheEntry.IFINDEX.N
const column = {
  address: `${cache}.4`,
  id: `${cache}.6`,
  port: `${cache}.7`,
  platform: `${cache}.8`,
  name: `${cache}.17`,
}

/** The cache of CDP, which others than Cisco answer too. */
export const cdpTables: readonly string[] = Object.values(column)

/** Neighbours by CDP. */
export function cdpNeighbours(rows: Rows, interfaces: readonly InterfaceFact[]): NeighbourFact[] {
  const names = new Map(interfaces.map((one) => [one.index, one.name]))
  const [ids, addresses] = [rows.column(column.id), rows.column(column.address)]
  const [ports, platforms, given] = [rows.column(column.port), rows.column(column.platform), rows.column(column.name)]
  const found: NeighbourFact[] = []
  for (const key of new Set([...ids.keys(), ...addresses.keys()])) {
    const chassis = text(ids.get(key))
    const address = ip(addresses.get(key))
    if (chassis === null && address === null) continue
    const parts = partsOf(key)
    const ifIndex = parts.length >= 2 ? ifIndexOf(parts.at(-2)) : null
    found.push({
      protocol: 'cdp',
      ifIndex,
      localPort: ifIndex === null ? null : (names.get(ifIndex) ?? String(ifIndex)),
      mac: mac(ids.get(key)),
      chassis,
      port: text(ports.get(key)),
      name: text(given.get(key)) ?? chassis,
      platform: text(platforms.get(key)),
      addresses: address === null ? [] : [address],
    })
  }
  return found
}
