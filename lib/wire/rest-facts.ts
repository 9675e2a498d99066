import { z } from 'zod'
import { provenances } from '@/lib/domain/edge'
import { roles } from '@/lib/domain/status'
import { flag, Id, Instant, listQuery } from './rest'

/** What SNMP knows of a device, and what the graph suggests. */
const text = z.string().nullable()
const number = z.number().nullable()
const Facts = z.object({
  vendor: text,
  os: text,
  model: text,
  firmware: text,
  serial: text,
  role: z.enum(roles).nullable(),
  system: z.object({
    name: text,
    description: text,
    object_id: text,
    contact: text,
    location: text,
    uptime_seconds: number,
  }),
  macs: z.array(z.string()),
  addresses: z.array(z.string()),
  interfaces: z.array(
    z.object({
      index: z.int(),
      name: z.string(),
      alias: text,
      type: number,
      mac: text,
      admin: text,
      oper: text,
      speed_bps: number,
    }),
  ),
  radios: z.array(
    z.object({
      if_index: number,
      mode: text,
      ssid: text,
      frequency_mhz: number,
      ap_mac: text,
      signal_dbm: number,
      noise_dbm: number,
    }),
  ),
  stations: z.array(
    z.object({
      mac: text,
      ip: text,
      name: text,
      if_index: number,
      signal_dbm: number,
      snr_db: number,
      distance_m: number,
      uptime_seconds: number,
      tx_bps: number,
      rx_bps: number,
    }),
  ),
  station_count: number,
  links: z.array(
    z.object({
      if_index: number,
      remote_mac: text,
      remote_ip: text,
      remote_name: text,
      up: z.boolean().nullable(),
      signal_dbm: number,
      capacity_bps: number,
      distance_m: number,
    }),
  ),
  neighbours: z.array(
    z.object({
      protocol: z.enum(['lldp', 'mndp', 'cdp']),
      if_index: number,
      local_port: text,
      mac: text,
      chassis: text,
      port: text,
      name: text,
      platform: text,
      addresses: z.array(z.string()),
    }),
  ),
  arp: z.array(z.object({ ip: z.string(), mac: z.string(), if_index: number })),
  forwarding: z.array(z.object({ mac: z.string(), port: z.int(), if_index: number, vlan: number })),
  faults: z.array(z.string()).describe('what the walk left out or could not read'),
})

const Named = z.object({ id: Id, name: z.string() })
export const FactsAnswer = z.object({
  walked_at: Instant.nullable().describe('of these facts; null: never'),
  tried_at: Instant.nullable(),
  failure: z.string().nullable().describe('of the last try'),
  duration: z.number().nullable().describe('s'),
  booted_at: Instant.nullable(),
  probe: z.string().nullable(),
  profile: z.string().nullable().describe('that opened it'),
  facts: Facts.nullable(),
  upstream: z.array(
    z.object({
      device: Named,
      provenance: z.enum(provenances),
      confidence: z.number().describe('0 to 1'),
      effective: z.boolean().describe('false: known, and a stronger one holds'),
      evidence: z.array(z.object({ provenance: z.enum(provenances), detail: z.string(), seen_at: z.string() })),
      first_seen_at: Instant,
      seen_at: Instant,
    }),
  ),
})
export type FactsAnswer = z.infer<typeof FactsAnswer>
export const WalkAnswer = z.object({ asked: z.boolean() })

export const SuggestionQuery = listQuery({
  device: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
  open: flag,
})
export const SuggestionAnswer = z.object({
  id: Id,
  kind: z.enum(['moved', 'new_upstream', 'contradiction', 'cycle']),
  device: Named,
  from: Named.nullable(),
  to: Named.nullable(),
  words: z.string(),
  first_seen_at: Instant,
  last_seen_at: Instant,
  decision: z.enum(['accepted', 'dismissed']).nullable(),
  decided_at: Instant.nullable(),
  decided_by: z.string().nullable(),
})
export type SuggestionAnswer = z.infer<typeof SuggestionAnswer>
