import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { CheckKind } from '@/lib/domain/self-checks'
import type { Outcome } from '@/lib/domain/telling'
import { jobs } from './job-schema'
import { channels, incidents, notices, users } from './schema'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })
const bigId = () => bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity()

/** Which incidents lead to which channels. None at all: everyone is told. */
export const routes = pgTable('routes', {
  id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
  name: text('name').notNull(),
  condition: jsonb('condition').notNull(), // RouteCondition of lib/domain/route.ts
  channelIds: integer('channel_ids').array().notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
})

/** What the policy has to be asked again, and when: delayed, suppressed, a reminder, an escalation. */
export const pendingTellings = pgTable(
  'pending_tellings',
  {
    incidentId: integer('incident_id')
      .notNull()
      .references(() => incidents.id, { onDelete: 'cascade' }),
    channelId: integer('channel_id')
      .notNull()
      .references(() => channels.id, { onDelete: 'cascade' }),
    event: text('event').$type<'opened' | 'grew' | 'escalated' | 'reminded' | 'resolved'>().notNull(),
    outcome: text('outcome').$type<Outcome>(), // the one it waits with; null: a step that is only planned
    askAt: at('ask_at'), // null: when its cause ends
    rule: text('rule'), // why it waits: the rule of its decision; null: a step that is only planned
    because: jsonb('because'), // of an escalation: {from, because, after_minutes}
    facts: jsonb('facts'), // NoticeFacts, as they will be told
    leaseUntil: at('lease_until'), // set aside until then, as asking failed
  },
  (t) => [
    primaryKey({ columns: [t.incidentId, t.channelId, t.event] }),
    index('pending_tellings_due').on(t.askAt).where(sql`ask_at is not null`),
    index('pending_tellings_rule').on(t.rule).where(sql`rule is not null`),
  ],
)

/** What a digest that has not gone out yet will say. */
export const digestItems = pgTable(
  'digest_items',
  {
    channelId: integer('channel_id')
      .notNull()
      .references(() => channels.id, { onDelete: 'cascade' }),
    incidentId: integer('incident_id')
      .notNull()
      .references(() => incidents.id, { onDelete: 'cascade' }),
    event: text('event').$type<'opened' | 'grew' | 'escalated' | 'reminded' | 'resolved'>().notNull(),
    goesAt: at('goes_at').notNull(),
    facts: jsonb('facts').notNull(), // NoticeFacts
    addedAt: at('added_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.channelId, t.incidentId, t.event] }), index('digest_items_due').on(t.goesAt)],
)

/** The outbox of every channel but web push, whose devices have their own: one message of a notice on its way. */
export const channelDeliveries = pgTable(
  'channel_deliveries',
  {
    id: bigId(),
    channelId: integer('channel_id')
      .notNull()
      .references(() => channels.id, { onDelete: 'cascade' }),
    noticeId: integer('notice_id').references(() => notices.id, { onDelete: 'cascade' }), // null: a test or a digest
    event: text('event')
      .$type<'opened' | 'grew' | 'escalated' | 'reminded' | 'resolved' | 'test' | 'digest'>()
      .notNull(),
    sequence: integer('sequence').notNull().default(1), // 1, 2, ... of its notice; a retry keeps its number
    message: jsonb('message').notNull(), // NoticeFacts, TestFacts, or {event: 'digest', items: NoticeFacts[]}
    createdAt: at('created_at').notNull().defaultNow(),
    dueAt: at('due_at').notNull().defaultNow(),
    leaseUntil: at('lease_until'),
    attempts: jsonb('attempts').$type<{ at: string; status: number | null; answer: string }[]>().notNull().default([]),
    deliveredAt: at('delivered_at'),
    failedAt: at('failed_at'), // for good
  },
  (t) => [
    uniqueIndex('channel_deliveries_once').on(t.noticeId, t.sequence),
    index('channel_deliveries_due').on(t.dueAt).where(sql`delivered_at is null and failed_at is null`),
    index('channel_deliveries_channel').on(t.channelId, t.id),
    index('channel_deliveries_waiting').on(t.channelId, t.id).where(sql`delivered_at is null and failed_at is null`),
    index('channel_deliveries_digests').on(t.channelId, t.id).where(sql`event = 'digest'`),
  ],
)

/** What people did with an incident: the timeline tells it beside what happened. */
export const incidentActs = pgTable(
  'incident_acts',
  {
    id: bigId(),
    incidentId: integer('incident_id')
      .notNull()
      .references(() => incidents.id, { onDelete: 'cascade' }),
    at: at('at').notNull().defaultNow(),
    by: text('by').notNull(), // an operator's name, as it was then; a channel's name for who came by its link
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    act: text('act')
      .$type<'acknowledged' | 'unacknowledged' | 'assigned' | 'noted' | 'resolved' | 'snoozed' | 'muted' | 'unmuted'>()
      .notNull(),
    text: text('text'), // of a note, or a reason
    detail: jsonb('detail'), // {assignee}, {until}, {channels}
  },
  (t) => [index('incident_acts_incident').on(t.incidentId, t.id)],
)

/** Signed links that acknowledge, used once: what is here is spent. */
export const spentTokens = pgTable('spent_tokens', {
  tokenHash: text('token_hash').primaryKey(), // sha256, hex
  spentAt: at('spent_at').notNull().defaultNow(),
})

/** Beatline's checks of itself. Each beats for a job of the house, which is made by its first result. */
export const selfChecks = pgTable('self_checks', {
  key: text('key').primaryKey(), // mail, keeper, dead_man, push:<channel>, channel:<channel>
  kind: text('kind').$type<CheckKind>().notNull(),
  channelId: integer('channel_id').references(() => channels.id, { onDelete: 'set null' }), // of push and channel
  jobId: integer('job_id')
    .unique()
    .references(() => jobs.id, { onDelete: 'set null' }),
  dueAt: at('due_at').notNull(), // when it begins, or is looked at again
  waiting: jsonb('waiting'), // what was begun and has no result yet
  leaseUntil: at('lease_until'),
  lastAt: at('last_at'), // of the last result
  lastOk: boolean('last_ok'),
  lastWords: text('last_words'),
  createdAt: at('created_at').notNull().defaultNow(),
})
