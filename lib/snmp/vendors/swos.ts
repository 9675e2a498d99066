import { text } from '../standard/decode'
import { descriptionOf, isBelow, objectIdOf } from '../standard/system'
import type { Vendor } from '../vendor'

const mikrotik = '1.3.6.1.4.1.14988'
const serial = `${mikrotik}.1.1.7.3.0`
const firmware = `${mikrotik}.1.1.7.4.0`
const described = /^(?:MikroTik\s+)?(.*?)\s*\bSwOS(?:\s+Lite)?(?:\s+v?(\d[\w.]*))?/i

/** MikroTik SwOS and SwOS Lite: switches without a router inside. */
export const swos: Vendor = {
  os: 'swos',
  vendor: 'MikroTik',
  signs: [],
  recognises(rows) {
    if (isBelow(objectIdOf(rows), `${mikrotik}.2`)) return 0.95
    return described.test(descriptionOf(rows)) ? 0.9 : 0
  },
  plan: { scalars: [serial, firmware], tables: [] },
  facts(rows, standard) {
    const [, model, version] = described.exec(descriptionOf(rows)) ?? []
    return {
      ...standard,
      vendor: 'MikroTik',
      os: 'swos',
      model: model || null,
      firmware: version ?? text(rows.scalar(firmware), 64),
      serial: text(rows.scalar(serial), 64),
      role: 'switch',
    }
  },
}
