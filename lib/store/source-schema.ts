import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'
import { clientServices, clients } from './client-schema'
import { sites, targets } from './schema'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })
const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/** Where sites, devices, clients and a second opinion on what is dark come from. */
export const sources = pgTable('sources', {
  id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
  kind: text('kind').$type<'uisp' | 'sonar' | 'csv'>().notNull(),
  name: text('name').notNull().unique(),
  config: text('config').notNull(), // the kind's JSON, encrypted
  detail: text('detail').notNull().default(''), // where it leads, without secrets
  enabled: boolean('enabled').notNull().default(true),
  applies: text('applies').$type<'by_itself' | 'after_review'>().notNull().default('after_review'),
  pings: text('pings').$type<'none' | 'infrastructure' | 'all'>().notNull().default('none'), // of the devices it brings
  syncSeconds: integer('sync_seconds').notNull().default(3600), // what there is
  pollSeconds: integer('poll_seconds').notNull().default(60), // what is dark, at least 30; 0: not polled
  isolateMisses: integer('isolate_misses').notNull().default(2), // X dark answers
  isolatePolls: integer('isolate_polls').notNull().default(3), // of the last Y polls that were answered
  revivePolls: integer('revive_polls').notNull().default(2), // in a row
  faultPolls: integer('fault_polls').notNull().default(2), // polls in a row that failed, before it is an incident
  nextSyncAt: at('next_sync_at').notNull().defaultNow(),
  nextPollAt: at('next_poll_at').notNull().defaultNow(),
  syncLeaseUntil: at('sync_lease_until'),
  pollLeaseUntil: at('poll_lease_until'),
  lastSyncAt: at('last_sync_at'), // that went well
  lastPollAt: at('last_poll_at'), // when the last good poll was answered
  faults: integer('faults').notNull().default(0), // polls in a row that failed
  failingSince: at('failing_since'),
  fault: text('fault'), // in words, of the last try
  counts: jsonb('counts').$type<Record<string, number>>().notNull().default({}), // of the last sync and poll
  jobId: integer('job_id').references(() => targets.id, { onDelete: 'set null' }), // of the house; its outage is the source's own
  historyReadAt: at('history_read_at'), // outages from before it was connected
  createdAt: at('created_at').notNull().defaultNow(),
})

/** What a source lists, by the source's own key, and what of ours it stands for. */
export const sourceRecords = pgTable(
  'source_records',
  {
    sourceId: integer('source_id')
      .notNull()
      .references(() => sources.id, { onDelete: 'cascade' }),
    kind: text('kind').$type<'site' | 'device' | 'client' | 'service' | 'link'>().notNull(),
    key: text('key').notNull(),
    mac: text('mac'), // 12 hex digits, lower case
    name: text('name').notNull(),
    deviceId: integer('device_id').references(() => targets.id, { onDelete: 'set null' }),
    siteId: integer('site_id').references(() => sites.id, { onDelete: 'set null' }),
    clientId: integer('client_id').references(() => clients.id, { onDelete: 'set null' }),
    serviceId: integer('service_id').references(() => clientServices.id, { onDelete: 'set null' }),
    record: jsonb('record').notNull(), // as read, a plain record of lib/sources
    said: jsonb('said').$type<Record<string, unknown>>().notNull().default({}), // what it last wrote here; what differs was edited by hand
    seenAt: at('seen_at').notNull(),
    vanishedAt: at('vanished_at'),
  },
  (t) => [
    primaryKey({ columns: [t.sourceId, t.kind, t.key] }),
    index('source_records_device').on(t.deviceId),
    index('source_records_client').on(t.clientId),
    index('source_records_mac').on(t.mac),
  ],
)

/** A reading of a whole source: what it would change, what it changed, or why it could not. */
export const sourceRuns = pgTable(
  'source_runs',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    sourceId: integer('source_id')
      .notNull()
      .references(() => sources.id, { onDelete: 'cascade' }),
    state: text('state').$type<'reading' | 'planned' | 'applied' | 'dismissed' | 'failed'>().notNull(),
    beganAt: at('began_at').notNull().defaultNow(),
    endedAt: at('ended_at'),
    progress: text('progress'), // "devices: 400 of 4,009"
    words: text('words'), // why it failed
    changes: jsonb('changes'), // counts, and each change in words, bounded
    rejected: jsonb('rejected'), // [{what, reason}]: entries that could not be read
    snapshot: bytea('snapshot'), // gzip JSON of the records: applied is exactly what was shown
    by: text('by'), // null: by schedule
    appliedAt: at('applied_at'),
    appliedBy: text('applied_by'),
  },
  (t) => [index('source_runs_source').on(t.sourceId, t.id)],
)

/** What a source's polls said of a device, as far as the isolation window reaches: a restart forgets nothing. */
export const sourceStates = pgTable(
  'source_states',
  {
    sourceId: integer('source_id')
      .notNull()
      .references(() => sources.id, { onDelete: 'cascade' }),
    deviceId: integer('device_id')
      .notNull()
      .references(() => targets.id, { onDelete: 'cascade' }),
    polls: jsonb('polls').$type<[at: number, dark: 0 | 1][]>().notNull().default([]), // ms; only while it is not simply up
    status: text('status'), // the source's word
    darkSince: at('dark_since'), // the first dark answer of what is isolated; null: not isolated
    isolatedAt: at('isolated_at'),
    evidence: jsonb('evidence'), // the entry that isolated it, verbatim and bounded
    bootedAt: at('booted_at'),
    signal: real('signal'), // dBm
  },
  (t) => [
    primaryKey({ columns: [t.sourceId, t.deviceId] }),
    index('source_states_dark').on(t.deviceId).where(sql`dark_since is not null`),
  ],
)
