import { type DeviceFacts, noFacts } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import type { Plan } from '../vendor'
import { addressTables, arpFacts, ownAddresses, tellingAddresses } from './addresses'
import { bridgeAddress, bridgeTables, forwardingFacts } from './bridge'
import { cdpNeighbours, cdpTables } from './cdp'
import { mac } from './decode'
import { interfaceFacts, interfaceTables, isOwnMac } from './interfaces'
import { lldpNeighbours, lldpScalars, lldpTables, ownChassis } from './lldp'
import { portTables } from './ports'
import { systemFacts, systemScalars } from './system'

/** What every device is asked. */
export const standardPlan: Plan = {
  scalars: [...systemScalars, bridgeAddress, ...Object.values(lldpScalars)],
  tables: [...interfaceTables, ...addressTables, ...bridgeTables, ...lldpTables, ...cdpTables, ...portTables],
}

/** Facts of the tables that every vendor may have. What is not answered is null or empty. */
export function standardFacts(rows: Rows): DeviceFacts {
  const interfaces = interfaceFacts(rows)
  const macs = [ownChassis(rows), mac(rows.scalar(bridgeAddress)), ...interfaces.map((one) => one.mac)]
  return {
    ...noFacts(),
    system: systemFacts(rows),
    macs: [...new Set(macs.filter((one) => one !== null))].filter(isOwnMac),
    addresses: tellingAddresses(ownAddresses(rows)),
    interfaces,
    neighbours: [...lldpNeighbours(rows, interfaces), ...cdpNeighbours(rows, interfaces)],
    arp: arpFacts(rows),
    forwarding: forwardingFacts(rows),
  }
}
