import type { TransactionSql } from 'postgres'
import type { Plan } from '@/lib/domain/source-plan'
import { recordset } from './recordset'
import type { Resolved } from './source-apply'
import { ownKey } from './source-standing'

/** Writes clients and their contacts; marks those that no source lists any more. */
export async function writeClients(
  tx: TransactionSql,
  sourceId: number,
  { clients, clientsGone, clientsBack }: Plan,
  ids: ReadonlyMap<string, number>,
): Promise<void> {
  const made = clients.flatMap(({ key, write }) => (ids.has(key) ? [{ id: ids.get(key), ...write }] : []))
  const changed = clients.flatMap(({ id, write }) =>
    id !== null && Object.keys(write).length > 0 ? [{ id, write }] : [],
  )
  const takenOver = clients.flatMap(({ id, takesOver }) => (id !== null && takesOver ? [id] : []))
  await tx`update clients set by_hand = false where id = any(${takenOver}::int[])`
  await tx`
    update clients c set name = coalesce(w.write ->> 'name', c.name), kind = coalesce(w.write ->> 'kind', c.kind),
      company = coalesce(w.write ->> 'company', c.company), person = coalesce(w.write ->> 'person', c.person),
      number = coalesce(w.write ->> 'number', c.number), address = coalesce(w.write ->> 'address', c.address),
      language = coalesce(w.write ->> 'language', c.language),
      archived_at = case (w.write ->> 'archived')::boolean when true then coalesce(c.archived_at, now())
        when false then null else c.archived_at end,
      updated_at = now()
    from jsonb_to_recordset(${recordset(tx, changed)}) as w(id int, write jsonb) where c.id = w.id`
  await tx`
    insert into clients (id, name, kind, company, person, number, address, language, archived_at, by_hand)
    overriding system value
    select id, name, coalesce(kind, 'person'), company, person, number, address, coalesce(language, 'en'),
      case when archived then now() end, false
    from jsonb_to_recordset(${recordset(tx, made)}) as m(id int, name text, kind text, company text, person text,
      number text, address text, language text, archived boolean)`
  await tx`update clients set vanished_at = now() where id = any(${clientsGone}::int[]) and vanished_at is null`
  await tx`update clients set vanished_at = null where id = any(${clientsBack}::int[])`
  await writeContacts(tx, sourceId, clients, ids)
}

async function writeContacts(
  tx: TransactionSql,
  sourceId: number,
  clients: Plan['clients'],
  ids: ReadonlyMap<string, number>,
): Promise<void> {
  const made = clients.flatMap((row) =>
    row.contacts.add.map(({ key, ...contact }) => ({
      client_id: row.id ?? ids.get(row.key),
      ...contact,
      source_key: ownKey(sourceId, key),
    })),
  )
  const changed = clients.flatMap((row) => row.contacts.change.map(({ id, write }) => ({ id, write })))
  const removed = clients.flatMap((row) => row.contacts.remove.map(({ id }) => id))
  await tx`delete from client_contacts where id = any(${removed}::int[])`
  // A number or an address that was taken off at the source goes here too: null is written.
  await tx`
    update client_contacts c set
      name = case when w.write ? 'name' then w.write ->> 'name' else c.name end,
      email = case when w.write ? 'email' then w.write ->> 'email' else c.email end,
      phone = case when w.write ? 'phone' then w.write ->> 'phone' else c.phone end,
      is_contact = coalesce((w.write ->> 'isContact')::boolean, c.is_contact),
      is_billing = coalesce((w.write ->> 'isBilling')::boolean, c.is_billing),
      sms_ok = coalesce((w.write ->> 'smsOk')::boolean, c.sms_ok)
    from jsonb_to_recordset(${recordset(tx, changed)}) as w(id int, write jsonb) where c.id = w.id`
  await tx`
    insert into client_contacts (client_id, position, name, email, phone, is_contact, is_billing, sms_ok, source_key)
    select client_id, position, name, email, phone, "isContact", "isBilling", "smsOk", source_key
    from jsonb_to_recordset(${recordset(tx, made)}) as m(client_id int, position int, name text, email text, phone text,
      "isContact" boolean, "isBilling" boolean, "smsOk" boolean, source_key text)`
}

/** Writes what clients pay for. */
export async function writeServices(
  tx: TransactionSql,
  sourceId: number,
  { services }: Plan,
  ids: ReadonlyMap<string, number>,
  refs: Resolved,
): Promise<void> {
  const resolved = services.map(({ key, id, write: { client, ...rest } }) => ({
    id: id ?? ids.get(key) ?? 0,
    isNew: id === null,
    key: ownKey(sourceId, key),
    write: { ...rest, ...(client === undefined ? {} : { client: refs.client(client) }) },
  }))
  const made = resolved.filter((row) => row.isNew).map(({ id, key, write }) => ({ id, key, ...write }))
  const changed = resolved.filter((row) => !row.isNew && Object.keys(row.write).length > 0)
  await tx`
    update client_services s set name = coalesce(c.write ->> 'name', s.name), status = coalesce(c.write ->> 'status', s.status),
      client_id = coalesce((c.write ->> 'client')::int, s.client_id),
      down_mbps = coalesce((c.write ->> 'downMbps')::real, s.down_mbps),
      up_mbps = coalesce((c.write ->> 'upMbps')::real, s.up_mbps), address = coalesce(c.write ->> 'address', s.address)
    from jsonb_to_recordset(${recordset(tx, changed)}) as c(id int, write jsonb) where s.id = c.id`
  await tx`
    insert into client_services (id, client_id, name, status, down_mbps, up_mbps, address, source_key)
    overriding system value
    select id, client, name, coalesce(status, 'active'), "downMbps", "upMbps", address, key
    from jsonb_to_recordset(${recordset(tx, made)}) as m(id int, client int, name text, status text, "downMbps" real,
      "upMbps" real, address text, key text)`
}
