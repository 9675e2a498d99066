import type { TransactionSql } from 'postgres'
import { outcomeNote, overBefore } from '@/lib/domain/message-outcome'
import type { PlannedRecipient } from '@/lib/domain/message-plan'
import { type Held, planFor } from './client-messages'
import { sql, transaction } from './database'
import { insertRecipients, skipWaiting, tellIncident } from './message-recipients'
import { findMessageIncident, type MessageIncident } from './message-scope'
import { numberArray } from './text-array'

const settleMs = 60_000 // a child still dark after this is an incident of its own
const followedForMs = 7 * 86_400_000

/** Whether any message waits or goes out: mostly none does. */
export async function isAnyOpen(): Promise<boolean> {
  const [row] = await sql<{ open: boolean }[]>`
    select exists (select 1 from client_messages where state in ('waiting', 'sending')) as open`
  return row?.open ?? false
}

/**
 * Begins with each message that is due, or calls it off where there is no use in it any more. One that cannot be begun with is
 * `failed` on and passed over until the next time.
 */
export async function beginDue(now: Date, failed: (error: unknown, messageId: number) => void): Promise<void> {
  const passedOver: number[] = []
  for (;;) {
    const at: { id: number | null } = { id: null }
    try {
      if (!(await beginNext(now, passedOver, at))) return
    } catch (error) {
      if (at.id === null) throw error
      passedOver.push(at.id)
      failed(error, at.id)
    }
  }
}

/** `at` says which it was, also of one that failed. False: there is none. */
async function beginNext(now: Date, passedOver: readonly number[], at: { id: number | null }): Promise<boolean> {
  return transaction(async (tx) => {
    at.id = null
    const [message] = await tx<Held[]>`
      select m.id, m.incident_id as "incidentId", m.state, m.media, m.only_if_dark as "onlyIfDark", m.send_at as "sendAt",
        m.created_at as "createdAt", m.created_by as "createdBy"
      from client_messages m left join incidents i on i.id = m.incident_id
      where m.state = 'waiting' and m.id <> all(${numberArray(passedOver)}::int[]) and (m.send_at <= ${now}
        or (m.only_if_dark and (m.incident_id is null or (i.resolved_at is not null and i.merged_into is null))))
      order by m.send_at, m.id limit 1 for update of m skip locked`
    if (!message) return false
    at.id = message.id
    const incident = message.incidentId === null ? null : await findMessageIncident(tx, message.incidentId)
    if (!incident) await callOff(tx, message.id, null, 'Its incident is no longer there', now)
    else if (!message.onlyIfDark) await begin(tx, message.id, now)
    else if (incident.resolvedAt !== null) await callOff(tx, message.id, incident, overBefore(incident), now)
    else if (message.sendAt !== null && message.sendAt <= now) await beginWithWhoIsDark(tx, message, incident, now)
    return true
  })
}

/** Whom it was for is found anew: who is back is left out, who went dark meanwhile is told. */
async function beginWithWhoIsDark(tx: TransactionSql, { id, media }: Held, incident: MessageIncident, now: Date) {
  const { planned } = await planFor(tx, incident, media, id)
  const before = await tx<Omit<PlannedRecipient, 'state' | 'why'>[]>`
    delete from message_recipients where message_id = ${id} and part = 'first' and state in ('waiting', 'skipped')
    returning client_id as "clientId", client_name as "clientName", contact_id as "contactId", medium, address, language`
  const isDark = new Set(planned.map(({ clientId }) => clientId))
  const back = before
    .filter(({ clientId }) => clientId !== null && !isDark.has(clientId))
    .map((one) => ({ ...one, state: 'skipped' as const, why: 'back before it was told' }))
  const told = await insertRecipients(tx, { messageId: id, incidentId: incident.id, part: 'first', now }, [
    ...planned,
    ...back,
  ])
  await tx`update client_messages set incident_id = ${incident.id} where id = ${id}`
  if (told === 0) await callOff(tx, id, incident, overBefore({ ...incident, resolvedAt: null }), now)
  else await begin(tx, id, now)
}

const begin = (tx: TransactionSql, id: number, now: Date) =>
  tx`update client_messages set state = 'sending', started_at = ${now} where id = ${id}`

async function callOff(tx: TransactionSql, id: number, incident: MessageIncident | null, why: string, now: Date) {
  await skipWaiting(tx, id, 'over before it was told')
  await tx`update client_messages set state = 'called_off', why = ${why}, ended_at = ${now} where id = ${id}`
  if (incident) await tellIncident(tx, incident.id, now, `${why}.`.replace('nobody was told', 'no client was told'))
}

/**
 * Readies the end of what is over for who was told of it and is back: once a minute has passed, so that what goes dark again
 * at once is not called over. Returns how many messages have something to say.
 */
export async function readyFollowUps(now: Date): Promise<number> {
  let [readied, after] = [0, 0]
  const failures: unknown[] = []
  for (;;) {
    const ids = await listOver(now, after)
    for (const id of ids) {
      after = id
      // One that fails keeps nobody else from hearing of the end.
      await transaction((tx) => readyFollowUp(tx, id, now)).then(
        (isReady) => {
          readied += isReady ? 1 : 0
        },
        (error) => failures.push(error),
      )
    }
    if (ids.length < overAtOnce) break
  }
  if (failures.length > 0) throw failures[0]
  return readied
}

const overAtOnce = 50

/** Messages of what is over with somebody who may hear of it, after this one. */
async function listOver(now: Date, after: number): Promise<number[]> {
  const messages = await sql<{ id: number }[]>`
    select m.id from client_messages m join incidents i on i.id = m.incident_id
    where m.id > ${after} and m.follow_up and m.state in ('sending', 'done')
      and m.started_at > ${new Date(now.getTime() - 2 * followedForMs)}
      and (i.merged_into is not null
        or i.resolved_at between ${new Date(now.getTime() - followedForMs)} and ${new Date(now.getTime() - settleMs)})
      and exists (${toldOnce(sql`m.id`)})
    order by m.id limit ${overAtOnce}`
  return messages.map(({ id }) => id)
}

/** Who was told, as far as is known, and has not been told of the end. */
const toldOnce = (message: ReturnType<typeof sql>) => sql`
  select 1 from message_recipients r where r.message_id = ${message} and r.part = 'first' and r.state in ('sent', 'delivered')
    and r.client_id is not null and not exists (select 1 from message_recipients f where f.message_id = r.message_id
      and f.client_id = r.client_id and f.part = 'follow_up')`

async function readyFollowUp(tx: TransactionSql, id: number, now: Date): Promise<boolean> {
  const [message] = await tx<{ incidentId: number }[]>`
    select incident_id as "incidentId" from client_messages
    where id = ${id} and state in ('sending', 'done') for update skip locked`
  const incident = message && (await findMessageIncident(tx, message.incidentId))
  if (!incident || incident.resolvedAt === null) return false
  const overFor = now.getTime() - incident.resolvedAt.getTime()
  if (overFor < settleMs || overFor > followedForMs) return false
  const added = await tx`
    insert into message_recipients (message_id, incident_id, client_id, client_name, contact_id, part, medium, address,
      language, state, identity, due_at)
    select r.message_id, r.incident_id, r.client_id, r.client_name, r.contact_id, 'follow_up', r.medium, r.address,
      r.language, 'waiting', 'bl-message-' || r.message_id || '-follow_up-' || r.client_id, ${now}
    from message_recipients r
    where r.message_id = ${id} and r.part = 'first' and r.state in ('sent', 'delivered') and r.client_id is not null
      -- what was dark before all this is another matter
      and not exists (select 1 from devices d join outages o on o.target_id = d.id and o.ended_at is null
        where d.client_id = r.client_id and o.began_at >= ${incident.beganAt})
      -- nor what another message of an incident that became this one says
      and r.client_id not in (select f.client_id from message_recipients f where f.part = 'follow_up'
        and f.incident_id = any(${numberArray(incident.family)}::int[]) and f.state <> 'skipped' and f.client_id is not null)
    order by r.id
    on conflict do nothing`
  if (added.count === 0) return false
  await tx`update client_messages set state = 'sending', ended_at = null where id = ${id}`
  return true
}

/** Ends the messages with nobody left to tell, each with a line in its incident's story. */
export async function endMessages(now: Date): Promise<number> {
  return transaction(async (tx) => {
    const held = await tx<{ id: number }[]>`
      select m.id from client_messages m where m.state = 'sending' and not exists (
        select 1 from message_recipients r where r.message_id = m.id and r.state in ('waiting', 'sending'))
      order by m.id limit 20 for update skip locked`
    // Asked again once they are held: a part may have been added since the first look, and would never be sent.
    const ended = await tx<{ id: number; incidentId: number | null }[]>`
      update client_messages m set state = 'done', ended_at = ${now}
      where id = any(${numberArray(held.map(({ id }) => id))}::int[]) and not exists (
        select 1 from message_recipients r where r.message_id = m.id and r.state in ('waiting', 'sending'))
      returning id, incident_id as "incidentId"`
    if (ended.length === 0) return 0
    const counts = await tx<
      { id: number; part: 'first' | 'follow_up'; told: number; failed: number; doubtful: number; left: number }[]
    >`
      select distinct on (message_id) message_id as id, part, count(*) filter (where state in ('sent', 'delivered'))::int as told,
        count(*) filter (where state = 'failed')::int as failed, count(*) filter (where state = 'doubtful')::int as doubtful,
        count(*) filter (where state = 'skipped')::int as left
      from message_recipients where message_id = any(${numberArray(ended.map(({ id }) => id))}::int[])
      group by message_id, part order by message_id, part desc -- the follow-up, where there is one
    `
    for (const { id, incidentId } of ended) {
      const of = counts.find((one) => one.id === id)
      if (of && incidentId !== null) await tellIncident(tx, incidentId, now, outcomeNote(of.part, of))
    }
    return ended.length
  })
}
