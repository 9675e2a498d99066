import type { JSONValue } from 'postgres'
import { Problem } from '@/lib/problem'
import { readCursor, writeCursor } from '@/lib/wire/cursor'
import { sql } from './database'

export type ListedOutage = {
  id: number
  target: { kind: 'device' | 'job'; id: number; name: string }
  siteName: string | null
  beganAt: Date
  isolatedAt: Date
  endedAt: Date | null
  state: 'down' | 'unreachable'
  cause: string | null
  incidentId: number | null
  planned: boolean
}
/** With what opened and closed it; the address is that of a device. */
export type Outage = ListedOutage & {
  address: string | null
  evidence: { opened: JSONValue; closed: JSONValue | null }
}
export type OutageQuery = {
  target?: number | undefined
  client?: number | undefined // of whose devices
  incident?: number | undefined
  site?: number | undefined
  state?: 'down' | 'unreachable' | undefined
  open?: boolean | undefined
  from?: Date | undefined // outages that lasted into this instant or began after it
  to?: Date | undefined // and began before this one
  limit?: number | undefined // 1..1000
  cursor?: string | undefined
}
export type Page<T> = { items: T[]; next: string | null }

const listed = () => sql`
  o.id, jsonb_build_object('kind', t.kind, 'id', t.id, 'name', t.name) as target, s.name as "siteName",
  o.began_at as "beganAt", o.isolated_at as "isolatedAt", o.ended_at as "endedAt", o.state, o.cause,
  o.incident_id as "incidentId", o.planned`
const whole = () => sql`
  ${listed()}, d.address, jsonb_build_object('opened', o.opened_evidence, 'closed', o.closed_evidence) as evidence`
const joined = () => sql`
  from outages o join targets t on t.id = o.target_id left join devices d on d.id = t.id
  left join sites s on s.id = t.site_id`

/** Outages, the newest first. `next` is the cursor of the following page. Throws invalid-input for one that is none of ours. */
export async function listOutages(query: OutageQuery): Promise<Page<ListedOutage>> {
  return pageOf(query, await sql<ListedOutage[]>`select ${listed()} ${joined()} ${chosen(query)}`)
}

/** The same with the evidence of each: some 3 kB an outage. */
export async function listWholeOutages(query: OutageQuery): Promise<Page<Outage>> {
  return pageOf(query, await sql<Outage[]>`select ${whole()} ${joined()} ${chosen(query)}`)
}

/** Null when there is none. */
export async function findOutage(id: number): Promise<Outage | null> {
  const [outage] = await sql<Outage[]>`select ${whole()} ${joined()} where o.id = ${id}`
  return outage ?? null
}

const limitOf = ({ limit = 100 }: OutageQuery) => Math.min(1000, Math.max(1, limit))

function chosen(query: OutageQuery) {
  const { target, client, incident, site, state, open, from, to } = query
  return sql`
    where true
      ${target === undefined ? sql`` : sql`and o.target_id = ${target}`}
      ${client === undefined ? sql`` : sql`and o.target_id in (select id from devices where client_id = ${client})`}
      ${incident === undefined ? sql`` : sql`and o.incident_id = ${incident}`}
      ${site === undefined ? sql`` : sql`and t.site_id = ${site}`}
      ${state === undefined ? sql`` : sql`and o.state = ${state}`}
      ${open === undefined ? sql`` : open ? sql`and o.ended_at is null` : sql`and o.ended_at is not null`}
      ${from ? sql`and (o.ended_at is null or o.ended_at >= ${from})` : sql``}
      ${to ? sql`and o.began_at < ${to}` : sql``}
      ${goingOn(query.cursor)}
    order by o.began_at desc, o.id desc limit ${limitOf(query) + 1}`
}

function goingOn(cursor: string | undefined) {
  if (cursor === undefined) return sql``
  const values = readCursor(cursor, ['instant', 'id'])
  if (!values) throw new Problem('invalid-input', 'cursor: expected the `next` of the page before')
  return sql`and (o.began_at, o.id) < (${new Date(values[0])}, ${values[1]}::int)`
}

function pageOf<T extends ListedOutage>(query: OutageQuery, rows: readonly T[]): Page<T> {
  const items = rows.slice(0, limitOf(query))
  const last = rows.length > items.length ? items.at(-1) : undefined
  return { items, next: last ? writeCursor([last.beganAt.getTime(), last.id]) : null }
}
