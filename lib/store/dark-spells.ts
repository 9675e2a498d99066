import type { PendingQuery, Row, TransactionSql } from 'postgres'
import type { Upstreams } from '@/lib/domain/correlation'
import type { PlacedSpell } from '@/lib/domain/placing'
import { surelyDarkFrom } from '@/lib/domain/verdict-hold'
import { sql } from './database'
import { numberArray } from './text-array'

type Fragment = PendingQuery<Row[]>

/** An outage as correlation reads it. */
export type Spell = PlacedSpell & {
  state: 'down' | 'unreachable'
  settled: boolean // it stands in an incident that is over
}

type Packed = readonly [
  outageId: number,
  targetId: number,
  isJob: boolean,
  beganAt: number, // epoch ms, as all of these
  isolatedAt: number,
  recordedAt: number,
  endedAt: number | null,
  incidentId: number | null,
  isDown: boolean,
  settled: boolean,
]

const ms = (tx: TransactionSql, column: string) => tx`floor(extract(epoch from o.${tx(column)}) * 1000)::float8`

/** Outages of thousands come as one value: a row of the client for each costs several times as much. */
async function readSpells(tx: TransactionSql, from: Fragment, settled: Fragment = tx`false`): Promise<Spell[]> {
  const [row] = await tx<{ spells: Packed[] | null }[]>`
    select json_agg(s.spell) as spells from (
      select json_build_array(o.id, o.target_id, t.kind = 'job', ${ms(tx, 'began_at')}, ${ms(tx, 'isolated_at')},
        ${ms(tx, 'recorded_at')}, ${ms(tx, 'ended_at')}, o.incident_id, o.state = 'down', ${settled}) as spell
      from ${from}
    ) s`
  return (row?.spells ?? []).map(unpack)
}

function unpack([
  outageId,
  targetId,
  isJob,
  began,
  isolated,
  recorded,
  ended,
  incidentId,
  isDown,
  settled,
]: Packed): Spell {
  const beganAt = new Date(began)
  return {
    outageId,
    targetId,
    kind: isJob ? 'job' : 'device',
    beganAt,
    darkFrom: beganAt,
    isolatedAt: new Date(isolated),
    recordedAt: new Date(recorded),
    endedAt: ended === null ? null : new Date(ended),
    incidentId,
    state: isDown ? 'down' : 'unreachable',
    settled,
  }
}

/** Since when these were surely dark, by the evidence of the pings; what says nothing of that is left out. */
export async function listDarkFrom(tx: TransactionSql, outageIds: readonly number[]): Promise<Map<number, Date>> {
  if (outageIds.length === 0) return new Map()
  const [row] = await tx<{ missed: [id: number, misses: number[]][] | null }[]>`
    with pings as (
      select o.id, (p.ping ->> 'sent_at')::float8 as at, p.ping -> 'rtt_ms' = 'null' as missed
      from outages o cross join lateral jsonb_path_query(o.opened_evidence, '$.probes[*].pings[*]') as p(ping)
      where o.id = any(${numberArray(outageIds)}::int[])
    ), hits as (select id, max(at) as at from pings where not missed group by id)
    select json_agg(json_build_array(id, misses)) as missed from (
      select p.id, array_agg(distinct p.at) as misses from pings p left join hits h on h.id = p.id
      where p.missed and (h.at is null or p.at > h.at) group by p.id
    ) m`
  return new Map(
    (row?.missed ?? []).flatMap(([id, misses]) => {
      const from = surelyDarkFrom(misses)
      return from === null ? [] : [[id, new Date(from)] as const]
    }),
  )
}

/**
 * Outages without an incident, oldest first; `held`: a multirange of others that are left out. Nobody is told of what a
 * source remembers from before us.
 */
export async function listUnfiled(
  tx: TransactionSql,
  { limit, only, except, held }: { limit: number; only?: number | undefined; except: readonly number[]; held: string },
): Promise<Spell[]> {
  return readSpells(
    tx,
    tx`outages o join targets t on t.id = o.target_id
      where o.incident_id is null and not o.remembered and o.id <> all(${numberArray(except)}::int[])
        and not o.id <@ ${held}::int4multirange
        and (${only ?? null}::int is null or o.id = ${only ?? null})
      order by o.id limit ${limit}`,
  )
}

/**
 * Outages still dark under an incident whose root answered at least `graceMs` ago. Of one that was ended by hand only those
 * that began later: of the others nobody is told again. What a node lost while it answered has come back (hasBack) when fewer
 * than 3, or than half, of those that hang on it are dark.
 */
export async function listLeftBehind(tx: TransactionSql, now: Date, graceMs: number): Promise<Spell[]> {
  const since = new Date(now.getTime() - graceMs)
  return readSpells(
    tx,
    tx`(with children as materialized ( -- few, whatever the planner believes of a table that has just filled up
      select id from outages where ended_at is null and state = 'unreachable'
    ), heads as materialized (
      select distinct o.incident_id as id from children c join outages o on o.id = c.id
    ), over as materialized (
      select i.id, i.target_id, i.resolved_at, i.resolved_by from heads h join incidents i on i.id = h.id
      where (i.resolved_at is null or i.resolved_by is not null) and case when i.kind = 'members_lost' then (
          select count(*) filter (where m.ended_at is null or m.ended_at > ${since}) < greatest(3, count(*) / 2.0)
          from outages m where m.incident_id = i.id
            and m.target_id in (select device_id from upstream_edges where upstream_id = i.target_id))
        else not exists (
          select 1 from outages r where r.incident_id = i.id and r.target_id = i.target_id
            and (r.ended_at is null or r.ended_at > ${since})) end
    )
    select o.* from over i join outages o on o.incident_id = i.id join children c on c.id = o.id
    where (i.resolved_at is null or o.began_at > i.resolved_at) and not (${isAwaitedOfSource(tx, graceMs)})
    order by o.id limit 500) o join targets t on t.id = o.target_id order by o.id`,
  )
}

/** A source that found a child dark asks it rarely: it has its say after the grace before that is called left behind. */
const isAwaitedOfSource = (tx: TransactionSql, graceMs: number) => tx`
  o.opened_evidence ? 'source' and exists (
    select 1 from source_states y join sources z on z.id = y.source_id and z.enabled and z.poll_seconds > 0
    where y.device_id = o.target_id and y.source_id = (o.opened_evidence #>> '{source,id}')::int
      and (y.polls <> '[]' or z.last_poll_at < (select max(r.ended_at) from outages r
        where r.incident_id = i.id and r.target_id = i.target_id)
        + make_interval(secs => ${graceMs / 1000} + greatest(z.poll_seconds, 30) / 2.0)))`

/** What opened incidents of the last minute: their roots, and of members lost all of them, where something is above. */
export async function listYoung(tx: TransactionSql, now: Date): Promise<Spell[]> {
  return readSpells(
    tx,
    tx`incidents i join outages o on o.incident_id = i.id and o.ended_at is null
      join targets t on t.id = o.target_id and t.kind = 'device'
    where i.resolved_at is null and i.kind in ('down', 'members_lost') and i.created_at > ${new Date(now.getTime() - 60_000)}
      and (o.target_id = i.target_id or i.kind = 'members_lost')
      and exists (select 1 from upstream_edges e where e.device_id = o.target_id and e.effective)
    order by o.id limit 2000`,
  )
}

/**
 * Takes outages for filing, with their targets, as whoever ends an outage takes the target first: nobody waits in a circle.
 * Returns those that nobody is writing to and that are as they were read; the others are left for the next time.
 */
export async function takeSpells(tx: TransactionSql, spells: readonly Spell[]): Promise<Set<number>> {
  if (spells.length === 0) return new Set()
  const [row] = await tx<{ taken: [id: number, endedAt: number | null, incidentId: number | null][] | null }[]>`
    select json_agg(json_build_array(o.id, ${ms(tx, 'ended_at')}, o.incident_id)) as taken from (
      select o.id, o.ended_at, o.incident_id from outages o join targets t on t.id = o.target_id
      where o.id = any(${numberArray(spells.map((spell) => spell.outageId))}::int[]) for no key update of t, o skip locked
    ) o`
  const read = new Map(spells.map((spell) => [spell.outageId, spell]))
  const taken = new Set<number>()
  for (const [id, endedAt, incidentId] of row?.taken ?? []) {
    const spell = read.get(id)
    if (spell && endedAt === (spell.endedAt?.getTime() ?? null) && incidentId === spell.incidentId) taken.add(id)
  }
  return taken
}

/** The edges above these devices that count, all the way up. */
export async function listUpstreams(tx: TransactionSql, targetIds: readonly number[]): Promise<Upstreams> {
  const [row] = await tx<{ edges: Edges | null }[]>`
    with recursive above as (
      select device_id, upstream_id from upstream_edges where device_id = any(${numberArray(targetIds)}::int[]) and effective
      union
      select e.device_id, e.upstream_id from upstream_edges e join above a on e.device_id = a.upstream_id and e.effective
    ) select json_agg(json_build_array(device_id, upstream_id)) as edges from above`
  return asUpstreams(row?.edges ?? [])
}

export type Edges = readonly (readonly [deviceId: number, upstreamId: number])[]

/** Edges by the device below. */
export function asUpstreams(edges: Edges): Map<number, number[]> {
  const upstreams = new Map<number, number[]>()
  for (const [deviceId, upstreamId] of edges) {
    const parents = upstreams.get(deviceId)
    if (parents) parents.push(upstreamId)
    else upstreams.set(deviceId, [upstreamId])
  }
  return upstreams
}

/** Spells of these targets that are open or ended after `since`. */
export async function listSpells(tx: TransactionSql, targetIds: readonly number[], since: Date): Promise<Spell[]> {
  if (targetIds.length === 0) return []
  return readSpells(
    tx,
    tx`outages o join targets t on t.id = o.target_id left join incidents i on i.id = o.incident_id
      where o.target_id = any(${numberArray(targetIds)}::int[]) and (o.ended_at is null or o.ended_at > ${since})`,
    tx`coalesce(i.resolved_at is not null, false)`,
  )
}

/** Spells of each target that began after `since` and that no other explained: what flapping is judged by. */
export async function listHistories(tx: TransactionSql, targetIds: readonly number[], since: Date) {
  const rows = await tx<{ targetId: number; beganAt: Date; endedAt: Date | null }[]>`
    select target_id as "targetId", began_at as "beganAt", ended_at as "endedAt" from outages
    where target_id = any(${numberArray(targetIds)}::int[]) and began_at > ${since} and state = 'down' and not remembered`
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
    select id from outages where incident_id is null and not remembered and id <> all(${[...except]}::int[]) order by id limit 1`
  return row?.id ?? null
}
