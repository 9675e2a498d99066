import {
  type ClientFields,
  type ContactFields,
  type Ref,
  type ServiceFields,
  sourceLimits,
  type Told,
} from './source-fields'
import { type Match, matchClients, matchKeys } from './source-match'
import { asReal, isNothing, mergeFields, sameValue, tidyText, type Value } from './source-merge'
import type { SourceClient, SourceContact, SourceService } from './source-records'
import { onePerKey, type PlannedRow, rowOf } from './source-rows'
import type { Standing, StandingContact } from './source-standing'

type Contacts = Record<string, ContactFields>
/** A contact to be made for a client; `position` is its place on the source's list. */
export type NewContact = ContactFields & { key: string; position: number }
export type ClientRow = PlannedRow<ClientFields, SourceClient> & {
  takesOver: boolean // it was made by hand, and is the source's from now on
  contacts: {
    add: NewContact[]
    change: { id: number; name: string; write: Partial<ContactFields> }[]
    remove: { id: number; name: string }[]
    said: Contacts
  }
}
export type ServiceRow = PlannedRow<ServiceFields, SourceService>

/** What becomes of the clients of a source, with their contacts. `clientsOfDevices`: as in `matchClients`. */
export function planClients(
  listed: readonly SourceClient[],
  standing: Standing,
  clientsOfDevices: ReadonlyMap<string, ReadonlySet<number>>,
): ClientRow[] {
  const entries = onePerKey(listed).map((client) => ({ ...client, name: nameOf(client) }))
  const records = new Map(standing.records.client.map((record) => [record.key, record]))
  const byId = new Map(standing.clients.map((client) => [client.id, client]))
  const matches = matchClients(entries, standing.records.client, standing.clients, clientsOfDevices)
  const contactsOf = new Map<number, StandingContact[]>()
  for (const contact of standing.contacts) {
    const known = contactsOf.get(contact.clientId)
    if (known) known.push(contact)
    else contactsOf.set(contact.clientId, [contact])
  }
  return entries.flatMap((entry): ClientRow[] => {
    const match: Match = matches.get(entry.key) ?? { id: null, how: 'removed' }
    if (match.how === 'removed') return []
    const client = byId.get(match.id ?? -1) ?? null
    const { contacts: saidContacts = {}, ...base } = records.get(entry.key)?.said ?? {}
    const told = toldOfClient(entry)
    const ours = client && fieldsOf(client)
    const returns = records.get(entry.key)?.isVanished ?? false
    const merged = mergeFields<ClientFields>(base, told as ClientFields, ours, isBlank)
    const contacts = planContacts(entry.contacts, saidContacts, contactsOf.get(match.id ?? -1) ?? [])
    return [{ ...rowOf(entry, match, { told, ours, returns }, merged), takesOver: client?.byHand ?? false, contacts }]
  })
}

const nameOf = ({ name, key }: SourceClient) =>
  tidyText(name, sourceLimits.client) ?? `Client #${key}`.slice(0, sourceLimits.client)

const isBlank = (field: string, value: Value) =>
  isNothing(value) ||
  (field === 'kind' && value === 'person') ||
  (field === 'language' && value === 'en') ||
  value === false

function toldOfClient(client: SourceClient): Told<ClientFields> {
  const text = (value: string | null) => tidyText(value, sourceLimits.text)
  return {
    name: client.name,
    kind: client.kind,
    company: text(client.company),
    person: text(client.person),
    number: text(client.number),
    address: text(client.address),
    language: client.language,
    archived: client.isArchived,
  }
}

const fieldsOf = ({
  name,
  kind,
  company,
  person,
  number,
  address,
  language,
  archived,
}: ClientFields): ClientFields => ({
  name,
  kind,
  company,
  person,
  number,
  address,
  language,
  archived,
})

const contactFields = ['name', 'email', 'phone', 'isContact', 'isBilling', 'smsOk'] as const

/** Contacts by the source's keys. Who is no longer listed goes, unless edited by hand; who was removed by hand stays away. */
function planContacts(
  listed: readonly SourceContact[],
  said: Contacts,
  standing: readonly StandingContact[],
): ClientRow['contacts'] {
  const plan: ClientRow['contacts'] = { add: [], change: [], remove: [], said: {} }
  const byKey = new Map(standing.flatMap((one) => (one.key === null ? [] : [[one.key, one] as const])))
  const byHand = standing.filter((one) => one.key === null)
  const entries = onePerKey(listed)
  for (const [position, entry] of entries.entries()) {
    const told = toldOfContact(entry)
    const ours = byKey.get(entry.key)
    const before = said[entry.key]
    if (!ours) {
      if (before) plan.said[entry.key] = before
      else if (!byHand.some((one) => isSamePerson(one, told))) {
        plan.add.push({ ...told, key: entry.key, position })
        plan.said[entry.key] = told
      }
      continue
    }
    // What the source left blank for good is no reason to keep an old number: it says all of a contact, or nothing.
    const isFree = (field: keyof ContactFields) => before === undefined || sameValue(ours[field], before[field])
    const changed = contactFields.filter((field) => !sameValue(ours[field], told[field]) && isFree(field))
    const write = Object.fromEntries(changed.map((field) => [field, told[field]])) as Partial<ContactFields>
    const agreed = contactFields.filter((field) => changed.includes(field) || sameValue(ours[field], told[field]))
    const base = before ?? pick(ours)
    plan.said[entry.key] = { ...base, ...Object.fromEntries(agreed.map((field) => [field, told[field]])) }
    if (changed.length > 0) plan.change.push({ id: ours.id, name: told.name, write })
  }
  const keys = new Set(entries.map((entry) => entry.key))
  for (const [key, ours] of byKey) {
    if (keys.has(key)) continue
    const before = said[key]
    if (before && contactFields.every((field) => sameValue(ours[field], before[field]))) {
      plan.remove.push({ id: ours.id, name: ours.name })
    } else if (before) plan.said[key] = before
  }
  return plan
}

const toldOfContact = (entry: SourceContact): ContactFields => ({
  name: tidyText(entry.name, sourceLimits.client) ?? '',
  email: tidyText(entry.email, sourceLimits.text),
  phone: tidyText(entry.phone, sourceLimits.name),
  isContact: entry.isContact,
  isBilling: entry.isBilling,
  smsOk: entry.smsOk,
})

const pick = ({ name, email, phone, isContact, isBilling, smsOk }: ContactFields): ContactFields => ({
  name,
  email,
  phone,
  isContact,
  isBilling,
  smsOk,
})

const isSamePerson = (one: ContactFields, other: ContactFields) =>
  (one.email !== null && one.email.toLowerCase() === other.email?.toLowerCase()) ||
  (one.phone !== null && one.phone === other.phone)

/** What becomes of what clients pay for. A service of no client that is known here is left out. */
export function planServices(
  listed: readonly SourceService[],
  standing: Standing,
  clientOf: (clientKey: string) => Ref | null,
): ServiceRow[] {
  const entries = onePerKey(listed)
  const records = new Map(standing.records.service.map((record) => [record.key, record]))
  const byId = new Map(standing.services.map((service) => [service.id, service]))
  const { matches } = matchKeys(
    entries.map((entry) => entry.key),
    standing.records.service,
  )
  return entries.flatMap((entry): ServiceRow[] => {
    const match: Match = matches.get(entry.key) ?? { id: null, how: 'new' }
    const client = clientOf(entry.clientKey)
    if (match.how === 'removed' || client === null) return []
    const service = byId.get(match.id ?? -1) ?? null
    const told: Told<ServiceFields> = {
      name: tidyText(entry.name, sourceLimits.client) ?? 'Service',
      client,
      status: tidyText(entry.status, sourceLimits.name),
      downMbps: asReal(entry.downMbps),
      upMbps: asReal(entry.upMbps),
      address: tidyText(entry.address, sourceLimits.text),
    }
    const ours = service && {
      name: service.name,
      client: service.client,
      status: service.status,
      downMbps: asReal(service.downMbps),
      upMbps: asReal(service.upMbps),
      address: service.address,
    }
    const record = records.get(entry.key)
    const merged = mergeFields<ServiceFields>(record?.said ?? {}, told as ServiceFields, ours)
    return [rowOf(entry, match, { told, ours, returns: record?.isVanished ?? false }, merged)]
  })
}
