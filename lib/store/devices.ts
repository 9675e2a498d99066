import type { PingRule } from '@/lib/domain/inheritance'
import { resolveRule } from '@/lib/domain/inheritance'
import type { Role, Status } from '@/lib/domain/status'
import { Problem } from '@/lib/problem'
import { readCursor, writeCursor } from '@/lib/wire/cursor'
import { sql } from './database'
import { lastMinuteOf } from './frames'
import { readIsolation } from './isolation-settings'
import { absentAfterSeconds } from './probes'
import { answeringSource } from './source-states'

export { importDevices } from './device-imports'
export { createDevice, deleteDevices, pauseDevices, updateDevice } from './device-writes'

/** A device with the status it is shown with. Its own rule parts are null where inherited; `rule` is what holds. */
export type Device = {
  id: number
  name: string
  address: string // '' where none is known
  pinged: boolean // false: only a source says how it is
  role: Role
  siteId: number | null
  siteName: string | null
  upstream: { id: number; name: string }[]
  client: string | null
  clientId: number | null
  tags: string[]
  snmpProfile: string | null
  pingInterval: number | null // s
  pingTimeout: number | null // s
  isolate: { misses: number | null; seconds: number | null }
  rule: PingRule
  status: Status
  statusSince: Date
  rttMs: number | null
  loss: number | null // 0..1, of the last minute measured
  pausedAt: Date | null
  flappingSince: Date | null
  outageId: number | null // the open one
  incidentId: number | null
  createdAt: Date
}
export type DeviceSort = 'name' | 'status' | 'since'
export type DeviceQuery = {
  search?: string | undefined // in name, address, client
  status?: Status | undefined
  site?: number | string | null | undefined // id or name; null: of none
  tag?: string | undefined
  client?: number | undefined // id
  sort?: DeviceSort | undefined // status: worst first; since: the latest change first
  limit?: number | undefined // 1..1000
  cursor?: string | undefined
}

type Moment = { status: 'suspect'; since: number | string | Date }
// The web role keeps what probes report of the moment; it is nobody's row.
const moments = () =>
  (globalThis as typeof globalThis & { beatlineMoments?: Map<number, Moment> }).beatlineMoments ?? new Map()

type Row = Omit<Device, 'upstream' | 'isolate' | 'rule' | 'rttMs' | 'loss'> & {
  isolateMisses: number | null
  isolateSeconds: number | null
  siteInterval: number | null
  siteTimeout: number | null
  siteMisses: number | null
  siteSeconds: number | null
  nameKey: string
  rank: number
}

/** Which sites have a probe that sees them: neither blind nor absent. */
const seenSites = () => sql`
  select coalesce(bool_or(cardinality(site_ids) = 0), false) as everything, coalesce(array_agg(sites.id), '{}') as ids
  from probes left join lateral unnest(site_ids) as sites(id) on true
  where blind_since is null and last_seen_at > now() - make_interval(secs => ${absentAfterSeconds})`

/** Paused before an open outage before unknown (no probe sees it, and no source says) before what was stored. */
export const shownStatus = () => sql`
  case when t.paused_at is not null then 'paused'
    when o.id is not null then o.state
    when (t.status <> 'new' or not d.pinged) and not (
      d.pinged and d.address <> '' and (seen.everything or coalesce(t.site_id = any(seen.ids), false)))
      and not exists (select 1 from sources told join source_states said on said.source_id = told.id
        where said.device_id = t.id and ${answeringSource(sql, 'told')}) then 'unknown'
    when t.id = any(${suspectIds()}::int[]) and t.status in ('up', 'new', 'degraded') then 'suspect'
    when t.status in ('down', 'unreachable') then 'unknown'
    else t.status end`
const suspectIds = () => [...moments()].filter(([, moment]) => moment.status === 'suspect').map(([id]) => id)

export const fromDevices = () => sql`
  from targets t
  join devices d on d.id = t.id
  left join sites s on s.id = t.site_id
  left join outages o on o.target_id = t.id and o.ended_at is null
  cross join (${seenSites()}) seen`

const selected = () => sql`
  t.id, t.name, t.name_key as "nameKey", d.address, d.pinged, d.role, t.site_id as "siteId", s.name as "siteName", d.client,
  d.client_id as "clientId", t.tags,
  d.snmp_profile as "snmpProfile", d.ping_interval as "pingInterval", d.ping_timeout as "pingTimeout",
  d.isolate_misses as "isolateMisses", d.isolate_seconds as "isolateSeconds",
  s.ping_interval as "siteInterval", s.ping_timeout as "siteTimeout", s.isolate_misses as "siteMisses",
  s.isolate_seconds as "siteSeconds", t.paused_at as "pausedAt", t.flapping_since as "flappingSince",
  o.id as "outageId", o.incident_id as "incidentId", t.created_at as "createdAt",
  ${shownStatus()} as status, coalesce(t.paused_at, o.began_at, t.status_since) as "statusSince"`

const worstFirst = ['down', 'unreachable', 'degraded', 'suspect', 'late', 'unknown', 'new', 'up', 'paused']
const rankOf = () => sql`array_position(${worstFirst}::text[], ${shownStatus()})`
const sinceOf = () => sql`coalesce(t.paused_at, o.began_at, t.status_since)`

/** A page of devices. Throws invalid-input for a cursor that is none of ours. */
export async function listDevices(query: DeviceQuery = {}): Promise<{ items: Device[]; next: string | null }> {
  const { sort = 'name', limit = 100 } = query
  const rows = await sql<Row[]>`
    select ${selected()}, ${sort === 'status' ? rankOf() : sql`0`} as rank
    ${fromDevices()}
    where t.kind = 'device' ${matching(query)} ${goingOn(sort, query.cursor)}
    order by ${orders[sort]()}
    limit ${limit + 1}`
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return { items: await whole(page), next: last ? writeCursor(cursorValues(sort, last)) : null }
}

const orders: Record<DeviceSort, () => ReturnType<typeof sql>> = {
  name: () => sql`t.name_key, t.id`,
  status: () => sql`rank, t.name_key, t.id`,
  since: () => sql`${sinceOf()} desc, t.id`,
}

const cursorValues = (sort: DeviceSort, row: Row): (string | number)[] =>
  ({
    name: [row.nameKey, row.id],
    status: [row.rank, row.nameKey, row.id],
    since: [row.statusSince.getTime(), row.id],
  })[sort]

function goingOn(sort: DeviceSort, cursor: string | undefined) {
  if (cursor === undefined) return sql``
  const refuse = () => new Problem('invalid-input', 'cursor: expected the `next` of a page with the same sort')
  if (sort === 'name') {
    const [key, id] = readCursor(cursor, ['string', 'id']) ?? fail(refuse())
    return sql`and (t.name_key, t.id) > (${key}, ${id}::int)`
  }
  if (sort === 'status') {
    const [rank, key, id] = readCursor(cursor, ['id', 'string', 'id']) ?? fail(refuse())
    return sql`and (${rankOf()}, t.name_key, t.id) > (${rank}::int, ${key}, ${id}::int)`
  }
  const [since, id] = readCursor(cursor, ['instant', 'id']) ?? fail(refuse())
  const at = new Date(since)
  return sql`and (${sinceOf()} < ${at} or (${sinceOf()} = ${at} and t.id > ${id}::int))`
}

function fail(error: Error): never {
  throw error
}

function matching({ search, status, site, tag, client }: DeviceQuery) {
  const like = search
    ? search
        .trim()
        .toLowerCase()
        .replace(/[\\%_]/g, '\\$&')
    : ''
  return sql`
    ${like === '' ? sql`` : sql`and (lower(t.name) like ${`%${like}%`} or d.address like ${`${like}%`} or lower(d.client) like ${`%${like}%`})`}
    ${typeof site === 'number' ? sql`and t.site_id = ${site}` : sql``}
    ${typeof site === 'string' ? sql`and s.name = ${site}` : sql``}
    ${site === null ? sql`and t.site_id is null` : sql``}
    ${client === undefined ? sql`` : sql`and d.client_id = ${client}`}
    ${tag === undefined ? sql`` : sql`and t.tags @> array[${tag}]::text[]`}
    ${status === undefined ? sql`` : sql`and ${shownStatus()} = ${status}`}
    ${narrowed(status)}`
}

/** Repeats part of the status for the planner: these few rows have an index or a cheap test of their own. */
function narrowed(status: Status | undefined) {
  if (status === 'down' || status === 'unreachable') return sql`and o.state = ${status}`
  if (status === 'paused') return sql`and t.paused_at is not null`
  if (status === 'suspect') return sql`and t.id = any(${suspectIds()}::int[])`
  if (status === 'degraded' || status === 'new') return sql`and t.status = ${status}`
  return sql``
}

/** One device, or null. */
export async function findDevice(id: number): Promise<Device | null> {
  const rows = await sql<
    Row[]
  >`select ${selected()}, 0 as rank ${fromDevices()} where t.kind = 'device' and t.id = ${id}`
  const [device] = await whole(rows)
  return device ?? null
}

/** How many devices are shown with each status. */
export async function countByStatus(): Promise<Partial<Record<Status, number>>> {
  const rows = await sql<{ status: Status; count: number }[]>`
    select ${shownStatus()} as status, count(*)::int as count ${fromDevices()} where t.kind = 'device' group by 1`
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}

/** Adds upstreams, the rule that holds and the last minute's figures: three statements, however many rows. */
async function whole(rows: readonly Row[]): Promise<Device[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const [edges, global, minutes] = await Promise.all([
    sql<{ deviceId: number; id: number; name: string }[]>`
      select e.device_id as "deviceId", u.id, u.name
      from upstream_edges e join targets u on u.id = e.upstream_id
      where e.device_id = any(${ids}::int[]) and e.effective order by u.name_key`,
    readIsolation(),
    lastMinuteOf(ids),
  ])
  const upstreamOf = new Map<number, { id: number; name: string }[]>(ids.map((id) => [id, []]))
  for (const { deviceId, ...upstream } of edges) upstreamOf.get(deviceId)?.push(upstream)
  return rows.map((row) => {
    const { isolateMisses, isolateSeconds, siteInterval, siteTimeout, siteMisses, siteSeconds, ...own } = row
    const { rank: _, nameKey: _key, ...rest } = own
    const minute = minutes.get(row.id)
    const rule = resolveRule({
      global,
      site: { interval: siteInterval, timeout: siteTimeout, misses: siteMisses, within: siteSeconds },
      device: { interval: row.pingInterval, timeout: row.pingTimeout, misses: isolateMisses, within: isolateSeconds },
    })
    return {
      ...rest,
      isolate: { misses: isolateMisses, seconds: isolateSeconds },
      rule,
      upstream: upstreamOf.get(row.id) ?? [],
      rttMs: minute && minute.rttMedianUs >= 0 ? minute.rttMedianUs / 1000 : null,
      loss: minute && minute.sent > 0 ? minute.lost / minute.sent : null,
    }
  })
}
