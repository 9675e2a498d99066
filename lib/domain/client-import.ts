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
} from './client-fields'
import type { RawRecord, Rejected } from './device-import'

type Column = keyof typeof names
type Said = Pick<ClientFields, 'company' | 'person' | 'number' | 'address' | 'note' | 'language' | 'kind'>
/** A client to import; what its line does not say is left out. `line`: from 1. */
export type ClientRow = { line: number; name: string; devices?: string[] } & Partial<Said> &
  Partial<Pick<ContactFields, 'email' | 'phone'>>
/** A row with the client that it changes; null: a new one. */
export type PlannedClient = Omit<ClientRow, 'devices'> & { clientId: number | null; deviceIds: number[] }

const names = {
  name: ['name', 'client', 'client_name', 'customer', 'customer_name', 'display_name', 'full_name'],
  company: ['company', 'company_name', 'organisation', 'organization'],
  person: ['person', 'contact', 'contact_name'],
  kind: ['kind', 'type', 'client_type'],
  number: ['number', 'client_number', 'customer_number', 'account', 'account_number', 'id', 'client_id', 'user_ident'],
  email: ['email', 'e_mail', 'mail', 'email_address'],
  phone: ['phone', 'mobile', 'telephone', 'tel', 'cell', 'phone_number'],
  address: ['address', 'postal_address', 'street'],
  language: ['language', 'lang', 'locale'],
  note: ['note', 'notes', 'comment', 'remark'],
  devices: ['devices', 'device', 'cpe', 'radio'],
} as const
const plain = (header: string) => header.toLowerCase().replace(/[^a-z0-9]/g, '')
const columnOf = new Map(
  Object.entries(names).flatMap(([column, aliases]) => aliases.map((one) => [plain(one), column as Column] as const)),
)

/** The column that a header or a JSON key means, whatever its case, spaces and underscores; undefined when none. */
export const clientColumnNamed = (header: string): Column | undefined => columnOf.get(plain(header))

type Read<T> = { value: T } | { fault: string }
const readers: { [C in Column]: (text: string) => Read<unknown> } = {
  name: (text) => readLine(text, clientLimits.name),
  company: (text) => readLine(text, clientLimits.name),
  person: (text) => readLine(text, clientLimits.name),
  kind: readKind,
  number: (text) => readLine(text, clientLimits.number),
  email: readEmail,
  phone: readPhone,
  address: (text) => readLine(text, clientLimits.address),
  language: readLanguage,
  note: readNote,
  devices: readDevices,
}

function readKind(text: string): Read<ClientFields['kind']> {
  const word = text.trim().toLowerCase()
  if (['company', 'business', 'commercial', 'organisation', 'organization'].includes(word)) return { value: 'company' }
  if (['', 'person', 'residential', 'private', 'individual'].includes(word)) return { value: 'person' }
  return { fault: `found ${JSON.stringify(word.slice(0, 60))}, expected company or person` }
}

function readDevices(text: string): Read<string[]> {
  const devices = new Set<string>()
  for (const part of text.split(/[;|]/)) {
    const read = readLine(part, 120)
    if ('fault' in read) return read
    if (read.value !== null) devices.add(read.value)
  }
  const { size } = devices
  if (size > clientLimits.devices) return { fault: `found ${size} devices, expected at most ${clientLimits.devices}` }
  return { value: [...devices] }
}

/** What a cell says in text; a list is its parts with ; between. */
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return value.map((part) => textOf(part) ?? '').join(';')
  return null
}

/** Reads one record: every fault it has, or its row. */
export function readClientRecord({ line, cells }: RawRecord): ClientRow | Rejected {
  const faults: string[] = []
  const said: Partial<Record<Column, unknown>> = {}
  for (const [header, value] of Object.entries(cells)) {
    const column = clientColumnNamed(header)
    const text = column && textOf(value)
    if (!column || text === null || text === undefined) continue
    const read = readers[column](text)
    if ('fault' in read) faults.push(`${column}: ${read.fault}`)
    else said[column] = read.value
  }
  const row = said as Partial<ClientRow> & { name?: string | null }
  const { company = null, person = null } = row
  const name = row.name ?? shownName({ company, person })
  if (!name) faults.unshift('name: found none, nor a company or a person')
  if (name && name.length > clientLimits.name)
    faults.push(`name: found ${name.length} characters, expected at most ${clientLimits.name}`)
  if (faults.length > 0 || !name) return { line, reason: faults.join('; '), name: name ?? undefined }
  const kind = row.kind ?? (company === null ? undefined : 'company')
  return { ...row, line, name, ...(kind ? { kind } : {}) }
}

/** What is there already. Numbers and names may be those of several; the names of those made by hand are theirs alone. */
export type StandingClients = {
  clients: readonly { id: number; name: string; number: string | null; byHand?: boolean }[]
  deviceIds: ReadonlyMap<string, number>
}

/**
 * Decides which client each row means: the one of its number, else the one of its name, else a new one. A row that could
 * mean two is refused, as is a second row of one client, a device that is not there, and a device that two rows claim.
 */
export function planClientImport(
  rows: readonly ClientRow[],
  standing: StandingClients,
): { rows: PlannedClient[]; rejected: Rejected[] } {
  const byNumber = grouped(standing.clients, ({ number }) => number)
  const byName = grouped(standing.clients, ({ name }) => name)
  const seen = new Map<string, number>() // what a row means or claims -> its line
  const planned: PlannedClient[] = []
  const rejected: Rejected[] = []
  for (const { devices, ...row } of rows) {
    const found = clientOf(row, byNumber, byName)
    const faults = 'fault' in found ? [found.fault] : []
    const missing = devices?.filter((name) => !standing.deviceIds.has(name)) ?? []
    if (missing.length > 0) faults.push(`devices: found ${list(missing)}, expected the names of devices that exist`)
    const clientId = 'id' in found ? found.id : null
    const claims = [
      ...(clientId === null ? [] : [[`client ${clientId}`, `name: ${JSON.stringify(row.name)}`] as const]),
      ...(takesName(row.name, found) ? [[`name ${row.name}`, `name: ${JSON.stringify(row.name)}`] as const] : []),
      ...(row.number ? [[`number ${row.number}`, `number: ${JSON.stringify(row.number)}`] as const] : []),
      ...(devices ?? []).map((name) => [`device ${name}`, `devices: ${JSON.stringify(name)}`] as const),
    ]
    for (const [claim, words] of claims) {
      const line = seen.get(claim)
      if (line !== undefined) faults.push(`${words} is on line ${line} already, expected it once`)
    }
    if (faults.length > 0) {
      rejected.push({ line: row.line, reason: faults.join('; '), name: row.name })
      continue
    }
    for (const [claim] of claims) seen.set(claim, row.line)
    planned.push({ ...row, clientId, deviceIds: (devices ?? []).flatMap((name) => standing.deviceIds.get(name) ?? []) })
  }
  return { rows: planned, rejected }
}

type Known = StandingClients['clients'][number]
type Found = { id: number | null; known?: Known } | { fault: string }

/** A new client, or one made by hand that is called otherwise from now on. */
const takesName = (name: string, found: Found): boolean =>
  !('fault' in found) && (found.known === undefined || (found.known.byHand === true && found.known.name !== name))

function clientOf(
  { name, number }: Omit<ClientRow, 'devices'>,
  byNumber: ReadonlyMap<string, Known[]>,
  byName: ReadonlyMap<string, Known[]>,
): Found {
  const numbered = number ? (byNumber.get(number) ?? []) : []
  if (numbered.length > 1) return { fault: `number: ${numbered.length} clients have ${JSON.stringify(number)}` }
  if (numbered[0]) return { id: numbered[0].id, known: numbered[0] }
  const named = byName.get(name) ?? []
  if (named.length > 1)
    return { fault: `name: ${named.length} clients are called ${JSON.stringify(name)}, expected the number of one` }
  const [one] = named
  if (one && number && one.number !== null)
    return { fault: `name: ${JSON.stringify(name)} is number ${one.number}, expected that number or another name` }
  return one ? { id: one.id, known: one } : { id: null }
}

function grouped(clients: readonly Known[], keyOf: (client: Known) => string | null): Map<string, Known[]> {
  const groups = new Map<string, Known[]>()
  for (const client of clients) {
    const key = keyOf(client)
    if (key === null) continue
    const group = groups.get(key)
    if (group) group.push(client)
    else groups.set(key, [client])
  }
  return groups
}

const list = (texts: readonly string[]) =>
  `${texts
    .slice(0, 5)
    .map((text) => JSON.stringify(text))
    .join(', ')}${texts.length > 5 ? ` and ${texts.length - 5} more` : ''}`
