import { cleanLines, cutText } from '@/lib/domain/cut-text'
import { type Entry, keyOf, neededKey, numberOf, textOf, within } from './reading'
import type { SourceLink, SourceSite } from './records'

/** A tower, or what a customer's premises are: an endpoint below a tower. */
export type UispSite = SourceSite & {
  isPremises: boolean
  address: string | null
  contact: { name: string | null; email: string | null; phone: string | null }
  /** Of the CRM: whose it is and what is paid for there. */
  client: { key: string; name: string | null } | null
  service: { key: string; name: string | null; status: number | null } | null
  speed: { downMbps: number | null; upMbps: number | null }
}

export function siteOf(entry: Entry): UispSite {
  const [identification, description] = [within(entry, 'identification'), within(entry, 'description')]
  const key = neededKey(entry.id ?? identification.id, 'id')
  const parentKey = keyOf(within(identification, 'parent').id)
  const [location, contact, qos] = [
    within(description, 'location'),
    within(description, 'contact'),
    within(entry, 'qos'),
  ]
  const [client, service] = [within(within(entry, 'ucrm'), 'client'), within(within(entry, 'ucrm'), 'service')]
  const [clientKey, serviceKey] = [keyOf(client.id) ?? keyOf(description.ucrmId), keyOf(service.id)]
  const [latitude, longitude] = [numberOf(location.latitude, -90, 90), numberOf(location.longitude, -180, 180)]
  const isPlace = latitude !== null && longitude !== null && (latitude !== 0 || longitude !== 0)
  return {
    key,
    name: textOf(identification.name, 120) ?? `Site ${key.slice(0, 8)}`,
    parentKey: parentKey === key ? null : parentKey,
    latitude: isPlace ? latitude : null,
    longitude: isPlace ? longitude : null,
    note: typeof description.note === 'string' ? noteOf(description.note) : null,
    isPremises: identification.type === 'endpoint',
    address: textOf(description.address, 300),
    contact: { name: textOf(contact.name), email: textOf(contact.email), phone: textOf(contact.phone, 40) },
    client: clientKey === null ? null : { key: clientKey, name: textOf(client.name) },
    service:
      serviceKey === null ? null : { key: serviceKey, name: textOf(service.name), status: numberOf(service.status) },
    speed: { downMbps: megabits(qos.downloadSpeed), upMbps: megabits(qos.uploadSpeed) },
  }
}

const noteOf = (text: string) => cutText(cleanLines(text.slice(0, 8000)).trim(), 2000) || null

function megabits(bits: unknown): number | null {
  const number = numberOf(bits, 0, 1e13)
  return number === null ? null : number / 1_000_000
}

export type UispLink = SourceLink

const kinds = ['ethernet', 'pon', 'wireless'] as const

/** A link between two devices; one that is only planned, put aside, or leads to no device says nothing. */
export function linkOf(entry: Entry): UispLink | null {
  const key = neededKey(entry.id, 'id')
  const [fromKey, toKey] = [entry.from, entry.to].map((end) =>
    keyOf(within(within(within({ end }, 'end'), 'device'), 'identification').id),
  )
  const kind = kinds.find((one) => one === entry.type)
  if (!fromKey || !toKey || fromKey === toKey || !kind) return null
  return entry.state === 'proposed' || entry.state === 'disabled' ? null : { key, fromKey, toKey, kind }
}
