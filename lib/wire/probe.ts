import { z } from 'zod'
import { SnmpProfile } from './snmp'
import { type Discover, type DiscoverCancel, Found, Hints, type WalkNow, Walks } from './walk'

/**
 * What probe and web say to each other on Socket.IO namespace `/probe` (auth: {token, spool_id, name?, version, ping_way}).
 * Up: every message carries `seq`, waits in the probe's spool until the ack `{committed: seq}`, is stored once.
 * Instants are epoch milliseconds by the probe's clock (UTC); durations are seconds.
 */
const Instant = z.number().int().min(0).max(8_640_000_000_000)
const TargetId = z.number().int().positive().max(2_147_483_647)

const ProfileId = SnmpProfile.shape.id

/** Rises when a target was paused: what was found in an earlier round is void. Absent in messages of older versions. */
const Round = z.number().int().min(0).max(2_147_483_647).optional()

/** One ping, verbatim: when sent, round trip in ms or null, and what else came back (an ICMP error in words). */
export const PingRecord = z.object({
  sent_at: Instant,
  rtt_ms: z.number().min(0).max(600_000).nullable(),
  answer: z.string().max(120).optional(), // e.g. "host unreachable from 10.0.0.1"
})
export type PingRecord = z.infer<typeof PingRecord>

/** The evidence kept with an outage, opened and closed: the pings that decided, the rule they met, and who sent them. */
export const Evidence = z.object({
  rule: z.string().max(80), // "3 misses in 15 s", "2 hits in a row"
  address: z.string().max(64),
  way: z.enum(['raw', 'datagram', 'system']),
  pings: z.array(PingRecord).max(64),
})
export type Evidence = z.infer<typeof Evidence>

/** A target that answered a ping sent at `at`. */
export const Answered = z.object({ target_id: TargetId, at: Instant })
export type Answered = z.infer<typeof Answered>
export const mostAnswered = 512

export const IsolatedItem = z.object({
  target_id: TargetId,
  began_at: Instant,
  isolated_at: Instant,
  evidence: Evidence,
  round: Round, // in which it was found
  /**
   * Devices above it and beside it (below the same upstream) that answered a ping sent after its first miss: their verdict.
   * Correlation waits up to 15 s for what is above to be named here, in `answers`, or dark itself.
   */
  answered: z.array(Answered).max(mostAnswered).optional(),
})
export type IsolatedItem = z.infer<typeof IsolatedItem>
export const RevivedItem = z.object({ target_id: TargetId, ended_at: Instant, decided_at: Instant, evidence: Evidence })
export type RevivedItem = z.infer<typeof RevivedItem>

const Seq = z.number().int().positive()
export const maxItems = 500
/** Up messages: event name -> schema. */
export const upMessages = {
  'outage.isolated': z.object({ seq: Seq, items: z.array(IsolatedItem).min(1).max(maxItems) }),
  'outage.revived': z.object({ seq: Seq, items: z.array(RevivedItem).min(1).max(maxItems) }),
  /** Devices above or beside a dark one that answered after its first miss, and could not be named with it yet. */
  answers: z.object({ seq: Seq, items: z.array(Answered).min(1).max(maxItems) }),
  /** A minute of measurements, columns packed by lib/wire/frame.ts. */
  frame: z.object({
    seq: Seq,
    minute_at: Instant,
    target_count: z.number().int().min(0).max(200_000),
    columns: z.instanceof(Uint8Array),
  }),
  /** The probe lost its anchors or its own link (began), or has them again (ended). */
  blind: z.object({ seq: Seq, state: z.enum(['began', 'ended']), at: Instant, reason: z.string().max(200) }),
  walk: Walks,
  hints: Hints,
  found: Found,
} as const
/** What a web that does not list it in `takes` would never answer: it is dropped, not kept for ever. */
export const topologyNames = [
  'answers',
  'walk',
  'hints',
  'found',
] as const satisfies readonly (keyof typeof upMessages)[]
export type UpName = keyof typeof upMessages
export type UpMessage = { [N in UpName]: { name: N; body: z.infer<(typeof upMessages)[N]> } }[UpName]
/** committed: stored (or stored before). rejected: will never be taken; the probe keeps it aside, logs `error`, goes on. retry: send again later. */
export type UpAck = { committed: number } | { rejected: number; error: string } | { retry: number; error: string }

/** Volatile, unacknowledged, lost when the link is down: momentary states and watched pings. */
export const Moments = z.object({
  items: z
    .array(z.object({ target_id: TargetId, status: z.enum(['suspect', 'steady', 'answered']), since: Instant }))
    .max(5000),
})
export const WatchedPings = z.object({
  items: z
    .array(z.object({ target_id: TargetId, pings: z.array(z.tuple([Instant, z.number().nullable()])).max(128) }))
    .max(1000),
})

export const mostUpstream = 32
/** One device to watch; rules already resolved through global -> site -> device. Paused devices are left out. */
export const AssignedTarget = z.object({
  id: TargetId,
  address: z.string().max(64),
  interval: z.number().min(0.2).max(86_400), // s
  timeout: z.number().min(0.05).max(60), // s
  misses: z.number().int().min(1).max(100),
  within: z.number().min(1).max(86_400), // s
  // An outage of this target that stands open: not isolated again, only revived.
  open: z.object({ began_at: Instant }).nullable(),
  round: Round, // what the probe holds of an earlier one it forgets, and isolates afresh
  upstream: z.array(TargetId).max(mostUpstream).optional(), // devices directly above; absent of older versions
  snmp: z
    .object({ profiles: z.array(ProfileId).max(64), every: z.number().min(1).max(604_800) }) // tried in this order; s
    .nullable()
    .optional(), // null: not walked
})
export type AssignedTarget = z.infer<typeof AssignedTarget>

/** Down: `assignment`. A full one replaces everything (in chunks of up to 5,000: first .. last); a change has upserts and removals. */
export const Assignment = z.object({
  version: z.number().int().nonnegative(),
  kind: z.enum(['full', 'change']),
  first: z.boolean(), // of a full one: forget what you had collected
  last: z.boolean(), // of a full one: now it is complete, drop what it did not name
  confirm_interval: z.number().min(0.1).max(60), // s
  revive_hits: z.number().int().min(1).max(100),
  anchors: z.array(z.string().max(64)).max(16), // beside the default gateway
  targets: z.array(AssignedTarget).max(5000),
  removed: z.array(TargetId).max(5000),
  snmp_profiles: z.array(SnmpProfile).max(256).optional(), // all of them, each time; absent: as they were, or an older web
})
export type Assignment = z.infer<typeof Assignment>
/** Down: `watch` {target_ids}: stream `pings` of these (the recent ones at once). The first word on each connection. */
export const Watch = z.object({
  target_ids: z.array(TargetId).max(1000),
  takes: z.array(z.string().max(40)).max(64).optional(), // up messages that this web knows; absent: those before topology
})

export const ProbeAuth = z.object({
  token: z.string().min(20).max(200),
  spool_id: z.uuid(),
  version: z.string().max(40),
  ping_way: z.enum(['raw', 'datagram', 'system']),
  networks: z.array(z.string().max(64)).max(64).optional(), // CIDRs of its own interfaces; absent of older versions
})
export type ProbeAuth = z.infer<typeof ProbeAuth>

export type ProbeToWeb = {
  [N in UpName]: (body: z.infer<(typeof upMessages)[N]>, ack: (answer: UpAck) => void) => void
} & {
  moments: (body: z.infer<typeof Moments>) => void
  pings: (body: z.infer<typeof WatchedPings>) => void
}
export type WebToProbe = {
  /** Acknowledged by the probe once applied, so chunks do not pile up. */
  assignment: (body: Assignment, done: () => void) => void
  watch: (body: z.infer<typeof Watch>) => void
  'walk.now': (body: z.infer<typeof WalkNow>) => void
  discover: (body: Discover) => void
  'discover.cancel': (body: z.infer<typeof DiscoverCancel>) => void
  /** Another process came with the same token: this connection ends. */
  replaced: () => void
}
