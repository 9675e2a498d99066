import type { RawRecord, Rejected } from './device-import'
import { jobLimits, textFault } from './job-fields'
import type { ScheduleSaid } from './job-schedule'
import { type JobPhase, type Signal, signals } from './job-state'
import { isZone, type Schedule } from './schedule'
import { slugPattern } from './slug'

/** What a job's beats had said when it was exported; instants are epoch ms. Only a job that is made takes it. */
export type RegistryState = {
  phase: JobPhase
  statusSince: number | null
  misses: number
  anchorAt: number | null
  firstBeatAt: number | null
  lastBeatAt: number | null
  lastSignal: Signal | null
  lastSuccessAt: number | null
  startedAt: number | null
  startedRun: string | null
  lastDurationMs: number | null
  beatCount: number
  downSince: number | null
}

/** One job to import. What is undefined is not said: it stays, or is at its default. `pausedAt`: null says resumed. */
export type JobRow = {
  line: number
  name: string
  schedule: ScheduleSaid
  state: RegistryState
  uuid?: string | undefined
  badgeKey?: string | undefined
  aliases?: string[] | undefined // canonical
  slug?: string | undefined
  tags?: string[] | undefined
  site?: string | number | null | undefined
  graceSeconds?: number | undefined
  permissibleMisses?: number | undefined
  stickyPause?: boolean | undefined
  channels?: (string | number)[] | null | undefined
  runsBehind?: string | number | null | undefined
  pausedAt?: number | 'now' | null | undefined // epoch ms
  createdAt?: number | undefined // epoch ms
}

type Read<T> = { value: T | undefined } | { fault: string }
const unsaid = { value: undefined }
const isEmpty = (value: unknown) => value === null || value === undefined || value === ''

/** What was found, bounded; also what JSON nests deeper than it can be written. */
export function shown(value: unknown): string {
  let text = Array.isArray(value) ? 'a list' : typeof value
  try {
    text = JSON.stringify(value) ?? text
  } catch {}
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
const wrong = (value: unknown, expected: string) => ({ fault: `found ${shown(value)}, expected ${expected}` })

const text = (max: number) => (value: unknown) => {
  if (isEmpty(value)) return unsaid
  if (typeof value !== 'string' && typeof value !== 'number') return wrong(value, 'text')
  const trimmed = String(value).trim()
  const fault = textFault(trimmed, max)
  return fault ? { fault } : { value: trimmed }
}
/** As a job sent it: nothing trimmed, anything that can be stored. */
const verbatim = (max: number) => (value: unknown) => {
  if (isEmpty(value)) return unsaid
  if (typeof value !== 'string' || value.length > max) return wrong(value, `text of at most ${max} characters`)
  return /[\0\p{Cs}]/u.test(value) ? wrong(value, 'text that can be stored') : { value }
}
/** A name, or in JSON an id; null and empty say none. */
const reference = (max: number) => (value: unknown) => {
  if (value === undefined) return unsaid
  if (isEmpty(value)) return { value: null }
  if (typeof value === 'number') {
    return Number.isInteger(value) && value > 0 ? { value } : wrong(value, 'a name or an id')
  }
  return text(max)(value)
}
const whole = (min: number, max: number) => (value: unknown) => {
  if (isEmpty(value)) return unsaid
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value.trim()) ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) return { value: number }
  return wrong(value, `a whole number from ${min} to ${max}`)
}
const flag = (value: unknown): Read<boolean> => {
  if (isEmpty(value)) return unsaid
  if (typeof value === 'object') return wrong(value, 'true or false')
  const word = String(value).trim().toLowerCase()
  if (['true', '1', 'yes'].includes(word)) return { value: true }
  return ['false', '0', 'no'].includes(word) ? { value: false } : wrong(value, 'true or false')
}
const oneOf =
  <T extends string>(...words: readonly T[]) =>
  (value: unknown): Read<T> => {
    if (isEmpty(value)) return unsaid
    const found = words.find((word) => word === value)
    return found ? { value: found } : wrong(value, `one of ${words.join(', ')}`)
  }
const uuid = (value: unknown): Read<string> => {
  if (isEmpty(value)) return unsaid
  const hex = typeof value === 'string' ? value.trim().toLowerCase().replaceAll('-', '') : ''
  if (!/^[0-9a-f]{32}$/.test(hex)) return wrong(value, 'a uuid')
  return { value: hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') }
}
const earliest = Date.UTC(2000, 0, 1)
const latest = Date.UTC(2200, 0, 1)
const instant = (value: unknown): Read<number> => {
  if (isEmpty(value)) return unsaid
  const at = typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) : NaN
  return at >= earliest && at < latest ? { value: at } : wrong(value, 'an instant such as 2026-03-29T02:00:00.000Z')
}

/** The parts of a list: a JSON list, also as text, or parts with semicolons, commas or bars between. */
function partsOf(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value
  if (typeof value !== 'string') return null
  if (!value.startsWith('[')) return value.split(/[;,|]/).filter((part) => part.trim() !== '')
  try {
    const parsed: unknown = JSON.parse(value)
    return Array.isArray(parsed) ? parsed : null
  } catch {
    return null
  }
}
const list =
  <T>(most: number, part: (value: unknown) => Read<T | null>) =>
  (value: unknown): Read<T[]> => {
    const parts = isEmpty(value) ? [] : partsOf(value)
    if (parts === null) return wrong(value, 'a list')
    if (parts.length > most) return { fault: `found ${parts.length}, expected at most ${most}` }
    const read = new Set<T>()
    for (const one of parts) {
      const result = part(one)
      if ('fault' in result) return result
      if (result.value !== undefined && result.value !== null) read.add(result.value)
    }
    return { value: [...read] }
  }
const token = (value: unknown): Read<string> => {
  if (typeof value !== 'string' || !/^[\w.~-]{4,200}$/.test(value)) return wrong(value, 'a token of an address')
  return { value }
}

/** How each column is read from a cell of text or a JSON value. A fault says what was found and what was expected. */
const readers = {
  name: text(jobLimits.name),
  uuid,
  badge_key: uuid,
  aliases: list(jobLimits.aliases, token),
  slug: (value: unknown): Read<string> => {
    if (isEmpty(value)) return unsaid
    return typeof value === 'string' && slugPattern.test(value) ? { value } : wrong(value, 'a to z, 0 to 9, _ and -')
  },
  tags: list(jobLimits.tags, text(jobLimits.tag)),
  site: reference(jobLimits.site),
  expected_interval: whole(1, 366 * 86_400),
  schedule: (value: unknown): Read<string> => {
    if (isEmpty(value)) return unsaid
    return typeof value === 'string' ? { value } : wrong(value, 'a schedule')
  },
  schedule_kind: oneOf<Schedule['kind']>('period', 'cron', 'oncalendar'),
  timezone: (value: unknown): Read<string> => {
    if (isEmpty(value)) return unsaid
    return typeof value === 'string' && isZone(value) ? { value } : wrong(value, 'an IANA time zone')
  },
  grace_period: whole(0, jobLimits.graceSeconds),
  permissible_misses: whole(0, jobLimits.permissibleMisses),
  sticky_pause: flag,
  channels: (value: unknown): Read<(string | number)[] | null> => {
    if (value === undefined) return unsaid
    if (isEmpty(value)) return { value: null }
    return list<string | number>(jobLimits.channels, reference(jobLimits.channel))(value)
  },
  runs_behind: reference(jobLimits.device),
  paused: flag,
  paused_at: instant,
  created_at: instant,
  status: oneOf('new', 'up', 'late', 'down', 'paused'),
  status_since: instant,
  down_since: instant,
  misses: whole(0, 1000),
  anchor_at: instant,
  first_heartbeat_at: instant,
  last_heartbeat_at: instant,
  last_signal: oneOf(...signals),
  last_success_at: instant,
  started_at: instant,
  started_run: verbatim(200),
  last_duration_ms: whole(0, 1e11),
  heartbeat_count: whole(0, Number.MAX_SAFE_INTEGER),
} satisfies Record<string, (value: unknown) => Read<unknown>>

type Readers = typeof readers
export type RegistryColumn = keyof Readers
type Cells = { [C in RegistryColumn]?: Extract<ReturnType<Readers[C]>, { value: unknown }>['value'] }

const otherNames: Record<string, RegistryColumn> = {
  ...{ application: 'name', job: 'name', interval: 'expected_interval', period: 'expected_interval', cron: 'schedule' },
  ...{ tz: 'timezone', zone: 'timezone', grace: 'grace_period', tag: 'tags', badgekey: 'badge_key' },
}
const plain = (header: string) => header.trim().toLowerCase().replace(/[ -]/g, '_')

/** The column that a header or a JSON key means, whatever its case; undefined when none. */
export function columnNamed(header: string): RegistryColumn | undefined {
  const name = plain(header)
  if (Object.hasOwn(readers, name)) return name as RegistryColumn
  return Object.hasOwn(otherNames, name) ? otherNames[name] : undefined
}

/** Reads one record: every fault it has, or its row. */
export function readJobRecord({ line, cells: said }: RawRecord): JobRow | Rejected {
  const faults: string[] = []
  const cells: Cells = {}
  for (const [header, value] of Object.entries(said)) {
    const column = columnNamed(header)
    if (!column) continue
    const read: Read<unknown> = readers[column](value)
    if ('fault' in read) faults.push(`${column}: ${read.fault}`)
    else if (read.value !== undefined) Object.assign(cells, { [column]: read.value })
  }
  const { name } = cells
  if (name === undefined && !faults.some((fault) => fault.startsWith('name:'))) faults.unshift('name: found none')
  const given = typeof said.name === 'string' ? said.name.slice(0, 200) : undefined
  if (faults.length > 0 || name === undefined) return { line, reason: faults.join('; '), name: name ?? given }
  return rowOf(line, name, cells, 'paused_at' in said)
}

function rowOf(line: number, name: string, cells: Cells, saysPausedAt: boolean): JobRow {
  const paused = cells.paused ?? (cells.status === undefined ? undefined : cells.status === 'paused' || undefined)
  const resumed = saysPausedAt || paused === false ? null : undefined
  return {
    line,
    name,
    uuid: cells.uuid,
    badgeKey: cells.badge_key,
    aliases: cells.aliases,
    slug: cells.slug,
    tags: cells.tags,
    site: cells.site,
    schedule: {
      interval: cells.expected_interval,
      expression: cells.schedule,
      kind: cells.schedule_kind,
      zone: cells.timezone,
    },
    graceSeconds: cells.grace_period,
    permissibleMisses: cells.permissible_misses,
    stickyPause: cells.sticky_pause,
    channels: cells.channels,
    runsBehind: cells.runs_behind,
    pausedAt: cells.paused_at ?? (paused ? 'now' : resumed),
    createdAt: cells.created_at,
    state: stateOf(cells),
  }
}

function stateOf(cells: Cells): RegistryState {
  const heard = cells.last_heartbeat_at !== undefined
  const said = cells.status === 'paused' ? undefined : cells.status
  return {
    phase: said ?? (heard ? 'up' : 'new'),
    statusSince: cells.status_since ?? null,
    misses: cells.misses ?? 0,
    anchorAt: cells.anchor_at ?? cells.last_success_at ?? null,
    firstBeatAt: cells.first_heartbeat_at ?? cells.last_heartbeat_at ?? null,
    lastBeatAt: cells.last_heartbeat_at ?? null,
    lastSignal: cells.last_signal ?? null,
    lastSuccessAt: cells.last_success_at ?? null,
    startedAt: cells.started_at ?? null,
    startedRun: cells.started_run ?? null,
    lastDurationMs: cells.last_duration_ms ?? null,
    beatCount: cells.heartbeat_count ?? 0,
    downSince: cells.down_since ?? null,
  }
}
