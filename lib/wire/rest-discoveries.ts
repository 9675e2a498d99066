import { z } from 'zod'
import { parseAddress } from '@/lib/domain/address'
import { parseRanges } from '@/lib/domain/address-range'
import { limits } from '@/lib/domain/device-fields'
import { roles } from '@/lib/domain/status'
import { Id, Instant, listQuery } from './rest'

/** Discoveries on the wire: where to look, how far it came, what was found. */
export const discoveryBounds = { seeds: 32, rate: [1, 5000] } as const

const Ranges = z.union([z.string(), z.array(z.string().max(100)).max(64)]).transform((said, context) => {
  const read = parseRanges(typeof said === 'string' ? said : said.join(','))
  if ('ranges' in read) return read.ranges
  context.addIssue({ code: 'custom', message: read.fault })
  return z.NEVER
})
const Address = z
  .string()
  .max(100)
  .transform((text, context) => {
    const parsed = parseAddress(text)
    if ('address' in parsed) return parsed.address
    context.addIssue({ code: 'custom', message: parsed.fault })
    return z.NEVER
  })
const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'expected text without control characters')

export const DiscoveryInput = z
  .strictObject({
    probe: Id.optional().describe('id; the first that is connected unless said'),
    ranges: Ranges.optional().describe('such as 10.0.0.0/24; may be left out beside seeds'),
    seeds: z
      .array(Address)
      .max(discoveryBounds.seeds)
      .default([])
      .describe('with some, only their neighbours and theirs are looked at, within the ranges; else all of the ranges'),
    site: z
      .union([line(limits.site), Id])
      .nullable()
      .default(null)
      .describe('of what is accepted; a new name makes it'),
    profiles: z.array(Id).max(64).optional().describe('ids, tried in this order; all of them unless said'),
    rate: z
      .number()
      .min(discoveryBounds.rate[0])
      .max(discoveryBounds.rate[1])
      .default(250)
      .describe('addresses a second'),
  })
  .refine((said) => said.ranges !== undefined || said.seeds.length > 0, {
    path: ['ranges'],
    message: 'expected a range such as 10.0.0.0/24, or a seed',
  })
export type DiscoveryInput = z.output<typeof DiscoveryInput>

export const DiscoveryAnswer = z.object({
  id: Id,
  probe: z.object({ id: Id, name: z.string(), connected: z.boolean() }),
  ranges: z.array(z.string()),
  seeds: z.array(z.string()),
  site: z.string().nullable(),
  profiles: z.array(Id),
  rate: z.number(),
  state: z.enum(['waiting', 'running', 'done', 'cancelled', 'failed']),
  asked: z.int(),
  total: z.int(),
  found: z.int(),
  opened: z.int().describe('of them by SNMP'),
  waiting: z.int().describe('for somebody to accept or dismiss them'),
  failure: z.string().nullable(),
  created_by: z.string(),
  created_at: Instant,
  started_at: Instant.nullable(),
  ended_at: Instant.nullable(),
})
export type DiscoveryAnswer = z.infer<typeof DiscoveryAnswer>

export const FoundQuery = listQuery({
  show: z.enum(['waiting', 'opened', 'pings', 'known', 'decided', 'all']).default('all'),
})
const Named = z.object({ id: Id, name: z.string() })
export const FoundAnswer = z.object({
  id: Id,
  address: z.string(),
  rtt_ms: z.number().nullable().describe('null: it answers no pings'),
  profile: z.string().nullable().describe('that opened it'),
  vendor: z.string().nullable(),
  model: z.string().nullable(),
  firmware: z.string().nullable(),
  name: z.string().nullable().describe('as it calls itself'),
  stations: z.int(),
  found_at: Instant,
  device: Named.nullable().describe('watched already, or accepted'),
  decision: z.enum(['accepted', 'dismissed']).nullable(),
  suggested: z.object({
    name: z.string(),
    role: z.enum(roles),
    upstream: z.object({ name: z.string(), how: z.string() }).nullable(),
    same_as: z.string().nullable().describe('the address under which the same device is accepted'),
  }),
})
export type FoundAnswer = z.infer<typeof FoundAnswer>

const all = z.enum(['waiting', 'opened', 'pings']).describe('opened: all that SNMP opened; pings: the others')
const item = z.strictObject({ id: Id, name: line(limits.name).optional(), role: z.enum(roles).optional() })
export const AcceptInput = z.union([z.strictObject({ items: z.array(item).min(1).max(5000) }), z.strictObject({ all })])
export const AcceptAnswer = z.object({
  accepted: z.array(Id).describe('ids of the devices that are watched now'),
  skipped: z.int().describe('another address of one of them'),
})
export const DismissInput = z.union([z.strictObject({ ids: z.array(Id).min(1).max(5000) }), z.strictObject({ all })])
export const DismissAnswer = z.object({ dismissed: z.int() })

export const RangesInput = z.strictObject({
  ranges: z.union([z.array(z.string()).length(0), Ranges]).describe('CIDRs; none: no discovery may look anywhere'),
})
export const RangesAnswer = z.object({ ranges: z.array(z.string()) })
