/** A value as it came: octets, a whole number (Counter64 as bigint), or the dotted text of an object id. */
export type SnmpValue = Buffer | number | bigint | string

/** What a walk brought, by object id (dotted, without a leading dot). Nothing is assumed of how a table is indexed. */
export type Rows = {
  /** One instance, e.g. `1.3.6.1.2.1.1.5.0`; undefined: it was not answered. */
  scalar(oid: string): SnmpValue | undefined
  /** The instances below a column, in the order of the device: the whole rest of the object id is the index. */
  column(oid: string): ReadonlyMap<string, SnmpValue>
  /** Whether anything was answered at or below an object id. */
  has(oid: string): boolean
}

/** Rows of a list of instances, in the order of the device. */
export function rowsOf(instances: Iterable<readonly [oid: string, value: SnmpValue]>): Rows {
  const all = new Map(instances)
  const columns = new Map<string, Map<string, SnmpValue>>()
  const column = (oid: string) => {
    const known = columns.get(oid)
    if (known) return known
    const prefix = `${oid}.`
    const found = new Map<string, SnmpValue>()
    for (const [one, value] of all) if (one.startsWith(prefix)) found.set(one.slice(prefix.length), value)
    columns.set(oid, found)
    return found
  }
  return { scalar: (oid) => all.get(oid), column, has: (oid) => all.has(oid) || column(oid).size > 0 }
}
