import { clientName } from '@/lib/domain/client-name'
import { phoneOf } from '@/lib/domain/phone-number'
import type { Role } from '@/lib/domain/status'
import { addressOf, type Entry, keyOf, macOf, neededKey, numberOf, textOf, within } from './reading'
import type { SourceClient, SourceContact, SourceDevice, SourceSite } from './records'
import { entitiesOf } from './sonar-api'
import { isServed, itemKey, itemName, ownerName, sonarStanding } from './sonar-status'

export type SonarAccount = { key: string; client: SourceClient; devices: SourceDevice[] }
export type SonarSite = { key: string; site: SourceSite; devices: SourceDevice[] }

export function accountOf(account: Entry, callingCode: string | null): SonarAccount {
  const key = neededKey(account.id, 'id')
  const served = isServed(account)
  const items = entitiesOf(account, 'addresses').flatMap((address) => entitiesOf(address, 'inventory_items'))
  const devices = items.map((item) => itemOf(account, item, { role: 'cpe', served, clientKey: key, siteKey: null }))
  const macs = new Set(devices.map(({ mac }) => mac))
  const loose = looseDevices(account, key, served).filter(({ mac }) => mac === null || !macs.has(mac))
  // What an account has of its own is the address of its only device.
  const [only, ...more] = [...devices, ...loose]
  const own = hostOf(entitiesOf(account, 'ip_assignments'))
  if (only && more.length === 0) only.address ??= own
  return { key, client: clientOf(account, key, callingCode), devices: [...devices, ...loose] }
}

export function siteOf(entry: Entry): SonarSite {
  const key = `site-${neededKey(entry.id, 'id')}`
  const place = within(entry, 'geopoint')
  const [latitude, longitude] = [numberOf(place.latitude, -90, 90), numberOf(place.longitude, -180, 180)]
  const known = latitude !== null && longitude !== null
  return {
    key,
    site: {
      key,
      name: textOf(entry.name, 120) ?? `Site ${key.slice(5)}`,
      parentKey: null,
      latitude: known ? latitude : null,
      longitude: known ? longitude : null,
      note: null,
    },
    devices: entitiesOf(entry, 'inventory_items').map((item) =>
      itemOf(entry, item, { role: 'other', served: true, clientKey: null, siteKey: key }),
    ),
  }
}

type Place = { role: Role; served: boolean; clientKey: string | null; siteKey: string | null }

function itemOf(owner: Entry, item: Entry, { role, served, clientKey, siteKey }: Place): SourceDevice {
  const data = entitiesOf(item, 'inventory_model_field_data')
  const fields = data.map((field) => {
    const { name, primary } = within(field, 'inventory_model_field')
    return { field, name: textOf(name, 60) ?? '', isPrimary: primary === true, text: textOf(field.value, 80) }
  })
  const macField =
    fields.find(({ isPrimary, text }) => isPrimary && macOf(text)) ?? fields.find(({ text }) => macOf(text))
  const own = macField ? [macField.field] : []
  return {
    ...unknownDevice,
    key: itemKey(item),
    name: itemName(ownerName(owner), item),
    mac: macOf(macField?.text),
    serial: fields.find(({ name }) => /serial/i.test(name))?.text ?? null,
    model: textOf(within(item, 'inventory_model').name, 80),
    role,
    address:
      hostOf([...own, ...data].flatMap((field) => entitiesOf(field, 'ip_assignments'))) ??
      hostOf(entitiesOf(item, 'ip_assignments')),
    siteKey,
    clientKey,
    ...sonarStanding(item, served),
  }
}

const unknownDevice = { serial: null, model: null, vendor: null, firmware: null, upstreamKeys: [] }

/** What an account has online without an item of the inventory: by PPPoE, or by a MAC alone. */
function looseDevices(account: Entry, clientKey: string, served: boolean): SourceDevice[] {
  const base = { ...unknownDevice, role: 'cpe' as const, siteKey: null, clientKey, status: null, isExpected: served }
  const owner = ownerName(account)
  const radius = entitiesOf(account, 'radius_accounts').flatMap((one) => {
    const [id, name] = [keyOf(one.id), textOf(one.username, 50)]
    const address = hostOf(entitiesOf(one, 'ip_assignments'))
    return id === null ? [] : [{ ...base, key: `radius-${id}`, name: `${owner}: ${name ?? id}`, mac: null, address }]
  })
  const macs = entitiesOf(account, 'uninventoried_mac_addresses').flatMap((one) => {
    const [id, mac] = [keyOf(one.id), macOf(one.mac_address)]
    const address = hostOf(entitiesOf(one, 'ip_assignments'))
    return id === null || mac === null ? [] : [{ ...base, key: `mac-${id}`, name: `${owner}: ${mac}`, mac, address }]
  })
  return [...radius, ...macs]
}

/** The address of the first assignment that is one host's. */
function hostOf(assignments: readonly Entry[]): string | null {
  for (const { subnet } of assignments) {
    if (typeof subnet !== 'string' || !/\/(32|128)$/.test(subnet)) continue
    if (subnet.includes(':') === subnet.endsWith('/128')) return addressOf(subnet)
  }
  return null
}

function clientOf(account: Entry, key: string, callingCode: string | null): SourceClient {
  const type = textOf(within(account, 'account_type').type, 40)
  const isCompany = type !== null && !['RESIDENTIAL', 'SENIOR_CITIZEN'].includes(type)
  const own = textOf(account.name)
  const contacts = contactsOf(account, callingCode)
  const naming = {
    isCompany,
    company: isCompany ? own : null,
    companyContact: [],
    person: isCompany ? [] : [own],
    contacts: contacts.map(({ name, email }) => ({ name: name || null, email })),
    ident: null,
    id: key,
  }
  const state = textOf(within(account, 'account_status').name, 60) ?? ''
  return {
    key,
    kind: isCompany ? 'company' : 'person',
    ...clientName(naming),
    number: key,
    address: addressWords(account),
    language: null,
    // Every operator names its own statuses: these words are the usual ones of who has left.
    isArchived: !isServed(account) && /^(inactive|cancel|closed|terminated|void)/i.test(state),
    contacts,
  }
}

function addressWords(account: Entry): string | null {
  const all = entitiesOf(account, 'addresses')
  const one = all.find(({ type }) => type === 'PHYSICAL') ?? all[0]
  if (!one) return null
  const state = textOf(one.subdivision, 20)?.replace(/^[A-Z]{2}_/, '')
  const town = [textOf(one.city, 100), state, textOf(one.zip, 20)].filter((part) => part).join(' ')
  return [textOf(one.line1, 120), textOf(one.line2, 120), town].filter((part) => part).join(', ') || null
}

/** The primary one first. Texts need a number that can take them, and its owner's consent. */
function contactsOf(account: Entry, callingCode: string | null): SourceContact[] {
  const all = entitiesOf(account, 'contacts').slice(0, 20)
  const ordered = [...all.filter(({ primary }) => primary === true), ...all.filter(({ primary }) => primary !== true)]
  return ordered.flatMap((one, i) => {
    const numbers = entitiesOf(one, 'phone_numbers').map((number) => numberOfPhone(number, callingCode))
    const best = numbers.find(({ smsOk }) => smsOk) ?? numbers.find(({ phone }) => phone !== null)
    const email = textOf(one.email_address, 320)
    const contact = {
      key: keyOf(one.id) ?? `${i}`,
      name: textOf(one.name) ?? '',
      email: email?.includes('@') ? email : null,
      phone: best?.phone ?? null,
      isContact: true,
      isBilling: /billing|account/i.test(textOf(one.role) ?? ''),
      smsOk: best?.smsOk ?? false,
    }
    return contact.name || contact.email || contact.phone ? [contact] : []
  })
}

function numberOfPhone(entry: Entry, callingCode: string | null): { phone: string | null; smsOk: boolean } {
  const country = entry.country === 'US' || entry.country === 'CA' ? '1' : callingCode
  const extension = textOf(entry.extension, 12)
  const { phone, canText } = phoneOf(textOf(entry.number, 30) ?? textOf(entry.number_formatted, 30), country)
  const isAllowed = entry.sms_opt_in === true && within(entry, 'phone_number_type').sms_capable === true
  return { phone: phone && extension ? `${phone} x${extension}` : phone, smsOk: canText && isAllowed && !extension }
}
