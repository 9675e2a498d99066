import type { DeviceFacts } from '@/lib/domain/device-facts'
import { factsOf, identify } from '@/lib/snmp/identify'
import type { Rows } from '@/lib/snmp/rows'
import { vendors } from '@/lib/snmp/vendors'

/** Facts as a walk makes them: the vendor told from all that there are, then its facts over the standard ones. */
export const told = (rows: Rows): DeviceFacts => factsOf(rows, identify(rows, vendors))
