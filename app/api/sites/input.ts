import type { z } from 'zod'
import { Problem } from '@/lib/problem'
import type { SitePatch } from '@/lib/wire/rest'

/** What a request says of a site, as the store takes it. */
export function siteChange(input: z.output<typeof SitePatch>) {
  return {
    name: input.name,
    latitude: input.latitude,
    longitude: input.longitude,
    timeZone: input.time_zone,
    snmpProfile: input.snmp_profile,
    pingInterval: input.ping_interval,
    pingTimeout: input.ping_timeout,
    isolateMisses: input.isolate?.misses,
    isolateSeconds: input.isolate?.seconds,
  }
}

export const nameTaken = (name: string | undefined) =>
  new Problem('conflict', `name: another site is called ${JSON.stringify(name)}`)

export const impossible = ({ fault }: { fault: string }) => new Problem('invalid-input', `isolate.seconds: ${fault}`)
