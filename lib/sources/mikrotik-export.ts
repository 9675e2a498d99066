import { parseAddress } from '@/lib/domain/address'
import { limits } from '@/lib/domain/device-fields'
import type { Role } from '@/lib/domain/status'
import { type DeviceList, emptyList } from './device-list-shape'
import { readRouterOs, type Statement } from './routeros-text'
import { uniqueNames } from './unique-names'

/** A device that a router speaks of, before it has a name that no other has. */
type Heard = {
  line: number
  name: string
  key: string // what tells it from another of its name: a MAC, else an address
  address: string
  fault: string | null
  role: Role | null
  client: string | null
  notes: string[]
}
type Reader = (statement: Statement) => Heard | null

const parts: readonly { path: RegExp; says: string; read: Reader }[] = [
  { path: /^ip neighbou?r$/, says: 'neighbours', read: neighbour },
  { path: /^ppp secret$/, says: 'PPP secrets', read: secret },
  { path: /registration-table$/, says: 'registrations', read: registration },
  { path: /^dude device$/, says: 'devices of The Dude', read: dudeDevice },
]
const silent = /^(system identity|)$/

/**
 * What a RouterOS console lists, as it was pasted or exported: `/ip neighbor print terse`, `/ppp secret export` (clients by
 * comment), `/interface wireless registration-table print terse` and `/dude device` prints. Without a command above it a
 * row is known by its keys. `upstream`: the device that all of them hang on.
 */
export function readMikrotik(text: string, { upstream = '' } = {}): DeviceList | { fault: string } {
  const { statements, identity } = readRouterOs(text)
  const list = emptyList()
  const ignored = new Set<string>()
  const heard: Heard[] = []
  for (const statement of statements) {
    const part = partOf(statement)
    if (part) {
      const one = part.read(statement)
      if (one) heard.push(one)
    } else if (!silent.test(statement.path)) ignored.add(`/${statement.path}`)
  }
  if (heard.length === 0) return { fault: nothingFound(ignored) }
  list.ignored.push(...[...ignored].slice(0, 100))
  take(list, heard, upstream)
  const [first] = list.records
  if (identity && !upstream && first) {
    const reason = `they were listed by ${JSON.stringify(identity.slice(0, 120))}: say it as what they hang on to have it above them all`
    list.notes.unshift({ line: first.line, name: String(first.cells.name), reason })
  }
  return list
}

function nothingFound(ignored: ReadonlySet<string>): string {
  const found = ignored.size > 0 ? `only ${[...ignored].slice(0, 6).join(', ').slice(0, 200)}` : 'no row'
  return `Found ${found}, expected /ip neighbor print terse, /ppp secret export, or /interface wireless registration-table print terse`
}

function partOf({ path, verb, values }: Statement) {
  const byPath = parts.find((part) => part.path.test(path))
  if (byPath) return verb === 'set' ? undefined : byPath
  if (path !== '' || verb === 'set') return undefined
  const has = (...keys: string[]) => keys.some((key) => values.has(key))
  if (has('mac-address') && has('signal-strength', 'signal', 'radio-name', 'last-ip')) return parts[2]
  if (has('identity') || (has('mac-address') && has('platform', 'discovered-by', 'board'))) return parts[0]
  return has('name') && has('service', 'profile', 'remote-address', 'caller-id') ? parts[1] : undefined
}

/** Several of one name, as factory names are, are told apart by their keys, so that the next import means the same. */
function take(list: DeviceList, heard: readonly Heard[], upstream: string): void {
  const keysOf = new Map<string, Set<string>>()
  for (const { name, key } of heard) keysOf.set(name, (keysOf.get(name) ?? new Set()).add(key))
  const nameOf = uniqueNames()
  const seen = new Map<string, number>()
  for (const one of heard) {
    const { line, key, address, role, client, fault } = one
    const same = JSON.stringify([one.name, key])
    if (fault === null && seen.has(same)) continue // heard on a second interface
    const several = (keysOf.get(one.name)?.size ?? 0) > 1 || isFactoryName(one.name)
    const named = several && key !== '' ? `${one.name} ${key}` : one.name
    if (fault !== null) {
      list.rejected.push({ line, name: named, reason: fault })
      continue
    }
    seen.set(same, line)
    const name = nameOf(named)
    const cells: Record<string, unknown> = { name, address }
    if (role) cells.role = role
    if (client) cells.client = client
    if (upstream && upstream !== name) cells.upstream = [upstream]
    list.records.push({ line, cells })
    if (one.notes.length > 0) list.notes.push({ line, name, reason: one.notes.join('; ') })
  }
}

const isFactoryName = (name: string) => /^(mikrotik|routeros|ubnt|ubiquiti)$/i.test(name)

const said = ({ values }: Statement, ...keys: string[]) =>
  keys.map((key) => values.get(key)?.trim()).find((value) => value !== undefined && value !== '') ?? ''
const isOff = (statement: Statement) =>
  statement.flags.includes('X') || /^(yes|true)$/i.test(said(statement, 'disabled'))
const macOf = (statement: Statement) => {
  const mac = said(statement, 'mac-address').toUpperCase()
  return /^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/.test(mac) ? mac : ''
}
const clientOf = (text: string) => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line === '' || line.length > limits.client ? null : line
}

/** The first address that can be pinged; of several that are said (IPv4 first) the others are left. */
function addressIn(texts: readonly string[], column: string, without: string): { address: string } | { fault: string } {
  const given = texts.filter(Boolean)
  if (given.length === 0) return { fault: `${column}: found none, ${without}` }
  const faults: string[] = []
  for (const text of given) {
    const read = parseAddress(text.replace(/%.*$/, ''))
    if ('fault' in read) faults.push(`${column}: ${read.fault}`)
    else if (/^fe[89ab]/.test(read.address))
      faults.push(`${column}: found ${read.address}, which is good on one link only`)
    else return read
  }
  return { fault: faults[0] ?? `${column}: found none` }
}

const heardOf = (line: number, name: string, key: string, read: { address: string } | { fault: string }): Heard => ({
  line,
  name,
  key: key || ('address' in read ? read.address : ''),
  address: 'address' in read ? read.address : '',
  fault: 'fault' in read ? read.fault : null,
  role: null,
  client: null,
  notes: [],
})

// Rows of MNDP, CDP and LLDP: interface, address, address4, address6, mac-address, identity, platform, version, board,
// interface-name, system-caps-enabled. Which of two neighbours is above the other they do not say.
function neighbour(statement: Statement): Heard {
  const mac = macOf(statement)
  const name =
    said(statement, 'identity') || [said(statement, 'platform') || 'Neighbour', mac].filter(Boolean).join(' ')
  const addresses = ['address4', 'address', 'address6'].map((key) => said(statement, key))
  const one = heardOf(
    statement.line,
    name,
    mac,
    addressIn(addresses, 'address', 'heard by its MAC alone: give it an address first'),
  )
  return { ...one, role: roleOf(said(statement, 'board'), said(statement, 'system-caps-enabled')) }
}

/** Where the name of a board, or what it says it does, leaves no doubt. */
function roleOf(board: string, caps: string): Role | null {
  if (/^(CRS|CSS)\d/i.test(board)) return 'switch'
  if (/^CCR\d/i.test(board)) return 'router'
  const does = caps.split(',').map((cap) => cap.trim())
  if (does.includes('router')) return null // a MikroTik says router and bridge whatever it is used for
  if (does.includes('wlan-ap')) return 'ap'
  return does.length === 1 && does[0] === 'bridge' ? 'switch' : null
}

/** The login is the name, as two clients may have one comment; the comment is the client. Passwords are not looked at. */
function secret(statement: Statement): Heard {
  const name = said(statement, 'name') || 'secret'
  const remote = said(statement, 'remote-address')
  const without = 'expected an address of its own: its profile gives it another one each time'
  const isPool = remote !== '' && !/^[0-9a-f.:]+$/i.test(remote)
  const pool = { fault: `remote-address: found the pool ${JSON.stringify(remote.slice(0, 60))}, ${without}` }
  const one = heardOf(statement.line, name, name, isPool ? pool : addressIn([remote], 'remote-address', without))
  if (isOff(statement)) return { ...one, fault: 'disabled: the login is disabled there' }
  const comment = said(statement, 'comment')
  const client = clientOf(comment)
  if (comment === '') one.notes.push('comment: found none, so it has no client')
  else if (!client)
    one.notes.push(`comment: found ${comment.length} characters, expected at most ${limits.client}: it has no client`)
  return { ...one, role: 'cpe', client }
}

// Rows of the registration table: interface, radio-name, mac-address, ap, last-ip, signal-strength, uptime, comment. The
// newer wifi package says neither radio-name nor last-ip, so its stations have no address here.
function registration(statement: Statement): Heard {
  const mac = macOf(statement)
  const radio = said(statement, 'radio-name')
  const comment = said(statement, 'comment')
  const isOwnMac = radio.replace(/[:-]/g, '').toUpperCase() === mac.replaceAll(':', '')
  const name = (isOwnMac ? '' : radio) || clientOf(comment) || `Station ${mac || statement.line}`
  const last = said(statement, 'last-ip').replace(/^0\.0\.0\.0$/, '')
  const without = 'expected the address that was last heard through it'
  const one = heardOf(statement.line, name, mac, addressIn([last], 'last-ip', without))
  if (/^(yes|true)$/i.test(said(statement, 'ap')))
    return { ...one, notes: ['ap: it is the access point that this one hangs on'] }
  one.notes.push('last-ip: the last address heard through it; where the radio bridges that is a machine behind it')
  return { ...one, role: 'cpe', client: radio && !isOwnMac ? clientOf(comment) : null }
}

// The console of The Dude is said to know its devices by name alone: addresses are in its client and its database.
function dudeDevice(statement: Statement): Heard {
  const name = said(statement, 'name') || 'device'
  const addresses = said(statement, 'addresses', 'address').split(',', 16)
  const without = "the console says names alone: use the csv button of The Dude's device list"
  return heardOf(
    statement.line,
    name,
    name,
    addressIn(
      addresses.map((one) => one.trim()),
      'address',
      without,
    ),
  )
}
