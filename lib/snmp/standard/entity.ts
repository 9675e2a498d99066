import type { Rows } from '../rows'
import { text, whole } from './decode'

const entry = '1.3.6.1.2.1.47.1.1.1.1'
const column = { kind: `${entry}.5`, software: `${entry}.10`, serial: `${entry}.11`, model: `${entry}.13` }

/** ENTITY-MIB, for vendors that have nothing better: one row a part, hundreds on a chassis. */
export const entityTables: readonly string[] = Object.values(column)

const chassis = 3

/** Model, serial number and software of the first chassis that says any; many radios have no such table. */
export function chassisFacts(rows: Rows): { model: string | null; serial: string | null; firmware: string | null } {
  for (const [key, kind] of rows.column(column.kind)) {
    if (whole(kind) !== chassis) continue
    const cell = (oid: string) => text(rows.column(oid).get(key), 128)
    const [model, serial, firmware] = [cell(column.model), cell(column.serial), cell(column.software)]
    if (model !== null || serial !== null) return { model, serial, firmware }
  }
  return { model: null, serial: null, firmware: null }
}
