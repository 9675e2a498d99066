import type { Instance } from './lanes'
import { isBelow } from './oid'
import type { Rows, SnmpValue } from './rows'

/**
 * Rows of what a walk brought, kept by the table that was walked: a column is looked for in its own table and not in all of a
 * core router, which would take as long as the walk itself.
 */
export function rowsOfTables(
  scalars: ReadonlyMap<string, SnmpValue>,
  tables: ReadonlyMap<string, readonly Instance[]>,
): Rows {
  const singles = new Map(scalars)
  for (const instances of tables.values()) for (const { oid, value } of instances) singles.set(oid, value)
  const columns = new Map<string, Map<string, SnmpValue>>()
  const column = (oid: string) => {
    const known = columns.get(oid)
    if (known) return known
    const found = new Map<string, SnmpValue>()
    const skip = oid.length + 1
    const take = (one: string, value: SnmpValue) => isBelow(one, oid) && found.set(one.slice(skip), value)
    for (const [one, value] of scalars) take(one, value)
    for (const [root, instances] of tables)
      if (root === oid || isBelow(oid, root) || isBelow(root, oid))
        for (const one of instances) take(one.oid, one.value)
    columns.set(oid, found)
    return found
  }
  return { scalar: (oid) => singles.get(oid), column, has: (oid) => singles.has(oid) || column(oid).size > 0 }
}
