import type { Sql, TransactionSql } from 'postgres'
import { type MessageMedium, optOutKey } from '@/lib/domain/message-recipient'
import { sql } from './database'

export type OptOut = {
  medium: MessageMedium
  address: string
  at: Date
  how: string
  clients: { id: number; name: string }[]
}

/** Nothing more goes to this address in this medium, whoever it belongs to. True: it was not so before. */
export async function optOut(
  { medium, address, how }: { medium: MessageMedium; address: string; how: string },
  now = new Date(),
  on: Sql | TransactionSql = sql,
): Promise<boolean> {
  const kept = await on`
    insert into opt_outs (medium, address, at, how) values (${medium}, ${optOutKey(medium, address)}, ${now}, ${how})
    on conflict (medium, address) do nothing`
  return kept.count > 0
}

/** Takes that back. False: there was nothing to take back. */
export async function optIn({ medium, address }: { medium: MessageMedium; address: string }): Promise<boolean> {
  const gone = await sql`delete from opt_outs where medium = ${medium} and address = ${optOutKey(medium, address)}`
  return gone.count > 0
}

/** Tells of the addresses given who opted out. */
export async function optedOutOf(
  on: Sql | TransactionSql,
  ways: readonly { medium: MessageMedium; address: string }[],
): Promise<(medium: MessageMedium, address: string) => boolean> {
  const keys = [...new Set(ways.map(({ medium, address }) => optOutKey(medium, address)))]
  const rows =
    keys.length === 0
      ? []
      : await on<{ medium: MessageMedium; address: string }[]>`
          select medium, address from opt_outs where address in (select jsonb_array_elements_text(${on.json(keys)}))`
  const out = new Set(rows.map(({ medium, address }) => `${medium} ${address}`))
  return (medium, address) => out.has(`${medium} ${optOutKey(medium, address)}`)
}

/** optOutKey() of a contact's phone, in SQL. */
export const phoneKey = (column: ReturnType<typeof sql>) => sql`
  regexp_replace(regexp_replace(replace(${column}, '(0)', ''), '[^0-9+]', '', 'g'), '^00', '+')`

/** Who opted out, the newest first, with the clients that the address is of. */
export async function listOptOuts({ limit = 200, before }: { limit?: number; before?: Date | undefined } = {}) {
  return sql<OptOut[]>`
    with o as materialized (
      select medium, address, at, how from opt_outs where ${before === undefined ? sql`true` : sql`at < ${before}`}
      order by at desc, address limit ${limit}
    ), k as materialized ( -- each contact is read once, however many opted out
      select client_id, 'sms' as medium, ${phoneKey(sql`phone`)} as address from client_contacts where phone is not null
      union all select client_id, 'email', lower(btrim(email)) from client_contacts where email is not null
    )
    select o.medium, o.address, o.at, o.how,
      coalesce(jsonb_agg(distinct jsonb_build_object('id', c.id, 'name', c.name)) filter (where c.id is not null), '[]') as clients
    from o left join k on (k.medium, k.address) = (o.medium, o.address) left join clients c on c.id = k.client_id
    group by o.medium, o.address, o.at, o.how order by o.at desc, o.address`
}
