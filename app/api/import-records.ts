import type { CsvTable } from '@/lib/domain/csv-table'
import type { RawRecord, Rejected } from '@/lib/domain/device-import'
import { readText } from '@/lib/guarded'
import { Problem } from '@/lib/problem'

const maxBytes = 16 * 1024 * 1024
const csvTypes = ['text/csv', 'text/plain', 'application/csv', 'application/vnd.ms-excel']

/** The records of an import's body, a JSON array of `things` or CSV; entries that are no record are rejected by line. */
export async function readImportRecords(
  request: Request,
  {
    things,
    parseCsv,
    maxRows,
  }: { things: string; parseCsv: (text: string) => CsvTable | { fault: string }; maxRows: number },
): Promise<CsvTable> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const csv = csvTypes.includes(type)
  if (!csv && type !== 'application/json') {
    throw new Problem('unsupported-media-type', `Found ${type || 'none'}, expected text/csv or application/json`)
  }
  const text = await readText(request, maxBytes)
  const table = csv ? parseCsv(text) : fromJson(text, things)
  if ('fault' in table) throw new Problem('invalid-input', table.fault)
  const { length } = table.records
  if (length > maxRows)
    throw new Problem('too-large', `Found ${length} rows, expected at most ${maxRows}: split the file`)
  return table
}

function fromJson(text: string, things: string): CsvTable {
  let values: unknown
  try {
    values = JSON.parse(text)
  } catch (error) {
    throw new Problem('malformed-request', `The body is not JSON: ${error instanceof Error ? error.message : error}`)
  }
  if (!Array.isArray(values)) throw new Problem('invalid-input', `Expected an array of ${things}`)
  const records: RawRecord[] = []
  const rejected: Rejected[] = []
  for (const [i, value] of values.entries()) {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      records.push({ line: i + 1, cells: value as Record<string, unknown> })
    } else rejected.push({ line: i + 1, reason: `found ${JSON.stringify(value)?.slice(0, 60)}, expected an object` })
  }
  return { records, rejected, ignoredColumns: [] }
}
