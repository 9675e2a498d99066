import type { DeviceFacts, LinkFact } from '@/lib/domain/device-facts'
import type { Rows, SnmpValue } from '../rows'
import { dbm, ip, mac, text, whole } from '../standard/decode'
import type { Vendor } from '../vendor'
import {
  columnsOf,
  interfaceNamed,
  megahertz,
  metres,
  narrower,
  noLink,
  noRadio,
  rate,
  strongest,
  tableOf,
} from './cells'

// UBNT-AirFIBER-MIB. Columns 26, 45 and 46 are in no recording.
const airfiberRoot = '1.3.6.1.4.1.41112.1.3'
const configEntry = `${airfiberRoot}.1.1` // 5 transmit frequency, 14 name of the link
const statusEntry = `${airfiberRoot}.2.1` // 4 m, 5 and 6 capacity, 11 and 14 power, 26 up, 40 firmware, 45 MAC, 46 IP
const productName = '1.2.840.10036.3.1.2.1.3'
const configColumns = [5, 14]
const statusColumns = [4, 5, 6, 11, 14, 26, 40, 45, 46]
const signs = [`${statusEntry}.40.1`, `${configEntry}.5.1`]

/** airFiber of the first kind (AF24, AF5, AF11): one link, whose far end it names. */
export const airfiber: Vendor = {
  os: 'airfiber',
  vendor: 'Ubiquiti',
  signs,
  recognises: (rows) => (signs.some((oid) => rows.scalar(oid) !== undefined) ? 0.97 : 0),
  plan: {
    scalars: signs,
    tables: [productName, ...columnsOf(configEntry, configColumns), ...columnsOf(statusEntry, statusColumns)],
  },
  facts: airfiberFacts,
}

function airfiberFacts(rows: Rows, standard: DeviceFacts): DeviceFacts {
  const config = tableOf(rows, configEntry, configColumns)
  const status = tableOf(rows, statusEntry, statusColumns)
  const ifIndex = interfaceNamed(standard.interfaces, /^air0$/)
  const links = status.indexes.map((index): LinkFact => {
    const word = (column: number) => status.cell(column, index)
    return {
      ...noLink,
      ifIndex,
      remoteMac: mac(word(45)),
      remoteIp: ip(word(46)),
      up: upOf(word(26)),
      signalDbm: strongest(dbm(word(11)), dbm(word(14))),
      capacityBps: narrower(rate(word(5), 1), rate(word(6), 1)),
      distanceM: metres(word(4)),
    }
  })
  const firmware = status.indexes.map((index) => text(status.cell(40, index))).find((words) => words !== null)
  return {
    ...standard,
    vendor: 'Ubiquiti',
    os: 'airfiber',
    model: [...rows.column(productName).values()].map((value) => text(value)).find((words) => words !== null) ?? null,
    firmware: firmware ?? null,
    role: 'backhaul',
    radios: [...new Set([...config.indexes, ...status.indexes])].map((index) => ({
      ...noRadio,
      ifIndex,
      mode: 'ptp',
      ssid: text(config.cell(14, index), 64),
      frequencyMhz: megahertz(config.cell(5, index)),
      signalDbm: strongest(dbm(status.cell(11, index)), dbm(status.cell(14, index))),
    })),
    links,
  }
}

const upOf = (value: SnmpValue | undefined): boolean | null => {
  const state = whole(value)
  return state === 0 || state === 1 ? state === 1 : null
}
