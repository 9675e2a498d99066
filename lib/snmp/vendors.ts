import type { Vendor } from './vendor'
import { generic } from './vendors/generic'

/** Every system that is known, one line each. Of two that are as sure the earlier wins; the generic one is last. */
export const vendors: readonly Vendor[] = [generic]
