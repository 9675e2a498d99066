import type { DarkTarget } from '@/lib/domain/board'
import type { Role, Status } from '@/lib/domain/status'
import { sql } from './database'
import { countByStatus, fromDevices, shownStatus } from './devices'
import { countJobsByStatus, type JobStatus } from './jobs'

type DarkRow = Omit<DarkTarget, 'beganAt' | 'acknowledgedAt'> & { beganAt: Date; acknowledgedAt: Date | null }

/** Open outages for the board: roots first, then the longest; at most `limit` of them, and how many there are. */
export async function listDark(limit: number): Promise<{ dark: DarkTarget[]; total: number }> {
  const rows = await sql<(DarkRow & { total: number })[]>`
    select o.id as "outageId", o.target_id as "targetId", t.kind, t.name,
      case when t.kind = 'job' then o.opened_evidence end as evidence,
      coalesce(st.misses, 0) as misses, coalesce(d.address, '') as address,
      coalesce(d.role, 'other') as role, s.name as "siteName", d.client, d.client_id as "clientId",
      coalesce(i.clients, 0) as clients, coalesce(i.client_names, '{}') as "clientNames", o.state, o.began_at as "beganAt",
      o.incident_id as "incidentId", i.target_id as "rootTargetId", i.acknowledged_at as "acknowledgedAt",
      i.acknowledged_by as "acknowledgedBy", i.resolved_by as "resolvedBy", count(*) over ()::int as total
    from outages o
    join targets t on t.id = o.target_id
    left join devices d on d.id = t.id
    left join job_states st on st.job_id = t.id
    left join sites s on s.id = t.site_id
    left join incidents i on i.id = o.incident_id
    where o.ended_at is null and t.paused_at is null
    order by (o.state = 'down') desc, o.began_at
    limit ${limit}`
  const dark = rows.map(({ total: _, beganAt, acknowledgedAt, ...row }) => ({
    ...row,
    beganAt: beganAt.getTime(),
    acknowledgedAt: acknowledgedAt?.getTime() ?? null,
  }))
  return { dark, total: rows[0]?.total ?? 0 }
}

/** A device as one dot of its site's row. */
export type Dot = { id: number; name: string; status: Status; since: string }
export type SiteRow = { siteId: number | null; name: string; total: number; up: number; dots: Dot[] }

const mostDots = 1500 // on the whole page: a large fleet shows fewer of each site, what is not up first

/** Every site with devices: its counts, and the dots of its first devices, what is not up before the rest. */
export function listSiteRows(): Promise<SiteRow[]> {
  return unlessChanged('sites', askSiteRows)
}

async function askSiteRows(): Promise<SiteRow[]> {
  const rows = await sql<
    {
      siteId: number | null
      name: string | null
      total: number
      up: number
      dots: [number, string, Status, string][]
    }[]
  >`
    with shown as (
      select t.id, t.name, t.name_key, t.site_id, t.status_since, ${shownStatus()} as status ${fromDevices()} where t.kind = 'device'
    ), ranked as (
      select *, row_number() over (
        partition by site_id order by (status in ('up', 'paused')), status, name_key) as place
      from shown
    )
    select r.site_id as "siteId", s.name, count(*)::int as total, count(*) filter (where r.status = 'up')::int as up,
      jsonb_agg(jsonb_build_array(r.id, r.name, r.status, r.status_since) order by r.place)
        filter (where r.place <= least(96, greatest(12, ${mostDots} / (select count(distinct coalesce(site_id, 0)) from ranked)))) as dots
    from ranked r left join sites s on s.id = r.site_id
    group by r.site_id, s.name
    order by (count(*) filter (where r.status in ('down', 'unreachable'))) > 0 desc, natural_key(s.name) collate "C" nulls last`
  return rows.map((row) => ({
    ...row,
    name: row.name ?? 'No site',
    dots: row.dots.map(([id, name, status, since]) => ({ id, name, status, since })),
  }))
}

export type Unwell = {
  id: number
  name: string
  address: string
  role: Role
  siteName: string | null
  status: Status
  since: Date
}

/** Devices that answer but not well, the newest first. */
export async function listUnwell(limit: number): Promise<Unwell[]> {
  return sql<Unwell[]>`
    select t.id, t.name, d.address, d.role, s.name as "siteName", t.status, t.status_since as since
    from targets t join devices d on d.id = t.id left join sites s on s.id = t.site_id
    where t.status in ('degraded', 'suspect', 'late') and t.paused_at is null
      and not exists (select 1 from outages o where o.target_id = t.id and o.ended_at is null)
    order by t.status_since desc limit ${limit}`
}

/** Since when nothing is dark: the end of the last outage, else when the first device was made. Null without devices. */
export async function quietSince(): Promise<Date | null> {
  const [row] = await sql<{ since: Date | null }[]>`
    select coalesce((select max(ended_at) from outages), (select min(created_at) from targets)) as since`
  return row?.since ?? null
}

/** Some devices whose pings stand for all: for the line that beats while nothing is dark. */
export async function sampleDevices(limit: number): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select t.id from targets t join devices d on d.id = t.id and d.pinged and d.address <> ''
    where t.paused_at is null order by t.id limit ${limit}`
  return rows.map((row) => row.id)
}

/** A job as the board's line of jobs shows it. */
export type JobDot = { id: number; name: string; status: JobStatus; since: string; lastBeatAt: string | null }

/** Some jobs that stand for all: what is not well first, then those heard last; at most `limit`, the latest beat last. */
export function listJobDots(limit: number): Promise<JobDot[]> {
  return unlessChanged('jobs', () => askJobDots(limit))
}

async function askJobDots(limit: number): Promise<JobDot[]> {
  const rows = await sql<{ id: number; name: string; status: JobStatus; since: Date; lastBeatAt: Date | null }[]>`
    select t.id, t.name, t.status_since as since, st.last_beat_at as "lastBeatAt",
      case when t.paused_at is not null then 'paused' when o.id is not null then o.state
        when t.status = 'unreachable' then 'down' else t.status end as status
    from targets t join job_states st on st.job_id = t.id
    left join outages o on o.target_id = t.id and o.ended_at is null
    where t.kind = 'job'
    order by (t.status in ('down', 'unreachable', 'late') and t.paused_at is null) desc, st.last_beat_at desc nulls last
    limit ${limit}`
  return rows
    .map((row) => ({ ...row, since: row.since.toISOString(), lastBeatAt: row.lastBeatAt?.toISOString() ?? null }))
    .sort((a, b) => (a.lastBeatAt ?? '').localeCompare(b.lastBeatAt ?? ''))
}

/** Jobs whose beats stand for all, those heard last first: for the line that beats while nothing is dark. */
export async function sampleJobs(limit: number): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select job_id as id from job_states where last_beat_at > now() - interval '1 hour'
    order by last_beat_at desc limit ${limit}`
  return rows.map((row) => row.id)
}

/** What else of a first run is done: any phone told, any test that was shown. */
export async function firstRunSteps(userId: number | null): Promise<{ phone: boolean; test: boolean }> {
  const [row] = await sql<{ phone: boolean; test: boolean }[]>`
    select exists (select 1 from push_devices where user_id = ${userId} and endpoint is not null) as phone,
      exists (select 1 from push_devices where user_id = ${userId} and last_shown_at is not null) as test`
  return row ?? { phone: false, test: false }
}

export type Pulse = {
  counts: Partial<Record<Status, number>> // of devices
  devices: number
  jobCounts: Partial<Record<JobStatus, number>>
  jobs: number
  ownChecks: number // of the jobs: checks that Beatline makes of itself
  openIncidents: number
  lastEventId: number
  /** Whether any probe is connected and not blind. */
  telling: boolean
}

/** The whole in a few figures, for the frame and the board's summary: asked on every page. */
export function readPulse(): Promise<Pulse> {
  return unlessChanged('pulse', askPulse)
}

async function askPulse(): Promise<Pulse> {
  const [counts, jobCounts, [row]] = await Promise.all([
    countByStatus(),
    countJobsByStatus(),
    sql<{ openIncidents: number; ownChecks: number; lastEventId: string; telling: boolean }[]>`
      select
        (select count(job_id)::int from self_checks) + (select count(job_id)::int from sources) as "ownChecks",
        (select count(*)::int from incidents where resolved_at is null) as "openIncidents",
        (select coalesce(max(id), 0) from events) as "lastEventId",
        exists (select 1 from probes where blind_since is null and last_seen_at > now() - interval '90 seconds'
          and connected_at > coalesce(disconnected_at, '-infinity')) as telling`,
  ])
  return {
    counts,
    devices: Object.values(counts).reduce((sum, n) => sum + n, 0),
    jobCounts,
    jobs: Object.values(jobCounts).reduce((sum, n) => sum + n, 0),
    ownChecks: row?.ownChecks ?? 0,
    openIncidents: row?.openIncidents ?? 0,
    lastEventId: Number(row?.lastEventId ?? 0),
    telling: row?.telling ?? false,
  }
}

const heldForMs = 2000
type Held = { beatlineBoard?: Map<string, { mark: string; at: number; answer: Promise<unknown> }> }
const held = globalThis as typeof globalThis & Held

/**
 * Asks again only when there is a new event or target, or the last answer is 2 s old: a whole fleet is counted on every
 * page, and a storm of events renders every open page.
 */
async function unlessChanged<T>(name: string, ask: () => Promise<T>): Promise<T> {
  const [row] = await sql<{ mark: string }[]>`
    select concat((select max(id) from events), ' ', (select max(id) from targets)) as mark`
  const mark = row?.mark ?? ''
  held.beatlineBoard ??= new Map()
  const known = held.beatlineBoard.get(name)
  if (known && known.mark === mark && Date.now() - known.at < heldForMs) return known.answer as Promise<T>
  const answer = ask()
  held.beatlineBoard.set(name, { mark, at: Date.now(), answer })
  answer.catch(() => held.beatlineBoard?.delete(name))
  return answer
}

/** After a change that is no event, such as a deletion: the next page counts anew. */
export function forgetBoard(): void {
  held.beatlineBoard?.clear()
}
