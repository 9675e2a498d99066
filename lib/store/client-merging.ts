import type { TransactionSql } from 'postgres'
import { type DeviceFault, orFault, refuse } from './device-writes'

export type Merged = { devices: number; contacts: number; services: number; messages: number }

/**
 * Makes two clients one: `intoId` gets the devices, contacts, services and messages of `fromId` and what it does not know
 * itself; then `fromId` is gone. Sources that listed either lead to the one that stays. Who allowed less is heeded.
 */
export async function mergeClients(intoId: number, fromId: number): Promise<Merged | null | DeviceFault> {
  return orFault(async (tx) => {
    if (intoId === fromId) return refuse('from: found the client itself, expected another one')
    const found = await tx`select id from clients where id in (${intoId}, ${fromId}) order by id for update`
    if (!found.some(({ id }) => id === intoId)) return null
    if (found.length < 2) return refuse(`from: found ${fromId}, expected the id of a client`)
    const devices = await tx`update devices set client_id = ${intoId} where client_id = ${fromId}`
    const contacts = await moveContacts(tx, intoId, fromId)
    const services = await tx`update client_services set client_id = ${intoId} where client_id = ${fromId}`
    await tx`update source_records set client_id = ${intoId} where client_id = ${fromId}`
    const messages = await moveMessages(tx, intoId, fromId)
    await moveSubscribers(tx, intoId, fromId)
    await fillIn(tx, intoId, fromId)
    await tx`delete from clients where id = ${fromId}`
    return { devices: devices.count, contacts, services: services.count, messages }
  })
}

/** After those that are there; who is there already under the same address and number goes. */
async function moveContacts(tx: TransactionSql, intoId: number, fromId: number): Promise<number> {
  await tx`
    delete from client_contacts k using client_contacts o where k.client_id = ${fromId} and o.client_id = ${intoId}
      and (lower(k.email), k.phone) is not distinct from (lower(o.email), o.phone)`
  const moved = await tx`
    update client_contacts set client_id = ${intoId}, position = position + (
      select coalesce(max(position) + 1, 0) from client_contacts where client_id = ${intoId})
    where client_id = ${fromId}`
  return moved.count
}

/** Where both were told of one incident the message keeps its name alone: nobody is told of an incident twice. */
async function moveMessages(tx: TransactionSql, intoId: number, fromId: number): Promise<number> {
  // Where one was told, or is to be, the other need not be, whichever of them stays.
  const both = tx`(${intoId}::int, ${fromId}::int)`
  const rank = (state: ReturnType<typeof tx>) => tx`case ${state} when 'failed' then 1 when 'waiting' then 2 else 3 end`
  await tx`
    update message_recipients m set state = case m.state when 'waiting' then 'skipped' else m.state end,
      why = case m.state when 'waiting' then 'told as ' || o.client_name else m.why end,
      client_id = case m.state when 'waiting' then m.client_id end
    from message_recipients o
    where m.client_id in ${both} and o.client_id in ${both} and o.client_id <> m.client_id
      and o.incident_id = m.incident_id and o.part = m.part and m.state in ('waiting', 'failed') and o.state <> 'skipped'
      and (${rank(tx`o.state`)} > ${rank(tx`m.state`)} or (o.state = m.state and m.client_id = ${fromId}))`
  const moved = await tx`
    update message_recipients m set client_id = ${intoId} where m.client_id = ${fromId} and (m.state = 'skipped'
      or m.incident_id is null or not exists (select 1 from message_recipients o where o.client_id = ${intoId}
        and o.incident_id = m.incident_id and o.part = m.part and o.state <> 'skipped'))`
  return moved.count
}

async function moveSubscribers(tx: TransactionSql, intoId: number, fromId: number): Promise<void> {
  await tx`
    delete from status_subscribers s using status_subscribers o where s.client_id = ${fromId} and o.client_id = ${intoId}
      and s.page_id is not distinct from o.page_id and (s.medium, s.address) = (o.medium, o.address)`
  await tx`update status_subscribers set client_id = ${intoId} where client_id = ${fromId}`
}

async function fillIn(tx: TransactionSql, intoId: number, fromId: number): Promise<void> {
  await tx`
    update clients c set company = coalesce(c.company, f.company), person = coalesce(c.person, f.person),
      number = coalesce(c.number, f.number), address = coalesce(c.address, f.address),
      note = nullif(concat_ws(E'\n', c.note, f.note), ''), time_zone = coalesce(c.time_zone, f.time_zone),
      sms_allowed = c.sms_allowed and f.sms_allowed, email_allowed = c.email_allowed and f.email_allowed,
      vanished_at = case when f.vanished_at is not null then c.vanished_at end,
      archived_at = case when f.archived_at is not null then c.archived_at end, updated_at = now()
    from clients f where c.id = ${intoId} and f.id = ${fromId}`
}
