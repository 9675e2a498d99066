import type { JSONValue, TransactionSql } from 'postgres'
import type { Telling } from './notices'
import { type NewEvent, publish } from './publish'

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
  await publish(tx, [
    ...sink.opened.flatMap((id) => event('incident.opened', id)),
    ...changed.flatMap((id) => event('incident.changed', id)),
    ...(await statusEvents(tx, sink, now)),
    ...[...sink.resolved].flatMap((id) => event('incident.resolved', id)),
  ])
}

/**
 * Brings the stored state of targets into line with how their open outages are filed. Ids alone are handed over: a join
 * would be planned by what is believed of a table that has just filled up.
 */
async function statusEvents(tx: TransactionSql, { statuses }: Sink, now: Date): Promise<NewEvent[]> {
  if (statuses.length === 0) return []
  const wanted = new Map(statuses.map((one) => [one.outageId, one.status]))
  const open = await tx<{ id: number; targetId: number; incidentId: number | null }[]>`
    select id, target_id as "targetId", incident_id as "incidentId" from outages
    where id = any(${[...wanted.keys()]}::int[]) and ended_at is null`
  const incidentOf = new Map(open.map((one) => [one.targetId, one.incidentId]))
  const events: NewEvent[] = []
  for (const status of ['down', 'unreachable'] as const) {
    const ids = open.flatMap((one) => (wanted.get(one.id) === status ? [one.targetId] : []))
    if (ids.length === 0) continue
    const rows = await tx<{ id: number; kind: string; name: string; since: Date }[]>`
      update targets set status = ${status}
      where id = any(${ids}::int[]) and status in ('down', 'unreachable') and status <> ${status}
      returning id, kind, name, status_since as since`
    for (const { id, kind, name, since } of rows)
      events.push({
        type: 'target.status',
        at: now,
        targetId: id,
        incidentId: incidentOf.get(id) ?? null,
        body: {
          target: { kind, id, name },
          status,
          status_since: since.toISOString(),
          since: since.toISOString(),
        },
      })
  }
  return events
}
