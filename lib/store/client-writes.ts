import type { TransactionSql } from 'postgres'
import type { ClientFields, ContactFields } from '@/lib/domain/client-fields'
import { type DeviceFault, orFault, refuse } from './device-writes'

export type ClientInput = ClientFields & {
  contacts: ContactFields[]
  devices: (string | number)[] // names or ids: these and no others are its devices
  archived: boolean
}
export type ClientChange = { [field in keyof ClientInput]?: ClientInput[field] | undefined }

/** Adds a client. A name that another one made by hand has is a conflict. */
export async function createClient(input: ClientChange & { name: string }): Promise<{ id: number } | DeviceFault> {
  return orFault(async (tx) => {
    const [row] = await tx<{ id: number }[]>`
      insert into clients ${tx({ ...columnsOf(input), name: input.name })}
      on conflict (name) where by_hand do nothing returning id`
    if (!row) return taken(input.name)
    await writeParts(tx, row.id, input)
    return row
  })
}

const taken = (name: string) => refuse(`name: another client is called ${JSON.stringify(name)}`, true)

/** Changes what is given; null when there is no such client. */
export async function updateClient(id: number, change: ClientChange): Promise<{ id: number } | null | DeviceFault> {
  return orFault(async (tx) => {
    const [found] = await tx<{ byHand: boolean; archived: boolean }[]>`
      select by_hand as "byHand", archived_at is not null as archived from clients where id = ${id} for no key update`
    if (!found) return null
    if (found.byHand && change.name !== undefined) {
      const [other] = await tx`select 1 from clients where by_hand and name = ${change.name} and id <> ${id}`
      if (other) return taken(change.name)
    }
    const columns = columnsOf(change)
    if (change.archived === found.archived) delete columns.archived_at
    await tx`update clients set ${tx({ ...columns, updated_at: new Date() })} where id = ${id}`
    await writeParts(tx, id, change)
    return { id }
  })
}

const columnNames = {
  name: 'name',
  kind: 'kind',
  company: 'company',
  person: 'person',
  number: 'number',
  address: 'address',
  note: 'note',
  language: 'language',
  timeZone: 'time_zone',
  smsAllowed: 'sms_allowed',
  emailAllowed: 'email_allowed',
} as const satisfies Record<keyof ClientFields, string>

function columnsOf(change: ClientChange): Record<string, string | boolean | Date | null> {
  const given = Object.entries(columnNames).map(
    ([field, column]) => [column, change[field as keyof ClientFields]] as const,
  )
  const columns = Object.fromEntries(given.filter(([, value]) => value !== undefined)) as Record<
    string,
    string | boolean | Date | null
  >
  if (change.archived !== undefined) columns.archived_at = change.archived ? new Date() : null
  return columns
}

async function writeParts(tx: TransactionSql, id: number, { contacts, devices }: ClientChange): Promise<void> {
  if (contacts) await setContacts(tx, id, contacts)
  if (devices) await setDevices(tx, id, devices)
}

/** In the order given; a known one keeps its id, and with it its part in messages. */
async function setContacts(tx: TransactionSql, clientId: number, contacts: readonly ContactFields[]): Promise<void> {
  const rows = contacts.map(({ id, name, email, phone, isContact, isBilling, smsOk }, position) => ({
    id: id ?? null,
    position,
    name,
    email,
    phone,
    is_contact: isContact,
    is_billing: isBilling,
    sms_ok: smsOk,
  }))
  const kept = rows.flatMap((row) => row.id ?? [])
  await tx`delete from client_contacts where client_id = ${clientId} and id <> all(${kept}::int[])`
  const shape = tx`
    jsonb_to_recordset(${tx.json(rows)}) as r(id int, position int, name text, email text, phone text, is_contact boolean,
      is_billing boolean, sms_ok boolean)`
  const known = await tx<{ id: number }[]>`
    update client_contacts k set position = r.position, name = r.name, email = r.email, phone = r.phone,
      is_contact = r.is_contact, is_billing = r.is_billing, sms_ok = r.sms_ok
    from ${shape} where k.id = r.id and k.client_id = ${clientId} returning k.id`
  // A contact that was removed meanwhile is made anew.
  await tx`
    insert into client_contacts (client_id, position, name, email, phone, is_contact, is_billing, sms_ok)
    select ${clientId}, r.position, r.name, r.email, r.phone, r.is_contact, r.is_billing, r.sms_ok from ${shape}
    where r.id is null or r.id <> all(${known.map((row) => row.id)}::int[])`
}

async function setDevices(tx: TransactionSql, clientId: number, devices: readonly (string | number)[]): Promise<void> {
  const names = devices.filter((one) => typeof one === 'string')
  const ids = devices.filter((one) => typeof one === 'number')
  const found = await tx<{ id: number; name: string }[]>`
    select id, name from targets where kind = 'device' and (name = any(${names}) or id = any(${ids}::int[])) order by id`
  const known = new Set<string | number>(found.flatMap((row) => [row.id, row.name]))
  const missing = devices.filter((one) => !known.has(one))
  if (missing.length > 0)
    refuse(`devices: found ${missing.map((one) => JSON.stringify(one)).join(', ')}, expected names or ids of devices`)
  const its = found.map((row) => row.id)
  await tx`update devices set client_id = null where client_id = ${clientId} and id <> all(${its}::int[])`
  await tx`
    update devices set client_id = ${clientId} where id = any(${its}::int[]) and client_id is distinct from ${clientId}`
}

/** Removes a client with its contacts; its devices stay, without one. False when there is none. */
export async function deleteClient(id: number): Promise<boolean> {
  const done = await orFault(async (tx) => (await tx`delete from clients where id = ${id}`).count > 0)
  return done === true
}
