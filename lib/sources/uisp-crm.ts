import { clientName } from '@/lib/domain/client-name'
import { phoneOf } from '@/lib/domain/phone-number'
import type { Json } from './json-answer'
import { type Entry, isEntry, keyOf, mostlyUnreadable, neededKey, numberOf, readPage, textOf } from './reading'
import type { Rejected, SourceClient, SourceContact, SourceFault, SourceService } from './records'
import { isFault } from './source'

/** A service, and where it is delivered; `rank`: whose of several services a place is, the least first. */
export type UispService = Omit<SourceService, 'deviceKeys'> & { siteKey: string | null; rank: number }
export type UispPeople = { clients: SourceClient[]; services: UispService[]; rejected: Rejected[] }

const perPage = 500
const words = [
  'prepared',
  'active',
  'ended',
  'suspended',
  'prepared, blocked',
  'obsolete',
  'deferred',
  'quoted',
  'inactive',
]
const [active, suspended, gone] = [1, 3, [2, 5, 7]]

/** Clients and services by the CRM. A lead is nobody's client yet, unless something is delivered to it. */
export async function readCrm(
  ask: (path: string) => Promise<Json | SourceFault>,
  { most, callingCode, onProgress }: { most: number; callingCode: string | null; onProgress: (words: string) => void },
): Promise<UispPeople | SourceFault> {
  const progress = (many: string) => (count: number) => onProgress(`${many}: ${count.toLocaleString('en')}`)
  const clients = await pages(
    ask,
    'clients',
    { one: 'client', many: 'clients', most, named },
    (entry) => clientOf(entry, callingCode),
    progress('clients'),
  )
  if (isFault(clients)) return clients
  if (clients.items.length === 0)
    return { kind: 'empty', words: 'clients: found an empty list, expected at least one client' }
  const what = { one: 'service', many: 'services', most: most * 2 }
  const services = await pages(ask, 'clients/services', what, serviceOf, progress('services'))
  if (isFault(services)) return services
  const served = new Set(services.items.map(({ clientKey }) => clientKey))
  return {
    clients: clients.items.flatMap(({ isLead, ...client }) => (isLead && !served.has(client.key) ? [] : [client])),
    services: services.items,
    rejected: [...clients.rejected, ...services.rejected],
  }
}

const named = (entry: Entry) => entry.companyName || [entry.firstName, entry.lastName].filter((part) => part).join(' ')

/** Goes on until a page brings nothing new: a server may give fewer than it was asked for. */
async function pages<T extends { key: string }>(
  ask: (path: string) => Promise<Json | SourceFault>,
  path: string,
  what: { one: string; many: string; most: number; named?: (entry: Entry) => unknown },
  read: (entry: Entry) => T,
  onCount: (count: number) => void,
): Promise<{ items: T[]; rejected: Rejected[] } | SourceFault> {
  const items = new Map<string, T>()
  const rejected: Rejected[] = []
  for (let offset = 0; offset < what.most; ) {
    const answer = await ask(`${path}?limit=${perPage}&offset=${offset}`)
    if (isFault(answer)) return answer
    const page = readPage(answer.value, what, read)
    if (isFault(page)) return { ...page, words: `${path}: ${page.words}` }
    const fresh = page.items.filter(({ key }) => !items.has(key))
    for (const item of fresh) items.set(item.key, item)
    const isRepeated = fresh.length === 0 && page.items.length > 0
    if (!isRepeated) rejected.push(...page.rejected)
    if (fresh.length === 0) break
    offset += page.items.length + page.rejected.length
    onCount(items.size)
  }
  const all = { items: [...items.values()], rejected }
  return mostlyUnreadable(all, what.many) ?? all
}

function clientOf(entry: Entry, callingCode: string | null): SourceClient & { isLead: boolean } {
  const key = neededKey(entry.id, 'id')
  const contacts = contactsOf(entry.contacts, callingCode)
  const isCompany = entry.clientType === 2 || (entry.clientType !== 1 && textOf(entry.companyName) !== null)
  const number = textOf(entry.userIdent, 60)
  const naming = clientName({
    isCompany,
    company: textOf(entry.companyName),
    companyContact: [textOf(entry.companyContactFirstName), textOf(entry.companyContactLastName)],
    person: [textOf(entry.firstName), textOf(entry.lastName)],
    contacts: contacts.map(({ name, email }) => ({ name: name || null, email })),
    ident: number,
    id: key,
  })
  return {
    key,
    kind: isCompany ? 'company' : 'person',
    ...naming,
    number: number ?? key,
    address: addressWords(entry),
    language: null,
    isArchived: entry.isArchived === true,
    contacts,
    isLead: entry.isLead === true,
  }
}

function contactsOf(list: unknown, callingCode: string | null): SourceContact[] {
  if (!Array.isArray(list)) return []
  return list.slice(0, 20).flatMap((one: unknown, i) => {
    if (!isEntry(one)) return []
    const { phone, canText } = phoneOf(textOf(one.phone, 40), callingCode)
    const email = textOf(one.email, 320)
    const contact = {
      key: keyOf(one.id) ?? `${i}`,
      name: textOf(one.name) ?? '',
      email: email?.includes('@') ? email : null,
      phone,
      isContact: one.isContact !== false,
      isBilling: one.isBilling === true,
      smsOk: canText,
    }
    return contact.name || contact.email || phone ? [contact] : []
  })
}

function addressWords(entry: Entry): string | null {
  const whole = textOf(entry.fullAddress, 300)
  if (whole) return whole
  const town = [textOf(entry.city, 100), textOf(entry.zipCode, 20)].filter((part) => part).join(' ')
  return [textOf(entry.street1, 120), textOf(entry.street2, 120), town].filter((part) => part).join(', ') || null
}

function serviceOf(entry: Entry): UispService {
  const key = neededKey(entry.id, 'id')
  const status = numberOf(entry.status, 0, 99)
  return {
    key,
    clientKey: neededKey(entry.clientId, 'clientId'),
    name: textOf(entry.name) ?? textOf(entry.servicePlanName) ?? `Service ${key}`,
    status: serviceWord(status),
    downMbps: numberOf(entry.downloadSpeed, 0, 1e6),
    upMbps: numberOf(entry.uploadSpeed, 0, 1e6),
    address: addressWords(entry),
    siteKey: keyOf(entry.unmsClientSiteId),
    rank: rankOf(status),
  }
}

export const serviceWord = (status: number | null) =>
  status === null ? 'unknown' : (words[status] ?? `status ${status}`)
export const rankOf = (status: number | null) =>
  status === active ? 0 : status === suspended ? 1 : status !== null && gone.includes(status) ? 3 : 2
