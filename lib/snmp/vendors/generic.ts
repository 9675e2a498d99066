import { chassisFacts, entityTables } from '../standard/entity'
import type { Vendor } from '../vendor'

/** A device of no vendor that is known here: the standard tables, and what ENTITY-MIB says of its chassis. */
export const generic: Vendor = {
  os: 'generic',
  vendor: 'generic',
  signs: [],
  recognises: () => 0.01,
  plan: { scalars: [], tables: entityTables },
  facts: (rows, standard) => ({ ...standard, ...chassisFacts(rows) }),
}
