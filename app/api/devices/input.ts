import type { z } from 'zod'
import { Problem } from '@/lib/problem'
import type { DeviceChange, DeviceFault } from '@/lib/store/device-writes'
import type { DevicePatch } from '@/lib/wire/rest'

/** What a request says of a device, as the store takes it. */
export function deviceChange(input: z.output<typeof DevicePatch>): DeviceChange {
  return {
    name: input.name,
    address: input.address,
    pinged: input.pinged,
    role: input.role,
    site: input.site,
    upstream: input.upstream,
    client: input.client,
    tags: input.tags,
    snmpProfile: input.snmp_profile,
    pingInterval: input.ping_interval,
    pingTimeout: input.ping_timeout,
    isolateMisses: input.isolate?.misses,
    isolateSeconds: input.isolate?.seconds,
    paused: input.paused,
  }
}

export const refused = ({ fault, conflict }: DeviceFault) => new Problem(conflict ? 'conflict' : 'invalid-input', fault)
