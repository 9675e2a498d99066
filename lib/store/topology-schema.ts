import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  real,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { DeviceFacts } from '@/lib/domain/device-facts'
import { probes, sites, targets } from './schema'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })
const id = () => integer('id').primaryKey().generatedAlwaysAsIdentity()

/** Ways to open devices, tried in order of position; a device or its site may name one. */
export const snmpProfiles = pgTable('snmp_profiles', {
  id: id(),
  name: text('name').notNull().unique(),
  position: integer('position').notNull().default(0),
  port: integer('port').notNull().default(161),
  timeoutMs: integer('timeout_ms').notNull().default(2000),
  retries: integer('retries').notNull().default(2),
  version: text('version').$type<'1' | '2c' | '3'>().notNull(),
  credentials: text('credentials').notNull(), // SnmpCredentials of lib/wire/snmp.ts, JSON, encrypted
  createdAt: at('created_at').notNull().defaultNow(),
})

/** What the last walk of each device found, and how the last try went. */
export const deviceWalks = pgTable(
  'device_walks',
  {
    deviceId: integer('device_id')
      .primaryKey()
      .references(() => targets.id, { onDelete: 'cascade' }),
    probeId: integer('probe_id').references(() => probes.id, { onDelete: 'set null' }),
    profileId: integer('profile_id').references(() => snmpProfiles.id, { onDelete: 'set null' }), // that opened it
    walkedAt: at('walked_at'), // of these facts; null: never
    durationMs: integer('duration_ms'),
    triedAt: at('tried_at').notNull(),
    failure: text('failure'), // of the last try; null: it went well
    vendor: text('vendor'),
    model: text('model'),
    firmware: text('firmware'),
    serial: text('serial'),
    bootedAt: at('booted_at'), // by sysUpTime
    facts: jsonb('facts').$type<DeviceFacts>(),
    learntAt: at('learnt_at'), // when the graph last learnt from it; null or before walked_at: it has yet to
  },
  (t) => [index('device_walks_unlearnt').on(t.walkedAt).where(sql`learnt_at is null or learnt_at < walked_at`)],
)

/** Traps, reboots and stations that left: they hasten pings and tell causes, and open no outage alone. */
export const deviceHints = pgTable(
  'device_hints',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    deviceId: integer('device_id')
      .notNull()
      .references(() => targets.id, { onDelete: 'cascade' }),
    at: at('at').notNull(),
    kind: text('kind').$type<'link_down' | 'link_up' | 'rebooted' | 'station_left' | 'station_joined'>().notNull(),
    detail: text('detail').notNull(), // "ether3", a MAC, "up for 40 s"
    aboutId: integer('about_id').references(() => targets.id, { onDelete: 'cascade' }), // the station, where it is known
  },
  (t) => [index('device_hints_device').on(t.deviceId, t.at), index('device_hints_about').on(t.aboutId, t.at)],
)

/** When devices above or beside a dark one last answered, as far as a probe had to say so: their verdict for correlation. */
export const targetAnswers = pgTable('target_answers', {
  targetId: integer('target_id')
    .primaryKey()
    .references(() => targets.id, { onDelete: 'cascade' }),
  at: at('at').notNull(), // when the ping was sent
})

/** What the graph would say otherwise than it does: for somebody to accept or dismiss. */
export const topologySuggestions = pgTable(
  'topology_suggestions',
  {
    id: id(),
    kind: text('kind').$type<'moved' | 'new_upstream' | 'contradiction' | 'cycle'>().notNull(),
    deviceId: integer('device_id')
      .notNull()
      .references(() => targets.id, { onDelete: 'cascade' }),
    fromId: integer('from_id').references(() => targets.id, { onDelete: 'cascade' }),
    toId: integer('to_id').references(() => targets.id, { onDelete: 'cascade' }),
    words: text('words').notNull(),
    firstSeenAt: at('first_seen_at').notNull().defaultNow(),
    lastSeenAt: at('last_seen_at').notNull().defaultNow(),
    decision: text('decision').$type<'accepted' | 'dismissed'>(),
    decidedAt: at('decided_at'),
    decidedBy: text('decided_by'),
  },
  (t) => [
    uniqueIndex('topology_suggestions_open')
      .on(t.kind, t.deviceId, sql`coalesce(${t.fromId}, 0)`, sql`coalesce(${t.toId}, 0)`)
      .where(sql`decision is null`),
  ],
)

/** A search for devices: addresses swept by ping, then asked by SNMP, by one probe. */
export const discoveries = pgTable('discoveries', {
  id: id(),
  probeId: integer('probe_id')
    .notNull()
    .references(() => probes.id, { onDelete: 'cascade' }),
  ranges: text('ranges').array().notNull(), // CIDR; addresses outside are never touched
  seeds: text('seeds').array().notNull().default(sql`'{}'::text[]`), // addresses whose neighbours are looked at, and theirs
  siteId: integer('site_id').references(() => sites.id, { onDelete: 'set null' }), // of what is accepted
  profileIds: integer('profile_ids').array().notNull(),
  ratePerSecond: real('rate_per_second').notNull(),
  state: text('state').$type<'waiting' | 'running' | 'done' | 'cancelled' | 'failed'>().notNull().default('waiting'),
  total: integer('total').notNull().default(0),
  asked: integer('asked').notNull().default(0),
  failure: text('failure'),
  createdBy: text('created_by').notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
  startedAt: at('started_at'),
  endedAt: at('ended_at'),
  cancelled: boolean('cancelled').notNull().default(false), // asked for; the probe ends it
})

/** What a discovery found; it waits for somebody to accept or dismiss it. */
export const foundDevices = pgTable(
  'found_devices',
  {
    id: id(),
    discoveryId: integer('discovery_id')
      .notNull()
      .references(() => discoveries.id, { onDelete: 'cascade' }),
    address: text('address').notNull(),
    rttMs: real('rtt_ms'),
    profileId: integer('profile_id').references(() => snmpProfiles.id, { onDelete: 'set null' }),
    facts: jsonb('facts').$type<DeviceFacts>(), // null: answers pings, and no profile opens it
    foundAt: at('found_at').notNull().defaultNow(),
    deviceId: integer('device_id').references(() => targets.id, { onDelete: 'set null' }), // it is known already, or was accepted
    decision: text('decision').$type<'accepted' | 'dismissed'>(),
    decidedAt: at('decided_at'),
    decidedBy: text('decided_by'),
  },
  (t) => [uniqueIndex('found_devices_address').on(t.discoveryId, t.address)],
)
