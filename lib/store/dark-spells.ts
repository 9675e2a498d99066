import type { TransactionSql } from 'postgres'
import type { DarkSpell, Upstreams } from '@/lib/domain/correlation'
import { sql } from './database'

/** An outage as correlation reads it. */
export type Spell = DarkSpell & {
  isolatedAt: Date
  incidentId: number | null
  state: 'down' | 'unreachable'
  cause: string | null
}

const columns = (tx: TransactionSql) => tx`
  o.id as "outageId", o.target_id as "targetId", o.began_at as "beganAt", o.isolated_at as "isolatedAt",
  o.ended_at as "endedAt", o.incident_id as "incidentId", o.state, o.cause`

/**
 * Outages without an incident, oldest first; those that are being written to right now are left for the next time. Their
 * targets are taken with them, as whoever ends an outage takes the target first: nobody waits in a circle.
 */
export async function listUnfiled(
  tx: TransactionSql,
  { limit, only, except }: { limit: number; only?: number | undefined; except: readonly number[] },
): Promise<Spell[]> {
  return tx<Spell[]>`
    select ${columns(tx)} from outages o join targets t on t.id = o.target_id
    where o.incident_id is null and o.id <> all(${[...except]}::int[]) and (${only ?? null}::int is null or o.id = ${only ?? null})
    order by o.id limit ${limit} for no key update of t, o skip locked`
}

/**
 * Outages still dark under an incident whose root answered at least `graceMs` ago. Of one that was ended by hand only those
 * that began later: of the others nobody is told again.
 */
export async function listLeftBehind(tx: TransactionSql, now: Date, graceMs: number): Promise<Spell[]> {
  return tx<Spell[]>`
    with children as materialized ( -- few, whatever the planner believes of a table that has just filled up
      select id from outages where ended_at is null and state = 'unreachable'
    )
    select ${columns(tx)} from children c join outages o on o.id = c.id join incidents i on i.id = o.incident_id
      join targets t on t.id = o.target_id
    where (i.resolved_at is null or (i.resolved_by is not null and o.began_at > i.resolved_at)) and o.ended_at is null
      and not exists (
        select 1 from outages r where r.incident_id = i.id and r.target_id = i.target_id
          and (r.ended_at is null or r.ended_at > ${new Date(now.getTime() - graceMs)}))
    order by o.id limit 500 for no key update of t, o skip locked`
}

/** The edges above these devices, all the way up. */
export async function listUpstreams(tx: TransactionSql, targetIds: readonly number[]): Promise<Upstreams> {
  const edges = await tx<{ deviceId: number; upstreamId: number }[]>`
    with recursive above as (
      select device_id, upstream_id from upstream_edges where device_id = any(${[...targetIds]}::int[])
      union
      select e.device_id, e.upstream_id from upstream_edges e join above a on e.device_id = a.upstream_id
    ) select device_id as "deviceId", upstream_id as "upstreamId" from above`
  const upstreams = new Map<number, number[]>()
  for (const { deviceId, upstreamId } of edges) {
    const parents = upstreams.get(deviceId)
    if (parents) parents.push(upstreamId)
    else upstreams.set(deviceId, [upstreamId])
  }
  return upstreams
}

/** Spells of these targets that are open or ended after `since`, and which of them stand in a resolved incident. */
export async function listSpells(tx: TransactionSql, targetIds: readonly number[], since: Date) {
  return tx<(Spell & { settled: boolean })[]>`
    select ${columns(tx)}, coalesce(i.resolved_at is not null, false) as settled
    from outages o left join incidents i on i.id = o.incident_id
    where o.target_id = any(${[...targetIds]}::int[]) and (o.ended_at is null or o.ended_at > ${since})`
}

/** Spells of each target that began after `since` and that no other explained: what flapping is judged by. */
export async function listHistories(tx: TransactionSql, targetIds: readonly number[], since: Date) {
  const rows = await tx<{ targetId: number; beganAt: Date; endedAt: Date | null }[]>`
    select target_id as "targetId", began_at as "beganAt", ended_at as "endedAt" from outages
    where target_id = any(${[...targetIds]}::int[]) and began_at > ${since} and state = 'down'`
  const histories = new Map<number, { beganAt: Date; endedAt: Date | null }[]>()
  for (const { targetId, ...spell } of rows) {
    const history = histories.get(targetId)
    if (history) history.push(spell)
    else histories.set(targetId, [spell])
  }
  return histories
}

/** The oldest outage without an incident that is none of these; null when there is none. */
export async function nextUnfiled(except: readonly number[]): Promise<number | null> {
  const [row] = await sql<{ id: number }[]>`
    select id from outages where incident_id is null and id <> all(${[...except]}::int[]) order by id limit 1`
  return row?.id ?? null
}
