import { type CsvError, parse } from 'csv-parse/sync'
import type { RawRecord, Rejected } from './device-import'
import { columnNamed, type RegistryColumn } from './job-record'

/** Every column of the registry, in the order of its export. */
export const registryColumns = [
  ...(['name', 'uuid', 'badge_key', 'aliases', 'slug', 'tags', 'site', 'schedule_kind', 'expected_interval'] as const),
  ...(['schedule', 'timezone', 'grace_period', 'permissible_misses', 'sticky_pause', 'channels'] as const),
  ...(['runs_behind', 'paused_at', 'created_at', 'status', 'status_since', 'down_since', 'misses'] as const),
  ...(['anchor_at', 'first_heartbeat_at', 'last_heartbeat_at', 'last_signal', 'last_success_at'] as const),
  ...(['started_at', 'started_run', 'last_duration_ms', 'heartbeat_count'] as const),
] satisfies RegistryColumn[]
export type RegistryRecord = Record<(typeof registryColumns)[number], string | number | boolean | string[] | null>

export const csvHeader = `${registryColumns.join(',')}\r\n`

/** A record as a line of CSV. Reading it back gives the same record, whatever its texts hold. */
export function csvLine(record: RegistryRecord): string {
  return `${registryColumns.map((column) => cellOf(record[column])).join(',')}\r\n`
}

function cellOf(value: RegistryRecord[RegistryColumn & keyof RegistryRecord]): string {
  const text = Array.isArray(value) ? listText(value) : value === null ? '' : String(value)
  const safe = formula.test(text) ? `'${text}` : text
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

// A spreadsheet would run a cell that begins so; an apostrophe before it says text, also before those already there.
const formula = /^'*[=+\-@\t\r]/
const guarded = /^'+[=+\-@\t\r]/

/** `a;b`, or JSON where a part has a separator, a bracket in front, or nothing is listed at all. */
function listText(parts: readonly string[]): string {
  const plain = parts.length > 0 && parts.every((part) => part !== '' && !/[;,|"]|^[[\s]|\s$/.test(part))
  return plain ? parts.join(';') : JSON.stringify(parts)
}

/** Splits a CSV text into records by its header line. Returns a sentence when the header will not do. Lines from 1. */
export function parseJobCsv(
  text: string,
): { records: RawRecord[]; rejected: Rejected[]; ignoredColumns: string[] } | { fault: string } {
  const body = text.replace(/^\uFEFF/, '')
  const header = body.split(/\r\n|\n|\r/, 1)[0] ?? ''
  const rejected: (Rejected & { open: boolean })[] = []
  const rows = parse(body, {
    delimiter: [',', ';', '\t'].reduce((best, mark) => (count(header, mark) > count(header, best) ? mark : best)),
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: 100_000,
    on_skip: (error?: CsvError) => {
      const reason = `found ${error?.message ?? 'a line that cannot be read'}`
      rejected.push({ line: Number(error?.lines ?? 0), reason, open: error?.code === 'CSV_QUOTE_NOT_CLOSED' })
    },
  }) as unknown as Row[]
  const skipped = rejected.map((one) => (one.open ? notClosed(one, rows) : { line: one.line, reason: one.reason }))
  const [unread] = skipped
  if (unread && !(rows[0] && rows[0].info.lines < unread.line)) {
    return { fault: `The first line: ${unread.reason}: expected a header with at least name` }
  }

  const columns = rows[0]?.record.map((column) => column.trim()) ?? []
  const meant = columns.map(columnNamed)
  const shown = JSON.stringify(columns.slice(0, 12).join(', ').slice(0, 200))
  if (!meant.includes('name')) return { fault: `The first line is ${shown}: expected a header with at least name` }
  const twice = meant.find((column, i) => column && meant.indexOf(column) !== i)
  if (twice) return { fault: `The header names ${twice} twice: ${shown}` }

  const records: RawRecord[] = []
  for (const { record, info } of rows.slice(1)) {
    if (record.every((cell) => cell.trim() === '')) continue
    if (record.length !== columns.length) {
      const reason = `found ${record.length} columns, expected ${columns.length} as in the header`
      skipped.push({ line: info.lines, reason })
    } else records.push({ line: info.lines, cells: cellsOf(meant, record) })
  }
  return { records, rejected: skipped, ignoredColumns: columns.filter((name, i) => name !== '' && !meant[i]) }
}

type Row = { record: string[]; info: { lines: number } }

/** Where the quote begins that takes in all that follows: right after the last line that was read. */
function notClosed({ line }: Rejected, rows: readonly Row[]): Rejected {
  return {
    line: (rows.at(-1)?.info.lines ?? 0) + 1,
    reason: `found a quote that is not closed up to the end, on line ${line}`,
  }
}

const count = (text: string, mark: string) => text.split(mark).length - 1

function cellsOf(columns: readonly (RegistryColumn | undefined)[], record: readonly string[]): Record<string, string> {
  const cells: Record<string, string> = {}
  for (const [i, column] of columns.entries()) {
    const text = record[i] ?? ''
    if (column) cells[column] = guarded.test(text) ? text.slice(1) : text
  }
  return cells
}
