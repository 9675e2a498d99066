import type { Sql, TransactionSql } from 'postgres'
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
  return listClientsBy(
    tx,
    tx`c.id in (select client_id from devices where id = any(${numberArray([...new Set([...own, ...cutOff])])}::int[]))`,
  )
}

/** These clients, by name. */
export const listClientsOf = (tx: TransactionSql, ids: readonly number[]): Promise<ScopeClient[]> =>
  listClientsBy(tx, tx`c.id = any(${numberArray(ids)}::int[])`)

async function listClientsBy(tx: TransactionSql, which: ReturnType<Sql>): Promise<ScopeClient[]> {
  return tx<ScopeClient[]>`
    select c.id, c.name, c.company, c.person, c.number, c.language, coalesce(c.time_zone, (
        select s.time_zone from devices d join targets t on t.id = d.id join sites s on s.id = t.site_id
        where d.client_id = c.id and s.time_zone is not null order by d.id limit 1)) as zone,
      c.sms_allowed as "smsAllowed", c.email_allowed as "emailAllowed", c.archived_at is not null as archived,
      coalesce((select jsonb_agg(jsonb_build_object('id', k.id, 'position', k.position, 'email', k.email, 'phone', k.phone,
        'isContact', k.is_contact, 'smsOk', k.sms_ok)) from client_contacts k where k.client_id = c.id), '[]') as contacts
    from clients c where ${which} order by c.name_key, c.id`
}
