import type { RawRecord, Rejected } from '@/lib/domain/device-import'
import type { Note } from '@/lib/domain/job-import'
import { shown } from '@/lib/domain/job-record'
import { readHealthchecks } from './healthchecks'
import { readHeartbeatSh } from './heartbeat-sh'
import { readUptimeKuma } from './uptime-kuma'

export type JobListFormat = 'beatline' | 'healthchecks' | 'uptime_kuma' | 'heartbeat_sh'

/** What a list from elsewhere says, in the columns of our registry. Lines are places in the list, from 1. */
export type JobList = {
  jobs: RawRecord[]
  devices: RawRecord[] // in the columns of a device import
  rejected: Rejected[]
  notes: Note[] // of what is taken, what is left behind
}

type Entry = Record<string, unknown>
const isEntry = (value: unknown): value is Entry => value !== null && typeof value === 'object' && !Array.isArray(value)

/** Reads a list of jobs as JSON by its shape: our own, or that of Healthchecks, Uptime Kuma or heartbeat.sh. */
export function readJobList(value: unknown): ({ format: JobListFormat } & JobList) | { fault: string } {
  const found = listIn(value)
  if (!found) return { fault: `found ${shape(value)}, expected a list of applications, or one as ${known} gives it` }
  const { format, entries } = found
  const rejected: Rejected[] = []
  const records: RawRecord[] = []
  for (const [i, entry] of entries.entries()) {
    if (isEntry(entry)) records.push({ line: i + 1, cells: entry })
    else rejected.push({ line: i + 1, reason: `found ${shown(entry)}, expected an object` })
  }
  const list = readers[format](records)
  return { format, ...list, rejected: [...rejected, ...list.rejected].sort((a, b) => a.line - b.line) }
}

const known = 'Healthchecks (API v3), Uptime Kuma (backup) or heartbeat.sh'
const readers: Record<JobListFormat, (records: readonly RawRecord[]) => JobList> = {
  beatline: (records) => ({ jobs: [...records], devices: [], rejected: [], notes: [] }),
  healthchecks: readHealthchecks,
  uptime_kuma: readUptimeKuma,
  heartbeat_sh: readHeartbeatSh,
}

function listIn(value: unknown): { format: JobListFormat; entries: unknown[] } | null {
  if (Array.isArray(value)) return { format: formatOf(value.find(isEntry)), entries: value }
  if (!isEntry(value)) return null
  if (Array.isArray(value.checks)) return { format: 'healthchecks', entries: value.checks }
  if (Array.isArray(value.Heartbeats)) return { format: 'heartbeat_sh', entries: value.Heartbeats }
  if (Array.isArray(value.items)) return { format: 'beatline', entries: value.items }
  const { monitorList } = value
  if (Array.isArray(monitorList)) return { format: 'uptime_kuma', entries: monitorList }
  if (isEntry(monitorList)) return { format: 'uptime_kuma', entries: Object.values(monitorList) }
  const format = formatOf(value)
  return format === 'beatline' && !('name' in value) ? null : { format, entries: [value] }
}

/** Whose an entry is by the names of its fields. */
function formatOf(entry: Entry | undefined): JobListFormat {
  if (!entry) return 'beatline'
  if ('ping_url' in entry || 'unique_key' in entry || 'n_pings' in entry) return 'healthchecks'
  if ('pushToken' in entry || ('maxretries' in entry && 'type' in entry)) return 'uptime_kuma'
  return 'Name' in entry && ('Warning' in entry || 'Error' in entry) ? 'heartbeat_sh' : 'beatline'
}

function shape(value: unknown): string {
  if (!isEntry(value)) return shown(value)
  const names = Object.keys(value).slice(0, 8)
  return names.length === 0 ? 'an empty object' : `an object with ${names.join(', ').slice(0, 200)}`
}
