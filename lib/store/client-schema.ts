import { sql } from 'drizzle-orm'
import { boolean, customType, index, integer, pgTable, real, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })
const id = () => integer('id').primaryKey().generatedAlwaysAsIdentity()
const bytewise = customType<{ data: string }>({ dataType: () => 'text collate "C"' })

/** A customer. Its devices name it by `client_id`; a name alone that a device is given makes or finds one (trigger). */
export const clients = pgTable(
  'clients',
  {
    id: id(),
    name: text('name').notNull(), // as it is shown: "Example Feed Co (Robin Placeholder)"
    nameKey: bytewise('name_key').notNull().generatedAlwaysAs(sql`natural_key(name)`),
    kind: text('kind').$type<'company' | 'person'>().notNull().default('person'),
    company: text('company'),
    person: text('person'), // first and last name
    number: text('number'), // what the customer is called in the books
    address: text('address'), // postal
    note: text('note'),
    language: text('language').notNull().default('en'), // BCP 47, of messages to it
    timeZone: text('time_zone'), // null: that of its site
    smsAllowed: boolean('sms_allowed').notNull().default(true), // consent
    emailAllowed: boolean('email_allowed').notNull().default(true),
    statusLinkRound: integer('status_link_round').notNull().default(0), // 0: no link; a higher one voids the links before
    byHand: boolean('by_hand').notNull().default(true), // false: made by a source
    vanishedAt: at('vanished_at'), // no source lists it any more
    archivedAt: at('archived_at'), // left; no messages
    createdAt: at('created_at').notNull().defaultNow(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('clients_hand_name').on(t.name).where(sql`by_hand`), // what a bare name on a device means
    index('clients_name').on(t.name),
    index('clients_natural').on(t.nameKey, t.id),
  ],
)

/** Whom to write to, in order of position. */
export const clientContacts = pgTable(
  'client_contacts',
  {
    id: id(),
    clientId: integer('client_id')
      .notNull()
      .references(() => clients.id, { onDelete: 'cascade' }),
    position: integer('position').notNull().default(0),
    name: text('name').notNull().default(''),
    email: text('email'),
    phone: text('phone'), // E.164 where it could be read as such, else as given
    isContact: boolean('is_contact').notNull().default(true), // general contact
    isBilling: boolean('is_billing').notNull().default(false),
    smsOk: boolean('sms_ok').notNull().default(true), // capable of texts, and opted in where the source knows
    sourceKey: text('source_key'), // null: by hand
  },
  (t) => [index('client_contacts_client').on(t.clientId, t.position)],
)

/** What a client pays for, as its source says. */
export const clientServices = pgTable(
  'client_services',
  {
    id: id(),
    clientId: integer('client_id')
      .notNull()
      .references(() => clients.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    status: text('status').notNull().default('active'),
    downMbps: real('down_mbps'),
    upMbps: real('up_mbps'),
    address: text('address'),
    sourceKey: text('source_key'),
    vanishedAt: at('vanished_at'),
  },
  (t) => [index('client_services_client').on(t.clientId)],
)
