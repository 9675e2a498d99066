import { findCycles } from './cycles'
import { type DeviceFields, type Field, readField } from './device-fields'

/** One device to import: `line` is its line in a CSV file, its place (from 1) in a JSON array. */
export type ImportRow = { line: number } & Pick<DeviceFields, 'name' | 'address'> & Partial<DeviceFields>
/** A line that is not taken. `name`: what it would have been called, for those who build on it. */
export type Rejected = { line: number; reason: string; name?: string | undefined }
/** What a list of devices may be written in. */
export const deviceListFormats = ['csv', 'json', 'librenms', 'the_dude', 'mikrotik'] as const
export type DeviceListFormat = (typeof deviceListFormats)[number]
export type RawRecord = { line: number; cells: Record<string, unknown> }

const names: Record<Field, readonly string[]> = {
  name: ['name', 'device', 'device_name', 'hostname'],
  address: ['address', 'ip', 'ip_address', 'ipv4', 'ipv6', 'host'],
  role: ['role', 'type'],
  site: ['site', 'location', 'pop', 'tower'],
  upstream: ['upstream', 'upstreams', 'parent', 'parents'],
  tags: ['tags', 'tag', 'labels'],
  client: ['client', 'customer'],
  snmpProfile: ['snmp_profile', 'snmp'],
  pingInterval: ['ping_interval', 'interval'],
  pingTimeout: ['ping_timeout', 'timeout'],
  isolateMisses: ['isolate_misses', 'misses'],
  isolateSeconds: ['isolate_seconds', 'seconds'],
}
const plain = (header: string) => header.toLowerCase().replace(/[^a-z0-9]/g, '')
const fieldOf = new Map(
  Object.entries(names).flatMap(([field, aliases]) => aliases.map((alias) => [plain(alias), field as Field] as const)),
)
const title: Record<Field, string> = Object.fromEntries(
  Object.entries(names).map(([field, [first = field]]) => [field, first]),
) as Record<Field, string>

/** The field that a header or a JSON key means, whatever its case, spaces and underscores; undefined when none. */
export const fieldNamed = (header: string): Field | undefined => fieldOf.get(plain(header))

/** Reads one record: every fault it has, or its row. */
export function readRecord({ line, cells }: RawRecord): ImportRow | Rejected {
  const faults: string[] = []
  const row: Partial<DeviceFields> = {}
  const readInto = <F extends Field>(field: F, value: unknown) => {
    const read = readField[field](value)
    if ('fault' in read) faults.push(`${title[field]}: ${read.fault}`)
    else row[field] = read.value
  }
  for (const [header, value] of Object.entries(cells)) {
    const field = fieldNamed(header)
    if (field && value !== undefined) readInto(field, value)
  }
  const { name, address } = row
  if (name === undefined && !faults.some((fault) => fault.startsWith('name:'))) faults.unshift('name: found none')
  if (address === undefined && !faults.some((fault) => fault.startsWith('address:'))) faults.push('address: found none')
  if (faults.length > 0 || name === undefined || address === undefined) return { line, reason: faults.join('; '), name }
  return { ...row, line, name, address }
}

/** What stands already: names by id, and the upstream of each by name. */
export type Standing = { nameOf: ReadonlyMap<number, string>; upstreamOf: ReadonlyMap<string, readonly string[]> }
/** A row whose upstream, if said, is by name. */
export type PlannedRow = Omit<ImportRow, 'upstream'> & { upstream?: string[] }

/**
 * Decides which rows may be written together, after those that could not be read: each name once, every upstream known here or in an accepted row, and no
 * closed chain of upstreams. Rows may refer to rows further down.
 */
export function planImport(
  rows: readonly ImportRow[],
  standing: Standing,
  rejectedBefore: readonly Rejected[] = [],
): { rows: PlannedRow[]; rejected: Rejected[] } {
  const known = new Set(standing.nameOf.values())
  const rejected = new Map<string, Rejected>() // by name
  const unread = new Map(rejectedBefore.flatMap((one) => (one.name === undefined ? [] : [[one.name, one] as const])))
  const repeated: Rejected[] = []
  const accepted = new Map<string, PlannedRow>()
  for (const row of rows) {
    const first = accepted.get(row.name)
    if (first) {
      const reason = `name: ${JSON.stringify(row.name)} is on line ${first.line} and on line ${row.line}, expected it once`
      repeated.push({ line: row.line, reason })
    } else accepted.set(row.name, named(row, standing.nameOf))
  }
  const reject = (row: PlannedRow, reason: string) => {
    accepted.delete(row.name)
    rejected.set(row.name, { line: row.line, reason })
  }

  const whyNot = (name: string) => rejected.get(name) ?? unread.get(name)
  rejectUnknownUpstreams(accepted, known, whyNot, reject)
  // A row that went may have been somebody's upstream, and with it its own edges: a circle may show that was none.
  while (rejectCycles(accepted, standing.upstreamOf, reject)) {
    rejectUnknownUpstreams(accepted, known, whyNot, reject)
  }
  const all = [...rejectedBefore, ...rejected.values(), ...repeated].sort((a, b) => a.line - b.line)
  return { rows: [...accepted.values()], rejected: all }
}

type Reject = (row: PlannedRow, reason: string) => void

function named(row: ImportRow, nameOf: ReadonlyMap<number, string>): PlannedRow {
  const { upstream, ...rest } = row
  if (!upstream) return rest
  return { ...rest, upstream: upstream.map((one) => (typeof one === 'string' ? one : (nameOf.get(one) ?? `#${one}`))) }
}

function rejectUnknownUpstreams(
  accepted: ReadonlyMap<string, PlannedRow>,
  known: ReadonlySet<string>,
  whyNot: (name: string) => Rejected | undefined,
  reject: Reject,
): void {
  const below = new Map<string, PlannedRow[]>()
  for (const row of accepted.values()) {
    for (const upstream of row.upstream ?? []) {
      const siblings = below.get(upstream)
      if (siblings) siblings.push(row)
      else below.set(upstream, [row])
    }
  }
  const missingOf = (row: PlannedRow) => row.upstream?.filter((name) => !known.has(name) && !accepted.has(name)) ?? []
  const doubtful = [...accepted.values()]
  for (let row = doubtful.pop(); row; row = doubtful.pop()) {
    const missing = accepted.has(row.name) ? missingOf(row) : []
    if (missing.length === 0) continue
    const reasons = missing.map((name) => {
      const why = whyNot(name)
      return why
        ? `${JSON.stringify(name)} on line ${why.line} was rejected`
        : `found ${JSON.stringify(name)}, expected the name of a device that exists or is in this import`
    })
    reject(row, `upstream: ${reasons.join('; ')}`)
    for (const child of below.get(row.name) ?? []) doubtful.push(child)
  }
}

const maxShown = 8 // names of a circle

function rejectCycles(
  accepted: ReadonlyMap<string, PlannedRow>,
  standing: ReadonlyMap<string, readonly string[]>,
  reject: Reject,
): boolean {
  const upstreamOf = new Map<string, readonly string[]>(standing)
  for (const row of accepted.values()) if (row.upstream) upstreamOf.set(row.name, row.upstream)
  let changed = false
  for (const cycle of findCycles(upstreamOf)) {
    for (const [i, name] of cycle.entries()) {
      const row = accepted.get(name)
      if (!row?.upstream) continue
      const shown = cycle
        .slice(i, i + maxShown)
        .concat(cycle.slice(0, Math.max(0, Math.min(i, i + maxShown - cycle.length))))
      const around = [...shown, ...(cycle.length > maxShown ? ['...'] : []), name].join(' -> ')
      reject(row, `upstream: ${around} is a circle, expected a way that ends`)
      changed = true
    }
  }
  return changed
}
