import { type ImportRow, type Rejected, readRecord } from '@/lib/domain/device-import'
import { csvHeader, csvLine, parseJobCsv, type RegistryRecord, registryColumns } from '@/lib/domain/job-csv'
import { type JobRow, readJobRecord } from '@/lib/domain/job-record'
import { Problem } from '@/lib/problem'
import { type JobList, type JobListFormat, readJobList } from '@/lib/sources/job-list'
import { importDevices } from '@/lib/store/devices'
import { importJobs, type JobImport } from '@/lib/store/job-imports'
import { exportRegistry } from '@/lib/store/job-registry'
import type { RegistryImportAnswer } from '@/lib/wire/rest-jobs'

const plannedAtMost = 1000
const mostRows = 200_000

/**
 * Brings a registry in: our own as CSV or JSON, or a list of another service, known by its shape. Says of every line that
 * is not taken why. `atomic`: all or nothing; `dryRun`: what would be done. Throws invalid-input, malformed-request.
 */
export async function importRegistry(
  text: string,
  { type, atomic = false, dryRun = false }: { type: 'csv' | 'json'; atomic?: boolean; dryRun?: boolean },
): Promise<RegistryImportAnswer> {
  const { format, list, ignored } = type === 'csv' ? readCsv(text) : readJson(text)
  const read = list.jobs.map(readJobRecord)
  const rows = read.filter((row): row is JobRow => !('reason' in row))
  const devices = list.devices.map(readRecord)
  const deviceRows = devices.filter((row): row is ImportRow => !('reason' in row))
  const unread = [...read, ...devices].filter((row): row is Rejected => 'reason' in row)
  const before = [...list.rejected, ...unread]

  // Devices first, as jobs may run behind them; what either refuses is known before either writes.
  const tried = await importDevices(deviceRows, { preview: true })
  const held = atomic && (before.length > 0 || tried.rejected.length > 0)
  const jobs = await importJobs(rows, {
    atomic,
    dryRun: dryRun || held,
    rejectedBefore: [...before, ...tried.rejected],
  })
  const wrote = jobs.written && deviceRows.length > 0 ? await importDevices(deviceRows, { atomic }) : tried
  return {
    format,
    ...counted(jobs),
    devices_created: wrote.created,
    devices_updated: wrote.updated,
    rejected: jobs.rejected.map(({ line, name, reason }) => ({ line, name: name || null, reason })),
    notes: [...ignored, ...list.notes, ...jobs.notes].sort((a, b) => a.line - b.line),
    planned: planned(jobs, deviceRows, new Set(tried.rejected.map((one) => one.line))),
    new_sites: jobs.newSites,
    dry_run: !jobs.written,
  }
}

function counted({ jobs }: JobImport) {
  const created = jobs.filter((job) => job.before === null).length
  const updated = jobs.filter((job) => job.before !== null && job.changed).length
  return { created, updated, unchanged: jobs.length - created - updated }
}

function planned({ jobs }: JobImport, devices: readonly ImportRow[], refused: ReadonlySet<number>) {
  const all = [
    ...jobs.map(({ line, config: { name }, before, changed }) => {
      const action = before === null ? 'create' : changed ? 'change' : 'same'
      return { line, name, kind: 'job' as const, action }
    }),
    ...devices.flatMap(({ line, name }) => {
      return refused.has(line) ? [] : [{ line, name, kind: 'device' as const, action: 'create or change' }]
    }),
  ]
  return all.sort((a, b) => a.line - b.line).slice(0, plannedAtMost)
}

type Input = { format: JobListFormat; list: JobList; ignored: { line: number; name: string; reason: string }[] }

function readCsv(text: string): Input {
  const parsed = parseJobCsv(text)
  if ('fault' in parsed) throw new Problem('invalid-input', parsed.fault)
  const { records, rejected, ignoredColumns } = parsed
  const ignored = ignoredColumns.map((column) => ({ line: 1, name: column, reason: 'a column that is not known here' }))
  return { format: 'beatline', list: bounded({ jobs: records, devices: [], rejected, notes: [] }), ignored }
}

function readJson(text: string): Input {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Problem('malformed-request', `The body is not JSON: ${error instanceof Error ? error.message : error}`)
  }
  const read = readJobList(value)
  if ('fault' in read) throw new Problem('invalid-input', read.fault)
  return { format: read.format, list: bounded(read), ignored: [] }
}

function bounded(list: JobList): JobList {
  const count = list.jobs.length + list.devices.length
  if (count <= mostRows) return list
  throw new Problem('too-large', `Found ${count} rows, expected at most ${mostRows}: split the file`)
}

/** The registry as a text of CSV or JSON, piece by piece; the same registry gives the same bytes. Holds credentials. */
export async function* exportText(format: 'csv' | 'json'): AsyncGenerator<string> {
  if (format === 'csv') {
    yield csvHeader
    for await (const records of exportRegistry()) yield records.map(csvLine).join('')
    return
  }
  yield '['
  let separator = '\n'
  for await (const records of exportRegistry()) {
    if (records.length === 0) break
    yield separator + records.map((record) => JSON.stringify(ordered(record))).join(',\n')
    separator = ',\n'
  }
  yield '\n]\n'
}

const ordered = (record: RegistryRecord) =>
  Object.fromEntries(registryColumns.map((column) => [column, record[column]]))
