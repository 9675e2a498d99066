import { SnmpCredentials } from '@/lib/wire/snmp'
import type { DeviceList } from './device-list-shape'
import { uniqueNames } from './unique-names'

type Entry = Record<string, unknown>

/** A cell of LibreNMS as text: its older versions write every number as one. */
export const textOf = (value: unknown) =>
  typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : ''
/** Whether a flag is raised. */
export const isSet = (value: unknown) => value === true || textOf(value) === '1'

const authOf = new Map<string, string>([
  ['MD5', 'md5'],
  ['SHA', 'sha'],
  ['SHA-224', 'sha224'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
])
// AES-192 is not spoken here. The -C of AES-256-C stretches keys as Cisco does (Reeder's draft).
const privOf = new Map<string, string>([
  ['DES', 'des'],
  ['AES', 'aes128'],
  ['AES-256', 'aes256'],
  ['AES-256-C', 'aes256-reeder'],
])

/** One profile for each way that devices are opened, in the order of the list. */
export function profileBook(list: DeviceList) {
  const book = new Map<string, string>()
  const unique = uniqueNames()
  const profileOf = (entry: Entry, notes: string[]): string | undefined => {
    const said = credentialsOf(entry)
    if (said === null) return undefined
    const read = SnmpCredentials.safeParse(said)
    if (!read.success) {
      const [issue] = read.error.issues
      notes.push(`snmp: no profile is made of it (${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown'})`)
      return undefined
    }
    const port = numberIn(textOf(entry.port), 1, 65_535) ?? 161
    const key = JSON.stringify([read.data, port])
    const known = book.get(key)
    if (known) return known
    const name = unique(`LibreNMS v${read.data.version}`)
    book.set(key, name)
    list.profiles.push({ name, port, credentials: read.data })
    return name
  }
  return { profileOf }
}

const numberIn = (text: string, min: number, max: number) =>
  /^\d{1,5}$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : null

/** What opens it, as far as the answer says; null: it says nothing, as with a token that may not see it. */
function credentialsOf(entry: Entry): Record<string, unknown> | null {
  const version = textOf(entry.snmpver).toLowerCase().replace(/^v/, '')
  if (version === '1' || version === '2c') {
    const community = typeof entry.community === 'string' ? entry.community : ''
    return community === '' ? null : { version, community }
  }
  if (version !== '3' || textOf(entry.authname) === '') return null
  const level = ['noAuthNoPriv', 'authNoPriv', 'authPriv'].find(
    (known) => known.toLowerCase() === textOf(entry.authlevel).toLowerCase(),
  )
  const [auth, priv] = [textOf(entry.authalgo).toUpperCase(), textOf(entry.cryptoalgo).toUpperCase()]
  return {
    version: '3',
    user: textOf(entry.authname),
    level: level ?? textOf(entry.authlevel),
    ...(level !== 'noAuthNoPriv' ? { auth_protocol: authOf.get(auth) ?? auth, auth_password: entry.authpass } : {}),
    ...(level === 'authPriv' ? { priv_protocol: privOf.get(priv) ?? priv, priv_password: entry.cryptopass } : {}),
  }
}
