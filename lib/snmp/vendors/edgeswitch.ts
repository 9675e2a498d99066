import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import { mac } from '../standard/decode'
import { chassisFacts, entityTables } from '../standard/entity'
import { descriptionOf } from '../standard/system'
import type { Vendor } from '../vendor'
import { withOwn } from './cells'

// sysObjectID is that of the switch chip's maker (4413), of Ubiquiti or of net-snmp: the description is what tells.
const named = /^(EdgeSwitch|EdgePoint|UniFi ?Switch|ES-\d|US-\d|US\d|USW|USL\d|USC\d|USXG)/

/** EdgeSwitch and UniFi switches. */
export const edgeswitch: Vendor = {
  os: 'edgeswitch',
  vendor: 'Ubiquiti',
  signs: [],
  recognises: (rows) => (named.test(descriptionOf(rows)) ? 0.9 : 0),
  plan: { scalars: [], tables: entityTables },
  facts: edgeswitchFacts,
}

function edgeswitchFacts(rows: Rows, standard: DeviceFacts): DeviceFacts {
  const chassis = chassisFacts(rows)
  // "EdgeSwitch 24-Port 250W, 1.8.0.5106045, Linux 3.6.5-..." and "USW GigaBit Ethernet Switch, firmware 5.76.7.13442"
  const [, model = null, firmware = null] =
    /^([^,]+)(?:,\s*(?:firmware\s+)?(\d[^,\s]*))?/.exec(descriptionOf(rows)) ?? []
  const [, hex] = /^(?:System MAC: )?([0-9a-f:-]{12,17})$/i.exec(chassis.serial ?? '') ?? []
  return {
    ...standard,
    ...withOwn(standard, { macs: [mac(hex)] }),
    vendor: 'Ubiquiti',
    os: 'edgeswitch',
    model: model?.trim() ?? chassis.model,
    firmware: firmware ?? chassis.firmware,
    // Their serial number is their MAC, in three spellings.
    serial: hex === undefined ? chassis.serial : hex.replace(/[:-]/g, '').toUpperCase(),
    role: 'switch',
  }
}
