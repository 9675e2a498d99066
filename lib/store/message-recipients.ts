import type { TransactionSql } from 'postgres'
import type { PlannedRecipient } from '@/lib/domain/message-plan'
import type { MessagePart } from '@/lib/domain/message-words'
import { newSink, publishIncidents } from './incident-events'
import { numberArray } from './text-array'

type About = { messageId: number; incidentId: number | null; part: MessagePart; now: Date }

/**
 * Adds those whom a message is for and those left out; who is told by another message of the incident meanwhile is left to
 * that one. Returns how many are to be told.
 */
export async function insertRecipients(
  tx: TransactionSql,
  { messageId, incidentId, part, now }: About,
  planned: readonly PlannedRecipient[],
): Promise<number> {
  if (planned.length === 0) return 0
  const rows = planned.map((one) => ({
    client_id: one.clientId,
    client_name: one.clientName,
    contact_id: one.contactId,
    medium: one.medium,
    address: one.address,
    language: one.language,
    state: one.state,
    why: one.why,
    identity: `bl-message-${messageId}-${part}-${one.clientId}`,
  }))
  const written = await tx<{ waiting: boolean }[]>`
    insert into message_recipients (message_id, incident_id, client_id, client_name, contact_id, part, medium, address,
      language, state, why, identity, due_at)
    select ${messageId}, ${incidentId}, r.client_id, r.client_name, r.contact_id, ${part}, r.medium, r.address, r.language,
      r.state, r.why, r.identity, ${now}::timestamptz
    from jsonb_to_recordset(${tx.json(rows)}) as r(client_id int, client_name text, contact_id int, medium text, address text,
      language text, state text, why text, identity text)
    on conflict do nothing returning state = 'waiting' as waiting`
  return written.filter(({ waiting }) => waiting).length
}

/** Clients that were told of one of these incidents, or are about to be, by a message that is not `own`: and by which. */
export async function listTold(
  tx: TransactionSql,
  incidentIds: readonly number[],
  own: number | null,
): Promise<Map<number, string>> {
  const rows = await tx<{ clientId: number; messageId: number; state: string }[]>`
    select client_id as "clientId", message_id as "messageId", state from message_recipients
    where incident_id = any(${numberArray(incidentIds)}::int[]) and part = 'first' and state <> 'skipped'
      and client_id is not null and message_id is distinct from ${own}`
  return new Map(
    rows.map(({ clientId, messageId, state }) => [
      clientId,
      toldWords[state]?.(messageId) ?? `told by message ${messageId}`,
    ]),
  )
}

const toldWords: Record<string, (messageId: number) => string> = {
  waiting: (id) => `message ${id} is for it already`,
  failed: (id) => `message ${id} did not reach it: send it again there`,
  doubtful: (id) => `perhaps told by message ${id}: see there`,
}

/** Leaves out whoever was not begun with. */
export async function skipWaiting(tx: TransactionSql, messageId: number, why: string): Promise<number> {
  const skipped = await tx`
    update message_recipients set state = 'skipped', why = ${why}, lease_until = null
    where message_id = ${messageId} and state = 'waiting'`
  return skipped.count
}

/** A line in the incident's story, its event, and a word to the keepers: the last statements of a transaction. */
export async function tellIncident(tx: TransactionSql, incidentId: number, now: Date, what: string): Promise<void> {
  await tx`
    insert into incident_notes (incident_id, at, what)
    select id, ${now}, ${what} from incidents where id = ${incidentId}`
  await tx`select pg_notify('beatline_messages', '')`
  const sink = newSink()
  sink.changed.add(incidentId)
  await publishIncidents(tx, sink, now)
}
