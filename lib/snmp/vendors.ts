import type { Vendor } from './vendor'
import { af60 } from './vendors/af60'
import { airfiber } from './vendors/airfiber'
import { airos } from './vendors/airos'
import { cnmatrix } from './vendors/cnmatrix'
import { cnwave } from './vendors/cnwave'
import { edgeos } from './vendors/edgeos'
import { edgeswitch } from './vendors/edgeswitch'
import { epmp } from './vendors/epmp'
import { generic } from './vendors/generic'
import { junos } from './vendors/junos'
import { ltu } from './vendors/ltu'
import { mimosa } from './vendors/mimosa'
import { pmp450 } from './vendors/pmp450'
import { ptp } from './vendors/ptp'
import { routeros } from './vendors/routeros'
import { swos } from './vendors/swos'
import { unifi } from './vendors/unifi'

/** Every system that is known, one line each. Of two that are as sure the earlier wins; the generic one is last. */
export const vendors: readonly Vendor[] = [
  routeros,
  swos,
  junos,
  airos,
  airfiber,
  ltu,
  af60,
  unifi,
  edgeos,
  edgeswitch,
  mimosa,
  epmp,
  pmp450,
  cnmatrix,
  cnwave,
  ptp,
  generic,
]
