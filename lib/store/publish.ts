import type { JSONValue, PendingQuery, Row, TransactionSql } from 'postgres'
import type { LiveEventType } from '@/lib/wire/live'

/** A row of the event log before it has its id. `body` is what a live client gets, beside event_id, type and at. */
export type NewEvent = {
  type: LiveEventType
  at: Date
  targetId: number | null
  incidentId: number | null
  body: Record<string, JSONValue>
}

const eventsLock = 4_810_001 // one number for the one ordered log

/**
 * Appends to the event log inside the caller's transaction and wakes every listener after its commit (ids only).
 * Ids are taken under a lock held until the commit, so they rise in commit order: reading `id > last` skips nothing.
 * Keep it the last statement of the transaction: the lock is everybody's.
 */
export async function publish(tx: TransactionSql, newEvents: readonly NewEvent[]): Promise<void> {
  if (newEvents.length === 0) return
  await tx`select pg_advisory_xact_lock(${eventsLock})`
  await tx`
    insert into events (id, type, at, target_id, incident_id, body)
    select nextval('events_id'), e.type, e.at, e.target_id, e.incident_id, e.body
    from jsonb_to_recordset(${tx.json(
      newEvents.map((e, i) => ({
        n: i + 1,
        type: e.type,
        at: e.at.toISOString(),
        target_id: e.targetId,
        incident_id: e.incidentId,
        body: e.body,
      })),
    )}) as e(n int, type text, at timestamptz, target_id int, incident_id int, body jsonb)
    order by e.n`
  await tx`select pg_notify('beatline_events', last_value::text) from events_id`
}

/** The same for `count` events that a query makes: type, at, target_id, incident_id, body, in the order of its column n. */
export async function publishFrom(tx: TransactionSql, count: number, query: PendingQuery<Row[]>): Promise<void> {
  if (count === 0) return
  await tx`select pg_advisory_xact_lock(${eventsLock})`
  await tx`
    insert into events (id, type, at, target_id, incident_id, body)
    select nextval('events_id'), e.type, e.at, e.target_id, e.incident_id, e.body from (${query}) e order by e.n`
  await tx`select pg_notify('beatline_events', last_value::text) from events_id`
}
