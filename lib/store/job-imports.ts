import type { JSONValue, TransactionSql } from 'postgres'
import { canonicalToken } from '@/lib/domain/beat-address'
import type { Rejected } from '@/lib/domain/device-import'
import { type JobPlan, type PlannedJob, planJobs, type Standing, type StandingJob } from '@/lib/domain/job-import'
import type { JobRow } from '@/lib/domain/job-record'
import { ownCheckFault } from '@/lib/domain/self-checks'
import { transaction } from './database'
import { jobsChanged } from './job-index'
import { openJobOutages } from './job-outages'
import { expectAnew, setPaused } from './job-pauses'
import { firstHour, namedChannels, scheduleColumns } from './job-writes'
import { scheduleOf } from './jobs'
import type { NewEvent } from './publish'
import { publish } from './publish'

export type JobImport = JobPlan & { newSites: string[]; written: boolean }

const importLock = 4_810_040
const rowsAtOnce = 5000
const idsAtOnce = 1000 // in one blackout

/**
 * Writes jobs in one transaction. `atomic`: nothing when any row, or any of `rejectedBefore`, is bad. `dryRun`: never
 * writes. A job that is made takes the state that its row tells of; one that stands keeps its own.
 */
export async function importJobs(
  given: readonly JobRow[],
  { atomic = false, dryRun = false, rejectedBefore: before = [] as readonly Rejected[] } = {},
): Promise<JobImport> {
  return transaction(async (tx) => {
    await tx`select pg_advisory_xact_lock(${importLock})`
    const { rows, rejected: ofChecks } = await withoutChecks(tx, given)
    const rejectedBefore = [...before, ...ofChecks]
    const plan = planJobs(rows, await readStanding(tx, rows))
    const newSites = [
      ...new Set(plan.jobs.flatMap(({ config: { site } }) => (typeof site === 'string' ? [site] : []))),
    ].sort()
    const held = atomic && plan.rejected.length + rejectedBefore.length > 0
    const rejected = [...rejectedBefore, ...plan.rejected].sort((a, b) => a.line - b.line)
    const answer = { ...plan, rejected, newSites }
    if (dryRun || held) return { ...answer, written: false }
    await write(tx, plan.jobs, newSites)
    return { ...answer, written: true }
  })
}

/** What Beatline checks of itself is made by its settings alone. */
async function withoutChecks(tx: TransactionSql, rows: readonly JobRow[]) {
  const checks = await tx<{ id: number; name: string; uuid: string }[]>`
    select j.id, t.name, replace(j.uuid::text, '-', '') as uuid from self_checks c
    join jobs j on j.id = c.job_id join targets t on t.id = j.id`
  const isCheck = ({ name, uuid }: JobRow) =>
    checks.some((one) => one.name === name || (uuid != null && one.uuid === canonicalToken(uuid)))
  const rejected: Rejected[] = rows.filter(isCheck).map(({ line, name }) => ({ line, reason: ownCheckFault, name }))
  return { rows: rejected.length === 0 ? rows : rows.filter((row) => !isCheck(row)), rejected }
}

async function readStanding(tx: TransactionSql, rows: readonly JobRow[]): Promise<Standing> {
  const names = rows.map((row) => row.name)
  const uuids = rows.flatMap((row) => row.uuid ?? [])
  const tokens = [...uuids, ...uuids.map(canonicalToken), ...rows.flatMap((row) => row.aliases ?? [])]
  const hex = tokens.filter((token) => /^[0-9a-f]{32}$/.test(token))
  const badges = rows.flatMap((row) => row.badgeKey ?? [])
  const owners = await tx<{ token: string; id: number }[]>`
    select uuid::text as token, id from jobs where uuid = any(${hex}::uuid[])
    union all select token, job_id from job_aliases where token = any(${tokens}::text[])`
  const badgeOwners = await tx<{ key: string; id: number }[]>`
    select badge_key::text as key, id from jobs where badge_key = any(${badges}::uuid[])`
  const devices = await tx<{ id: number; name: string }[]>`
    select id, name from targets where kind = 'device' and (name = any(${namesOf(rows, 'runsBehind')}::text[])
      or id = any(${idsOf(rows, 'runsBehind')}::int[]))`
  const sites = await tx<{ id: number; name: string }[]>`select id, name from sites`
  return {
    jobs: await readJobs(tx, names, [...new Set(owners.map((row) => row.id))]),
    jobOfToken: new Map(owners.map(({ token, id }) => [canonicalToken(token), id])),
    jobOfBadgeKey: new Map(badgeOwners.map(({ key, id }) => [key, id])),
    devices: byNameAndId(devices),
    sites: byNameAndId(sites),
    channels: await namedChannels(tx),
  }
}

const namesOf = (rows: readonly JobRow[], field: 'runsBehind') => [
  ...new Set(rows.flatMap((row) => (typeof row[field] === 'string' ? [row[field]] : []))),
]
const idsOf = (rows: readonly JobRow[], field: 'runsBehind') => [
  ...new Set(rows.flatMap((row) => (typeof row[field] === 'number' && row[field] < 2 ** 31 ? [row[field]] : []))),
]
const byNameAndId = (rows: readonly { id: number; name: string }[]) =>
  new Map<string | number, number>(rows.flatMap(({ id, name }) => [[name, id] as const, [id, id] as const]))

async function readJobs(tx: TransactionSql, names: string[], ids: number[]): Promise<StandingJob[]> {
  const rows = await tx<(Omit<StandingJob, 'schedule'> & Parameters<typeof scheduleOf>[0])[]>`
    select t.id, t.name, t.tags, t.site_id as site, t.paused_at is not null as paused, j.uuid, j.badge_key as "badgeKey",
      j.slug, j.schedule_kind as "scheduleKind", j.period_seconds as "periodSeconds", j.expression, j.zone,
      j.grace_seconds as "graceSeconds", j.permissible_misses as "permissibleMisses", j.sticky_pause as "stickyPause",
      j.channel_ids as "channelIds",
      (select min(e.upstream_id) from upstream_edges e where e.device_id = t.id) as "runsBehind"
    from targets t join jobs j on j.id = t.id
    where t.kind = 'job' and (t.name = any(${names}::text[]) or t.id = any(${ids}::int[]))`
  return rows.map(({ scheduleKind, periodSeconds, expression, ...row }) => ({
    ...row,
    schedule: scheduleOf({ scheduleKind, periodSeconds, expression, zone: row.zone }),
  }))
}

async function write(tx: TransactionSql, planned: readonly PlannedJob[], newSites: readonly string[]): Promise<void> {
  const jobs = planned.filter((job) => job.changed)
  if (jobs.length === 0) return
  await tx`insert into sites (name) select unnest(${[...newSites]}::text[]) on conflict (name) do nothing`
  await load(tx, jobs)
  await writeNew(tx)
  await writeStanding(tx)
  await writeEdgesAndAliases(tx)
  const idOf = new Map(
    (await tx<{ n: number; id: number }[]>`select n, id from import_jobs`).map(({ n, id }) => [n, id]),
  )
  const ids = (chosen: (job: PlannedJob) => boolean) =>
    jobs.flatMap((job, n) => (chosen(job) ? (idOf.get(n) ?? []) : []))
  await expectAnew(
    tx,
    ids((job) => job.ruleChanged),
  )
  await keepQuiet(tx, jobs, idOf)
  const paused = await setPaused(
    tx,
    ids((job) => job.before !== null && job.pausedAt != null),
    true,
  )
  const resumed = await setPaused(
    tx,
    ids((job) => job.before !== null && job.pausedAt === null),
    false,
  )
  await jobsChanged(
    tx,
    ids(() => true),
  )
  await tell(tx, jobs, idOf, [...paused.events, ...resumed.events])
}

/** Rows into a table of this transaction. Of a standing job `id` is known; its state stays. */
async function load(tx: TransactionSql, jobs: readonly PlannedJob[]): Promise<void> {
  await tx`
    create temp table import_jobs (n int primary key, id int, name text not null, uuid uuid, badge_key uuid, slug text,
      tags text[], site text, site_id int, schedule_kind text, period_seconds int, expression text, zone text,
      grace_seconds int, permissible_misses int, sticky_pause boolean, channel_ids int[], runs_behind int,
      aliases text[], paused_at timestamptz, created_at timestamptz, status_since timestamptz, phase text, misses int,
      anchor_at timestamptz, first_beat_at timestamptz, last_beat_at timestamptz, last_signal text,
      last_success_at timestamptz, started_at timestamptz, started_run text, last_duration_ms bigint, beat_count bigint
    ) on commit drop`
  const now = Date.now()
  for (let i = 0; i < jobs.length; i += rowsAtOnce) {
    const rows = jobs.slice(i, i + rowsAtOnce).map((job, n) => columnsOf(job, i + n, now))
    await tx`
      insert into import_jobs
      select * from jsonb_populate_recordset(null::import_jobs, ${tx.json(rows as unknown as JSONValue)})`
  }
  await tx`update import_jobs i set site_id = s.id from sites s where i.site is not null and s.name = i.site`
  await tx`analyze import_jobs`
}

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())

function columnsOf(
  { before, config, uuid, badgeKey, newAliases, pausedAt, createdAt, state }: PlannedJob,
  n: number,
  now: number,
) {
  const { zone = config.zone, ...schedule } = scheduleColumns(config.schedule)
  const phase = pausedAt == null || state.phase === 'new' ? state.phase : 'up'
  return {
    n,
    id: before?.id ?? null,
    name: config.name,
    uuid,
    badge_key: badgeKey,
    slug: config.slug,
    tags: config.tags,
    site: typeof config.site === 'string' ? config.site : null,
    site_id: typeof config.site === 'number' ? config.site : null,
    ...schedule,
    zone,
    grace_seconds: config.graceSeconds,
    permissible_misses: config.permissibleMisses,
    sticky_pause: config.stickyPause,
    channel_ids: config.channelIds,
    runs_behind: config.runsBehind,
    aliases: newAliases,
    paused_at: pausedAt === undefined ? null : iso(pausedAt === 'now' ? now : pausedAt),
    created_at: iso(createdAt ?? now),
    status_since: iso(state.statusSince ?? now),
    phase,
    misses: state.misses,
    anchor_at: iso(state.anchorAt),
    first_beat_at: iso(state.firstBeatAt),
    last_beat_at: iso(state.lastBeatAt),
    last_signal: state.lastSignal,
    last_success_at: iso(state.lastSuccessAt),
    started_at: iso(state.startedAt),
    started_run: state.startedRun,
    last_duration_ms: state.lastDurationMs,
    beat_count: state.beatCount,
  }
}

async function writeNew(tx: TransactionSql): Promise<void> {
  await tx`
    with added as (
      insert into targets (kind, name, site_id, tags, paused_at, status, status_since, created_at)
      select 'job', name, site_id, tags, paused_at, phase, status_since, created_at
      from import_jobs where id is null order by n
      returning id, name
    ) update import_jobs i set id = added.id from added where i.id is null and added.name = i.name`
  await tx`
    insert into jobs (id, uuid, badge_key, slug, schedule_kind, period_seconds, expression, zone, grace_seconds,
      permissible_misses, sticky_pause, channel_ids)
    select i.id, coalesce(i.uuid, gen_random_uuid()), coalesce(i.badge_key, gen_random_uuid()), i.slug, i.schedule_kind,
      i.period_seconds, i.expression, i.zone, i.grace_seconds, i.permissible_misses, i.sticky_pause, i.channel_ids
    from import_jobs i where not exists (select 1 from jobs j where j.id = i.id)`
  await tx`
    insert into job_states (job_id, phase, misses, anchor_at, first_beat_at, last_beat_at, last_signal, last_success_at,
      started_at, started_run, last_duration_ms, beat_count, alarm_at)
    select id, phase, misses, anchor_at, first_beat_at, last_beat_at, last_signal, last_success_at, started_at,
      started_run, last_duration_ms, beat_count,
      case when paused_at is null and (anchor_at is not null or started_at is not null) then now() end
    from import_jobs i where not exists (select 1 from job_states st where st.job_id = i.id)`
}

async function writeStanding(tx: TransactionSql): Promise<void> {
  await tx`
    update targets t set name = i.name, tags = i.tags, site_id = i.site_id, updated_at = now()
    from import_jobs i
    where t.id = i.id and (t.name, t.tags, t.site_id) is distinct from (i.name, i.tags, i.site_id)`
  await tx`
    update jobs j set slug = i.slug, schedule_kind = i.schedule_kind, period_seconds = i.period_seconds,
      expression = i.expression, zone = i.zone, grace_seconds = i.grace_seconds,
      permissible_misses = i.permissible_misses, sticky_pause = i.sticky_pause, channel_ids = i.channel_ids,
      badge_key = coalesce(i.badge_key, j.badge_key)
    from import_jobs i
    where j.id = i.id and (j.slug, j.schedule_kind, j.period_seconds, j.expression, j.zone, j.grace_seconds,
      j.permissible_misses, j.sticky_pause, j.channel_ids, j.badge_key) is distinct from (i.slug, i.schedule_kind,
      i.period_seconds, i.expression, i.zone, i.grace_seconds, i.permissible_misses, i.sticky_pause, i.channel_ids,
      coalesce(i.badge_key, j.badge_key))`
}

async function writeEdgesAndAliases(tx: TransactionSql): Promise<void> {
  await tx`
    delete from upstream_edges e using import_jobs i
    where e.device_id = i.id and e.upstream_id is distinct from i.runs_behind`
  await tx`
    insert into upstream_edges (device_id, upstream_id, provenance)
    select id, runs_behind, 'imported' from import_jobs where runs_behind is not null
    on conflict (device_id, upstream_id) do nothing`
  await tx`insert into job_aliases (token, job_id) select unnest(aliases), id from import_jobs`
}

/** Nobody is paged in the first hour of what is new here; what was older where it comes from has none left. */
async function keepQuiet(tx: TransactionSql, jobs: readonly PlannedJob[], idOf: ReadonlyMap<number, number>) {
  const now = Date.now()
  const young = jobs.flatMap((job, n) => {
    const until = (job.createdAt ?? now) + firstHour.ms
    const id = idOf.get(n)
    return job.before === null && id !== undefined && until > now
      ? [{ id, until: Math.min(until, now + firstHour.ms) }]
      : []
  })
  for (let i = 0; i < young.length; i += idsAtOnce) {
    const some = young.slice(i, i + idsAtOnce)
    const until = some.reduce((latest, one) => Math.max(latest, one.until), 0)
    await tx`
      insert into blackouts (kind, reason, target_ids, from_at, until_at)
      values ('range', ${firstHour.reason}, ${some.map(({ id }) => id)}::int[], ${new Date(now)}, ${new Date(until)})`
  }
}

/** What was dark where it comes from is dark here, since then. Publishes. */
async function tell(
  tx: TransactionSql,
  jobs: readonly PlannedJob[],
  idOf: ReadonlyMap<number, number>,
  events: NewEvent[],
) {
  await publish(tx, events)
  const dark = jobs.flatMap(({ before, state, pausedAt }, n) => {
    const jobId = idOf.get(n)
    if (before || jobId === undefined || pausedAt != null || state.phase !== 'down') return []
    const beganAt = new Date(state.downSince ?? state.statusSince ?? state.lastBeatAt ?? Date.now())
    return [{ jobId, beganAt, isolatedAt: beganAt, evidence: { imported: true } }]
  })
  if (dark.length > 0) await openJobOutages(tx, dark)
}
