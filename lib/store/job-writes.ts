import type { Sql, TransactionSql } from 'postgres'
import { channelsMeant, fieldsFault, type JobFields, jobLimits, unsaidRule } from '@/lib/domain/job-fields'
import type { Schedule } from '@/lib/domain/schedule'
import { ownCheckFault } from '@/lib/domain/self-checks'
import { slugOf } from '@/lib/domain/slug'
import { transaction } from './database'
import { type DeviceFault, orFault, refuse, siteIdOf } from './device-writes'
import { jobsChanged } from './job-index'
import { expectAnew, lockStates, setPaused } from './job-pauses'
import { findJob, type Job } from './jobs'
import { endOutages } from './outages'
import { publish } from './publish'

export { pauseJobs } from './job-pauses'

/** What may be said of a job; what is left out stays, or is at its default. */
export type JobChange = { [field in keyof JobFields]?: JobFields[field] | undefined }
export type JobFault = DeviceFault

/** Nobody is paged in a job's first hour: this blackout stands from the beginning, and can be removed. */
export const firstHour = { ms: 3_600_000, reason: 'First hour of a new job' } as const

/**
 * Adds a job. With `unique` a standing one of that name is returned as it is, `created` false; else a taken name is a
 * fault. Everything is recorded from now on, and nobody told in its first hour.
 */
export async function createJob(
  said: JobChange & { name: string },
  { unique = false }: { unique?: boolean } = {},
): Promise<{ job: Job; created: boolean } | JobFault> {
  const made = await orFault(async (tx) => {
    const fields = tidied(said)
    const id = await insertJob(tx, fields)
    if (id !== null) {
      await jobsChanged(tx, [id])
      return { id, created: true }
    }
    const [standing] = await tx<{ id: number }[]>`select id from targets where kind = 'job' and name = ${fields.name}`
    return unique && standing ? { id: standing.id, created: false } : taken(fields.name)
  })
  if ('fault' in made) return made
  const job = await findJob(made.id)
  return job ? { job, created: made.created } : { fault: 'somebody removed it in this moment', conflict: true }
}

const taken = (name: string) => refuse(`name: another job is called ${JSON.stringify(name)}`, true)

/** What is said without the spaces around it; refused when it cannot be kept. */
function tidied<C extends JobChange>(said: C): C {
  const tags = said.tags && [...new Set(said.tags.map((tag) => tag.trim()))]
  const change = { ...said, ...(said.name === undefined ? {} : { name: said.name.trim() }), ...(tags ? { tags } : {}) }
  const fault = fieldsFault(change)
  return fault ? refuse(fault) : change
}

async function insertJob(tx: TransactionSql, fields: JobChange & { name: string }): Promise<number | null> {
  const now = new Date()
  const siteId = await siteIdOf(tx, fields.site ?? null)
  const [row] = await tx<{ id: number }[]>`
    insert into targets (kind, name, site_id, tags, paused_at, status, status_since, created_at)
    values ('job', ${fields.name}, ${siteId}, ${fields.tags ?? []}, ${fields.paused ? now : null}, 'new', ${now}, ${now})
    on conflict (kind, name) do nothing returning id`
  if (!row) return null
  const columns = scheduleColumns(fields.schedule ?? unsaidRule.schedule)
  await tx`
    insert into jobs (id, slug, schedule_kind, period_seconds, expression, zone, grace_seconds, permissible_misses,
      sticky_pause, channel_ids)
    values (${row.id}, ${fields.slug ?? slugOf(fields.name)}, ${columns.schedule_kind}, ${columns.period_seconds},
      ${columns.expression}, ${columns.zone ?? fields.zone ?? unsaidRule.zone},
      ${fields.graceSeconds ?? unsaidRule.graceSeconds}, ${fields.permissibleMisses ?? 0},
      ${fields.stickyPause ?? false}, ${await channelIdsOf(tx, fields.channels ?? null)})`
  await tx`insert into job_states (job_id) values (${row.id})`
  await setRunsBehind(tx, row.id, fields.runsBehind ?? null)
  await tx`
    insert into blackouts (kind, reason, target_ids, from_at, until_at)
    values ('range', ${firstHour.reason}, array[${row.id}::int], ${now}, ${new Date(now.getTime() + firstHour.ms)})`
  return row.id
}

/** A schedule as the columns of `jobs` hold it; a period leaves the zone as it is. */
export function scheduleColumns(schedule: Schedule) {
  return schedule.kind === 'period'
    ? { schedule_kind: schedule.kind, period_seconds: schedule.seconds, expression: null, zone: undefined }
    : {
        schedule_kind: schedule.kind,
        period_seconds: null,
        expression: schedule.expression,
        zone: schedule.zone,
      }
}

async function channelIdsOf(tx: TransactionSql, channels: JobFields['channels']): Promise<number[] | null> {
  if (channels === null || channels.length === 0) return channels === null ? null : []
  const meant = channelsMeant(channels, await namedChannels(tx))
  return 'fault' in meant ? refuse(meant.fault) : meant.ids
}

/** Every channel with the names by which it may be called, the unique one last. */
export async function namedChannels(on: Sql | TransactionSql): Promise<{ id: number; names: string[] }[]> {
  return on<{ id: number; names: string[] }[]>`
    select c.id, array_remove(array[c.name, u.name, u.email], null) as names
    from channels c left join users u on u.id = c.user_id order by c.id`
}

async function setRunsBehind(tx: TransactionSql, id: number, device: string | number | null): Promise<void> {
  if (device === null) {
    await tx`delete from upstream_edges where device_id = ${id}`
    return
  }
  const [found] = await tx<{ id: number }[]>`
    select id from targets where kind = 'device'
      and ${typeof device === 'number' ? tx`id = ${device}` : tx`name = ${device}`}`
  if (!found) return refuse(`runs_behind: found ${JSON.stringify(device)}, expected the name or id of a device`)
  await tx`delete from upstream_edges where device_id = ${id} and upstream_id <> ${found.id}`
  await tx`
    insert into upstream_edges (device_id, upstream_id, provenance) values (${id}, ${found.id}, 'hand')
    on conflict (device_id, upstream_id) do nothing`
}

/** Changes what is given; null when there is no such job. Under a changed rule beats are expected anew from now. */
export async function updateJob(id: number, said: JobChange): Promise<{ job: Job } | null | JobFault> {
  const done = await orFault(async (tx) => {
    const change = tidied(said)
    await lockStates(tx, [id])
    const [before] = await tx<{ name: string; slug: string }[]>`
      select t.name, j.slug from targets t join jobs j on j.id = t.id where t.id = ${id} for update`
    if (!before) return null
    await keepChecks(tx, id, change)
    await changeTarget(tx, id, change)
    await changeJob(tx, id, change, before)
    if (change.runsBehind !== undefined) await setRunsBehind(tx, id, change.runsBehind)
    await jobsChanged(tx, [id])
    if (change.paused !== undefined) await publish(tx, (await setPaused(tx, [id], change.paused)).events)
    return { id }
  })
  if (done === null || 'fault' in done) return done
  const job = await findJob(id)
  return job && { job }
}

/** A job of Beatline's own checks may be paused; all else of it follows from Settings, Self-checks. */
async function keepChecks(tx: TransactionSql, id: number, change: JobChange): Promise<void> {
  const said = Object.entries(change).flatMap(([field, value]) => (value === undefined ? [] : [field]))
  if (said.every((field) => field === 'paused' || field === 'stickyPause')) return
  const [check] = await tx`
    select 1 from self_checks where job_id = ${id} union all select 1 from sources where job_id = ${id}`
  if (check) refuse(ownCheckFault, true)
}

async function changeTarget(tx: TransactionSql, id: number, change: JobChange): Promise<void> {
  const columns: Record<string, string | string[] | number | Date | null> = { updated_at: new Date() }
  if (change.name !== undefined) {
    const [other] = await tx`select 1 from targets where kind = 'job' and name = ${change.name} and id <> ${id}`
    if (other) return taken(change.name)
    columns.name = change.name
  }
  if (change.tags !== undefined) columns.tags = change.tags
  if (change.site !== undefined) columns.site_id = await siteIdOf(tx, change.site)
  await tx`update targets set ${tx(columns)} where id = ${id}`
}

async function changeJob(
  tx: TransactionSql,
  id: number,
  change: JobChange,
  before: { name: string; slug: string },
): Promise<void> {
  const follows = change.name !== undefined && before.slug === slugOf(before.name) // a slug of its own stays
  const schedule = change.schedule && scheduleColumns(change.schedule)
  const columns = given({
    slug: change.slug ?? (follows ? slugOf(change.name ?? '') : undefined),
    sticky_pause: change.stickyPause,
    channel_ids: change.channels === undefined ? undefined : await channelIdsOf(tx, change.channels),
  })
  const rule = given({
    ...schedule,
    zone: schedule?.zone ?? change.zone,
    grace_seconds: change.graceSeconds,
    permissible_misses: change.permissibleMisses,
  })
  if (Object.keys(columns).length > 0) await tx`update jobs set ${tx(columns)} where id = ${id}`
  const names = Object.keys(rule)
  if (names.length === 0) return
  const changed = await tx`
    update jobs set ${tx(rule)} where id = ${id} and (${tx(names)}) is distinct from (${names.map((name) => tx`${rule[name] ?? null}`).reduce((all, one) => tx`${all}, ${one}`)})`
  if (changed.count > 0) await expectAnew(tx, [id])
}

type Cell = string | number | boolean | number[] | null
const given = (columns: Record<string, Cell | undefined>) =>
  Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as Record<string, Cell>

/**
 * Removes jobs with their history; an open outage ends first, so that nobody waits for it. Beatline's checks of itself stay.
 * Returns how many went.
 */
export async function deleteJobs(ids: readonly number[]): Promise<number> {
  return transaction(async (tx) => {
    const own = await tx<{ id: number }[]>`
      select job_id as id from self_checks where job_id = any(${[...ids]}::int[])
      union all select job_id from sources where job_id = any(${[...ids]}::int[])`
    const checks = new Set(own.map((row) => row.id))
    return removeJobs(
      tx,
      ids.filter((id) => !checks.has(id)),
    )
  })
}

/** The same in a transaction that has more to do, whatever the jobs are; the last statements of it. */
export async function removeJobs(tx: TransactionSql, ids: readonly number[]): Promise<number> {
  await lockStates(tx, ids)
  const ended = await endOutages(tx, ids, new Date(), 'deleted')
  const deleted = await tx<{ id: number }[]>`
    delete from targets where id = any(${[...ids]}::int[]) and kind = 'job' returning id`
  const gone = deleted.map((row) => row.id)
  await tx`delete from beats where job_id = any(${gone}::int[])`
  await tx`delete from beat_runs where job_id = any(${gone}::int[])`
  await tx`delete from job_days where job_id = any(${gone}::int[])`
  await tx`
    update blackouts set ended_at = now()
    where ended_at is null and not covers_all and site_ids = '{}' and tags = '{}'
      and target_ids <> '{}' and target_ids <@ ${gone}::int[]`
  await jobsChanged(tx, gone)
  await publish(tx, ended)
  return gone.length
}

/** Adds and takes off tags; returns how many jobs changed. A job that would have too many stays as it is. */
export async function tagJobs(
  ids: readonly number[],
  { add = [], remove = [] }: { add?: readonly string[]; remove?: readonly string[] },
): Promise<number> {
  return transaction(async (tx) => {
    const changed = await tx`
      update targets t set tags = said.tags, updated_at = now()
      from (
        select o.id, coalesce((
          select array_agg(tag order by place) from (
            select tag, min(place) as place
            from unnest(o.tags || ${[...add]}::text[]) with ordinality as all_tags(tag, place)
            where tag <> all(${[...remove]}::text[]) group by tag) kept), '{}') as tags
        from targets o where o.id = any(${[...ids]}::int[]) and o.kind = 'job'
          and o.id not in (
            select job_id from self_checks where job_id is not null
            union all select job_id from sources where job_id is not null) order by o.id for update
      ) said
      where t.id = said.id and t.tags <> said.tags and cardinality(said.tags) <= ${jobLimits.tags}`
    await jobsChanged(tx, ids)
    return changed.count
  })
}
