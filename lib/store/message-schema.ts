import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { clientContacts, clients } from './client-schema'
import { incidents, users } from './schema'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })
const id = () => integer('id').primaryKey().generatedAlwaysAsIdentity()
const bigId = () => bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity()
const attempts = () =>
  jsonb('attempts').$type<{ at: string; status: number | null; answer: string }[]>().notNull().default([])

/** Words for clients, in Liquid, by language; `en` is what every other falls back to. */
export const messageTemplates = pgTable(
  'message_templates',
  {
    id: id(),
    name: text('name').notNull(),
    part: text('part').$type<'first' | 'follow_up'>().notNull(),
    language: text('language').notNull().default('en'),
    medium: text('medium').$type<'sms' | 'email'>().notNull(),
    subject: text('subject').notNull().default(''), // of e-mail
    body: text('body').notNull(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [uniqueIndex('message_templates_one').on(t.name, t.part, t.language, t.medium)],
)

/** A message to the clients behind an incident: now, or after a wait and only to whom is still dark. */
export const clientMessages = pgTable(
  'client_messages',
  {
    id: id(),
    incidentId: integer('incident_id').references(() => incidents.id, { onDelete: 'set null' }), // null: to clients chosen by hand
    template: text('template').notNull(), // its name, as it was
    media: text('media').array().notNull(), // sms, email, in order of preference; each client gets the first that reaches it
    state: text('state').$type<'draft' | 'waiting' | 'sending' | 'done' | 'cancelled' | 'called_off'>().notNull(),
    why: text('why'), // it was cancelled or called off
    sendAt: at('send_at'), // of one that waits
    onlyIfDark: boolean('only_if_dark').notNull().default(true),
    followUp: boolean('follow_up').notNull().default(true), // on recovery, to those who were told
    words: jsonb('words').notNull(), // templates of all languages, as they were when it was made: {first: [...], follow_up: [...]}
    estimate: jsonb('estimate'), // {clients, sms_parts, cost, currency} as shown before it was sent
    createdBy: text('created_by').notNull(),
    userId: integer('user_id').references(() => users.id, { onDelete: 'set null' }),
    createdAt: at('created_at').notNull().defaultNow(),
    startedAt: at('started_at'),
    endedAt: at('ended_at'),
    leaseUntil: at('lease_until'),
  },
  (t) => [
    index('client_messages_incident').on(t.incidentId),
    index('client_messages_due').on(t.sendAt).where(sql`state in ('waiting', 'sending')`),
  ],
)

/** One client's part of a message: why it was left out, or how it went. */
export const messageRecipients = pgTable(
  'message_recipients',
  {
    id: bigId(),
    messageId: integer('message_id')
      .notNull()
      .references(() => clientMessages.id, { onDelete: 'cascade' }),
    incidentId: integer('incident_id').references(() => incidents.id, { onDelete: 'set null' }),
    clientId: integer('client_id').references(() => clients.id, { onDelete: 'set null' }),
    clientName: text('client_name').notNull(), // as it was called then
    contactId: integer('contact_id').references(() => clientContacts.id, { onDelete: 'set null' }),
    part: text('part').$type<'first' | 'follow_up'>().notNull(),
    medium: text('medium').$type<'sms' | 'email'>(), // null: none reaches it
    address: text('address'),
    language: text('language').notNull().default('en'),
    subject: text('subject'),
    body: text('body'), // as sent
    state: text('state')
      .$type<'waiting' | 'sending' | 'sent' | 'delivered' | 'failed' | 'skipped' | 'doubtful'>()
      .notNull(),
    why: text('why'), // it was skipped, failed or is doubtful
    identity: text('identity').notNull().unique(), // idempotency key: what is sent at most once
    providerId: text('provider_id'), // of Twilio, or the Message-ID
    attempts: attempts(),
    dueAt: at('due_at').notNull().defaultNow(),
    leaseUntil: at('lease_until'),
    sentAt: at('sent_at'),
    deliveredAt: at('delivered_at'),
    cost: numeric('cost', { mode: 'number' }),
  },
  (t) => [
    // No client twice for one incident.
    uniqueIndex('message_recipients_once').on(t.incidentId, t.clientId, t.part).where(sql`state <> 'skipped'`),
    index('message_recipients_message').on(t.messageId, t.id),
    index('message_recipients_client').on(t.clientId, t.id),
    index('message_recipients_due').on(t.dueAt).where(sql`state in ('waiting', 'sending')`),
    index('message_recipients_provider').on(t.providerId),
    // What these point to is removed without a pass over all that was ever sent.
    index('message_recipients_incident').on(t.incidentId),
    index('message_recipients_contact').on(t.contactId),
  ],
)

/** Who said STOP, by number or e-mail address; it holds whoever the address belongs to. */
export const optOuts = pgTable(
  'opt_outs',
  {
    medium: text('medium').$type<'sms' | 'email'>().notNull(),
    address: text('address').notNull(),
    at: at('at').notNull().defaultNow(),
    how: text('how').notNull(), // "STOP by text", "link in an e-mail", an operator's name
  },
  (t) => [primaryKey({ columns: [t.medium, t.address] })],
)

/** What clients see: one page of everything, or of some sites. */
export const statusPages = pgTable('status_pages', {
  id: id(),
  slug: text('slug').notNull().unique(),
  title: text('title').notNull(),
  intro: text('intro').notNull().default(''),
  isPublic: boolean('is_public').notNull().default(false),
  siteIds: integer('site_ids').array().notNull().default(sql`'{}'::integer[]`), // empty: all
  tags: text('tags').array().notNull().default(sql`'{}'::text[]`), // of jobs and devices shown; empty: all devices
  historyDays: integer('history_days').notNull().default(90),
  takesSubscribers: boolean('takes_subscribers').notNull().default(true),
  timeZone: text('time_zone').notNull().default('UTC'),
  createdAt: at('created_at').notNull().defaultNow(),
})

/** What operators say about an incident to the public. */
export const statusUpdates = pgTable(
  'status_updates',
  {
    id: id(),
    incidentId: integer('incident_id')
      .notNull()
      .references(() => incidents.id, { onDelete: 'cascade' }),
    at: at('at').notNull().defaultNow(),
    by: text('by').notNull(),
    text: text('text').notNull(),
  },
  (t) => [index('status_updates_incident').on(t.incidentId, t.at)],
)

/** Who asked to be told, and said so twice. */
export const statusSubscribers = pgTable(
  'status_subscribers',
  {
    id: id(),
    pageId: integer('page_id').references(() => statusPages.id, { onDelete: 'cascade' }), // of a page
    clientId: integer('client_id').references(() => clients.id, { onDelete: 'cascade' }), // or of a client's own link
    medium: text('medium').$type<'sms' | 'email'>().notNull(),
    address: text('address').notNull(),
    language: text('language').notNull().default('en'),
    tokenHash: text('token_hash').notNull(), // of the code or link that confirms, and the link that ends it
    tries: integer('tries').notNull().default(0), // wrong codes
    confirmedAt: at('confirmed_at'),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('status_subscribers_one').on(
      sql`coalesce(${t.pageId}, 0)`,
      sql`coalesce(${t.clientId}, 0)`,
      t.medium,
      t.address,
    ),
  ],
)

/** The outbox of the status pages. */
export const statusDeliveries = pgTable(
  'status_deliveries',
  {
    id: bigId(),
    subscriberId: integer('subscriber_id')
      .notNull()
      .references(() => statusSubscribers.id, { onDelete: 'cascade' }),
    incidentId: integer('incident_id').references(() => incidents.id, { onDelete: 'cascade' }), // null: asks for confirmation
    event: text('event').$type<'confirm' | 'opened' | 'updated' | 'resolved'>().notNull(),
    sequence: integer('sequence').notNull().default(0), // of updates
    message: jsonb('message').notNull(),
    attempts: attempts(),
    dueAt: at('due_at').notNull().defaultNow(),
    leaseUntil: at('lease_until'),
    deliveredAt: at('delivered_at'),
    failedAt: at('failed_at'),
  },
  (t) => [
    uniqueIndex('status_deliveries_once')
      .on(t.subscriberId, t.incidentId, t.event, t.sequence)
      .where(sql`incident_id is not null`),
    index('status_deliveries_subscriber').on(t.subscriberId),
    index('status_deliveries_incident').on(t.incidentId),
    index('status_deliveries_due').on(t.dueAt).where(sql`delivered_at is null and failed_at is null`),
  ],
)

/** Monthly reports by e-mail: one a month, whoever sends it. */
export const reportMails = pgTable(
  'report_mails',
  {
    month: text('month').notNull(), // 2026-10
    recipient: text('recipient').notNull(),
    attempts: attempts(),
    dueAt: at('due_at').notNull().defaultNow(),
    leaseUntil: at('lease_until'),
    deliveredAt: at('delivered_at'),
    failedAt: at('failed_at'),
  },
  (t) => [primaryKey({ columns: [t.month, t.recipient] })],
)
