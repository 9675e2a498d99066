import { index, integer, pgTable, timestamp } from 'drizzle-orm/pg-core'
import { targets } from './schema'
import { sources } from './source-schema'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })
const id = () => integer('id').primaryKey().generatedAlwaysAsIdentity()

/** Pauses that are over, written by a trigger when targets.paused_at is taken back. Uptime counts them as planned. */
export const targetPauses = pgTable(
  'target_pauses',
  {
    id: id(),
    targetId: integer('target_id')
      .notNull()
      .references(() => targets.id, { onDelete: 'cascade' }),
    beganAt: at('began_at').notNull(),
    endedAt: at('ended_at').notNull(),
  },
  (t) => [index('target_pauses_target').on(t.targetId), index('target_pauses_ended').on(t.endedAt)],
)

/**
 * Time in which a source said nothing for 5 min and three polls, for whatever reason: written by a trigger when
 * sources.last_poll_at moves on. Uptime counts it as unknown for what only that source watches.
 */
export const sourceGaps = pgTable(
  'source_gaps',
  {
    id: id(),
    sourceId: integer('source_id')
      .notNull()
      .references(() => sources.id, { onDelete: 'cascade' }),
    beganAt: at('began_at').notNull(),
    endedAt: at('ended_at').notNull(),
  },
  (t) => [index('source_gaps_source').on(t.sourceId, t.endedAt)],
)
