import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import { text } from '../standard/decode'
import { descriptionOf, isBelow, objectIdOf } from '../standard/system'
import type { Vendor } from '../vendor'

// UBNT-EdgeMAX-MIB; EdgeOS 1.x answers none of it.
const edgemax = '1.3.6.1.4.1.41112.1.5'
const scalar = { model: `${edgemax}.1.1.0`, serial: `${edgemax}.1.2.0`, firmware: `${edgemax}.1.3.0` }
// Arguments of running programs: the discovery daemon is told the model.
const argumentsColumn = '1.3.6.1.2.1.25.4.2.1.5'

/** EdgeOS: EdgeRouters and UniFi gateways. */
export const edgeos: Vendor = {
  os: 'edgeos',
  vendor: 'Ubiquiti',
  signs: [scalar.model],
  recognises(rows) {
    if (rows.scalar(scalar.model) !== undefined) return 0.95
    if (isBelow(objectIdOf(rows), edgemax)) return 0.9
    return /^(EdgeOS|UniFiSecurityGateway|USG)\b/.test(descriptionOf(rows)) ? 0.9 : 0
  },
  plan: { scalars: Object.values(scalar), tables: [argumentsColumn] },
  facts: edgeosFacts,
}

function edgeosFacts(rows: Rows, standard: DeviceFacts): DeviceFacts {
  const [, firmware = null] = /\b(v\d[\w.+-]*)/.exec(descriptionOf(rows)) ?? []
  return {
    ...standard,
    vendor: 'Ubiquiti',
    os: 'edgeos',
    model: text(rows.scalar(scalar.model)) ?? modelOfArguments(rows),
    firmware: text(rows.scalar(scalar.firmware)) ?? firmware,
    serial: text(rows.scalar(scalar.serial)),
    role: 'router',
  }
}

/** "-S UBNT EdgeRouter Pro 8-Port running on v2.0.0": nothing else of these arguments is kept. */
function modelOfArguments(rows: Rows): string | null {
  for (const value of rows.column(argumentsColumn).values()) {
    const [, model] = /\bUBNT ((?:Edge|UniFi|USG|ER)[\w .-]{0,60}?) running on\b/.exec(text(value) ?? '') ?? []
    if (model !== undefined) return model
  }
  return null
}
