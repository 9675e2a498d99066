import { parseDeviceCsv } from '@/lib/domain/device-csv'
import { type ImportRow, type RawRecord, type Rejected, readRecord } from '@/lib/domain/device-import'
import { guarded, readQuery, readText } from '@/lib/guarded'
import { Problem } from '@/lib/problem'
import { importDevices } from '@/lib/store/devices'
import { ImportQuery } from '@/lib/wire/rest'

const maxBytes = 16 * 1024 * 1024
const maxRows = 100_000

/** JSON array or CSV, upsert by name. `?atomic=1`: all or nothing; `?preview=1`: says what would be done. */
export const POST = guarded('write', async ({ request }) => {
  const { atomic = false, preview = false } = readQuery(request, ImportQuery)
  const { records, rejected, ignoredColumns } = await readRecords(request)
  if (records.length > maxRows) {
    throw new Problem('too-large', `Found ${records.length} rows, expected at most ${maxRows}: split the file`)
  }
  const read = records.map(readRecord)
  const rows = read.filter((row): row is ImportRow => !('reason' in row))
  const rejectedBefore = [...rejected, ...read.filter((row): row is Rejected => 'reason' in row)]
  const answer = await importDevices(rows, { atomic, preview, rejectedBefore })
  const body = {
    created: answer.created,
    updated: answer.updated,
    rejected: answer.rejected,
    new_sites: answer.newSites,
    ignored_columns: ignoredColumns,
    preview,
  }
  if (!atomic || answer.rejected.length === 0 || preview) return body
  const detail = `Nothing was imported, as ${answer.rejected.length} of ${records.length + rejected.length} rows are bad`
  throw new Problem('rejected-import', detail, { members: body })
})

type Records = { records: RawRecord[]; rejected: Rejected[]; ignoredColumns: string[] }

async function readRecords(request: Request): Promise<Records> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const csv = ['text/csv', 'text/plain', 'application/csv', 'application/vnd.ms-excel'].includes(type)
  if (!csv && type !== 'application/json') {
    throw new Problem('unsupported-media-type', `Found ${type || 'none'}, expected text/csv or application/json`)
  }
  const text = await readText(request, maxBytes)
  if (!csv) return fromJson(text)
  const parsed = parseDeviceCsv(text)
  if ('fault' in parsed) throw new Problem('invalid-input', parsed.fault)
  return parsed
}

function fromJson(text: string): Records {
  let values: unknown
  try {
    values = JSON.parse(text)
  } catch (error) {
    throw new Problem('malformed-request', `The body is not JSON: ${error instanceof Error ? error.message : error}`)
  }
  if (!Array.isArray(values)) throw new Problem('invalid-input', 'Expected an array of devices')
  const records: RawRecord[] = []
  const rejected: Rejected[] = []
  for (const [i, value] of values.entries()) {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      records.push({ line: i + 1, cells: flat(value) })
    } else rejected.push({ line: i + 1, reason: `found ${JSON.stringify(value)?.slice(0, 60)}, expected an object` })
  }
  return { records, rejected, ignoredColumns: [] }
}

/** `isolate: {misses, seconds}` as the REST interface writes it, beside the flat names of a CSV. */
function flat(value: object): Record<string, unknown> {
  const { isolate, ...cells } = value as Record<string, unknown>
  if (isolate === null || typeof isolate !== 'object') return cells
  const { misses, seconds } = isolate as Record<string, unknown>
  return { ...cells, misses, seconds }
}
