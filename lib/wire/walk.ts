import { z } from 'zod'
import { mostPackedFacts } from './facts'
import { SnmpProfile } from './snmp'

/** What probe and web say to each other of SNMP: walks, hints and discoveries. Instants are epoch ms by the probe's clock. */
const Instant = z.number().int().min(0).max(8_640_000_000_000)
const Id = z.number().int().positive().max(2_147_483_647)
const Seq = z.number().int().positive()
const ProfileId = SnmpProfile.shape.id
const PackedFacts = z.instanceof(Uint8Array).refine((packed) => packed.length <= mostPackedFacts, 'too long')

/** Facts in one message: Socket.IO ends a connection that brings more than 10 binary parts in one. */
export const mostFactsAMessage = 8
export const mostWalkItems = 8
export const mostHintItems = 500
export const mostFoundItems = 64

/** How a walk of one device went. `at`: when it began. facts: by packFacts of lib/wire/facts.ts; null: nothing was read. */
export const WalkItem = z.object({
  target_id: Id,
  at: Instant,
  profile_id: ProfileId.nullable(), // that opened it
  duration_ms: z.number().int().min(0).max(86_400_000),
  facts: PackedFacts.nullable(),
  failure: z.string().max(500).nullable(),
})
export type WalkItem = z.infer<typeof WalkItem>
export const Walks = z.object({ seq: Seq, items: z.array(WalkItem).min(1).max(mostWalkItems) })

/** What a trap said, or a table that somebody left: it hastens pings and tells causes. */
export const HintItem = z.object({
  target_id: Id,
  at: Instant,
  kind: z.enum(['link_down', 'link_up', 'rebooted', 'station_left', 'station_joined']),
  detail: z.string().max(200), // "ether3", a MAC, "up for 40 s"
})
export type HintItem = z.infer<typeof HintItem>
export const Hints = z.object({ seq: Seq, items: z.array(HintItem).min(1).max(mostHintItems) })

/** A device that a discovery came upon. rtt_ms null: it does not answer pings. facts null: no profile opens it. */
export const FoundItem = z.object({
  address: z.string().max(64),
  rtt_ms: z.number().min(0).max(600_000).nullable(),
  profile_id: ProfileId.nullable(),
  facts: PackedFacts.nullable(),
})
export type FoundItem = z.infer<typeof FoundItem>
/** How far a discovery came, and what it found since the last word. */
export const Found = z.object({
  seq: Seq,
  discovery_id: Id,
  asked: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
  ended: z.boolean(),
  failure: z.string().max(500).nullable(),
  items: z.array(FoundItem).max(mostFoundItems),
})
export type Found = z.infer<typeof Found>

/** Down `walk.now`: walk these at once, whatever their schedule. */
export const WalkNow = z.object({ target_ids: z.array(Id).max(5000) })
/**
 * Down `discover`: search for devices; the same id again changes nothing while it runs. Without seeds every address of
 * `ranges` is pinged; with seeds they and what is seen from them. What is outside `ranges` or `allowed` is never touched.
 */
export const Discover = z.object({
  id: Id,
  ranges: z.array(z.string().max(64)).min(1).max(256), // CIDRs
  allowed: z.array(z.string().max(64)).max(256).optional(), // absent: `ranges` are
  seeds: z.array(z.string().max(64)).max(256), // addresses
  profiles: z.array(SnmpProfile).max(64), // tried in this order; whole, as those of the assignment may be on their way yet
  rate: z.number().min(0.1).max(100_000), // pings a second
})
export type Discover = z.infer<typeof Discover>
/** Down `discover.cancel`: end it, and say so. */
export const DiscoverCancel = z.object({ id: Id })

/** Payload of `pg_notify('beatline_probe_orders', json)`: what a page asks of whichever web has the probe. */
export type ProbeOrder = z.infer<typeof ProbeOrder>
export const ProbeOrder = z.union([
  z.object({ walk: z.array(Id).min(1).max(1000) }),
  z.object({ discovery: Id }),
  z.object({ cancel: Id }),
])
