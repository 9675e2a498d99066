import type { JSONValue, TransactionSql } from 'postgres'
import type { Telling } from './notices'
import { type NewEvent, publish, publishFrom } from './publish'
import { numberArray } from './text-array'

/** What a transaction has done to incidents: told and published at its end, together. */
export type Sink = {
  opened: number[]
  changed: Set<number>
  resolved: Set<number>
  statuses: { outageId: number; status: 'down' | 'unreachable' }[]
  tellings: Telling[]
}

export const newSink = (): Sink => ({ opened: [], changed: new Set(), resolved: new Set(), statuses: [], tellings: [] })

type Body = {
  id: number
  kind: 'down' | 'members_lost' | 'blind' | 'flapping'
  targetId: number | null
  targetKind: string | null
  probeId: number | null
  rootName: string
  siteName: string | null
  openedAt: Date
  resolvedAt: Date | null
  acknowledgedAt: Date | null
  acknowledgedBy: string | null
  resolvedBy: string | null
  mergedInto: number | null
  assignee: string | null
  snoozedUntil: Date | null
  muted: boolean
  affected: number
}

/** What live clients get of incidents, by id. */
export async function incidentBodies(tx: TransactionSql, ids: readonly number[]) {
  const rows = await tx<Body[]>`
    select i.id, i.kind, i.target_id as "targetId", t.kind as "targetKind", i.probe_id as "probeId",
      i.root_name as "rootName", i.site_name as "siteName", i.opened_at as "openedAt", i.resolved_at as "resolvedAt",
      i.acknowledged_at as "acknowledgedAt", i.acknowledged_by as "acknowledgedBy", i.resolved_by as "resolvedBy",
      i.merged_into as "mergedInto",
      (select a.name from users a where a.id = i.assignee_id) as assignee, i.snoozed_until as "snoozedUntil",
      (i.muted_for_all or i.muted_for <> '{}') as muted,
      (select count(distinct o.target_id)::int from outages o where o.incident_id = i.id) as affected
    from incidents i left join targets t on t.id = i.target_id
    where i.id = any(${[...ids]}::int[])`
  return new Map(rows.map((row) => [row.id, { targetId: row.targetId, body: bodyOf(row) }]))
}

const bodyOf = (row: Body): Record<string, JSONValue> => ({
  incident_id: row.id,
  kind: row.kind,
  root: {
    kind: row.kind === 'blind' ? 'probe' : (row.targetKind ?? 'device'),
    id: row.kind === 'blind' ? row.probeId : row.targetId,
    name: row.rootName,
  },
  site: row.siteName,
  opened_at: row.openedAt.toISOString(),
  resolved_at: row.resolvedAt?.toISOString() ?? null,
  acknowledged_at: row.acknowledgedAt?.toISOString() ?? null,
  acknowledged_by: row.acknowledgedBy,
  resolved_by: row.resolvedBy,
  merged_into: row.mergedInto,
  assignee: row.assignee,
  snoozed_until: row.snoozedUntil?.toISOString() ?? null,
  muted: row.muted,
  affected_targets: row.affected,
})

/** Publishes what a transaction did to incidents and to the states of targets: its last statements. */
export async function publishIncidents(tx: TransactionSql, sink: Sink, now: Date): Promise<void> {
  const opened = new Set(sink.opened)
  const changed = [...sink.changed].filter((id) => !opened.has(id) && !sink.resolved.has(id))
  const ids = new Set([...opened, ...changed, ...sink.resolved])
  const bodies = ids.size > 0 ? await incidentBodies(tx, [...ids]) : new Map<number, never>()
  const event = (type: NewEvent['type'], id: number): NewEvent[] => {
    const found = bodies.get(id)
    return found ? [{ type, at: now, targetId: found.targetId, incidentId: id, body: found.body }] : []
  }
  const statuses = await writeStatuses(tx, sink)
  await publish(tx, [
    ...sink.opened.flatMap((id) => event('incident.opened', id)),
    ...changed.flatMap((id) => event('incident.changed', id)),
  ])
  await publishStatuses(tx, statuses, now)
  await publish(
    tx,
    [...sink.resolved].flatMap((id) => event('incident.resolved', id)),
  )
}

type Changed = readonly [targetId: number, incidentId: number | null]

/**
 * Brings the stored state of targets into line with how their open outages are filed; returns those where it changed. Ids
 * alone are handed over: a join would be planned by what is believed of a table that has just filled up.
 */
async function writeStatuses(tx: TransactionSql, { statuses }: Sink): Promise<Changed[]> {
  if (statuses.length === 0) return []
  const wanted = new Map(statuses.map((one) => [one.outageId, one.status]))
  const [row] = await tx<{ open: [id: number, targetId: number, incidentId: number | null][] | null }[]>`
    select json_agg(json_build_array(id, target_id, incident_id)) as open from outages
    where id = any(${numberArray([...wanted.keys()])}::int[]) and ended_at is null`
  const open = row?.open ?? []
  const incidentOf = new Map(open.map(([, targetId, incidentId]) => [targetId, incidentId]))
  const changed: Changed[] = []
  for (const status of ['down', 'unreachable'] as const) {
    const ids = open.flatMap(([id, targetId]) => (wanted.get(id) === status ? [targetId] : []))
    if (ids.length === 0) continue
    const [written] = await tx<{ ids: number[] | null }[]>`
      with written as (
        update targets set status = ${status}
        where id = any(${numberArray(ids)}::int[]) and status in ('down', 'unreachable') and status <> ${status}
        returning id
      ) select json_agg(id) as ids from written`
    for (const id of written?.ids ?? []) changed.push([id, incidentOf.get(id) ?? null])
  }
  return changed
}

/** An event for each of these targets, written where they are: of a crowd they are more than all else together. */
async function publishStatuses(tx: TransactionSql, changed: readonly Changed[], now: Date): Promise<void> {
  await publishFrom(
    tx,
    changed.length,
    tx`
      select 'target.status' as type, ${now}::timestamptz as at, t.id as target_id, c.incident_id, jsonb_build_object(
        'target', jsonb_build_object('kind', t.kind, 'id', t.id, 'name', t.name), 'status', t.status,
        'status_since', s.since, 'since', s.since) as body, c.n
      from unnest(${numberArray(changed.map(([id]) => id))}::int[], ${numberArray(changed.map(([, incident]) => incident))}::int[])
        with ordinality as c(id, incident_id, n) join targets t on t.id = c.id
        cross join lateral (
          select to_char(t.status_since at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since) s`,
  )
}
