import type { DeviceFacts } from './device-facts'
import type { Role } from './status'

/** Of what was found, what tells names, roles and ways; null: no profile opened it. */
export type FoundFacts = Pick<DeviceFacts, 'vendor' | 'model' | 'serial' | 'role' | 'macs' | 'addresses'> & {
  name: string | null // sysName
  apMacs: string[] // of its radios that are stations
  stations: { mac: string | null; ip: string | null; name: string | null }[]
  links: { mac: string | null; ip: string | null }[]
  neighbours: { mac: string | null; name: string | null; addresses: string[] }[]
}
export type Found = { id: number; address: string; deviceId: number | null; facts: FoundFacts | null }
/** A device that is watched already. */
export type Known = { id: number; name: string; address: string; role: Role; facts: FoundFacts | null }

/** What is suggested for one found address. */
export type Suggested = {
  id: number
  name: string // no other's, watched or found
  role: Role
  upstream: { found: number | null; device: number | null; name: string; how: string } | null
  /** The row of this search that is the same device at another of its addresses: that one is accepted. */
  sameAs: { id: number; address: string } | null
}

const most = 120
/** Names that a factory gave: they tell nothing apart. */
const factory =
  /^(mikrotik|routeros|ubnt|ubiquiti|airos|localhost|unknown|router|switch|mimosa|cambium|unnamed|default)$/i
const rank: Record<Role, number> = { router: 0, switch: 1, backhaul: 2, ap: 3, cpe: 4, server: 5, other: 5 }

type Node = {
  key: string
  found: Found | null
  known: Known | null
  facts: FoundFacts | null
  address: string
  role: Role
}
type Way = { to: Node; how: string; strength: number }

/** Suggests a name, a role and an upstream for all that a search found, in its order. */
export function reviewFound(found: readonly Found[], known: readonly Known[]): Suggested[] {
  const same = sameDevices(found)
  const rows = found.filter((row) => row.deviceId === null && !same.has(row.id))
  const told = toldNames([...found, ...known])
  const roles = new Map(rows.map((row) => [row.id, roleOf(row, told)]))
  const nodes = [
    ...known.map(
      (one): Node => ({
        key: `d${one.id}`,
        found: null,
        known: one,
        facts: one.facts,
        address: one.address,
        role: one.role,
      }),
    ),
    ...rows.map(
      (row): Node => ({
        key: `f${row.id}`,
        found: row,
        known: null,
        facts: row.facts,
        address: row.address,
        role: roles.get(row.id) ?? 'other',
      }),
    ),
  ]
  const names = uniqueNames(rows, told, known)
  const ways = waysAmong(nodes)
  return found.map((row) => {
    const twin = same.get(row.id)
    const way = ways.get(`f${row.id}`)
    return {
      id: row.id,
      name: names.get(row.id) ?? row.address,
      role: roles.get(row.id) ?? roleOf(row, told),
      upstream: way ? upstreamOf(way, names) : null,
      sameAs: twin ? { id: twin.id, address: twin.address } : null,
    }
  })
}

function upstreamOf({ to, how }: Way, names: ReadonlyMap<number, string>): Suggested['upstream'] {
  if (to.known) return { found: null, device: to.known.id, name: to.known.name, how }
  if (!to.found) return null
  return { found: to.found.id, device: null, name: names.get(to.found.id) ?? to.address, how }
}

/**
 * Rows that are another row's device at another address, each with that row: of those that a profile opened, else of all,
 * the first that was found.
 */
function sameDevices(found: readonly Found[]): Map<number, Found> {
  const byAddress = new Map(found.map((row) => [row.address, row]))
  const bySerial = new Map<string, Found>()
  const order = new Map(found.map((row, i) => [row.id, row.facts ? i : found.length + i]))
  const firstOf = new Map<number, Found>()
  const first = (row: Found): Found => {
    let last = row
    for (let next = firstOf.get(last.id); next; next = firstOf.get(last.id)) {
      const after = firstOf.get(next.id)
      if (after) firstOf.set(last.id, after) // halves the way: devices that list each other make long ones
      last = after ?? next
    }
    return last
  }
  const join = (one: Found, other: Found | undefined) => {
    if (!other || other.deviceId !== null) return
    const [a, b] = [first(one), first(other)]
    const isBefore = (order.get(a.id) ?? 0) < (order.get(b.id) ?? 0)
    if (a.id !== b.id) firstOf.set(isBefore ? b.id : a.id, isBefore ? a : b)
  }
  for (const row of found) {
    if (row.deviceId !== null || !row.facts) continue
    const { vendor, serial, addresses } = row.facts
    if (serial) {
      const key = `${vendor}\n${serial}`
      join(row, bySerial.get(key))
      bySerial.set(key, first(row))
    }
    for (const address of addresses) join(row, byAddress.get(address))
  }
  return new Map(found.flatMap((row) => (firstOf.has(row.id) ? [[row.id, first(row)] as const] : [])))
}

/** What others call an address or a MAC: registrations first, then neighbours. */
function toldNames(all: readonly { facts: FoundFacts | null }[]) {
  const names = new Map<string, string>()
  const stations = new Set<string>()
  const tell = (key: string | null, name: string | null) => {
    const words = cleaned(name)
    if (key !== null && words !== null && !names.has(key)) names.set(key, words)
  }
  for (const { facts } of all)
    for (const { mac, ip, name } of facts?.stations ?? []) {
      for (const key of [ip, mac]) {
        tell(key, name)
        if (key !== null) stations.add(key)
      }
    }
  for (const { facts } of all)
    for (const { mac, name, addresses } of facts?.neighbours ?? [])
      for (const key of [...addresses, mac]) tell(key, name)
  return { names, stations }
}
type Told = ReturnType<typeof toldNames>

const keysOf = ({ address, facts }: { address: string; facts: FoundFacts | null }) => [
  address,
  ...(facts?.addresses ?? []),
  ...(facts?.macs ?? []),
]

function roleOf(row: Found, told: Told): Role {
  if (row.facts?.role) return row.facts.role
  return keysOf(row).some((key) => told.stations.has(key)) ? 'cpe' : 'other'
}

function nameOf(row: Found, told: Told): string {
  const own = cleaned(row.facts?.name ?? null)
  if (own !== null && !factory.test(own)) return own
  for (const key of keysOf(row)) {
    const name = told.names.get(key)
    if (name !== undefined && !factory.test(name)) return name
  }
  const what = row.facts?.model ?? row.facts?.vendor
  return `${(cleaned(what ?? null) ?? '').slice(0, most - row.address.length - 1)} ${row.address}`.trim()
}

const cleaned = (text: string | null): string | null =>
  (text ?? '')
    .replace(/[\p{Cc}\p{Cs}]/gu, '')
    .trim()
    .slice(0, most)
    .trim() || null

function uniqueNames(rows: readonly Found[], told: Told, known: readonly Known[]): Map<number, string> {
  const wanted = rows.map((row) => [row, nameOf(row, told)] as const)
  const count = new Map<string, number>()
  for (const name of [...known.map((one) => one.name), ...wanted.map(([, name]) => name)]) {
    count.set(name, (count.get(name) ?? 0) + 1)
  }
  const taken = new Set(known.map((one) => one.name))
  const names = new Map<number, string>()
  for (const [row, name] of wanted) {
    let unique = (count.get(name) ?? 0) > 1 ? withAddress(name, row.address) : name
    for (let i = 2; taken.has(unique); i++) unique = withAddress(name, `${row.address} ${i}`)
    taken.add(unique)
    names.set(row.id, unique)
  }
  return names
}

const withAddress = (name: string, address: string) => `${name.slice(0, most - address.length - 3)} (${address})`

/** The surest way up of each node; of none to itself, and none that closes a pair. */
function waysAmong(nodes: readonly Node[]): Map<string, Way> {
  const by = new Map<string, Node | null>() // null: more than one has it
  for (const node of nodes)
    for (const key of new Set(keysOf(node))) by.set(key, by.has(key) && by.get(key) !== node ? null : node)
  const best = new Map<string, Way>()
  const say = (child: Node | null | undefined, to: Node | null | undefined, how: string, strength: number) => {
    if (!child || !to || child.key === to.key) return
    const before = best.get(child.key)
    if (!before || before.strength < strength) best.set(child.key, { to, how, strength })
  }
  const hear = (one: Node, other: Node | null | undefined, how: string) => {
    if (!other || rank[one.role] === rank[other.role]) return
    const [child, to] = rank[one.role] > rank[other.role] ? [one, other] : [other, one]
    say(child, to, how, 1 + rank[to.role] / 10) // the nearest in kind: an AP on its switch, not on the router behind
  }
  for (const node of nodes) {
    for (const mac of node.facts?.apMacs ?? []) say(node, by.get(mac), 'its radio says so', 3)
    for (const { mac, ip } of node.facts?.stations ?? [])
      say((mac && by.get(mac)) || (ip && by.get(ip)) || null, node, 'registered there', 4)
    for (const { mac, ip } of node.facts?.links ?? [])
      hear(node, (mac && by.get(mac)) || (ip && by.get(ip)) || null, 'the far end of its link')
    for (const { mac, addresses } of node.facts?.neighbours ?? [])
      hear(node, [mac, ...addresses].map((key) => (key ? by.get(key) : null)).find(Boolean), 'neighbours')
  }
  for (const [key, way] of best) {
    const back = best.get(way.to.key)
    if (back?.to.key === key && back.strength <= way.strength) best.delete(way.to.key)
  }
  return best
}
