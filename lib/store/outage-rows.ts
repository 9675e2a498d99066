import { sql } from './database'

export type ListedOutage = {
  id: number
  targetId: number
  name: string
  siteName: string | null
  state: 'down' | 'unreachable'
  beganAt: Date
  endedAt: Date | null
  cause: string | null
  incidentId: number | null
}
export type OutageFilter = {
  targetId?: number | undefined
  incidentId?: number | undefined
  open?: boolean | undefined
  state?: 'down' | 'unreachable' | undefined
  siteId?: number | undefined
  from?: Date | undefined
  before?: number | undefined // the id of the last row of the page before
  limit: number
}

/** Outages with names, the newest first: for pages. `next` is the `before` of the next page. */
export async function listOutageRows(filter: OutageFilter): Promise<{ items: ListedOutage[]; next: string | null }> {
  const { targetId, incidentId, open, state, siteId, from, before, limit } = filter
  const rows = await sql<ListedOutage[]>`
    select o.id, o.target_id as "targetId", t.name, s.name as "siteName", o.state, o.began_at as "beganAt",
      o.ended_at as "endedAt", o.cause, o.incident_id as "incidentId"
    from outages o join targets t on t.id = o.target_id left join sites s on s.id = t.site_id
    where true
      ${targetId === undefined ? sql`` : sql`and o.target_id = ${targetId}`}
      ${incidentId === undefined ? sql`` : sql`and o.incident_id = ${incidentId}`}
      ${open === undefined ? sql`` : open ? sql`and o.ended_at is null` : sql`and o.ended_at is not null`}
      ${state === undefined ? sql`` : sql`and o.state = ${state}`}
      ${siteId === undefined ? sql`` : sql`and t.site_id = ${siteId}`}
      ${from === undefined ? sql`` : sql`and o.began_at >= ${from}`}
      ${before === undefined ? sql`` : sql`and (o.began_at, o.id) < (select began_at, id from outages where id = ${before})`}
    order by o.began_at desc, o.id desc limit ${limit + 1}`
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? String(items.at(-1)?.id) : null }
}

export type OutageEvidence = ListedOutage & {
  address: string
  isolatedAt: Date
  planned: boolean
  openedEvidence: unknown
  closedEvidence: unknown
}

/** One outage with the evidence that opened and closed it; null when there is none. */
export async function findOutageEvidence(id: number): Promise<OutageEvidence | null> {
  const [row] = await sql<OutageEvidence[]>`
    select o.id, o.target_id as "targetId", t.name, s.name as "siteName", coalesce(d.address, '') as address, o.state,
      o.began_at as "beganAt", o.isolated_at as "isolatedAt", o.ended_at as "endedAt", o.cause,
      o.incident_id as "incidentId", o.planned, o.opened_evidence as "openedEvidence",
      o.closed_evidence as "closedEvidence"
    from outages o join targets t on t.id = o.target_id left join devices d on d.id = t.id
    left join sites s on s.id = t.site_id
    where o.id = ${id}`
  return row ?? null
}
