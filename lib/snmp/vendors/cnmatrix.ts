import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import { text } from '../standard/decode'
import { descriptionOf, isBelow, objectIdOf } from '../standard/system'
import type { Vendor } from '../vendor'

// What LLDP-MED says of the switch itself.
const inventory = '1.0.8802.1.1.2.1.5.4795.1.2'
const scalar = { firmware: `${inventory}.4.0`, serial: `${inventory}.5.0`, model: `${inventory}.7.0` }

/** Cambium cnMatrix switches. */
export const cnmatrix: Vendor = {
  os: 'cnmatrix',
  vendor: 'Cambium',
  signs: [],
  recognises(rows) {
    if (isBelow(objectIdOf(rows), '1.3.6.1.4.1.17713.24')) return 0.9
    return /\bcnMatrix\b/.test(descriptionOf(rows)) ? 0.85 : 0
  },
  plan: { scalars: Object.values(scalar), tables: [] },
  facts: cnmatrixFacts,
}

function cnmatrixFacts(rows: Rows, standard: DeviceFacts): DeviceFacts {
  // "Cambium Networks cnMatrix TX1012-P-DC Ethernet Switch HW:01 SW:5.0.1-r4"
  const description = descriptionOf(rows)
  const [, model] = /\bcnMatrix (\S+)/.exec(description) ?? []
  const [, firmware] = /\bSW:(\S+)/.exec(description) ?? []
  return {
    ...standard,
    vendor: 'Cambium',
    os: 'cnmatrix',
    model: model ?? text(rows.scalar(scalar.model), 64),
    firmware: firmware ?? text(rows.scalar(scalar.firmware), 64),
    serial: text(rows.scalar(scalar.serial), 64),
    role: 'switch',
  }
}
