import type { Vendor } from './vendor'
import { generic } from './vendors/generic'
import { junos } from './vendors/junos'
import { routeros } from './vendors/routeros'
import { swos } from './vendors/swos'

/** Every system that is known, one line each. Of two that are as sure the earlier wins; the generic one is last. */
export const vendors: readonly Vendor[] = [routeros, swos, junos, generic]
