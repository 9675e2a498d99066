import type { Rejected } from './device-import'
import { channelsMeant, unsaidRule } from './job-fields'
import type { JobRow, RegistryState } from './job-record'
import { scheduleMeant } from './job-schedule'
import type { Schedule } from './schedule'
import { slugOf } from './slug'

/** What of a job the registry holds; ids refer to this house. `site` is a name where it has yet to be made. */
export type JobConfig = {
  name: string
  slug: string
  tags: string[]
  site: number | string | null
  schedule: Schedule
  zone: string
  graceSeconds: number
  permissibleMisses: number
  stickyPause: boolean
  channelIds: number[] | null
  runsBehind: number | null
}
export type StandingJob = JobConfig & { id: number; uuid: string; badgeKey: string; paused: boolean }

/** What stands already, as far as the rows may meet it. Tokens are canonical: uuids without dashes, and aliases. */
export type Standing = {
  jobs: readonly StandingJob[]
  jobOfToken: ReadonlyMap<string, number>
  jobOfBadgeKey: ReadonlyMap<string, number>
  devices: ReadonlyMap<string | number, number> // by name and by id
  sites: ReadonlyMap<string | number, number> // by name and by id
  channels: readonly { id: number; names: readonly string[] }[]
}

/** A row as it will be written. `before` is null for a job that is made; `config` says all of it. */
export type PlannedJob = {
  line: number
  before: StandingJob | null
  config: JobConfig
  uuid: string | null // null: the standing one, or a new one
  badgeKey: string | null
  newAliases: string[]
  pausedAt: number | 'now' | null | undefined // undefined: as it is
  createdAt: number | null
  state: RegistryState
  changed: boolean
  ruleChanged: boolean
}
export type Note = { line: number; name: string; reason: string }
export type JobPlan = { jobs: PlannedJob[]; rejected: Rejected[]; notes: Note[] }

const canonical = (uuid: string) => uuid.replaceAll('-', '')
const quoted = (name: string) => JSON.stringify(name)

class Unfit extends Error {}
const unfit = (reason: string): never => {
  throw new Unfit(reason)
}

/**
 * Decides what an import writes: a row means the job that has its uuid, else the one of its name, else a new one. A
 * standing job keeps its own address, and that of the row becomes one more. Nothing that a row refers to is guessed.
 */
export function planJobs(rows: readonly JobRow[], standing: Standing): JobPlan {
  const known = {
    byId: new Map(standing.jobs.map((job) => [job.id, job])),
    byName: new Map(standing.jobs.map((job) => [job.name, job])),
  }
  const lineOf = new Map<string, number>() // what a file may say but once: names, addresses, badges
  const plan: JobPlan = { jobs: [], rejected: [], notes: [] }
  for (const row of rows) {
    try {
      const before = meantBy(row, known, standing)
      const job = planned(row, before, standing)
      claim(row, job, lineOf)
      plan.jobs.push(job)
      if (before && row.uuid && row.uuid !== before.uuid && job.newAliases.includes(canonical(row.uuid))) {
        const reason = 'uuid: it keeps the address it has here; the one of the file works as well'
        plan.notes.push({ line: row.line, name: row.name, reason })
      }
    } catch (error) {
      if (!(error instanceof Unfit)) throw error
      plan.rejected.push({ line: row.line, name: row.name, reason: error.message })
    }
  }
  return plan
}

type Known = { byId: ReadonlyMap<number, StandingJob>; byName: ReadonlyMap<string, StandingJob> }

function meantBy(row: JobRow, known: Known, standing: Standing): StandingJob | null {
  const owner = row.uuid === undefined ? undefined : standing.jobOfToken.get(canonical(row.uuid))
  const addressed = owner === undefined ? undefined : known.byId.get(owner)
  const named = known.byName.get(row.name)
  if (addressed && named && addressed !== named) {
    return unfit(`uuid: it is that of the job ${quoted(addressed.name)}, and another one is called ${quoted(row.name)}`)
  }
  return addressed ?? named ?? null
}

function planned(row: JobRow, before: StandingJob | null, standing: Standing): PlannedJob {
  const config = merged(row, before, standing)
  const said = [...(row.aliases ?? []), ...(before && row.uuid ? [canonical(row.uuid)] : [])]
  const newAliases = said.filter((token) => {
    const owner = standing.jobOfToken.get(token)
    if (owner !== undefined && owner !== before?.id) return unfit(`aliases: ${quoted(token)} is that of another job`)
    return owner === undefined
  })
  const badgeOwner = row.badgeKey === undefined ? undefined : standing.jobOfBadgeKey.get(row.badgeKey)
  if (badgeOwner !== undefined && badgeOwner !== before?.id) unfit('badge_key: it is that of another job')
  const badgeKey = row.badgeKey !== undefined && row.badgeKey !== before?.badgeKey ? row.badgeKey : null
  const pauses = row.pausedAt !== undefined && (row.pausedAt === null) === (before?.paused ?? false)
  const ruleChanged = before !== null && ruleOf(before) !== ruleOf(config)
  const changed =
    before === null ||
    ruleChanged ||
    textOf(before) !== textOf(config) ||
    newAliases.length > 0 ||
    badgeKey !== null ||
    pauses
  return {
    line: row.line,
    before,
    config,
    uuid: before ? null : (row.uuid ?? null),
    badgeKey,
    newAliases: [...new Set(newAliases)],
    pausedAt: pauses ? row.pausedAt : undefined,
    createdAt: row.createdAt ?? null,
    state: row.state,
    changed,
    ruleChanged,
  }
}

const ruleOf = ({ schedule, zone, graceSeconds, permissibleMisses }: JobConfig) =>
  JSON.stringify([...Object.entries(schedule).sort(), zone, graceSeconds, permissibleMisses])
const textOf = ({ name, slug, tags, site, stickyPause, channelIds, runsBehind }: JobConfig) =>
  JSON.stringify([name, slug, tags, site, stickyPause, channelIds, runsBehind])

/** What the row says over what stands, else over the defaults. */
function merged(row: JobRow, before: StandingJob | null, standing: Standing): JobConfig {
  const meant = scheduleMeant(row.schedule, before)
  if ('fault' in meant) return unfit(meant.fault)
  const follows = before !== null && before.slug === slugOf(before.name)
  return {
    name: row.name,
    slug: row.slug ?? (before && !follows ? before.slug : slugOf(row.name)),
    tags: row.tags ?? before?.tags ?? [],
    site: row.site === undefined ? (before?.site ?? null) : siteMeant(row.site, standing),
    schedule: meant.schedule ?? before?.schedule ?? unsaidRule.schedule,
    zone: meant.zone ?? before?.zone ?? unsaidRule.zone,
    graceSeconds: row.graceSeconds ?? before?.graceSeconds ?? 60,
    permissibleMisses: row.permissibleMisses ?? before?.permissibleMisses ?? 0,
    stickyPause: row.stickyPause ?? before?.stickyPause ?? false,
    channelIds: row.channels === undefined ? (before?.channelIds ?? null) : channelsOf(row.channels, standing),
    runsBehind: row.runsBehind === undefined ? (before?.runsBehind ?? null) : deviceMeant(row.runsBehind, standing),
  }
}

function siteMeant(site: string | number | null, { sites }: Standing): number | string | null {
  if (site === null) return null
  return sites.get(site) ?? (typeof site === 'string' ? site : unfit(`site: found ${site}, expected a name or an id`))
}

function channelsOf(channels: (string | number)[] | null, standing: Standing): number[] | null {
  if (channels === null) return null
  const meant = channelsMeant(channels, standing.channels)
  return 'fault' in meant ? unfit(meant.fault) : meant.ids
}

function deviceMeant(device: string | number | null, { devices }: Standing): number | null {
  if (device === null) return null
  const id = devices.get(device)
  return (
    id ?? unfit(`runs_behind: found ${JSON.stringify(device)}, expected the name of a device: import devices first`)
  )
}

/** Nothing that only one job can have may be on two lines. */
function claim(row: JobRow, job: PlannedJob, lineOf: Map<string, number>): void {
  const addresses = [...(row.uuid ? [canonical(row.uuid)] : []), ...(row.aliases ?? [])]
  const claims = [
    ...(job.before ? [['job', String(job.before.id), 'name'] as const] : []),
    ['name', row.name, 'name'] as const,
    ...[...new Set(addresses)].map(
      (token) => ['token', token, row.aliases?.includes(token) ? 'aliases' : 'uuid'] as const,
    ),
    ...(row.badgeKey ? [['badge', row.badgeKey, 'badge_key'] as const] : []),
  ]
  for (const [kind, value, column] of claims) {
    const first = lineOf.get(`${kind} ${value}`)
    if (first !== undefined) {
      unfit(
        `${column}: ${quoted(kind === 'job' ? row.name : value)} is on line ${first} and on line ${row.line}, expected it once`,
      )
    }
  }
  for (const [kind, value] of claims) lineOf.set(`${kind} ${value}`, row.line)
}
