import type { JSONValue, TransactionSql } from 'postgres'
import { planRecipients } from '@/lib/domain/message-plan'
import type { MessageMedium } from '@/lib/domain/message-recipient'
import type { MessageTemplate } from '@/lib/domain/message-words'
import { Problem } from '@/lib/problem'
import { transaction } from './database'
import type { Actor } from './incident-acts'
import { insertRecipients, listTold, skipWaiting, tellIncident } from './message-recipients'
import { findMessageIncident, listScope, type MessageIncident } from './message-scope'
import { optedOutOf } from './opt-outs'

/** What was shown before it was sent. */
export type Estimate = { clients: number; told: number; smsParts: number; cost: number; currency: string }

export type NewMessage = {
  incidentId: number
  template: string
  words: MessageTemplate
  media: MessageMedium[]
  /** now, after so many minutes, or not until somebody says so. */
  send: 'now' | 'draft' | { waitMinutes: number }
  onlyIfDark: boolean
  followUp: boolean
  estimate: Estimate | null
}

export type Held = {
  id: number
  incidentId: number | null
  state: 'draft' | 'waiting' | 'sending' | 'done' | 'cancelled' | 'called_off'
  media: MessageMedium[]
  onlyIfDark: boolean
  sendAt: Date | null
  createdAt: Date
  createdBy: string
}

/**
 * Makes a message to the clients that an incident cuts off now. What is not a draft holds its clients at once: no other
 * message of the same incident goes to them. Throws conflict when it is over or cuts nobody off.
 */
export async function createMessage(wanted: NewMessage, by: Actor, now = new Date()): Promise<number> {
  return transaction(async (tx) => {
    const incident = await openIncident(tx, wanted.incidentId)
    const [row] = await tx<{ id: number }[]>`
      insert into client_messages (incident_id, template, media, state, only_if_dark, follow_up, words, estimate, created_by,
        user_id, created_at)
      values (${incident.id}, ${wanted.template}, ${wanted.media}, 'draft', ${wanted.onlyIfDark}, ${wanted.followUp},
        ${tx.json(wanted.words as unknown as JSONValue)}, ${tx.json(wanted.estimate as unknown as JSONValue)}, ${by.name},
        ${by.userId}, ${now})
      returning id`
    if (!row) throw new Error('Cannot make a message: the insert returned no row')
    if (wanted.send === 'draft') return row.id
    await start(tx, await held(tx, row.id), incident, wanted.send === 'now' ? 0 : wanted.send.waitMinutes, by, now)
    return row.id
  })
}

/** Sends a draft, or one that waits, now or after so many minutes from now. Throws not-found and conflict. */
export async function sendMessage(id: number, waitMinutes: number, by: Actor, now = new Date()): Promise<void> {
  await transaction(async (tx) => {
    const message = await held(tx, id)
    if (message.state !== 'draft' && message.state !== 'waiting')
      throw new Problem('conflict', `The message is ${stateWord(message.state)}: expected a draft, or one that waits`)
    if (message.incidentId === null) throw new Problem('conflict', 'The incident of this message is no longer there')
    const incident = await openIncident(tx, message.incidentId)
    if (message.state === 'draft') return start(tx, message, incident, waitMinutes, by, now)
    await tx`update client_messages set send_at = ${inMinutes(now, waitMinutes)} where id = ${id}`
    await tellIncident(tx, incident.id, now, waitNote(waitMinutes, by))
  })
}

/** Nobody more is told by it: what is under way comes to its end. False: it was at its end. Throws not-found. */
export async function cancelMessage(id: number, by: Actor, now = new Date()): Promise<boolean> {
  return transaction(async (tx) => {
    const { state, incidentId } = await held(tx, id)
    if (state !== 'draft' && state !== 'waiting' && state !== 'sending') return false
    const begun = state === 'sending'
    const why = `${begun ? 'Stopped' : 'Cancelled'} by ${by.name}`
    await skipWaiting(tx, id, `${begun ? 'stopped' : 'cancelled'} by ${by.name}`)
    // Of one that has begun the keeper sees the end of what is under way.
    await tx`
      update client_messages set state = ${begun ? 'sending' : 'cancelled'}, why = ${why}, follow_up = follow_up and ${begun},
        ended_at = ${begun ? null : now}
      where id = ${id}`
    if (incidentId !== null && state !== 'draft')
      await tellIncident(tx, incidentId, now, `${by.name} ${begun ? 'stopped' : 'cancelled'} the message to clients.`)
    return true
  })
}

/** How the attempt begins that somebody's decision stands for. */
export const sentAgain = 'sent again by '

/** Puts a part that failed, or may or may not have gone out, in the queue again: a decision of somebody, never made by itself. */
export async function sendAgain(recipientId: number, by: Actor, now = new Date()): Promise<number> {
  return transaction(async (tx) => {
    const [row] = await tx<{ messageId: number }[]>`
      update message_recipients set state = 'waiting', why = null, due_at = ${now}, lease_until = null, provider_id = null, sent_at = null,
        attempts = attempts || ${tx.json([{ at: now.toISOString(), status: null, answer: `${sentAgain}${by.name}` }])}
      where id = ${recipientId} and state in ('failed', 'doubtful') and medium is not null
      returning message_id as "messageId"`
    if (!row) throw new Problem('conflict', 'Only what failed or is doubtful can be sent again')
    await tx`update client_messages set state = 'sending', ended_at = null where id = ${row.messageId}`
    await tx`select pg_notify('beatline_messages', '')`
    return row.messageId
  })
}

async function start(
  tx: TransactionSql,
  { id, media }: Held,
  incident: MessageIncident,
  waitMinutes: number,
  by: Actor,
  now: Date,
): Promise<void> {
  const told = await materialise(tx, id, incident, media, now)
  if (told === 0) throw new Problem('conflict', 'Nobody can be told: see who is left out, and why')
  await tx`
    update client_messages set state = 'waiting', incident_id = ${incident.id}, send_at = ${inMinutes(now, waitMinutes)}
    where id = ${id}`
  await tellIncident(tx, incident.id, now, waitNote(waitMinutes, by))
}

/** Writes whom a message is for as things are now, and who is left out; returns how many can be told. */
async function materialise(
  tx: TransactionSql,
  messageId: number,
  incident: MessageIncident,
  media: readonly MessageMedium[],
  now: Date,
): Promise<number> {
  const { planned } = await planFor(tx, incident, media, messageId)
  return insertRecipients(tx, { messageId, incidentId: incident.id, part: 'first', now }, planned)
}

/** Whom a message about this incident would go to now. `own`: a message that does not stand in its own way. */
export async function planFor(
  tx: TransactionSql,
  incident: MessageIncident,
  media: readonly MessageMedium[],
  own: number | null = null,
) {
  const clients = await listScope(tx, incident)
  const ways = clients.flatMap(({ contacts }) =>
    contacts.flatMap(({ phone, email }) => [
      ...(phone === null ? [] : [{ medium: 'sms' as const, address: phone }]),
      ...(email === null ? [] : [{ medium: 'email' as const, address: email }]),
    ]),
  )
  const [told, optedOut] = [await listTold(tx, incident.family, own), await optedOutOf(tx, ways)]
  return { clients, planned: planRecipients(clients, { media, told, optedOut }) }
}

async function openIncident(tx: TransactionSql, id: number): Promise<MessageIncident> {
  const incident = await findMessageIncident(tx, id)
  if (!incident) throw new Problem('not-found', `No incident has the id ${id}`)
  if (incident.resolvedAt !== null) throw new Problem('conflict', 'The incident is over: nobody has to be told of it')
  return incident
}

/** The message, held until the end of the transaction. */
async function held(tx: TransactionSql, id: number): Promise<Held> {
  const [row] = await tx<Held[]>`
    select id, incident_id as "incidentId", state, media, only_if_dark as "onlyIfDark", send_at as "sendAt",
      created_at as "createdAt", created_by as "createdBy"
    from client_messages where id = ${id} for update`
  if (!row) throw new Problem('not-found', `No message has the id ${id}`)
  return row
}

const inMinutes = (now: Date, minutes: number) => new Date(now.getTime() + minutes * 60_000)
const waitNote = (minutes: number, by: Actor) =>
  minutes === 0
    ? `${by.name} has clients told now.`
    : `${by.name} has clients told in ${minutes} min, if they are still cut off.`
const stateWord = (state: Held['state']) => state.replace('_', ' ')
