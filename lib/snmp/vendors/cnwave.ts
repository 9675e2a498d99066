import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import { dbm, ifIndexOf, lastPart, mac, text } from '../standard/decode'
import { descriptionOf, isBelow, objectIdOf } from '../standard/system'
import type { Vendor } from '../vendor'
import { columnsOf, noLink, noRadio, tableOf, withOwn } from './cells'

// TERRAGRAPH-RADIO-MIB, by ifIndex: 2 name, 3 own MAC and 4 that of the far end as text, 7 dBm. In no recording.
const cnwaveRoot = '1.3.6.1.4.1.17713.60'
const linkEntry = `${cnwaveRoot}.1.1.1`
const linkColumns = [2, 3, 4, 7]

/** Cambium 60 GHz cnWave: nodes that mesh, a row a link. */
export const cnwave: Vendor = {
  os: 'cnwave',
  vendor: 'Cambium',
  signs: [],
  recognises(rows) {
    if (isBelow(objectIdOf(rows), cnwaveRoot)) return 0.9
    return /\bcnWave\b/i.test(descriptionOf(rows)) ? 0.85 : 0
  },
  plan: { scalars: [], tables: columnsOf(linkEntry, linkColumns) },
  facts: cnwaveFacts,
}

function cnwaveFacts(rows: Rows, standard: DeviceFacts): DeviceFacts {
  const table = tableOf(rows, linkEntry, linkColumns)
  const description = descriptionOf(rows)
  const [, model = null] = /\b(V[1-9]000)\b/i.exec(description) ?? []
  const [, firmware = null] = /\b(?:SW:|Version |v)(\d[\w.-]*)/.exec(description) ?? []
  const links = table.indexes.map((index) => {
    const remoteMac = mac(table.cell(4, index))
    return {
      ...noLink,
      ifIndex: ifIndexOf(lastPart(index)) ?? indexOfName(standard, text(table.cell(2, index), 64)),
      remoteMac,
      up: remoteMac !== null,
      signalDbm: dbm(table.cell(7, index)),
    }
  })
  return {
    ...standard,
    ...withOwn(standard, { macs: table.indexes.map((index) => mac(table.cell(3, index))) }),
    vendor: 'Cambium',
    os: 'cnwave',
    model,
    firmware,
    role: 'backhaul',
    radios: links.map((link) => ({ ...noRadio, ifIndex: link.ifIndex, mode: 'ptp', signalDbm: link.signalDbm })),
    links,
  }
}

const indexOfName = (standard: DeviceFacts, name: string | null): number | null =>
  standard.interfaces.find((one) => one.name === name)?.index ?? null
