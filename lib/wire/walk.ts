import { promisify } from 'node:util'
import { gunzip, gzipSync } from 'node:zlib'
import { z } from 'zod'
import { type DeviceFacts, factLimits } from '@/lib/domain/device-facts'
import { roles } from '@/lib/domain/status'

const Instant = z.number().int().min(0).max(8_640_000_000_000)
const TargetId = z.number().int().positive().max(2_147_483_647)

/** Most bytes of the facts of one device, inflated. */
export const factsBytes = 8 * 1024 * 1024
export const maxWalkItems = 16
export const maxHintItems = 500

/** How a walk of one device went. `at`: when it began, epoch ms. facts: gzip of JSON, by `packFacts`; null: nothing was read. */
export const WalkItem = z.object({
  target_id: TargetId,
  at: Instant,
  profile_id: TargetId.nullable(), // that opened it
  duration_ms: z.number().int().min(0).max(3_600_000),
  facts: z.instanceof(Uint8Array).nullable(),
  failure: z.string().max(500).nullable(),
})
export type WalkItem = z.infer<typeof WalkItem>

/** What a trap said, or a walk before it was stored: it hastens pings and tells causes. `at`: epoch ms. */
export const HintItem = z.object({
  target_id: TargetId,
  at: Instant,
  kind: z.enum(['link_down', 'link_up', 'rebooted', 'station_left', 'station_joined']),
  detail: z.string().max(200), // "ether3", a MAC, "up for 40 s"
})
export type HintItem = z.infer<typeof HintItem>

// PostgreSQL takes no NUL, and half a surrogate pair is no text.
const unfit = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
const Text = z
  .string()
  .max(4096)
  .transform((text) => text.replace(unfit, ''))
const text = Text.nullable()
const whole = z.number().int().nullable()
const number = z.number().nullable()
const oper = ['up', 'down', 'testing', 'unknown', 'dormant', 'notPresent', 'lowerLayerDown'] as const

/** What a walk found, as it travels: the shape of lib/domain/device-facts.ts, bounded. */
export const Facts: z.ZodType<DeviceFacts> = z.object({
  vendor: text,
  os: text,
  model: text,
  firmware: text,
  serial: text,
  role: z.enum(roles).nullable(),
  system: z.object({
    name: text,
    description: text,
    objectId: text,
    contact: text,
    location: text,
    uptimeSeconds: number,
  }),
  macs: z.array(Text).max(factLimits.macs),
  addresses: z.array(Text).max(factLimits.addresses),
  interfaces: z
    .array(
      z.object({
        index: z.number().int(),
        name: Text,
        alias: text,
        type: whole,
        mac: text,
        admin: z.enum(['up', 'down', 'testing']).nullable(),
        oper: z.enum(oper).nullable(),
        speedBps: number,
      }),
    )
    .max(factLimits.interfaces),
  radios: z
    .array(
      z.object({
        ifIndex: whole,
        mode: z.enum(['ap', 'station', 'ptp']).nullable(),
        ssid: text,
        frequencyMhz: number,
        apMac: text,
        signalDbm: number,
        noiseDbm: number,
      }),
    )
    .max(factLimits.radios),
  stations: z
    .array(
      z.object({
        mac: text,
        ip: text,
        name: text,
        ifIndex: whole,
        signalDbm: number,
        snrDb: number,
        distanceM: number,
        uptimeSeconds: number,
        txBps: number,
        rxBps: number,
      }),
    )
    .max(factLimits.stations),
  stationCount: whole,
  links: z
    .array(
      z.object({
        ifIndex: whole,
        remoteMac: text,
        remoteIp: text,
        remoteName: text,
        up: z.boolean().nullable(),
        signalDbm: number,
        capacityBps: number,
        distanceM: number,
      }),
    )
    .max(factLimits.links),
  neighbours: z
    .array(
      z.object({
        protocol: z.enum(['lldp', 'mndp', 'cdp']),
        ifIndex: whole,
        localPort: text,
        mac: text,
        chassis: text,
        port: text,
        name: text,
        platform: text,
        addresses: z.array(Text).max(64),
      }),
    )
    .max(factLimits.neighbours),
  arp: z.array(z.object({ ip: Text, mac: Text, ifIndex: whole })).max(factLimits.arp),
  forwarding: z
    .array(z.object({ mac: Text, port: z.number().int(), ifIndex: whole, vlan: whole }))
    .max(factLimits.forwarding),
  faults: z.array(Text).max(factLimits.faults),
})

/** Facts as they travel: JSON, gzip. */
export const packFacts = (facts: DeviceFacts): Uint8Array => gzipSync(JSON.stringify(facts), { level: 4 })

const inflate = promisify(gunzip)

/** The facts of a walk item, or a sentence on what is wrong with them. */
export async function unpackFacts(packed: Uint8Array): Promise<DeviceFacts | { fault: string }> {
  try {
    const json = await inflate(packed, { maxOutputLength: factsBytes })
    const { success, data, error } = Facts.safeParse(JSON.parse(json.toString('utf8')))
    if (success) return data
    const [issue] = error.issues
    return { fault: `facts: found ${issue?.message ?? 'another shape'} at ${issue?.path.join('.') || 'the top'}` }
  } catch (error) {
    return { fault: `facts: expected gzip of JSON of at most ${factsBytes} bytes: ${String(error)}` }
  }
}
