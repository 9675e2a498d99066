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

/** Who opted out, the newest first, with the clients that the address is of. */
export async function listOptOuts({ limit = 200, before }: { limit?: number; before?: Date | undefined } = {}) {
  return sql<OptOut[]>`
    select o.medium, o.address, o.at, o.how, coalesce((
      select jsonb_agg(distinct jsonb_build_object('id', c.id, 'name', c.name))
      from client_contacts k join clients c on c.id = k.client_id
      where case o.medium when 'sms' then regexp_replace(k.phone, '[[:space:]().-]', '', 'g') else lower(k.email) end = o.address
    ), '[]') as clients
    from opt_outs o where ${before === undefined ? sql`true` : sql`o.at < ${before}`}
    order by o.at desc, o.address limit ${limit}`
}
