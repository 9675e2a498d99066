import { type ClientRow, clientColumnNamed, readClientRecord } from '@/lib/domain/client-import'
import { readCsvTable } from '@/lib/domain/csv-table'
import { phoneOf } from '@/lib/domain/phone-number'
import type { CsvConfig } from './config'
import { addressOf, macOf, shapeFault, textOf } from './reading'
import type { SourceClient, SourceDevice, SourceFault, SourceSite, SourceSnapshot } from './records'
import { isFault, mostEntries, type Source, type SourceContext } from './source'

const deviceColumns = {
  mac: ['mac', 'macaddress', 'radiomac', 'cpemac'],
  ip: ['ip', 'ipaddress', 'deviceaddress', 'radioip', 'cpeip'],
  model: ['model', 'devicemodel', 'radiomodel'],
  site: ['site', 'tower', 'pop'],
} as const
type DeviceColumn = keyof typeof deviceColumns

function deviceColumnNamed(header: string): DeviceColumn | undefined {
  const plain = header.toLowerCase().replace(/[^a-z0-9]/g, '')
  const [found] = Object.entries(deviceColumns).find(([, names]) => (names as readonly string[]).includes(plain)) ?? []
  return found as DeviceColumn | undefined
}
const columnNamed = (header: string) => clientColumnNamed(header) ?? deviceColumnNamed(header)

/**
 * Clients of a list, one a line, with the device that serves each where the line has a MAC or an IP address. A second line
 * of the same number (or, without one, of the same name) is a further device of that client.
 */
export function readClientCsv(
  text: string,
  { callingCode, most, readAt }: { callingCode: string | null; most: number; readAt: number },
): SourceSnapshot | SourceFault {
  const table = readCsvTable(text, columnNamed, [['name', 'company', 'person']])
  if ('fault' in table) return shapeFault(table.fault)
  if (table.records.length > most) {
    const [count, expected] = [table.records.length, most].map((number) => number.toLocaleString('en'))
    return { kind: 'too_large', words: `found ${count} lines, expected at most ${expected}` }
  }
  const rejected = table.rejected.map(({ line, reason }) => ({ what: `line ${line}`, reason }))
  const clients = new Map<string, SourceClient>()
  const devices = new Map<string, SourceDevice>()
  const sites = new Map<string, SourceSite>()
  for (const { line, cells } of table.records) {
    const row = readClientRecord({ line, cells })
    if ('reason' in row) {
      rejected.push({ what: `line ${line}${row.name ? ` (${row.name})` : ''}`, reason: row.reason })
      continue
    }
    const key = row.number ? `number:${row.number}` : `name:${row.name}`
    const device = deviceOf(row, cells, key)
    if (device && 'reason' in device) {
      rejected.push({ what: `line ${line} (${row.name})`, reason: device.reason })
      continue
    }
    if (!clients.has(key)) clients.set(key, clientOf(row, key, callingCode))
    if (!device) continue
    const twice = devices.has(device.key)
    if (twice)
      rejected.push({ what: `line ${line} (${row.name})`, reason: `found the device ${device.key} a second time` })
    else devices.set(device.key, device)
    if (device.siteKey) sites.set(device.siteKey, siteOf(device.siteKey))
  }
  if (clients.size === 0) {
    const [first] = rejected
    return {
      kind: 'empty',
      words: `found no client, expected one a line${first ? `: ${first.what}: ${first.reason}` : ''}`,
    }
  }
  return {
    readAt,
    sites: [...sites.values()],
    devices: [...devices.values()],
    clients: [...clients.values()],
    services: [],
    links: [],
    rejected,
  }
}

const siteKey = (name: string) => `site:${name}`
const siteOf = (key: string): SourceSite => ({
  ...{ key, name: key.slice(siteKey('').length), parentKey: null },
  ...{ latitude: null, longitude: null, note: null },
})

function clientOf(row: ClientRow, key: string, callingCode: string | null): SourceClient {
  const isCompany = row.kind === 'company' || (row.kind === undefined && Boolean(row.company))
  const { phone, canText } = phoneOf(row.phone ?? null, callingCode)
  const email = row.email ?? null
  const [company, person] = [row.company ?? null, row.person ?? null]
  const contact = { key: '1', name: person ?? '', email, phone, isContact: true, isBilling: false, smsOk: canText }
  return {
    key,
    kind: isCompany ? 'company' : 'person',
    name: row.name,
    company,
    person,
    number: row.number ?? null,
    address: row.address ?? null,
    language: row.language ?? null,
    isArchived: false,
    contacts: email || phone ? [contact] : [],
  }
}

/** Null: the line has none. A name alone is not enough to know a device by. */
function deviceOf(
  row: ClientRow,
  cells: Record<string, unknown>,
  clientKey: string,
): SourceDevice | { reason: string } | null {
  const said: Partial<Record<DeviceColumn, string | null>> = {}
  for (const [header, value] of Object.entries(cells)) {
    const column = deviceColumnNamed(header)
    if (column) said[column] = textOf(value, 120)
  }
  const [mac, address] = [macOf(said.mac), addressOf(said.ip)]
  if (said.mac && mac === null) return { reason: `mac: found ${JSON.stringify(said.mac)}, expected 12 hex digits` }
  if (said.ip && address === null) return { reason: `ip: found ${JSON.stringify(said.ip)}, expected an address` }
  if (mac === null && address === null) return null
  return {
    key: mac === null ? `ip:${address}` : `mac:${mac}`,
    name: row.devices?.[0] ?? row.name,
    mac,
    serial: null,
    model: said.model ?? null,
    vendor: null,
    firmware: null,
    role: 'cpe',
    address,
    siteKey: said.site ? siteKey(said.site) : null,
    clientKey,
    upstreamKeys: [],
    status: null,
    isExpected: true,
  }
}

/** A list that was handed over: it says who there is, and nothing of what is dark. */
export function openCsv({ text, calling_code }: CsvConfig, { limits, now = Date.now }: SourceContext): Source {
  const read = () =>
    readClientCsv(text, { callingCode: calling_code ?? null, most: limits?.entries ?? mostEntries, readAt: now() })
  return {
    test: async () => {
      const list = read()
      if (isFault(list)) return list
      const counts = [list.clients.length, list.devices.length, list.rejected.length].map((one) =>
        one.toLocaleString('en'),
      )
      const words = `The list has ${counts[0]} clients and ${counts[1]} devices; ${counts[2]} lines cannot be read`
      return { ok: true, words, version: null }
    },
    snapshot: async () => read(),
    poll: null,
    history: null,
    close: async () => {},
  }
}
