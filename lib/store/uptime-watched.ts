import type { Spells } from '@/lib/domain/spells'
import { sql } from './database'
import { readFlags, readInstants, readInts } from './packed-arrays'
import { numberArray } from './text-array'
import { readPlanned } from './uptime-planned'
import { readUnknown } from './uptime-unknown'

/** A target as uptime takes it, without its outages: `since` is when there was something to be up (epoch ms). */
export type WatchedTarget = {
  id: number
  clientId: number | null
  siteId: number | null
  since: number
  planned: Spells
  unknown: Spells
}
/** `served`: devices that have a client. */
export type Scope = { kind: 'device' | 'job' | 'served' | 'any' } | { ids: readonly number[] } | { clientId: number }

/** Outages with time in a range, as arrays of the same length; `ended` is Infinity of one that is open. Epoch ms. */
export type PackedOutages = { target: Int32Array; began: Float64Array; ended: Float64Array; planned: Uint8Array }

export type Watched = { targets: WatchedTarget[]; outages: PackedOutages }

/** The targets of a scope with all that bears on their uptime from `from` up to `until` (epoch ms), `until` being past. */
export async function readWatched(scope: Scope, from: number, until: number): Promise<Watched> {
  const [targets, unknownOf, outages] = await Promise.all([
    readTargets(scope, from),
    readUnknown(from, until),
    readOutages(scope, from, until),
  ])
  // An outage that was marked as planned before `from` is held against the blackout of then.
  const plannedOf = await readPlanned(firstPlanned(outages, from), until)
  return {
    outages,
    targets: targets.map((target) => ({
      id: target.id,
      clientId: target.clientId,
      siteId: target.siteId,
      since: target.since,
      planned: plannedOf(target),
      unknown: unknownOf(target),
    })),
  }
}

type Target = Omit<WatchedTarget, 'planned' | 'unknown'> & {
  pausedAt: number | null
  isJob: boolean
  isPinged: boolean
  status: 'new' | 'unknown' | 'other'
  statusSince: number
}

const chosen = (scope: Scope) => {
  if ('kind' in scope)
    return scope.kind === 'any'
      ? sql`true`
      : scope.kind === 'served'
        ? sql`d.client_id is not null`
        : sql`t.kind = ${scope.kind}`
  return 'ids' in scope ? sql`t.id = any(${numberArray(scope.ids)}::int[])` : sql`d.client_id = ${scope.clientId}`
}

type PackedTargets = Record<'id' | 'client' | 'site' | 'flags' | 'since' | 'paused' | 'status', Buffer | null>

/** A job is there from its first beat on; a device from when it was made, or from its first outage where a source knew of one before. */
async function readTargets(scope: Scope, from: number): Promise<Target[]> {
  const [row] = await sql<PackedTargets[]>`
    select array_send(array_agg(t.id)) as id, array_send(array_agg(d.client_id)) as client,
      array_send(array_agg(t.site_id)) as site,
      array_send(array_agg((t.kind = 'job')::int + case when d.pinged and d.address <> '' then 2 else 0 end
        + case when t.status = 'new' then 4 when t.status = 'unknown' then 8 else 0 end)) as flags,
      array_send(array_agg(case
        when t.kind = 'job' then coalesce(st.first_beat_at, 'infinity')
        when t.created_at <= ${new Date(from)} then t.created_at
        else least(t.created_at, (select min(o.began_at) from outages o where o.target_id = t.id)) end)) as since,
      array_send(array_agg(t.paused_at)) as paused, array_send(array_agg(t.status_since)) as status
    from targets t left join devices d on d.id = t.id left join job_states st on st.job_id = t.id
    where ${chosen(scope)}`
  if (!row) return []
  const [ids, clients, sites, flags] = [row.id, row.client, row.site, row.flags].map((one) => readInts(one))
  const [since, paused, status] = [row.since, row.paused, row.status].map((one) => readInstants(one))
  return Array.from(ids ?? [], (id, i) => {
    const flag = flags?.[i] ?? 0
    const pausedAt = paused?.[i] ?? Number.NaN
    return {
      id,
      clientId: clients?.[i] || null,
      siteId: sites?.[i] || null,
      since: since?.[i] ?? Number.POSITIVE_INFINITY,
      pausedAt: Number.isNaN(pausedAt) ? null : pausedAt,
      isJob: (flag & 1) !== 0,
      isPinged: (flag & 2) !== 0,
      status: (flag & 4) !== 0 ? 'new' : (flag & 8) !== 0 ? 'unknown' : 'other',
      statusSince: status?.[i] ?? 0,
    }
  })
}

type PackedRow = Record<'target' | 'began' | 'ended' | 'planned', Buffer | null>

async function readOutages(scope: Scope, from: number, until: number): Promise<PackedOutages> {
  const of =
    'kind' in scope
      ? sql``
      : sql`and target_id in (select t.id from targets t left join devices d on d.id = t.id where ${chosen(scope)})`
  const [row] = await sql<PackedRow[]>`
    select array_send(array_agg(target_id)) as target, array_send(array_agg(began_at)) as began,
      array_send(array_agg(ended_at)) as ended, array_send(array_agg(planned)) as planned
    from (
      select target_id, began_at, ended_at, planned from outages
      where ended_at > ${new Date(from)} and began_at < ${new Date(until)} ${of}
      union all
      select target_id, began_at, 'infinity', planned from outages
      where ended_at is null and began_at < ${new Date(until)} ${of}
    ) o`
  return {
    target: readInts(row?.target ?? null),
    began: readInstants(row?.began ?? null),
    ended: readInstants(row?.ended ?? null),
    planned: readFlags(row?.planned ?? null),
  }
}

function firstPlanned({ began, planned }: PackedOutages, from: number): number {
  let first = from
  planned.forEach((marked, i) => {
    if (marked === 1) first = Math.min(first, began[i] ?? first)
  })
  return first
}
