import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  bigint,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type { ChannelKind } from '@/lib/domain/channel-kind'
import type { EdgeEvidence, Provenance } from '@/lib/domain/edge'
import type { Role, Status } from '@/lib/domain/status'
import { clients } from './client-schema'

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
// Compared byte by byte: fast, and the same under every locale.
const bytewise = customType<{ data: string }>({ dataType: () => 'text collate "C"' })
const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })
const id = () => integer('id').primaryKey().generatedAlwaysAsIdentity()
const bigId = () => bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity()
const createdAt = () => at('created_at').notNull().defaultNow()

// ---- who may do what ----
export const users = pgTable('users', {
  id: id(),
  email: text('email').notNull().unique(), // lower case
  name: text('name').notNull(),
  passwordHash: text('password_hash').notNull(), // argon2id
  role: text('role').$type<'admin' | 'operator' | 'viewer'>().notNull().default('operator'),
  timeZone: text('time_zone'),
  createdAt: createdAt(),
})

/** One row a sign-in; the JWT cookie carries its id, so that a session can be revoked. */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    userId: integer('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: createdAt(),
    lastSeenAt: at('last_seen_at').notNull().defaultNow(),
    userAgent: text('user_agent'),
    address: text('address'),
    revokedAt: at('revoked_at'),
  },
  (t) => [index('sessions_user').on(t.userId)],
)

export const apiKeys = pgTable('api_keys', {
  id: id(),
  name: text('name').notNull(),
  hash: text('hash').notNull().unique(), // sha256 hex of the whole key: 32 random bytes need no slow hash
  hint: text('hint').notNull(), // the first characters, to recognise it by
  role: text('role').$type<'admin' | 'operator' | 'viewer'>().notNull(),
  createdAt: createdAt(),
  lastUsedAt: at('last_used_at'),
})

/** Failed sign-ins by account and by address: the throttle's memory, shared by all webs. */
export const signInFailures = pgTable(
  'sign_in_failures',
  { key: text('key').notNull(), at: at('at').notNull().defaultNow() },
  (t) => [index('sign_in_failures_key').on(t.key, t.at)],
)

/** Settings that are data: VAPID keys, isolation defaults, last good cycle. Secrets are encrypted before they get here. */
export const settings = pgTable('settings', { name: text('name').primaryKey(), value: jsonb('value').notNull() })

// ---- what is watched ----
export const sites = pgTable('sites', {
  id: id(),
  name: text('name').notNull().unique(),
  latitude: real('latitude'),
  longitude: real('longitude'),
  timeZone: text('time_zone'),
  snmpProfile: text('snmp_profile'), // name; null: inherited
  pingInterval: real('ping_interval'), // s; null: inherited
  pingTimeout: real('ping_timeout'), // s
  isolateMisses: integer('isolate_misses'),
  isolateSeconds: real('isolate_seconds'),
  createdAt: createdAt(),
})

/** A device or a job: whatever can have an outage. Devices and jobs share this id. */
export const targets = pgTable(
  'targets',
  {
    id: id(),
    kind: text('kind').$type<'device' | 'job'>().notNull(),
    name: text('name').notNull(),
    nameKey: bytewise('name_key').notNull().generatedAlwaysAs(sql`natural_key(name)`), // job2 before job10
    siteId: integer('site_id').references(() => sites.id, { onDelete: 'set null' }),
    tags: text('tags').array().notNull().default(sql`'{}'::text[]`),
    status: text('status').$type<Status>().notNull().default('new'),
    statusSince: at('status_since').notNull().defaultNow(),
    flappingSince: at('flapping_since'),
    pausedAt: at('paused_at'),
    watchRound: integer('watch_round').notNull().default(0), // rises when it is paused: verdicts of an earlier one are void
    createdAt: createdAt(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [
    unique('targets_kind_name').on(t.kind, t.name),
    index('targets_site').on(t.siteId),
    index('targets_status').on(t.status), // the board asks for what is not up
    index('targets_natural').on(t.kind, t.nameKey, t.id), // a page of the registry
    index('targets_status_natural').on(t.kind, t.status, t.nameKey, t.id), // a page by status, worst first
  ],
)

export const devices = pgTable(
  'devices',
  {
    id: integer('id')
      .primaryKey()
      .references(() => targets.id, { onDelete: 'cascade' }),
    address: text('address').notNull(), // IPv4 or IPv6, canonical
    role: text('role').$type<Role>().notNull().default('other'),
    client: text('client'), // display name of the client served, kept in line with client_id by a trigger
    clientId: integer('client_id').references(() => clients.id, { onDelete: 'set null' }),
    pinged: boolean('pinged').notNull().default(true), // false: only a source says how it is; its address may be ''
    snmpProfile: text('snmp_profile'), // name, or 'none': not walked; null: that of the site, else all in order
    pingInterval: real('ping_interval'),
    pingTimeout: real('ping_timeout'),
    isolateMisses: integer('isolate_misses'),
    isolateSeconds: real('isolate_seconds'),
  },
  (t) => [index('devices_address').on(t.address), index('devices_client').on(t.clientId)],
)

export const upstreamEdges = pgTable(
  'upstream_edges',
  {
    deviceId: integer('device_id')
      .notNull()
      .references(() => targets.id, { onDelete: 'cascade' }),
    upstreamId: integer('upstream_id')
      .notNull()
      .references(() => targets.id, { onDelete: 'cascade' }),
    provenance: text('provenance').$type<Provenance>().notNull().default('hand'), // the strongest
    confidence: real('confidence').notNull().default(1), // 0 to 1
    evidence: jsonb('evidence').$type<EdgeEvidence[]>().notNull().default([]), // each way in which it was learnt
    effective: boolean('effective').notNull().default(true), // counts; false: known, and a stronger one holds
    firstSeenAt: at('first_seen_at').notNull().defaultNow(),
    seenAt: at('seen_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.deviceId, t.upstreamId] }), index('upstream_edges_upstream').on(t.upstreamId)],
)

// ---- who measures ----
export const probes = pgTable('probes', {
  id: id(),
  name: text('name').notNull().unique(),
  tokenHash: text('token_hash').notNull().unique(), // sha256 hex
  siteIds: integer('site_ids').array().notNull().default(sql`'{}'::integer[]`), // empty: watches every site
  anchors: text('anchors').array().notNull().default(sql`'{}'::text[]`), // addresses beside the default gateway; empty with local: loopback-only probe is never blind
  connectedAt: at('connected_at'),
  disconnectedAt: at('disconnected_at'),
  lastSeenAt: at('last_seen_at'),
  blindSince: at('blind_since'),
  pingWay: text('ping_way'), // raw | datagram | system
  version: text('version'),
  networks: text('networks').array().notNull().default(sql`'{}'::text[]`), // CIDRs of its own interfaces, as it says
  createdAt: createdAt(),
})

/** How far each spool of a probe was committed; a wiped spool has a new id, so its numbers start anew. */
export const probeSpools = pgTable(
  'probe_spools',
  {
    probeId: integer('probe_id')
      .notNull()
      .references(() => probes.id, { onDelete: 'cascade' }),
    spoolId: uuid('spool_id').notNull(),
    lastSeq: bigint('last_seq', { mode: 'number' }).notNull().default(0),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.probeId, t.spoolId] })],
)

/** What each probe says of a dark target; an outage needs the majority of the probes that watch it and are not blind. */
export const verdicts = pgTable(
  'verdicts',
  {
    targetId: integer('target_id')
      .notNull()
      .references(() => targets.id, { onDelete: 'cascade' }),
    probeId: integer('probe_id')
      .notNull()
      .references(() => probes.id, { onDelete: 'cascade' }),
    beganAt: at('began_at').notNull(),
    isolatedAt: at('isolated_at').notNull(),
    evidence: jsonb('evidence').notNull(),
  },
  (t) => [primaryKey({ columns: [t.targetId, t.probeId] })],
)

// ---- what happened ----
export const incidents = pgTable(
  'incidents',
  {
    id: id(),
    kind: text('kind').$type<'down' | 'members_lost' | 'blind' | 'flapping'>().notNull(),
    targetId: integer('target_id').references(() => targets.id, { onDelete: 'set null' }), // the root; null for a blind probe
    probeId: integer('probe_id').references(() => probes.id, { onDelete: 'set null' }),
    rootName: text('root_name').notNull(), // as it was called then
    siteName: text('site_name'),
    priority: text('priority').$type<'critical' | 'normal' | 'low'>().notNull().default('normal'),
    openedAt: at('opened_at').notNull(),
    resolvedAt: at('resolved_at'),
    acknowledgedAt: at('acknowledged_at'),
    acknowledgedBy: text('acknowledged_by'),
    assigneeId: integer('assignee_id').references(() => users.id, { onDelete: 'set null' }),
    snoozedUntil: at('snoozed_until'),
    mutedForAll: boolean('muted_for_all').notNull().default(false),
    mutedFor: integer('muted_for').array().notNull().default(sql`'{}'`), // ids of channels
    resolvedBy: text('resolved_by'), // by hand; null: it ended by itself
    mergedInto: integer('merged_into'), // the incident that took it over; its outages are there
    clients: integer('clients').notNull().default(0), // clients of all that is cut off by it, counted through the graph
    clientNames: text('client_names').array().notNull().default(sql`'{}'`), // the first of them
    devices: integer('devices').notNull().default(0), // cut off by it, its root among them where that is dark
    createdAt: createdAt(),
  },
  (t) => [
    uniqueIndex('incidents_open_root').on(t.kind, t.targetId).where(sql`resolved_at is null and target_id is not null`),
    uniqueIndex('incidents_open_probe').on(t.probeId).where(sql`resolved_at is null and kind = 'blind'`),
    index('incidents_opened').on(t.openedAt),
  ],
)

export const outages = pgTable(
  'outages',
  {
    id: id(),
    targetId: integer('target_id')
      .notNull()
      .references(() => targets.id, { onDelete: 'cascade' }),
    beganAt: at('began_at').notNull(), // first miss, by the probe's clock
    isolatedAt: at('isolated_at').notNull(),
    endedAt: at('ended_at'), // first hit of the revival
    state: text('state').$type<'down' | 'unreachable'>().notNull().default('down'),
    cause: text('cause'),
    incidentId: integer('incident_id').references(() => incidents.id, { onDelete: 'set null' }),
    planned: boolean('planned').notNull().default(false),
    remembered: boolean('remembered').notNull().default(false), // by a source, from before it was connected: nobody is told
    openedEvidence: jsonb('opened_evidence').notNull(),
    closedEvidence: jsonb('closed_evidence'),
    recordedAt: at('recorded_at').notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('outages_open_target').on(t.targetId).where(sql`ended_at is null`), // one open outage a target
    index('outages_target').on(t.targetId, t.beganAt),
    index('outages_incident').on(t.incidentId),
    index('outages_began').on(t.beganAt),
    index('outages_ended').on(t.endedAt, t.beganAt, t.targetId, t.planned), // uptime reads it alone, as the rows are fat
    index('outages_unfiled').on(t.id).where(sql`incident_id is null and not remembered`), // what correlation has yet to file
  ],
)

/** What an incident's timeline says, in order. */
export const incidentNotes = pgTable(
  'incident_notes',
  {
    id: bigId(),
    incidentId: integer('incident_id')
      .notNull()
      .references(() => incidents.id, { onDelete: 'cascade' }),
    at: at('at').notNull(),
    what: text('what').notNull(),
    by: text('by'),
  },
  (t) => [index('incident_notes_incident').on(t.incidentId, t.at)],
)

/** The ordered event log. Ids are taken under an advisory lock: whoever reads id > n skips nothing. */
export const events = pgTable('events', {
  id: bigint('id', { mode: 'number' }).primaryKey(),
  type: text('type').notNull(),
  at: at('at').notNull().defaultNow(),
  targetId: integer('target_id'),
  incidentId: integer('incident_id'),
  body: jsonb('body').notNull(),
})

// ---- who is told ----
export const channels = pgTable('channels', {
  id: id(),
  kind: text('kind').$type<ChannelKind>().notNull(),
  name: text('name').notNull(),
  userId: integer('user_id')
    .unique()
    .references(() => users.id, { onDelete: 'cascade' }), // an operator's own phones
  config: text('config'), // the kind's JSON, encrypted; null for web push
  detail: text('detail').notNull().default(''), // where it leads, without secrets: "to noc@example.net"
  hours: jsonb('hours').notNull().default({ zone: 'UTC', ranges: [], place: null }), // Hours of lib/domain/hours.ts
  criticalBreaksThrough: boolean('critical_breaks_through').notNull().default(true),
  coolOffMinutes: integer('cool_off_minutes'), // null: told once
  escalateTo: integer('escalate_to').references((): AnyPgColumn => channels.id, { onDelete: 'set null' }),
  escalateAfterMinutes: integer('escalate_after_minutes'),
  lastDeliveredAt: at('last_delivered_at'),
  failingSince: at('failing_since'),
  failures: integer('failures').notNull().default(0), // in a row
  breakerUntil: at('breaker_until'), // spared until then
  brokenSince: at('broken_since'), // for good, until someone repairs it
  lastAnswer: text('last_answer'), // of the last failure
  createdAt: createdAt(),
})

/** A browser or phone of an operator. deviceKey is made by the browser and survives a new endpoint. */
export const pushDevices = pgTable('push_devices', {
  id: id(),
  userId: integer('user_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' }),
  deviceKey: uuid('device_key').notNull().unique(),
  name: text('name').notNull(),
  endpoint: text('endpoint').unique(), // null once lost; a capability URL: never returned
  deadEndpointHash: text('dead_endpoint_hash'), // sha256 hex of the last endpoint that answered 404 or 410
  p256dh: text('p256dh'),
  auth: text('auth'), // encrypted
  vapidKey: text('vapid_key'), // the public key it was made with
  permission: text('permission').$type<'granted' | 'denied' | 'default'>().notNull().default('granted'),
  intent: boolean('intent').notNull().default(true), // alerts wanted on this device
  userAgent: text('user_agent'),
  state: text('state').$type<'ok' | 'lost' | 'doubtful' | 'muted'>().notNull().default('ok'),
  lostReason: text('lost_reason'),
  createdAt: createdAt(),
  healedAt: at('healed_at'),
  lastSeenAt: at('last_seen_at'),
  lastAcceptedAt: at('last_accepted_at'),
  lastShownAt: at('last_shown_at'),
  lastOpenedAt: at('last_opened_at'),
  lastError: text('last_error'),
})

export const decisions = pgTable(
  'decisions',
  {
    id: bigId(),
    at: at('at').notNull().defaultNow(),
    incidentId: integer('incident_id')
      .notNull()
      .references(() => incidents.id, { onDelete: 'cascade' }),
    event: text('event').$type<'opened' | 'grew' | 'escalated' | 'reminded' | 'resolved'>().notNull(),
    channelId: integer('channel_id').references(() => channels.id, { onDelete: 'cascade' }),
    outcome: text('outcome').$type<'sent' | 'delayed' | 'digest' | 'suppressed' | 'skipped'>().notNull(),
    until: at('until'),
    rule: text('rule').notNull(),
    why: text('why').notNull(),
    inputs: jsonb('inputs').notNull(),
  },
  (t) => [index('decisions_incident').on(t.incidentId), index('decisions_channel').on(t.channelId, t.at)],
)

/** One message about one incident to one channel: an identity for the incident's whole life. */
export const notices = pgTable(
  'notices',
  {
    id: id(),
    incidentId: integer('incident_id')
      .notNull()
      .references(() => incidents.id, { onDelete: 'cascade' }),
    channelId: integer('channel_id')
      .notNull()
      .references(() => channels.id, { onDelete: 'cascade' }),
    sequence: integer('sequence').notNull().default(0), // messages of it so far
    reference: jsonb('reference').$type<Record<string, string>>(), // what the medium keeps of its first message
    createdAt: createdAt(),
  },
  (t) => [unique('notices_identity').on(t.incidentId, t.channelId)],
)

/** The outbox: one state of a notice on its way to one place (for web push, one device). */
export const deliveries = pgTable(
  'deliveries',
  {
    id: bigId(),
    noticeId: integer('notice_id').references(() => notices.id, { onDelete: 'cascade' }), // null: a test push or a digest
    event: text('event')
      .$type<'opened' | 'grew' | 'escalated' | 'reminded' | 'resolved' | 'test' | 'digest'>()
      .notNull(),
    pushDeviceId: integer('push_device_id')
      .notNull()
      .references(() => pushDevices.id, { onDelete: 'cascade' }),
    message: jsonb('message').notNull(),
    createdAt: createdAt(),
    dueAt: at('due_at').notNull().defaultNow(),
    leaseUntil: at('lease_until'),
    attempts: jsonb('attempts').$type<{ at: string; status: number | null; answer: string }[]>().notNull().default([]),
    deliveredAt: at('delivered_at'),
    failedAt: at('failed_at'), // for good
    shownAt: at('shown_at'), // receipt of the service worker
    openedAt: at('opened_at'),
  },
  (t) => [
    uniqueIndex('deliveries_once').on(t.noticeId, t.event, t.pushDeviceId).where(sql`event <> 'reminded'`),
    index('deliveries_due').on(t.dueAt).where(sql`delivered_at is null and failed_at is null`),
    index('deliveries_notice').on(t.noticeId),
    index('deliveries_device').on(t.pushDeviceId, t.id), // one device's queue, and what healing makes due again
  ],
)

// ---- measurements (partitioned by time in the migration) ----
/** A probe's minute: columns of target, sent, lost, rtt min / median / max, packed (lib/wire/frame.ts). */
export const frames = pgTable(
  'frames',
  {
    probeId: integer('probe_id').notNull(),
    minuteAt: at('minute_at').notNull(),
    columns: bytea('columns').notNull(),
    targetCount: integer('target_count').notNull(),
  },
  (t) => [primaryKey({ columns: [t.minuteAt, t.probeId] })],
)

/** A device's hour: arrays of 60, a place a minute; null where nothing was measured. rtt in microseconds. */
export const hours = pgTable(
  'hours',
  {
    targetId: integer('target_id').notNull(),
    probeId: integer('probe_id').notNull(),
    hourAt: at('hour_at').notNull(),
    sent: smallint('sent').array().notNull(),
    lost: smallint('lost').array().notNull(),
    rttMinUs: integer('rtt_min_us').array().notNull(),
    rttMedianUs: integer('rtt_median_us').array().notNull(),
    rttMaxUs: integer('rtt_max_us').array().notNull(),
  },
  (t) => [primaryKey({ columns: [t.targetId, t.hourAt, t.probeId] })],
)

/** Which hours of which probe stand in `hours`, verified; its frames may go once `frames` still equals their count. */
export const rollups = pgTable(
  'rollups',
  {
    hourAt: at('hour_at').notNull(),
    probeId: integer('probe_id').notNull(),
    frames: smallint('frames').notNull(),
    targetCount: integer('target_count').notNull(),
    verifiedAt: at('verified_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.hourAt, t.probeId] })],
)

/** Time in which nobody measured: blind or absent probes. Uptime counts it as unknown. */
export const blindSpells = pgTable('blind_spells', {
  id: id(),
  probeId: integer('probe_id')
    .notNull()
    .references(() => probes.id, { onDelete: 'cascade' }),
  beganAt: at('began_at').notNull(),
  endedAt: at('ended_at'),
  reason: text('reason').notNull(),
})

/** When each keeper last finished a cycle. */
export const keepers = pgTable('keepers', {
  name: text('name').primaryKey(),
  lastCycleAt: at('last_cycle_at').notNull(),
})
