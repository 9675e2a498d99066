import type { Spells } from '@/lib/domain/spells'
import { sql } from './database'
import { instant, int, readColumns, type Values } from './packed-arrays'
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

/**
 * Outages with time in a range, as arrays of the same length (epoch ms): `target` is below zero where the outage was marked
 * as planned, `ended` Infinity where it is open.
 */
export type PackedOutages = { target: Values; began: Values; ended: Values }

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
  const since = firstSeen(targets, outages, from)
  return {
    outages,
    targets: targets.map((target, i) => ({
      id: target.id,
      clientId: target.clientId,
      siteId: target.siteId,
      since: since[i] ?? target.since,
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
  if ('ids' in scope) return sql`t.id = any(${numberArray(scope.ids)}::int[])`
  if ('clientId' in scope) return sql`d.client_id = ${scope.clientId}`
  if (scope.kind === 'any') return sql`true`
  return scope.kind === 'served' ? sql`d.client_id is not null` : sql`t.kind = ${scope.kind}`
}

/**
 * A job is there from its first beat on; a device from when it was made, or from its first outage where a source knew of one
 * before: of those with time in the range that is seen to afterwards.
 */
async function readTargets(scope: Scope, from: number): Promise<Target[]> {
  const [ids, clients, sites, flags, since, paused, status] = await readColumns(
    [
      int(sql`t.id`),
      int(sql`d.client_id`),
      int(sql`t.site_id`),
      int(sql`(t.kind = 'job')::int + case when d.pinged and d.address <> '' then 2 else 0 end
        + case when t.status = 'new' then 4 when t.status = 'unknown' then 8 else 0 end`),
      instant(sql`case
        when t.kind = 'job' then st.first_beat_at
        when early.target_id is not null then least(t.created_at, ${new Date(from)})
        else t.created_at end`),
      instant(sql`t.paused_at`),
      instant(sql`t.status_since`),
    ],
    sql`from targets t left join devices d on d.id = t.id left join job_states st on st.job_id = t.id
      left join (
        select distinct o.target_id from outages o join targets n on n.id = o.target_id and n.created_at > ${new Date(from)}
        where o.ended_at <= ${new Date(from)} and o.began_at < n.created_at
      ) early on early.target_id = t.id
      where ${chosen(scope)}`,
  )
  return Array.from(ids ?? [], (id, i) => {
    const flag = flags?.[i] ?? 0
    const pausedAt = paused?.[i] ?? Number.POSITIVE_INFINITY
    return {
      id,
      clientId: clients?.[i] || null,
      siteId: sites?.[i] || null,
      since: since?.[i] ?? Number.POSITIVE_INFINITY,
      pausedAt: Number.isFinite(pausedAt) ? pausedAt : null,
      isJob: (flag & 1) !== 0,
      isPinged: (flag & 2) !== 0,
      status: (flag & 4) !== 0 ? 'new' : (flag & 8) !== 0 ? 'unknown' : 'other',
      statusSince: status?.[i] ?? 0,
    }
  })
}

async function readOutages(scope: Scope, from: number, until: number): Promise<PackedOutages> {
  const of =
    'kind' in scope
      ? sql``
      : sql`and target_id in (select t.id from targets t left join devices d on d.id = t.id where ${chosen(scope)})`
  const [target = none, began = none, ended = none] = await readColumns(
    // What was marked as planned has its target below zero.
    [int(sql`case when planned then -target_id else target_id end`), instant(sql`began_at`), instant(sql`ended_at`)],
    sql`from (
      select target_id, began_at, ended_at, planned from outages
      where ended_at > ${new Date(from)} and began_at < ${new Date(until)} ${of}
      union all
      select target_id, began_at, ended_at, planned from outages
      where ended_at is null and began_at < ${new Date(until)} ${of}
    ) o`,
  )
  return { target, began, ended }
}

const none: Values = new Float64Array()

/** Since when each target is there: an outage before it was made says so too. */
function firstSeen(targets: readonly Target[], { target, began }: PackedOutages, from: number): Float64Array {
  const since = Float64Array.from(targets, (one) => one.since)
  const places = new Map<number, number>()
  targets.forEach((one, i) => {
    if (one.since > from && !one.isJob) places.set(one.id, i)
  })
  if (places.size === 0) return since
  for (let k = 0; k < target.length; k++) {
    const place = places.get(Math.abs(target[k] ?? 0))
    const at = began[k] ?? 0
    if (place !== undefined && at < (since[place] ?? 0)) since[place] = at
  }
  return since
}

function firstPlanned({ began, target }: PackedOutages, from: number): number {
  let first = from
  target.forEach((id, i) => {
    if (id < 0) first = Math.min(first, began[i] ?? first)
  })
  return first
}
