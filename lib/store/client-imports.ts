import type { JSONValue, TransactionSql } from 'postgres'
import { type ClientRow, type PlannedClient, planClientImport, type StandingClients } from '@/lib/domain/client-import'
import type { Rejected } from '@/lib/domain/device-import'
import { transaction } from './database'

export type ClientImportAnswer = { created: number; updated: number; rejected: Rejected[] }

const rowsAtOnce = 5000

/**
 * Writes clients in one transaction: new ones are added, known ones changed in what their row says. `atomic`: nothing when
 * any row, or any of `rejectedBefore`, is bad. `preview`: never writes.
 */
export async function importClients(
  rows: readonly ClientRow[],
  { atomic = false, preview = false, rejectedBefore = [] as readonly Rejected[] } = {},
): Promise<ClientImportAnswer> {
  return transaction(async (tx) => {
    await tx`lock table clients in share row exclusive mode` // names and numbers stay as they are read
    const plan = planClientImport(rows, await readStanding(tx))
    const rejected = [...rejectedBefore, ...plan.rejected]
      .map(({ line, reason }) => ({ line, reason }))
      .sort((a, b) => a.line - b.line)
    const updated = plan.rows.filter(({ clientId }) => clientId !== null).length
    const answer = { created: plan.rows.length - updated, updated, rejected }
    if (preview) return answer
    if (atomic && rejected.length > 0) return { ...answer, created: 0, updated: 0 }
    await loadRows(tx, plan.rows)
    await writeClients(tx)
    await writeContacts(tx)
    await tx`
      update devices d set client_id = r.id from import_clients r cross join lateral unnest(r.devices) as o(device)
      where d.id = o.device and d.client_id is distinct from r.id`
    return answer
  })
}

async function readStanding(tx: TransactionSql): Promise<StandingClients> {
  const clients = await tx<StandingClients['clients'][number][]>`
    select id, name, number, by_hand as "byHand" from clients`
  const devices = await tx<{ id: number; name: string }[]>`select id, name from targets where kind = 'device'`
  return { clients, deviceIds: new Map(devices.map(({ id, name }) => [name, id])) }
}

/** Rows into a table of this transaction; `says` names the fields that a row speaks of, the others stay as they are. */
async function loadRows(tx: TransactionSql, rows: readonly PlannedClient[]): Promise<void> {
  await tx`
    create temp table import_clients (line int, id int, name text, kind text, company text, person text, number text,
      address text, language text, note text, email text, phone text, devices int[], says text[] not null) on commit drop`
  for (let i = 0; i < rows.length; i += rowsAtOnce) {
    const some = rows.slice(i, i + rowsAtOnce).map(({ clientId, deviceIds, ...row }) => {
      return { ...row, id: clientId, devices: deviceIds, says: Object.keys(row) }
    })
    await tx`
      insert into import_clients
      select * from jsonb_populate_recordset(null::import_clients, ${tx.json(some as unknown as JSONValue)})`
  }
  await tx`analyze import_clients`
}

async function writeClients(tx: TransactionSql): Promise<void> {
  // A name that only a source's client has leads to that one; whoever is new here is by hand.
  await tx`
    update clients c set updated_at = now(), name = case when c.by_hand and exists (
        select 1 from clients o where o.by_hand and o.name = r.name and o.id <> c.id) then c.name else r.name end,
      kind = case when 'kind' = any(r.says) then r.kind else c.kind end,
      company = case when 'company' = any(r.says) then r.company else c.company end,
      person = case when 'person' = any(r.says) then r.person else c.person end,
      number = case when 'number' = any(r.says) then coalesce(r.number, c.number) else c.number end,
      address = case when 'address' = any(r.says) then r.address else c.address end,
      language = case when 'language' = any(r.says) then r.language else c.language end,
      note = case when 'note' = any(r.says) then r.note else c.note end
    from import_clients r where c.id = r.id`
  await tx`
    with added as (
      insert into clients (name, kind, company, person, number, address, language, note)
      select r.name, coalesce(r.kind, 'person'), r.company, r.person, r.number, r.address, coalesce(r.language, 'en'), r.note
      from import_clients r where r.id is null order by r.line returning id, name
    ) update import_clients r set id = added.id from added where added.name = r.name and r.id is null`
}

/** The contact of that address or number is completed, else the first that was made by hand; else there is a new one. */
async function writeContacts(tx: TransactionSql): Promise<void> {
  await tx`
    with chosen as (
      select r.*, (select k.id from client_contacts k where k.client_id = r.id
          and (lower(k.email) = lower(r.email) or k.phone = r.phone or k.source_key is null)
        order by (lower(k.email) = lower(r.email)) is true desc, (k.phone = r.phone) is true desc, k.position, k.id limit 1)
        as contact
      from import_clients r where r.email is not null or r.phone is not null
    ), known as (
      update client_contacts k set email = coalesce(c.email, k.email), phone = coalesce(c.phone, k.phone)
      from chosen c where k.id = c.contact returning k.id
    )
    insert into client_contacts (client_id, name, email, phone, position)
    select c.id, coalesce(c.person, ''), c.email, c.phone,
      (select coalesce(max(position) + 1, 0) from client_contacts k where k.client_id = c.id)
    from chosen c where c.contact is null and (select count(*) from known) >= 0`
}
