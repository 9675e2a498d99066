import { parseAddress } from '@/lib/domain/address'
import { readCsvTable } from '@/lib/domain/csv-table'
import { limits } from '@/lib/domain/device-fields'
import type { Role } from '@/lib/domain/status'
import { type DeviceList, emptyList } from './device-list-shape'
import { uniqueNames } from './unique-names'
import { xmlElements } from './xml-elements'

/** A device as The Dude lists it, whatever it is written in. */
type Entry = {
  line: number
  name: string
  addresses: string[]
  type: string
  maps: string[]
  parents: string[]
  flag: string
  dns: string
  notes: string
}

// The columns of the client's device list (Devices, all chosen, the csv button), as a public reader of such files names
// them: flag, name, addresses, mac, type, maps, services down, notes, dns, status, parents.
const told = ['addresses', 'services down', 'maps', 'parents', 'flag', 'dns'] as const

/** Whether a line of CSV is the header of The Dude's device list. */
export function isDudeHeader(columns: readonly string[]): boolean {
  const names = columns.map((column) => column.trim().toLowerCase())
  return (
    names.includes('name') && names.includes('addresses') && told.filter((name) => names.includes(name)).length >= 2
  )
}

/** The devices of The Dude: the CSV of its device list, or XML. Parents are upstream, a map is a site. */
export function readTheDude(text: string): DeviceList | { fault: string } {
  return /^\uFEFF?\s*</.test(text) ? fromXml(text) : fromCsv(text)
}

const columns = ['name', 'addresses', 'type', 'maps', 'parents', 'flag', 'dns', 'notes'] as const
const columnNamed = (header: string) => columns.find((name) => name === header.trim().toLowerCase())

function fromCsv(text: string): DeviceList | { fault: string } {
  const table = readCsvTable(text, columnNamed, [['name'], ['addresses']])
  if ('fault' in table) return table
  const list = listOf(
    table.records.map(({ line, cells }) => {
      const byColumn = new Map(Object.entries(cells).map(([header, cell]) => [columnNamed(header), cell]))
      return entryOf(line, (name) => textOf(byColumn.get(name)))
    }),
  )
  list.ignored.push(...table.ignoredColumns)
  list.rejected.push(...table.rejected)
  return list
}
const textOf = (cell: unknown) => (typeof cell === 'string' ? cell.trim() : '')

type Column = (typeof columns)[number]

function entryOf(line: number, of: (name: Column) => string): Entry {
  return {
    line,
    name: of('name'),
    addresses: partsOf(of('addresses')),
    type: of('type'),
    maps: partsOf(of('maps')),
    parents: partsOf(of('parents')),
    flag: of('flag'),
    dns: of('dns'),
    notes: of('notes'),
  }
}

const partsOf = (text: string) => [
  ...new Set(
    text
      .split(/[,;|\n]/, 64)
      .map((part) => part.trim())
      .filter(Boolean),
  ),
]

// Not verified: no XML of The Dude was at hand. Its versions 3 and 4 wrote one, and any element called device is read by
// what its attributes and children are called; numbers in place of addresses are named, not guessed at.
const xmlNames: Record<Column, readonly string[]> = {
  name: ['name', 'sys-name'],
  addresses: ['addresses', 'address', 'ip'],
  type: ['type', 'device-type'],
  maps: ['maps', 'map'],
  parents: ['parents', 'parent'],
  flag: ['flag', 'enabled', 'disabled'],
  dns: ['dns', 'dns-name', 'dns-names'],
  notes: ['notes', 'note'],
}

function fromXml(text: string): DeviceList | { fault: string } {
  const elements = xmlElements(text, (name) => name === 'device')
  if (elements.length === 0) return { fault: 'Found XML without an element called device, expected one for each' }
  return listOf(
    elements.map(({ line, values }) => {
      const of = (name: Column) => xmlNames[name].flatMap((alias) => values.get(alias) ?? []).join(',')
      const isOff = values.get('disabled')?.some(isYes) || values.get('enabled')?.some(isNo) || false
      return { ...entryOf(line, of), flag: isOff ? 'disabled' : (values.get('flag')?.join(',') ?? '') }
    }),
  )
}
const isYes = (text: string) => /^(yes|true|1)$/i.test(text)
const isNo = (text: string) => /^(no|false|0)$/i.test(text)

/** Its default map shows everything: it is no place. */
const overview = 'local'

function listOf(entries: readonly Entry[]): DeviceList {
  const list = emptyList()
  const merged = onceEach(entries)
  const nameOf = uniqueNames()
  const many = new Map<string, number>()
  for (const { name } of merged) many.set(name, (many.get(name) ?? 0) + 1)
  for (const entry of merged) {
    const { line, addresses } = entry
    const address = addresses.find((one) => 'address' in parseAddress(one))
    const said = entry.name || address || `device ${line}`
    const name = nameOf((many.get(entry.name) ?? 0) > 1 && address ? `${said} (${address})` : said)
    if (/disabled/i.test(entry.flag)) {
      list.rejected.push({ line, name, reason: 'flag: it is disabled there; enable it there, or add it by hand' })
      continue
    }
    if (!address) {
      list.rejected.push({ line, name, reason: noAddress(entry) })
      continue
    }
    const notes: string[] = []
    const cells: Record<string, unknown> = { name, address }
    const role = roleOf(entry.type)
    if (role) cells.role = role
    const [site, ...others] = entry.maps.filter((map) => map.toLowerCase() !== overview && map.length <= limits.site)
    if (site) cells.site = site
    if (others.length > 0)
      notes.push(`maps: it is on ${others.length + 1}, and belongs to ${JSON.stringify(site)} here`)
    const upstream = entry.parents.filter((parent) => parent !== entry.name).slice(0, limits.upstream)
    if (upstream.length > 0) cells.upstream = upstream
    const beside = addresses.filter((one) => one !== address)
    if (beside.length > 0) notes.push(`addresses: ${beside.slice(0, 4).join(', ').slice(0, 120)} not watched beside it`)
    if (entry.notes !== '') notes.push('notes: are not kept')
    list.records.push({ line, cells })
    if (notes.length > 0) list.notes.push({ line, name, reason: notes.join('; ') })
  }
  return list
}

/** A device is listed once for each map that it is on. */
function onceEach(entries: readonly Entry[]): Entry[] {
  const byKey = new Map<string, Entry>()
  for (const entry of entries) {
    const key = JSON.stringify([entry.name, entry.addresses])
    const known = byKey.get(key)
    if (!known) byKey.set(key, { ...entry })
    else {
      known.maps = [...new Set([...known.maps, ...entry.maps])].slice(0, 64)
      known.parents = [...new Set([...known.parents, ...entry.parents])].slice(0, 64)
    }
  }
  return [...byKey.values()]
}

function noAddress({ addresses, dns }: Entry): string {
  const [first] = addresses
  if (first) {
    const read = parseAddress(first)
    return `addresses: ${'fault' in read ? read.fault : 'found none'}`
  }
  return dns === ''
    ? 'addresses: found none, expected an address: drawn on a map alone, nothing can be watched of it'
    : `addresses: found none, and a DNS name ${JSON.stringify(dns.slice(0, 80))}: expected an address`
}

/** What a device type is, where its name leaves no doubt: people name their own. */
function roleOf(type: string): Role | undefined {
  const word = type.toLowerCase()
  if (/\b(switch|bridge)\b/.test(word)) return 'switch'
  if (/\brouter\b/.test(word)) return 'router'
  if (/\b(access point|ap)\b/.test(word)) return 'ap'
  if (/\b(server|windows|linux)\b/.test(word)) return 'server'
  return /\b(cpe|station|customer)\b/.test(word) ? 'cpe' : undefined
}
