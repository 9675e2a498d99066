import type { ClientFields, ContactFields } from '@/lib/domain/client-fields'
import { type ClientFilter, type ClientNow, clientNow, filterOf } from '@/lib/domain/client-state'
import { type Status, statuses } from '@/lib/domain/status'
import { Problem } from '@/lib/problem'
import { readCursor, writeCursor } from '@/lib/wire/cursor'
import { readClientStates } from './client-states'
import { sql } from './database'
import { listAffectedDevices } from './incident-clients'
import { phoneKey } from './opt-outs'
import { numberArray } from './text-array'

export type ClientContact = ContactFields & {
  id: number
  fromSource: boolean
  smsStopped: boolean // said STOP
  emailStopped: boolean // opted out by the link in a mail
}
export type ClientService = {
  id: number
  name: string
  status: string
  downMbps: number | null
  upMbps: number | null
  address: string | null
  vanishedAt: string | null // ISO
}
/** A client with how it is served now. */
export type Client = ClientFields & {
  id: number
  contacts: ClientContact[]
  services: ClientService[]
  sites: string[] // of its devices
  sources: string[] // that list it
  now: ClientNow
  vanishedAt: Date | null
  archivedAt: Date | null
  createdAt: Date
  updatedAt: Date
}
export const clientSorts = ['name', 'status', 'since'] as const
export type ClientSort = (typeof clientSorts)[number]
export type ClientQuery = {
  search?: string | undefined // in names, numbers and contacts
  state?: ClientFilter | undefined
  site?: number | string | undefined // id or name, of a device of it
  incident?: number | undefined // whom it concerns
  archived?: boolean | undefined // false: those that have not left; left out: all
  sort?: ClientSort | undefined // status: worst first; since: the latest change first
  limit?: number | undefined // 1..1000
  cursor?: string | undefined
}

type Row = Omit<Client, 'now'> & { nameKey: string; rank: number; since: string }

const columns = () => sql`
  c.id, c.name, c.name_key as "nameKey", c.kind, c.company, c.person, c.number, c.address, c.note, c.language,
  c.time_zone as "timeZone", c.sms_allowed as "smsAllowed", c.email_allowed as "emailAllowed",
  c.vanished_at as "vanishedAt", c.archived_at as "archivedAt", c.created_at as "createdAt", c.updated_at as "updatedAt",
  coalesce((select json_agg(json_build_object('id', k.id, 'name', k.name, 'email', k.email, 'phone', k.phone,
      'isContact', k.is_contact, 'isBilling', k.is_billing, 'smsOk', k.sms_ok, 'fromSource', k.source_key is not null,
      'smsStopped', exists (select 1 from opt_outs x where x.medium = 'sms' and x.address = ${phoneKey(sql`k.phone`)}),
      'emailStopped', exists (select 1 from opt_outs x where x.medium = 'email' and x.address = lower(k.email)))
    order by k.position, k.id) from client_contacts k where k.client_id = c.id), '[]') as contacts,
  coalesce((select json_agg(json_build_object('id', v.id, 'name', v.name, 'status', v.status, 'downMbps', v.down_mbps,
      'upMbps', v.up_mbps, 'address', v.address, 'vanishedAt', v.vanished_at) order by v.vanished_at nulls first, v.id)
    from client_services v where v.client_id = c.id), '[]') as services,
  coalesce((select array_agg(distinct s.name) from devices d join targets t on t.id = d.id join sites s on s.id = t.site_id
    where d.client_id = c.id), '{}') as sites,
  coalesce((select array_agg(distinct u.name) from source_records r join sources u on u.id = r.source_id
    where r.client_id = c.id and r.kind = 'client'), '{}') as sources`

type States = ReadonlyMap<number, ClientNow>

/**
 * A page of clients; `everybody` is readClientStates() where it was asked for already. Throws invalid-input for a cursor that
 * is none of ours.
 */
export async function listClients(
  query: ClientQuery = {},
  everybody?: Promise<States>,
): Promise<{ items: Client[]; next: string | null }> {
  const { sort = 'name', limit = 100, state } = query
  const needsAll = state !== undefined || sort !== 'name'
  const states = needsAll ? await (everybody ?? readClientStates()) : null
  const devices = query.incident === undefined ? null : await listAffectedDevices(query.incident)
  const rows = await sql<Row[]>`
    with n as materialized (select * from unnest(${ranked(states)}) as n(id, rank, since)),
    page as materialized (
      select c.id, coalesce(n.rank, ${lastRank}) as rank, coalesce(n.since, 0) as since
      from clients c left join n on n.id = c.id
      where true ${matching(query, states)}
        ${devices ? sql`and c.id in (select client_id from devices where id = any(${numberArray(devices)}::int[]))` : sql``}
        ${goingOn(sort, query.cursor)}
      order by ${orders[sort]()} limit ${limit + 1}
    )
    select ${columns()}, p.rank, p.since::text as since from page p join clients c on c.id = p.id
    order by ${pageOrders[sort]()}`
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  const known = states ?? (await (everybody ?? readClientStates(page.map(({ id }) => id))))
  return {
    items: page.map((row) => asClient(row, known.get(row.id))),
    next: last ? writeCursor(cursorValues(sort, last)) : null,
  }
}

const asClient = ({ nameKey: _, rank: __, since: ___, ...row }: Row, now: ClientNow | undefined): Client => ({
  ...row,
  now: now ?? clientNow([]),
})

const lastRank = statuses.length + 1
const rankOf = (status: Status | null) => (status === null ? lastRank : statuses.indexOf(status) + 1)

/** Of every client with a device: its id, place in `statuses` and since when (epoch ms). */
function ranked(states: States | null) {
  const all = [...(states ?? [])]
  const ids = numberArray(all.map(([id]) => id))
  const ranks = numberArray(all.map(([, { status }]) => rankOf(status)))
  const since = numberArray(all.map(([, now]) => now.since ?? 0))
  return sql`${ids}::int[], ${ranks}::int[], ${since}::float8[]`
}

const orders: Record<ClientSort, () => ReturnType<typeof sql>> = {
  name: () => sql`c.name_key, c.id`,
  status: () => sql`coalesce(n.rank, ${lastRank}), c.name_key, c.id`,
  since: () => sql`coalesce(n.since, 0) desc, c.id`,
}
const pageOrders: Record<ClientSort, () => ReturnType<typeof sql>> = {
  name: () => sql`c.name_key, c.id`,
  status: () => sql`p.rank, c.name_key, c.id`,
  since: () => sql`p.since desc, c.id`,
}

const cursorValues = (sort: ClientSort, row: Row): (string | number)[] =>
  ({
    name: [row.nameKey, row.id],
    status: [row.rank, row.nameKey, row.id],
    since: [Math.trunc(Number(row.since)), row.id],
  })[sort]

function goingOn(sort: ClientSort, cursor: string | undefined) {
  if (cursor === undefined) return sql``
  const refuse = () => new Problem('invalid-input', 'cursor: expected the `next` of a page with the same sort')
  if (sort === 'name') {
    const [key, id] = readCursor(cursor, ['string', 'id']) ?? fail(refuse())
    return sql`and (c.name_key, c.id) > (${key}, ${id}::int)`
  }
  if (sort === 'status') {
    const [rank, key, id] = readCursor(cursor, ['id', 'string', 'id']) ?? fail(refuse())
    return sql`and (coalesce(n.rank, ${lastRank}), c.name_key, c.id) > (${rank}::int, ${key}, ${id}::int)`
  }
  const [since, id] = readCursor(cursor, ['instant', 'id']) ?? fail(refuse())
  return sql`and (coalesce(n.since, 0) < ${since}::float8 or (coalesce(n.since, 0) = ${since}::float8 and c.id > ${id}::int))`
}

function fail(error: Error): never {
  throw error
}

export const likeOf = (search: string) => `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`

function matching({ search, site, archived, state }: ClientQuery, states: States | null) {
  const like = search?.trim() ? likeOf(search) : null
  return sql`
    ${
      like === null
        ? sql``
        : sql`and (c.name ilike ${like} or c.number ilike ${like} or c.company ilike ${like} or c.person ilike ${like}
            or exists (select 1 from client_contacts k where k.client_id = c.id
              and (k.email ilike ${like} or k.phone ilike ${like} or k.name ilike ${like})))`
    }
    ${archived === undefined ? sql`` : sql`and (c.archived_at is not null) = ${archived}`}
    ${
      site === undefined
        ? sql``
        : sql`and c.id in (select d.client_id from devices d join targets t on t.id = d.id
        join sites s on s.id = t.site_id where ${typeof site === 'number' ? sql`s.id = ${site}` : sql`s.name = ${site}`})`
    }
    ${state === undefined ? sql`` : inState(state, states)}`
}

function inState(state: ClientFilter, states: States | null) {
  const all = [...(states ?? [])]
  if (state === 'none') return sql`and c.id <> all(${numberArray(all.map(([id]) => id))}::int[])`
  const ids = all.flatMap(([id, { status }]) => (filterOf(status) === state ? [id] : []))
  return sql`and c.id = any(${numberArray(ids)}::int[])`
}

/** One client, or null. */
export async function findClient(id: number): Promise<Client | null> {
  const [[row], states] = await Promise.all([
    sql<Row[]>`select ${columns()}, 0 as rank, '0' as since from clients c where c.id = ${id}`,
    readClientStates([id]),
  ])
  return row ? asClient(row, states.get(id)) : null
}

/** The clients that have not left, by how they are served now, and how many there are in all. */
export async function countClients(
  everybody: Promise<States> = readClientStates(),
): Promise<{ counts: Partial<Record<ClientFilter, number>>; total: number }> {
  const [states, [row]] = await Promise.all([
    everybody,
    sql<{ ids: number[] | null }[]>`
      select json_agg(id) filter (where archived_at is null) as ids from clients`,
  ])
  const ids = row?.ids ?? []
  const counts: Partial<Record<ClientFilter, number>> = {}
  for (const id of ids) {
    const state = filterOf(states.get(id)?.status ?? null)
    counts[state] = (counts[state] ?? 0) + 1
  }
  return { counts, total: ids.length }
}

/** A client as a field or the search offers it; the detail tells two of one name apart. */
export type ClientChoice = { id: number; name: string; number: string | null; sites: string[]; devices: number }

/** Clients whose name or number contains `query`, those that begin with it first; none that has left. */
export async function searchClients(query: string, limit: number): Promise<ClientChoice[]> {
  const like = likeOf(query)
  return sql<ClientChoice[]>`
    with found as (
      select c.id, c.name, c.number, c.name_key from clients c
      where (c.name ilike ${like} or c.number ilike ${like}) and c.archived_at is null
      order by (c.name ilike ${like.slice(1)}) desc, c.name_key, c.id limit ${limit}
    )
    select f.id, f.name, f.number, count(d.id)::int as devices,
      coalesce(array_agg(distinct s.name) filter (where s.name is not null), '{}') as sites
    from found f left join devices d on d.client_id = f.id left join targets t on t.id = d.id
      left join sites s on s.id = t.site_id
    group by f.id, f.name, f.number, f.name_key order by (f.name ilike ${like.slice(1)}) desc, f.name_key, f.id`
}
