import type { Sql } from 'postgres'
import type { PublicIncident, PublicUpdate } from '@/lib/domain/status-page'
import { publicRef } from '@/lib/status-tokens'
import { checkTag } from './check-jobs'
import { sql } from './database'
import { inNaturalOrder } from './natural-order'
import type { StatusPage } from './status-pages'

/** What a reader may see: the sites and tags of a page, or the devices of one client. */
export type StatusScope = Pick<StatusPage, 'siteIds' | 'tags'> | { clientId: number }
/** Which incidents: those that began or ended since, and the open ones; or these alone. */
export type StatusSpan = { since: Date } | { ids: readonly number[] }

export type ScopedIncident = PublicIncident & {
  id: number
  siteIds: number[] // where it still is: a place may be back before the others are
  targetIds: number[]
  resolvedAt: Date | null
}

const most = 1000
const reachMs = 30 * 86_400_000 // an outage that began earlier than this before the span is found only while it is open

/** Whether a target (t, with d where it is a device) is within the scope; the house's own checks never are. */
export function withinScope(scope: StatusScope): ReturnType<Sql> {
  if ('clientId' in scope) return sql`d.client_id = ${scope.clientId}`
  const { siteIds, tags } = scope
  return sql`not t.tags && ${[checkTag, 'source']}::text[]
    ${siteIds.length === 0 ? sql`` : sql`and t.site_id = any(${siteIds}::int[])`}
    and ${tags.length === 0 ? sql`t.kind = 'device'` : sql`t.tags && ${tags}::text[]`}`
}

/** Of a target (t): somebody knows whether it answers. */
export const isSeen = () => sql`(t.paused_at is null and t.status not in ('new', 'unknown'))`

/** A device of one client alone is nobody else's business. */
export const isShared = () => sql`(t.kind = 'job' or (d.client_id is null and d.role <> 'cpe'))`

/**
 * Incidents as their readers may know them: those that are open, then the others, each the newest first. On a page stand those that concern more than one client, or
 * of which an operator said something; none of a probe that is blind, as nobody is without service then.
 */
export async function listScopedIncidents(scope: StatusScope, span: StatusSpan): Promise<ScopedIncident[]> {
  const isClient = 'clientId' in scope
  const isStill = sql`(o.ended_at is null or i.kind = 'flapping')`
  const rows = await sql<Row[]>`
    with scoped as (
      select o.incident_id, o.target_id, o.began_at, o.ended_at, o.planned,
        case when t.kind = 'device' then t.site_id end as site_id, d.client_id, ${isShared()} as shared,
        t.kind = 'job' as is_job
      from outages o join targets t on t.id = o.target_id left join devices d on d.id = t.id
      where ${
        'ids' in span
          ? sql`o.incident_id = any(${[...span.ids]}::int[])`
          : sql`o.incident_id is not null and (o.began_at > ${new Date(span.since.getTime() - reachMs)} or o.ended_at is null)`
      } and ${withinScope(scope)})
    select i.id, i.kind, min(o.began_at) as "beganAt", i.opened_at as "openedAt", i.resolved_at as "resolvedAt",
      max(o.ended_at) as "endedAt", bool_or(o.ended_at is null) as open, bool_and(o.planned) as planned,
      i.acknowledged_at is not null as attended, ${isClient ? isPart(scope.clientId) : sql`false`} as partly,
      array_remove(array_agg(distinct o.site_id), null) as "siteIds",
      -- of services alone: places are found by their sites
      coalesce(array_agg(distinct o.target_id) filter (where o.is_job and ${isStill}), '{}') as "targetIds",
      coalesce(array_agg(distinct o.site_id) filter (where o.site_id is not null and ${isStill}), '{}') as "stillSiteIds"
    from scoped o join incidents i on i.id = o.incident_id
    where i.kind <> 'blind'
      ${'ids' in span ? sql`` : sql`and (i.resolved_at is null or i.resolved_at > ${span.since})`}
    group by i.id
    ${
      isClient
        ? sql``
        : sql`having bool_or(o.shared) or count(distinct o.client_id) > 1
            or exists (select 1 from status_updates u where u.incident_id = i.id)`
    }
    order by i.resolved_at is not null, i.opened_at desc, i.id desc limit ${most}`
  if (rows.length === 0) return []
  const [names, updates] = await Promise.all([
    isClient
      ? new Map<number, string>()
      : siteNames(
          rows.flatMap((row) => row.siteIds),
          scope.siteIds,
        ),
    listUpdates(rows.map((row) => row.id)),
  ])
  return rows.map((row) => incidentOf(row, names, updates.get(row.id) ?? [], isClient))
}

type Row = {
  id: number
  kind: 'down' | 'members_lost' | 'flapping'
  beganAt: Date
  openedAt: Date
  resolvedAt: Date | null
  endedAt: Date | null
  open: boolean
  planned: boolean
  partly: boolean
  attended: boolean
  siteIds: number[]
  stillSiteIds: number[]
  targetIds: number[]
}

function incidentOf(
  row: Row,
  names: ReadonlyMap<number, string>,
  updates: readonly PublicUpdate[],
  isClient: boolean,
): ScopedIncident {
  // What one client had of it is over when that client's devices answer again.
  const over = isClient && !row.open && row.kind !== 'flapping' ? row.endedAt : row.resolvedAt
  return {
    id: row.id,
    ref: publicRef(row.id),
    kind: kindOf(row),
    places: [...names].filter(([id]) => row.siteIds.includes(id)).map(([, name]) => name),
    siteIds: row.stillSiteIds,
    targetIds: row.targetIds,
    beganAt: row.beganAt.getTime(),
    endedAt: over === null ? null : Math.max(over.getTime(), row.beganAt.getTime()),
    resolvedAt: row.resolvedAt,
    attended: row.attended,
    updates,
  }
}

function kindOf({ planned, kind, partly }: Row): PublicIncident['kind'] {
  if (planned) return 'planned'
  if (kind === 'flapping') return 'unstable'
  return partly ? 'partly' : 'interrupted'
}

/** Whether a client is up by another of its devices: now, or of what is over, by one that the incident left alone. */
const isPart = (clientId: number) => sql`
  exists (select 1 from devices d join targets t on t.id = d.id where d.client_id = ${clientId} and ${isSeen()}
    and case when bool_or(o.ended_at is null)
      then not exists (select 1 from outages y where y.target_id = d.id and y.ended_at is null)
      else d.id <> all(array_agg(o.target_id)) end)`

/**
 * Names in the order of people: of sites that the page names itself, and of those where something serves many or several
 * clients are. A site with the devices of one client alone is that client's home: its name says who is cut off.
 */
async function siteNames(ids: readonly number[], chosen: readonly number[]): Promise<Map<number, string>> {
  const rows = await sql<{ id: number; name: string }[]>`
    select s.id, s.name from sites s
    where s.id = any(${[...new Set(ids)]}::int[]) and (s.id = any(${[...chosen]}::int[]) or (
      select bool_or(${isShared()}) or count(distinct d.client_id) > 1
      from targets t join devices d on d.id = t.id where t.site_id = s.id))
    order by ${inNaturalOrder(sql`s.name`)}`
  return new Map(rows.map(({ id, name }) => [id, name]))
}

async function listUpdates(incidentIds: readonly number[]): Promise<Map<number, PublicUpdate[]>> {
  const rows = await sql<(Omit<PublicUpdate, 'at'> & { incidentId: number; at: Date })[]>`
    select id, incident_id as "incidentId", at, text from status_updates
    where incident_id = any(${[...incidentIds]}::int[]) order by at, id`
  const byIncident = new Map<number, PublicUpdate[]>()
  for (const { incidentId, id, at, text } of rows)
    byIncident.set(incidentId, [...(byIncident.get(incidentId) ?? []), { id, at: at.getTime(), text }])
  return byIncident
}
