import { parseDeviceCsv } from '@/lib/domain/device-csv'
import { type DeviceListFormat, fieldNamed, type RawRecord } from '@/lib/domain/device-import'
import { type DeviceList, emptyList } from './device-list-shape'
import { readLibreNms } from './librenms'
import { readMikrotik } from './mikrotik-export'
import { isRouterOs } from './routeros-text'
import { isDudeHeader, readTheDude } from './the-dude'

type Entry = Record<string, unknown>
const isEntry = (value: unknown): value is Entry => value !== null && typeof value === 'object' && !Array.isArray(value)

export type ReadDeviceList = ({ format: DeviceListFormat } & DeviceList) | { fault: string; isMalformed?: true }

/** Reads a list of devices in the format that is said, else in the one that it looks like. A fault is a sentence. */
export function readDeviceList(
  text: string,
  { format, upstream = '' }: { format?: DeviceListFormat | undefined; upstream?: string | undefined } = {},
): ReadDeviceList {
  const meant = format ?? recognised(text)
  if (meant === 'json' || meant === 'librenms') return fromJson(text, format)
  const read =
    meant === 'the_dude' ? readTheDude(text) : meant === 'mikrotik' ? readMikrotik(text, { upstream }) : fromCsv(text)
  return 'fault' in read ? read : { format: meant, ...read }
}

/** What a text looks like: JSON is told apart when it is read. */
function recognised(text: string): DeviceListFormat {
  const start = text
    .slice(0, 4000)
    .replace(/^\uFEFF/, '')
    .trimStart()
  if (/^(\{|\[(?![^\]\n@]{1,64}@))/.test(start)) return 'json'
  if (start.startsWith('<')) return 'the_dude'
  const header = (start.split(/\r\n|\n|\r/, 1)[0] ?? '').split(/[,;\t]/).map((name) => name.replaceAll('"', ''))
  if (isDudeHeader(header)) return 'the_dude'
  const fields = header.map(fieldNamed)
  const isOwn = fields.includes('name') && fields.includes('address')
  return !isOwn && isRouterOs(text) ? 'mikrotik' : 'csv'
}

function fromCsv(text: string): DeviceList | { fault: string } {
  const read = parseDeviceCsv(text)
  if ('fault' in read) return read
  return { ...emptyList(), records: read.records, rejected: read.rejected, ignored: read.ignoredColumns }
}

function fromJson(text: string, format: DeviceListFormat | undefined): ReadDeviceList {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    return { fault: `The body is not JSON: ${error instanceof Error ? error.message : error}`, isMalformed: true }
  }
  if (isEntry(value) && !Array.isArray(value.devices) && value.status === 'error') {
    const said = typeof value.message === 'string' ? value.message.slice(0, 200) : 'nothing more'
    return { fault: `Found an error that LibreNMS answered: ${JSON.stringify(said)}` }
  }
  const entries = Array.isArray(value) ? value : isEntry(value) ? value.devices : undefined
  if (!Array.isArray(entries)) return { fault: 'Expected an array of devices, or what LibreNMS answers' }
  const isLibreNms = format === 'librenms' || (format !== 'json' && isLibreNmsEntry(entries.find(isEntry)))
  const { records, rejected } = recordsOf(entries)
  const list = isLibreNms ? readLibreNms(records) : { ...emptyList(), records: records.map(flat) }
  return {
    format: isLibreNms ? 'librenms' : 'json',
    ...list,
    rejected: [...rejected, ...list.rejected].sort((a, b) => a.line - b.line),
  }
}

const isLibreNmsEntry = (entry: Entry | undefined) =>
  entry !== undefined && 'device_id' in entry && 'hostname' in entry && ('sysName' in entry || 'snmpver' in entry)

function recordsOf(entries: readonly unknown[]): Pick<DeviceList, 'records' | 'rejected'> {
  const out: Pick<DeviceList, 'records' | 'rejected'> = { records: [], rejected: [] }
  for (const [i, entry] of entries.entries()) {
    if (isEntry(entry)) out.records.push({ line: i + 1, cells: entry })
    else out.rejected.push({ line: i + 1, reason: `found ${JSON.stringify(entry)?.slice(0, 60)}, expected an object` })
  }
  return out
}

/** `isolate: {misses, seconds}` as the REST interface writes it, beside the flat names of a CSV. */
function flat({ line, cells: { isolate, ...cells } }: RawRecord): RawRecord {
  if (!isEntry(isolate)) return { line, cells }
  return { line, cells: { ...cells, misses: isolate.misses, seconds: isolate.seconds } }
}
