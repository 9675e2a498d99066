import { z } from 'zod'
import { parseAddress } from '@/lib/domain/address'
import { limits } from '@/lib/domain/device-fields'
import { ruleBounds } from '@/lib/domain/inheritance'
import { roles, statuses } from '@/lib/domain/status'

/** What the REST interface takes and gives: design/interfaces.md. Snake case, seconds, ISO instants. */
const userRoles = ['admin', 'operator', 'viewer'] as const

export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'expected text without control characters')
export const Id = z.int().min(1).max(2_147_483_647)

/** Something named by its id, or as it was listed. */
export const idOf = (what: string) =>
  z
    .union([Id, z.looseObject({ id: Id })], {
      error: ({ input }) => `found ${(JSON.stringify(input) ?? 'nothing').slice(0, 60)}, expected the id of ${what}`,
    })
    .transform((one) => (typeof one === 'number' ? one : one.id))
export const Instant = z.iso.datetime()
const seconds = ({ min, max }: { min: number; max: number }) => z.number().min(min).max(max)
const Misses = z.int().min(ruleBounds.misses.min).max(ruleBounds.misses.max)
const Address = addressOr()
// The store refuses none of what is pinged.
const AddressOrNone = addressOr('')

function addressOr(none?: '') {
  return z
    .string()
    .max(100)
    .transform((text, context) => {
      if (none !== undefined && text.trim() === '') return none
      const parsed = parseAddress(text)
      if ('address' in parsed) return parsed.address
      context.addIssue({ code: 'custom', message: parsed.fault })
      return z.NEVER
    })
}
export const TimeZone = z.string().max(60).refine(isTimeZone, 'expected an IANA zone such as Europe/Berlin')

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** `limit` and `cursor` of every list. */
export const Page = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().min(1).max(2000).optional(),
})
/** Page and parameters of one list; unknown ones are named rather than ignored. */
export const listQuery = <S extends z.ZodRawShape>(shape: S) => z.strictObject({ ...Page.shape, ...shape })
export const PageQuery = listQuery({})
export const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() })
export const flag = z
  .enum(['0', '1', 'true', 'false'])
  .transform((text) => text === '1' || text === 'true')
  .optional()

// ---- devices ----
const Isolate = z.strictObject({
  misses: Misses.nullable().default(null),
  seconds: seconds(ruleBounds.within).nullable().default(null),
})
// What an answer holds and no request decides: taken and left aside, so that what was read can be sent back.
const deviceReadOnly = {
  id: z.unknown().optional(),
  site_id: z.unknown().optional(),
  client_id: z.unknown().optional(),
  status: z.unknown().optional(),
  status_since: z.unknown().optional(),
  rtt_ms: z.unknown().optional(),
  loss: z.unknown().optional(),
  effective: z.unknown().optional(),
  outage_id: z.unknown().optional(),
  incident_id: z.unknown().optional(),
}
const deviceFields = {
  name: line(limits.name),
  address: AddressOrNone.describe('an IP address; empty only while it is not pinged'),
  pinged: z.boolean().describe('by the probes of its site; otherwise only a source says how it is'),
  role: z.enum(roles),
  site: z.union([line(limits.site), Id]).nullable(),
  upstream: z.array(z.union([line(limits.name), Id])).max(limits.upstream),
  client: z
    .union([line(limits.client), Id])
    .nullable()
    .describe('by its name, which makes it when it is new, or its id'),
  tags: z.array(line(limits.tag)).max(limits.tags),
  snmp_profile: line(limits.snmpProfile).nullable(),
  ping_interval: seconds(ruleBounds.interval).nullable(),
  ping_timeout: seconds(ruleBounds.timeout).nullable(),
  isolate: Isolate,
  paused: z.boolean(),
}

/** POST and PUT: what is left out is at its default, inherited or none. */
export const DeviceInput = z.strictObject({
  ...deviceReadOnly,
  ...deviceFields,
  pinged: deviceFields.pinged.default(true),
  role: deviceFields.role.default('other'),
  site: deviceFields.site.default(null),
  upstream: deviceFields.upstream.default([]),
  client: deviceFields.client.default(null),
  tags: deviceFields.tags.default([]),
  snmp_profile: deviceFields.snmp_profile.default(null),
  ping_interval: deviceFields.ping_interval.default(null),
  ping_timeout: deviceFields.ping_timeout.default(null),
  isolate: deviceFields.isolate.default({ misses: null, seconds: null }),
  paused: deviceFields.paused.default(false),
})
/** PATCH: what is left out stays. */
export const DevicePatch = z
  .strictObject({
    ...deviceReadOnly,
    ...deviceFields,
    isolate: z.strictObject({
      misses: Misses.nullable().optional(),
      seconds: seconds(ruleBounds.within).nullable().optional(),
    }),
  })
  .partial()
export const DeviceAnswer = z.object({
  id: Id,
  name: z.string(),
  address: z.string(),
  pinged: z.boolean(),
  role: z.enum(roles),
  site: z.string().nullable(),
  site_id: Id.nullable(),
  upstream: z.array(z.string()),
  client: z.string().nullable(),
  client_id: Id.nullable(),
  tags: z.array(z.string()),
  snmp_profile: z.string().nullable(),
  ping_interval: z.number().nullable().describe('s; null: inherited'),
  ping_timeout: z.number().nullable().describe('s; null: inherited'),
  isolate: z.object({ misses: z.number().nullable(), seconds: z.number().nullable() }).describe('null: inherited'),
  effective: z
    .object({
      ping_interval: z.number(),
      ping_timeout: z.number(),
      isolate: z.object({ misses: z.number(), seconds: z.number() }),
    })
    .describe('the rule that holds, from device, site or global'),
  paused: z.boolean(),
  status: z.enum(['up', 'suspect', 'down', 'unreachable', 'degraded', 'paused', 'unknown']),
  status_since: Instant,
  rtt_ms: z.number().nullable(),
  loss: z.number().nullable().describe('0 to 1, of the last minute'),
  outage_id: Id.nullable(),
  incident_id: Id.nullable(),
})
export type DeviceAnswer = z.infer<typeof DeviceAnswer>
export const DeviceQuery = listQuery({
  search: z.string().max(200).optional(),
  status: z.enum(statuses).optional(),
  tag: z.string().max(limits.tag).optional(),
  client: z.coerce.number().int().min(1).max(2_147_483_647).optional().describe('its id'),
  site: z
    .string()
    .max(limits.site)
    .transform((text) => (/^\d{1,9}$/.test(text) ? Number(text) : text))
    .optional(),
  sort: z.enum(['name', 'status', 'since']).optional(),
})
export const ImportQuery = z.strictObject({ atomic: flag, preview: flag })

// ---- sites ----
const siteFields = {
  name: line(limits.site),
  latitude: z.number().min(-90).max(90).nullable(),
  longitude: z.number().min(-180).max(180).nullable(),
  time_zone: TimeZone.nullable(),
  snmp_profile: line(limits.snmpProfile)
    .nullable()
    .describe('of devices that say none themselves: a name, none: they are not walked; null: every profile in order'),
  ping_interval: seconds(ruleBounds.interval).nullable(),
  ping_timeout: seconds(ruleBounds.timeout).nullable(),
  isolate: Isolate,
}
const siteReadOnly = { id: z.unknown().optional(), devices: z.unknown().optional() }
export const SiteInput = z.strictObject({
  ...siteReadOnly,
  ...siteFields,
  latitude: siteFields.latitude.default(null),
  longitude: siteFields.longitude.default(null),
  time_zone: siteFields.time_zone.default(null),
  snmp_profile: siteFields.snmp_profile.default(null),
  ping_interval: siteFields.ping_interval.default(null),
  ping_timeout: siteFields.ping_timeout.default(null),
  isolate: siteFields.isolate.default({ misses: null, seconds: null }),
})
export const SitePatch = z
  .strictObject({
    ...siteReadOnly,
    ...siteFields,
    isolate: z.strictObject({
      misses: Misses.nullable().optional(),
      seconds: seconds(ruleBounds.within).nullable().optional(),
    }),
  })
  .partial()
export const SiteAnswer = z.object({
  ...siteFields,
  id: Id,
  name: z.string(),
  time_zone: z.string().nullable(),
  isolate: z.object({ misses: z.number().nullable(), seconds: z.number().nullable() }),
  devices: z.int(),
})
export type SiteAnswer = z.infer<typeof SiteAnswer>

// ---- the rule of everything ----
const ruleFields = {
  interval: seconds(ruleBounds.interval),
  timeout: seconds(ruleBounds.timeout),
  misses: Misses,
  seconds: seconds(ruleBounds.within),
}
export const IsolationInput = z.strictObject(ruleFields)
export const IsolationAnswer = z.object(ruleFields)

// ---- people and keys ----
const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(320)
  .regex(/^[^\s@]+@[^\s@]+$/, 'expected an e-mail address')
const userFields = { email: Email, name: line(120), role: z.enum(userRoles), time_zone: TimeZone.nullable() }
export const UserInput = z.strictObject({
  email: Email,
  name: line(120),
  role: z.enum(userRoles).default('operator'),
  password: z.string().max(1024),
})
export const UserPatch = z.strictObject({ ...userFields, password: z.string().max(1024) }).partial()
export const UserAnswer = z.object({
  id: Id,
  email: z.string(),
  name: z.string(),
  role: z.enum(userRoles),
  time_zone: z.string().nullable(),
  created_at: Instant,
})
export const KeyInput = z.strictObject({ name: line(120), role: z.enum(userRoles).default('viewer') })
export const KeyPatch = z.strictObject({ name: line(120), role: z.enum(userRoles) }).partial()
export const KeyAnswer = z.object({
  id: Id,
  name: z.string(),
  hint: z.string().describe('its first characters'),
  role: z.enum(userRoles),
  created_at: Instant,
  last_used_at: Instant.nullable(),
})
export const KeyMade = KeyAnswer.extend({ key: z.string().describe('shown this once') })

// ---- probes ----
export const ProbeInput = z.strictObject({
  name: line(120),
  anchors: z.array(Address).max(16).default([]).describe('addresses that answer when the network of the probe is well'),
  sites: z.array(Id).max(1000).default([]).describe('ids; empty: every site'),
})
export const ProbePatch = z
  .strictObject({ name: line(120), anchors: z.array(Address).max(16), sites: z.array(Id).max(1000) })
  .partial()
export const ProbeAnswer = z.object({
  id: Id,
  name: z.string(),
  anchors: z.array(z.string()),
  sites: z.array(Id),
  connected: z.boolean(),
  connected_at: Instant.nullable(),
  disconnected_at: Instant.nullable(),
  last_seen_at: Instant.nullable(),
  blind_since: Instant.nullable(),
  ping_way: z.string().nullable(),
  version: z.string().nullable(),
})
export const ProbeMade = ProbeAnswer.extend({ token: z.string().describe('shown this once') })

// ---- what happened ----
const Target = z.object({ kind: z.enum(['device', 'job']), id: Id, name: z.string() })
export const OutageQuery = listQuery({
  target: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
  client: z.coerce.number().int().min(1).max(2_147_483_647).optional().describe('its id: outages of its devices'),
  open: flag,
  from: Instant.or(z.iso.datetime({ offset: true })).optional(),
  to: Instant.or(z.iso.datetime({ offset: true })).optional(),
})
export const OutageAnswer = z.object({
  id: Id,
  target: Target,
  site: z.string().nullable(),
  began_at: Instant,
  isolated_at: Instant,
  ended_at: Instant.nullable(),
  state: z.enum(['down', 'unreachable']),
  cause: z.string().nullable(),
  evidence: z.object({ opened: z.unknown(), closed: z.unknown() }),
  incident_id: Id.nullable(),
  planned: z.boolean(),
})
export const IncidentQuery = listQuery({ open: flag })
const Root = z.object({ kind: z.string(), id: Id.nullable(), name: z.string() })
export const IncidentAnswer = z.object({
  id: Id,
  kind: z.enum(['down', 'members_lost', 'blind', 'flapping']),
  root: Root,
  site: z.string().nullable(),
  opened_at: Instant,
  resolved_at: Instant.nullable(),
  acknowledged_at: Instant.nullable(),
  acknowledged_by: z.string().nullable(),
  resolved_by: z.string().nullable(),
  merged_into: Id.nullable(), // the incident that goes on with it: it may still be dark
  assignee: z.object({ id: Id, name: z.string() }).nullable(),
  snoozed_until: Instant.nullable(),
  muted_for: z.union([z.literal('everyone'), z.array(Id)]),
  priority: z.string(),
  affected_targets: z.int(),
  affected_clients: z.int(),
})
export const IncidentDetail = IncidentAnswer.extend({
  outages: z.array(OutageAnswer),
  timeline: z.array(z.object({ at: Instant, what: z.string(), by: z.string().nullable() })),
})
export const NoteInput = z.strictObject({ text: z.string().trim().min(1).max(4000) })
export const DecisionAnswer = z.object({
  at: Instant,
  event: z.enum(['opened', 'grew', 'escalated', 'reminded', 'resolved']),
  channel: z.string().nullable(),
  outcome: z.enum(['sent', 'delayed', 'digest', 'suppressed', 'skipped']),
  until: Instant.nullable(),
  rule: z.string(),
  why: z.string(),
})
export const NoticeQuery = listQuery({ incident: z.coerce.number().int().min(1).max(2_147_483_647).optional() })
export const NoticeAnswer = z.object({
  id: z.int(),
  incident_id: Id,
  channel: z.string(),
  device: z.string(),
  event: z.string(),
  created_at: Instant,
  attempts: z.array(z.object({ at: Instant, status: z.int().nullable(), answer: z.string() })),
  delivered_at: Instant.nullable(),
  failed_at: Instant.nullable(),
  shown_at: Instant.nullable(),
  opened_at: Instant.nullable(),
})
export const EventsQuery = z.strictObject({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
})
export const EventAnswer = z.looseObject({ event_id: z.int(), type: z.string(), at: Instant })

export const ProblemAnswer = z.looseObject({ type: z.string(), title: z.string(), status: z.int(), detail: z.string() })
