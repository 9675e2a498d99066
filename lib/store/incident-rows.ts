import type { TransactionSql } from 'postgres'
import { numberArray } from './text-array'

export type NewIncident = {
  kind: 'down' | 'members_lost' | 'flapping' | 'blind'
  targetId: number | null
  probeId: number | null
  openedAt: Date
  resolvedAt: Date | null
  note: string
}

/** Makes incidents with the names their roots have now, and the first note of each. In the order given. */
export async function insertIncidents(tx: TransactionSql, incidents: readonly NewIncident[], now: Date) {
  if (incidents.length === 0) return []
  const ids = await tx<{ id: number }[]>`
    select nextval(pg_get_serial_sequence('incidents', 'id'))::int as id from generate_series(1, ${incidents.length})`
  const rows = incidents.map((incident, i) => ({
    id: ids[i]?.id ?? null,
    kind: incident.kind,
    target_id: incident.targetId,
    probe_id: incident.probeId,
    opened_at: incident.openedAt.toISOString(),
    resolved_at: incident.resolvedAt?.toISOString() ?? null,
    note: incident.note,
  }))
  const recordset = tx`jsonb_to_recordset(${tx.json(rows)}) as r(id int, kind text, target_id int, probe_id int,
    opened_at timestamptz, resolved_at timestamptz, note text)`
  const made = await tx<{ id: number; rootName: string; siteName: string | null }[]>`
    insert into incidents (id, kind, target_id, probe_id, root_name, site_name, opened_at, resolved_at, created_at)
    overriding system value
    select r.id, r.kind, r.target_id, r.probe_id, coalesce(t.name, p.name, 'unknown'), s.name, r.opened_at,
      r.resolved_at, ${now}::timestamptz
    from ${recordset} left join targets t on t.id = r.target_id left join probes p on p.id = r.probe_id
      left join sites s on s.id = t.site_id
    returning id, root_name as "rootName", site_name as "siteName"`
  await tx`
    insert into incident_notes (incident_id, at, what)
    select r.id, r.opened_at, r.note from ${recordset}
    union all select r.id, r.resolved_at, 'Resolved.' from ${recordset} where r.resolved_at is not null`
  await tx`
    update targets set flapping_since = r.opened_at from ${recordset}
    where targets.id = r.target_id and r.kind = 'flapping'`
  const byId = new Map(made.map((row) => [row.id, row]))
  return ids.map(({ id }) => byId.get(id))
}

/** Puts outages into incidents with the state that goes with it. */
export async function moveOutages(
  tx: TransactionSql,
  moves: readonly { outageId: number; incidentId: number }[],
  state: 'down' | 'unreachable',
): Promise<void> {
  if (moves.length === 0) return
  await tx`
    update outages set incident_id = m.incident_id, state = ${state}
    from unnest(${numberArray(moves.map((m) => m.outageId))}::int[], ${numberArray(moves.map((m) => m.incidentId))}::int[]) as m(outage_id, incident_id)
    where outages.id = m.outage_id`
}
