import type { Vendor } from '../vendor'

/** A device of no vendor that is known here: the standard tables alone. */
export const generic: Vendor = {
  os: 'generic',
  vendor: 'generic',
  signs: [],
  recognises: () => 0.01,
  plan: { scalars: [], tables: [] },
  facts: (_rows, standard) => standard,
}
