import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import { ownAddresses, tellingAddresses } from '../standard/addresses'
import { text } from '../standard/decode'
import { chassisFacts, entityTables } from '../standard/entity'
import { descriptionOf, isBelow, objectIdOf } from '../standard/system'
import type { Vendor } from '../vendor'

const juniper = '1.3.6.1.4.1.2636'
const boxDescription = `${juniper}.3.1.2.0`
const boxSerial = `${juniper}.3.1.3.0`
const memberSerial = `${juniper}.3.40.1.4.1.1.1.2.0` // of a virtual chassis, member 0
const memberVersion = `${juniper}.3.40.1.4.1.1.1.5.0`
const installed = '1.3.6.1.2.1.25.6.3.1.2.2' // hrSWInstalledName: "JUNOS Base OS boot [12.1X46-D30.2]"

/** Juniper Junos: MX, EX, QFX, SRX, ACX, PTX. */
export const junos: Vendor = {
  os: 'junos',
  vendor: 'Juniper',
  signs: [boxDescription],
  recognises(rows) {
    if (isBelow(objectIdOf(rows), `${juniper}.1`)) return 0.95
    if (text(rows.scalar(boxDescription)) !== null) return 0.95
    return /^Juniper Networks\b.*\bJUNOS\b/i.test(descriptionOf(rows)) ? 0.9 : 0
  },
  plan: { scalars: [boxDescription, boxSerial, memberSerial, memberVersion, installed], tables: entityTables },
  facts(rows, standard) {
    const model = modelOf(rows)
    return {
      ...standard,
      ...withoutInside(rows, standard),
      vendor: 'Juniper',
      os: 'junos',
      model,
      firmware: firmwareOf(rows),
      serial: text(rows.scalar(boxSerial), 64) ?? text(rows.scalar(memberSerial), 64) ?? chassisFacts(rows).serial,
      role: model !== null && /^(ex|qfx|ocx)/i.test(model) ? 'switch' : 'router',
    }
  },
}

function modelOf(rows: Rows): string | null {
  const described = /^Juniper Networks, Inc\.\s+(\S+)/.exec(descriptionOf(rows))?.[1]
  const box = /^(?:Juniper\s+)?(\S+)/i.exec(text(rows.scalar(boxDescription), 128) ?? '')?.[1]
  return described ?? box ?? chassisFacts(rows).model
}

function firmwareOf(rows: Rows): string | null {
  const kernel = /\bJUNOS\s+([\w.:-]+)/.exec(descriptionOf(rows))?.[1]
  const boot = /\[([\w.:-]+)\]/.exec(text(rows.scalar(installed), 128) ?? '')?.[1]
  return kernel ?? text(rows.scalar(memberVersion), 64) ?? boot ?? null
}

/**
 * The network inside the chassis is the same in every Junos: what stands on an interface with an address of 128.0.0.0/16
 * (10.0.0.4 too), and locally given MACs. Taken for its own it would make one device of many.
 */
function withoutInside(rows: Rows, standard: DeviceFacts): Pick<DeviceFacts, 'addresses' | 'arp' | 'macs'> {
  const own = ownAddresses(rows)
  const isInside = (address: string) => address.startsWith('128.0.')
  const inside = new Set(own.filter((one) => isInside(one.address)).map((one) => one.ifIndex))
  return {
    addresses: tellingAddresses(own.filter((one) => one.ifIndex === null || !inside.has(one.ifIndex))),
    arp: standard.arp.filter((one) => !isInside(one.ip) && (one.ifIndex === null || !inside.has(one.ifIndex))),
    macs: standard.macs.filter((one) => !/^(.[26ae]:|00:0b:ca:fe:00:0)/.test(one)),
  }
}
