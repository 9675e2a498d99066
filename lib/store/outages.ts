import type { JSONValue, TransactionSql } from 'postgres'
import { type DarkVerdict, majorityDark } from '@/lib/domain/majority'
import type { Status } from '@/lib/domain/status'
import type { IsolatedItem, RevivedItem } from '@/lib/wire/probe'
import { sql } from './database'
import { absentAfterSeconds } from './probes'
import { type NewEvent, publish } from './publish'
import { numberArray } from './text-array'

type Reporter = { id: number; name: string }
type Watcher = { id: number; name: string; siteIds: number[] }

type Standing = { target_id: number; site_id: number | null; probe_id: number; began_at: Date; isolated_at: Date }
type Agreed = { target_id: number; began_at: string; isolated_at: string; voters: number[] }

const ms = (at: number) => new Date(at).toISOString()

/**
 * Keeps what a probe says is dark, and opens an outage for each target on which most of the probes that watch it and are
 * not blind agree. The partial unique index lets one open outage a target stand, whoever else tries.
 */
export async function openOutages(
  tx: TransactionSql,
  probe: Reporter,
  items: readonly IsolatedItem[],
  presentIds: readonly number[] = [],
): Promise<void> {
  await lockTargets(
    tx,
    items.map((item) => item.target_id),
  )
  const kept = await tx<{ target_id: number }[]>`
    insert into verdicts (target_id, probe_id, began_at, isolated_at, evidence)
    select i.target_id, ${probe.id}, i.began_at, i.isolated_at, i.evidence
    from jsonb_to_recordset(${tx.json(
      items.map((item) => ({
        target_id: item.target_id,
        began_at: ms(item.began_at),
        isolated_at: ms(item.isolated_at),
        evidence: { probe: probe.name, ...item.evidence } as JSONValue,
        round: item.round ?? null,
      })),
    )}) as i(target_id int, began_at timestamptz, isolated_at timestamptz, evidence jsonb, round int)
    join targets t on t.id = i.target_id and t.paused_at is null and coalesce(i.round, t.watch_round) >= t.watch_round
    join probes p on p.id = ${probe.id} and ${isWatching(tx)}
    on conflict (target_id, probe_id) do nothing
    returning target_id`
  await openAgreed(
    tx,
    kept.map((row) => row.target_id),
    [probe.id, ...presentIds],
  )
}

/**
 * Two probes that judge one target at the same instant would each miss the other's uncommitted verdict: whoever changes
 * verdicts takes the targets first, in one order so that nobody waits in a circle.
 */
export async function lockTargets(tx: TransactionSql, targetIds: readonly number[]): Promise<void> {
  await tx`select 1 from targets where id = any(${[...targetIds]}::int[]) order by id for no key update`
}

/** Opens what the standing verdicts add up to, of these targets or, null, of all. `presentIds` are known to be connected. */
export async function openAgreed(
  tx: TransactionSql,
  targetIds: readonly number[] | null,
  presentIds: readonly number[] = [],
) {
  const ids = targetIds ?? (await listUndecided(tx))
  if (ids.length === 0) return
  if (targetIds === null) await lockTargets(tx, ids)
  const standing = await tx<Standing[]>`
    select v.target_id, t.site_id, v.probe_id, v.began_at, v.isolated_at
    from verdicts v join targets t on t.id = v.target_id
    where v.target_id = any(${[...ids]}::int[]) and t.paused_at is null
      and not exists (select 1 from outages o where o.target_id = v.target_id and o.ended_at is null)
    order by v.target_id`
  if (standing.length === 0) return
  const watchers = await listWatchers(tx, presentIds)
  const agreed: Agreed[] = []
  for (const [targetId, rows] of groupByTarget(standing)) {
    const watching = watchers.filter((probe) => watches(probe, rows[0]?.site_id ?? null))
    const voting = rows.filter((row) => watching.some((probe) => probe.id === row.probe_id))
    const verdict = majorityDark({ watching: watching.length, dark: voting.map(asVerdict) })
    if (!verdict) continue
    const voters = voting.map((row) => row.probe_id)
    agreed.push({ target_id: targetId, began_at: ms(verdict.beganAt), isolated_at: ms(verdict.isolatedAt), voters })
  }
  await insertOutages(tx, agreed)
}

/** Targets of which some probe says that they are dark, and no outage is open. */
async function listUndecided(tx: TransactionSql): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    select distinct v.target_id as id from verdicts v
    where not exists (select 1 from outages o where o.target_id = v.target_id and o.ended_at is null)
    order by 1 limit 20000`
  return rows.map((row) => row.id)
}

/** The evidence of the voters goes from verdict to outage within the database: it may be some 60 MB of a whole fleet. */
async function insertOutages(tx: TransactionSql, agreed: readonly Agreed[]): Promise<void> {
  if (agreed.length === 0) return
  // A verdict may be older than the outage that the others ended last: two outages of a target never overlap.
  const opened = await tx<{ id: number; target_id: number }[]>`
    insert into outages (target_id, began_at, isolated_at, opened_evidence)
    select a.target_id,
      greatest(a.began_at, (select max(o.ended_at) from outages o where o.target_id = a.target_id)), a.isolated_at,
      (select jsonb_build_object('probes', jsonb_agg(v.evidence order by v.probe_id)) from verdicts v
        where v.target_id = a.target_id and a.voters @> to_jsonb(v.probe_id))
    from jsonb_to_recordset(${tx.json(agreed)})
      as a(target_id int, began_at timestamptz, isolated_at timestamptz, voters jsonb)
    on conflict (target_id) where ended_at is null do nothing
    returning id, target_id`
  await tx`
    update targets t set status = 'down', status_since = o.began_at, updated_at = now()
    from outages o where o.id = any(${opened.map((row) => row.id)}::int[]) and t.id = o.target_id`
  await publish(
    tx,
    await outageEvents(
      tx,
      'outage.opened',
      opened.map((row) => row.id),
    ),
  )
}

/** A probe has a say only in the targets that it watches. */
const isWatching = (tx: TransactionSql) =>
  tx`(cardinality(p.site_ids) = 0 or coalesce(t.site_id = any(p.site_ids), false))`

/** Takes back what a probe said was dark, and ends the outages on which most of the probes no longer agree. */
export async function closeOutages(
  tx: TransactionSql,
  probe: Reporter,
  items: readonly RevivedItem[],
  presentIds: readonly number[] = [],
): Promise<void> {
  const ids = items.map((item) => item.target_id)
  await lockTargets(tx, ids)
  await tx`delete from verdicts where probe_id = ${probe.id} and target_id = any(${ids}::int[])`
  const open = await tx<
    { id: number; target_id: number; site_id: number | null; votes: (DarkVerdict & { beganAt: string })[] | null }[]
  >`
    select o.id, o.target_id, t.site_id, (
      select jsonb_agg(jsonb_build_object('probeId', v.probe_id)) from verdicts v where v.target_id = t.id) as votes
    from outages o join targets t on t.id = o.target_id join probes p on p.id = ${probe.id} and ${isWatching(tx)}
    where o.ended_at is null and o.target_id = any(${ids}::int[])`
  const watchers = await listWatchers(tx, [probe.id, ...presentIds])
  const over = open.filter((outage) => {
    const watching = watchers.filter((one) => watches(one, outage.site_id))
    const dark = (outage.votes ?? []).filter((vote) => watching.some((one) => one.id === vote.probeId))
    const stillDark = majorityDark({
      watching: watching.length,
      dark: dark.map(({ probeId }) => ({ probeId, beganAt: 0, isolatedAt: 0 })),
    })
    return stillDark === null
  })
  if (over.length === 0) return
  const itemOf = new Map(items.map((item) => [item.target_id, item]))
  const ends = over.flatMap((outage) => {
    const item = itemOf.get(outage.target_id)
    if (!item) return []
    return {
      id: outage.id,
      ended_at: ms(item.ended_at),
      evidence: { probes: [{ probe: probe.name, ...item.evidence }] },
    }
  })
  await tx`
    update outages o set ended_at = greatest(e.ended_at, o.began_at), closed_evidence = e.evidence
    from jsonb_to_recordset(${tx.json(ends as JSONValue)}) as e(id int, ended_at timestamptz, evidence jsonb)
    where o.id = e.id and o.ended_at is null`
  const endedIds = ends.map((end) => end.id)
  await tx`
    update targets t set status = 'up', status_since = o.ended_at, updated_at = now()
    from outages o where o.id = any(${endedIds}::int[]) and t.id = o.target_id and t.paused_at is null`
  await publish(tx, await outageEvents(tx, 'outage.resolved', endedIds))
}

/** The stored states of those of these targets that have no open outage; unknown where only such a one could have left it. */
export async function listStored(targetIds: readonly number[]): Promise<Map<number, Status>> {
  const rows = await sql<{ id: number; status: Status }[]>`
    select id, case when status in ('down', 'unreachable') then 'unknown' else status end as status from targets t
    where id = any(${numberArray(targetIds)}::int[])
      and not exists (select 1 from outages where target_id = t.id and ended_at is null)`
  return new Map(rows.map(({ id, status }) => [id, status]))
}

/** Ends the open outages of targets that are paused or deleted, with the reason as their cause, and says so. */
export async function endOutagesOf(tx: TransactionSql, targetIds: readonly number[], at: Date, cause: string) {
  await publish(tx, await endOutages(tx, targetIds, at, cause))
}

/** The same for a transaction that has more to do: returns the events, to be published as its last statement. */
export async function endOutages(
  tx: TransactionSql,
  targetIds: readonly number[],
  at: Date,
  cause: string,
): Promise<NewEvent[]> {
  if (targetIds.length === 0) return []
  await lockTargets(tx, targetIds)
  await tx`delete from verdicts where target_id = any(${[...targetIds]}::int[])`
  // A probe that hears of this too late still holds its verdict, and may have sent another.
  await tx`update targets set watch_round = watch_round + 1 where id = any(${[...targetIds]}::int[])`
  const ended = await tx<{ id: number }[]>`
    update outages set ended_at = greatest(${at}, began_at), cause = ${cause}
    where target_id = any(${[...targetIds]}::int[]) and ended_at is null
    returning id`
  // Nothing says that it is back: the first answer of whoever watches it next does.
  await tx`
    update targets set status = 'unknown', status_since = ${at}, updated_at = now()
    where id = any(${[...targetIds]}::int[]) and kind = 'device' and status in ('down', 'unreachable')`
  return outageEvents(
    tx,
    'outage.resolved',
    ended.map((row) => row.id),
  )
}

async function listWatchers(tx: TransactionSql, presentIds: readonly number[]): Promise<Watcher[]> {
  return tx<Watcher[]>`
    select id, name, site_ids as "siteIds" from probes
    where blind_since is null and (id = any(${[...presentIds]}::int[]) or (
      connected_at > coalesce(disconnected_at, '-infinity')
      and last_seen_at > now() - make_interval(secs => ${absentAfterSeconds})))`
}

const watches = (probe: Watcher, siteId: number | null) =>
  probe.siteIds.length === 0 || (siteId !== null && probe.siteIds.includes(siteId))

const asVerdict = (row: { probe_id: number; began_at: Date; isolated_at: Date }): DarkVerdict => ({
  probeId: row.probe_id,
  beganAt: row.began_at.getTime(),
  isolatedAt: row.isolated_at.getTime(),
})

function groupByTarget<T extends { target_id: number }>(rows: readonly T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>()
  for (const row of rows) {
    const group = groups.get(row.target_id)
    if (group) group.push(row)
    else groups.set(row.target_id, [row])
  }
  return groups
}

type OutageFacts = {
  id: number
  targetId: number
  kind: 'device' | 'job'
  name: string
  siteName: string | null
  beganAt: Date
  isolatedAt: Date
  endedAt: Date | null
  state: 'down' | 'unreachable'
  cause: string | null
  incidentId: number | null
}

export async function outageEvents(
  tx: TransactionSql,
  type: 'outage.opened' | 'outage.resolved',
  ids: readonly number[],
) {
  if (ids.length === 0) return []
  const rows = await tx<OutageFacts[]>`
    select o.id, o.target_id as "targetId", t.kind, t.name, s.name as "siteName", o.began_at as "beganAt",
      o.isolated_at as "isolatedAt", o.ended_at as "endedAt", o.state, o.cause, o.incident_id as "incidentId"
    from outages o join targets t on t.id = o.target_id left join sites s on s.id = t.site_id
    where o.id = any(${[...ids]}::int[]) order by o.id`
  return rows.map(
    (row): NewEvent => ({
      type,
      at: row.endedAt ?? row.isolatedAt,
      targetId: row.targetId,
      incidentId: row.incidentId,
      body: {
        outage_id: row.id,
        target: { kind: row.kind, id: row.targetId, name: row.name },
        site: row.siteName,
        began_at: row.beganAt.toISOString(),
        isolated_at: row.isolatedAt.toISOString(),
        ended_at: row.endedAt?.toISOString() ?? null,
        state: row.state,
        cause: row.cause,
      },
    }),
  )
}
