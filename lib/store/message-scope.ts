import type { TransactionSql } from 'postgres'
import { cutOffBy, graphOf } from '@/lib/domain/cut-off'
import type { ContactWay } from '@/lib/domain/message-recipient'
import type { Role } from '@/lib/domain/status'
import { listBelow, listDark } from './reach'
import { numberArray } from './text-array'

/** What a message says of its incident. id: of the incident that went on with it, where it was merged. */
export type MessageIncident = {
  id: number
  family: number[] // with all that were merged into it
  kind: 'down' | 'members_lost' | 'blind' | 'flapping'
  rootName: string
  rootId: number | null
  role: Role | null
  siteName: string | null
  siteId: number | null
  cause: string | null
  openedAt: Date
  beganAt: Date // of the first of its outages
  resolvedAt: Date | null
  resolvedBy: string | null
}

export type ScopeClient = {
  id: number
  name: string
  company: string | null
  person: string | null
  number: string | null
  language: string
  zone: string | null
  smsAllowed: boolean
  emailAllowed: boolean
  archived: boolean
  contacts: ContactWay[]
  answers: boolean // another of its devices does: it may have service
}

/** The incident that a message is about, as it goes on now; null: it is gone. */
export async function findMessageIncident(tx: TransactionSql, id: number): Promise<MessageIncident | null> {
  const [row] = await tx<MessageIncident[]>`
    with recursive up as (
      select id, merged_into, 1 as depth from incidents where id = ${id}
      union all select i.id, i.merged_into, u.depth + 1 from incidents i join up u on i.id = u.merged_into where u.depth < 50
    ), head as (select id from up order by depth desc limit 1), family as (
      select id from head union select i.id from incidents i join family f on i.merged_into = f.id
    )
    select i.id, (select array_agg(id) from family) as family, i.kind, i.root_name as "rootName", i.target_id as "rootId",
      d.role, i.site_name as "siteName", t.site_id as "siteId", i.opened_at as "openedAt",
      (select o.cause from outages o where o.incident_id = i.id and o.target_id = i.target_id order by o.id desc limit 1) as cause,
      least(i.opened_at, (select min(o.began_at) from outages o where o.incident_id = i.id)) as "beganAt",
      i.resolved_at as "resolvedAt", i.resolved_by as "resolvedBy"
    from head h join incidents i on i.id = h.id left join targets t on t.id = i.target_id left join devices d on d.id = t.id`
  return row ?? null
}

/** The clients of all devices that an incident cuts off now, found through the graph, by name. */
export async function listScope(tx: TransactionSql, { id, kind, rootId }: MessageIncident): Promise<ScopeClient[]> {
  const dark = await tx<{ id: number }[]>`
    select o.target_id as id from outages o join devices d on d.id = o.target_id
    where o.incident_id = ${id} and o.ended_at is null`
  const own = dark.map((row) => row.id)
  const roots = kind === 'down' ? own.filter((device) => device === rootId) : own
  const graph = graphOf(await listBelow(tx, roots))
  const cutOff = cutOffBy(roots, graph, await listDark(tx, graph))
  return listClients(tx, [...new Set([...own, ...cutOff])])
}

/** Whom these devices serve. Ids alone are handed on: a join would be planned by what is believed of tables just filled. */
async function listClients(tx: TransactionSql, devices: readonly number[]): Promise<ScopeClient[]> {
  const [served] = await tx<{ zones: [clientId: number, zone: string | null][] | null }[]>`
    select json_agg(json_build_array(d.client_id, s.time_zone) order by d.id) as zones
    from devices d join targets t on t.id = d.id left join sites s on s.id = t.site_id
    where d.id = any(${numberArray(devices)}::int[]) and d.client_id is not null`
  const zoneOf = new Map<number, string | null>()
  for (const [clientId, zone] of served?.zones ?? []) zoneOf.set(clientId, zoneOf.get(clientId) ?? zone)
  const ids = numberArray([...zoneOf.keys()])
  const [clients, contacts, answering] = [
    await tx<Omit<ScopeClient, 'contacts' | 'answers'>[]>`
      select id, name, company, person, number, language, time_zone as zone, sms_allowed as "smsAllowed",
        email_allowed as "emailAllowed", archived_at is not null as archived
      from clients where id = any(${ids}::int[]) order by name_key, id`,
    await tx<(ContactWay & { clientId: number })[]>`
      select id, client_id as "clientId", position, email, phone, is_contact as "isContact", sms_ok as "smsOk"
      from client_contacts where client_id = any(${ids}::int[])`,
    await tx<{ id: number }[]>`
      select distinct d.client_id as id from devices d join targets t on t.id = d.id
      where d.client_id = any(${ids}::int[]) and d.id not in (select unnest(${numberArray(devices)}::int[]))
        and t.paused_at is null and t.status in ('up', 'degraded')
        and not exists (select 1 from outages o where o.target_id = d.id and o.ended_at is null)`,
  ]
  const isAnswering = new Set(answering.map(({ id }) => id))
  const contactsOf = new Map<number, ContactWay[]>()
  for (const { clientId, ...contact } of contacts)
    contactsOf.set(clientId, [...(contactsOf.get(clientId) ?? []), contact])
  return clients.map((client) => ({
    ...client,
    zone: client.zone ?? zoneOf.get(client.id) ?? null,
    contacts: contactsOf.get(client.id) ?? [],
    answers: isAnswering.has(client.id),
  }))
}
