import {
  type ClientFields,
  type ContactFields,
  clientLimits,
  readEmail,
  readLanguage,
  readLine,
  readNote,
  readPhone,
  shownName,
} from '@/lib/domain/client-fields'
import type { ClientChange } from '@/lib/store/client-writes'
import type { FormState } from '../form/form-state'

type Read<T> = { value: T } | { fault: string }
type Errors = Required<Pick<FormState, 'errors'>>

const sentence = (fault: string) => `${fault.charAt(0).toUpperCase()}${fault.slice(1)}.`

/** Reads the form of a client; every fault as a sentence at its field. A contact without a word is none. */
export function readClientForm(form: FormData): { client: ClientChange & { name: string } } | Errors {
  const errors: Record<string, string> = {}
  const read = <T>(name: string, reader: (text: string) => Read<T>): T | undefined => {
    const answer = reader(String(form.get(name) ?? ''))
    if ('value' in answer) return answer.value
    errors[name] = sentence(answer.fault)
    return undefined
  }
  const line = (name: keyof typeof lineLimits) => read(name, (text) => readLine(text, lineLimits[name])) ?? null
  const company = line('company')
  const person = line('person')
  const fields: Omit<ClientFields, 'name'> = {
    kind: form.get('kind') === 'company' ? 'company' : 'person',
    company,
    person,
    number: line('number'),
    address: line('address'),
    note: read('note', readNote) ?? null,
    language: read('language', readLanguage) ?? 'en',
    timeZone: read('time_zone', readZone) ?? null,
    smsAllowed: form.get('sms_allowed') === '1',
    emailAllowed: form.get('email_allowed') === '1',
  }
  const name = line('name') ?? shownName({ company, person })
  if (name === null && !errors.name) errors.name = 'Found no name, expected one, or a company or a person below.'
  if (name !== null && name.length > clientLimits.name)
    errors.name = `Found ${name.length} characters, expected at most ${clientLimits.name}.`
  const contacts = readContacts(form, errors)
  const devices = form.getAll('device').map(Number).filter(Number.isInteger)
  if (devices.length > clientLimits.devices)
    errors.device = `Found ${devices.length} devices, expected at most ${clientLimits.devices}.`
  if (Object.keys(errors).length > 0 || name === null) return { errors }
  return { client: { ...fields, name, contacts, devices, archived: form.get('archived') === '1' } }
}

const lineLimits = {
  name: clientLimits.name,
  company: clientLimits.name,
  person: clientLimits.name,
  number: clientLimits.number,
  address: clientLimits.address,
} as const

function readZone(text: string): Read<string | null> {
  const zone = text.trim()
  if (zone === '') return { value: null }
  try {
    return { value: new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone }
  } catch {
    return { fault: `found ${JSON.stringify(zone.slice(0, 60))}, expected an IANA zone such as Europe/Berlin` }
  }
}

/** Rows of the form are numbered: contact_0_name, contact_0_email ... */
function readContacts(form: FormData, errors: Record<string, string>): ContactFields[] {
  const contacts: ContactFields[] = []
  const rows = form
    .getAll('contact')
    .map(String)
    .filter((row) => /^\d{1,4}$/.test(row))
  for (const row of rows) {
    const field = (part: string) => `contact_${row}_${part}`
    const read = <T>(part: string, reader: (text: string) => Read<T>): T | undefined => {
      const answer = reader(String(form.get(field(part)) ?? ''))
      if ('value' in answer) return answer.value
      errors[field(part)] = sentence(answer.fault)
      return undefined
    }
    const name = read('name', (text) => readLine(text, clientLimits.name)) ?? ''
    const email = read('email', readEmail) ?? null
    const phone = read('phone', readPhone) ?? null
    const isTicked = (part: string) => form.get(field(part)) === '1'
    const id = Number(form.get(field('id')))
    const isEmpty = name === '' && email === null && phone === null
    const isWrong = ['name', 'email', 'phone'].some((part) => errors[field(part)] !== undefined)
    if (isEmpty && !isWrong) continue
    contacts.push({
      id: Number.isInteger(id) && id > 0 ? id : undefined,
      name,
      email,
      phone,
      isContact: isTicked('general'),
      isBilling: isTicked('billing'),
      smsOk: isTicked('sms'),
    })
  }
  if (contacts.length > clientLimits.contacts)
    errors.contact = `Found ${contacts.length} contacts, expected at most ${clientLimits.contacts}.`
  return contacts
}
