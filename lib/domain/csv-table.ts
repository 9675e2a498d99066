import { type CsvError, type Options, parse } from 'csv-parse/sync'
import type { RawRecord, Rejected } from './device-import'

export type CsvTable = { records: RawRecord[]; rejected: Rejected[]; ignoredColumns: string[] }

const mostUnread = 2000
class Unreadable extends Error {}

/**
 * Splits a CSV text into records by its header line, whose names may come in any order and spelling; `columnNamed` says which
 * column a name means, `needed` which of them must be there (of an inner list one). Delimiter: comma, semicolon or tab,
 * whichever the header has. Returns a sentence when the header will not do. Lines count from 1.
 */
export function readCsvTable<C extends string>(
  text: string,
  columnNamed: (header: string) => C | undefined,
  needed: readonly (readonly C[])[],
): CsvTable | { fault: string } {
  const body = text.replace(/^\uFEFF/, '')
  const header = body.split(/\r\n|\n|\r/, 1)[0] ?? ''
  const rejected: Rejected[] = []
  const options: Options = {
    delimiter: delimiterOf(header),
    info: true,
    trim: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: 100_000,
    on_skip: (error?: CsvError) => {
      rejected.push({
        line: Number(error?.lines ?? 0),
        reason: `found ${error?.message ?? 'a line that cannot be read'}`,
      })
      // Each costs as much as its line is long: what is no CSV at all would be read for minutes.
      if (rejected.length > mostUnread) throw new Unreadable()
    },
  }
  let rows: { record: string[]; info: { lines: number } }[]
  try {
    rows = parse(body, options) as unknown as typeof rows
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    const [first] = rejected
    return {
      fault: `Found more than ${mostUnread} lines that cannot be read, line ${first?.line} the first of them: ${first?.reason}`,
    }
  }

  const [head, ...rest] = rows
  const columns = head?.record ?? []
  const meant = columns.map(columnNamed)
  const shown = JSON.stringify(columns.slice(0, 12).join(', ').slice(0, 200))
  if (needed.some((one) => !one.some((column) => meant.includes(column)))) {
    const expected = needed.map((one) => one.join(' or ')).join(' and ')
    return { fault: `The first line is ${shown}: expected a header with at least ${expected}` }
  }
  const twice = meant.find((column, i) => column && meant.indexOf(column) !== i)
  if (twice) return { fault: `The header names ${twice} twice: ${JSON.stringify(columns.join(', ').slice(0, 200))}` }

  const records: RawRecord[] = []
  for (const { record, info } of rest) {
    if (record.every((cell) => cell === '')) continue
    if (record.length !== columns.length) {
      const reason = `found ${record.length} columns, expected ${columns.length} as in the header`
      rejected.push({ line: info.lines, reason })
    } else records.push({ line: info.lines, cells: Object.fromEntries(columns.map((name, i) => [name, record[i]])) })
  }
  return { records, rejected, ignoredColumns: columns.filter((name, i) => name !== '' && !meant[i]) }
}

function delimiterOf(header: string): string {
  const count = (mark: string) => header.split(mark).length - 1
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best))
}
