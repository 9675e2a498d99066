import type { TransactionSql } from 'postgres'
import type { Sink } from './incident-events'

type Row = {
  id: number
  kind: 'down' | 'members_lost'
  rootName: string
  siteName: string | null
  openedAt: Date
  intoId: number
  intoName: string
}

/**
 * Closes incidents just opened whose cause has turned out to be another's: their outages go into that one, and whoever was
 * told of them hears where they went, not that anything is back. `merges`: incident -> the one that takes it, each taken
 * whole. Returns how many outages went.
 */
export async function mergeIncidents(
  tx: TransactionSql,
  merges: ReadonlyMap<number, number>,
  now: Date,
  sink: Sink,
): Promise<number> {
  if (merges.size === 0) return 0
  const froms = [...merges.keys()]
  const intos = [...merges.values()]
  const moved = await tx<{ id: number; endedAt: Date | null }[]>`
    update outages o set incident_id = m.into_id, state = 'unreachable'
    from unnest(${froms}::int[], ${intos}::int[]) as m(from_id, into_id)
    where o.incident_id = m.from_id returning o.id, o.ended_at as "endedAt"`
  for (const { id, endedAt } of moved) if (endedAt === null) sink.statuses.push({ outageId: id, status: 'unreachable' })
  const rows = await tx<Row[]>`
    update incidents i set resolved_at = greatest(${now}::timestamptz, i.opened_at), merged_into = m.into_id
    from unnest(${froms}::int[], ${intos}::int[]) as m(from_id, into_id) join incidents r on r.id = m.into_id
    where i.id = m.from_id and i.resolved_at is null
    returning i.id, i.kind, i.root_name as "rootName", i.site_name as "siteName", i.opened_at as "openedAt",
      r.id as "intoId", r.root_name as "intoName"`
  await tx`
    insert into incident_notes (incident_id, at, what)
    select i.id, ${now}::timestamptz, 'Part of what befell ' || r.root_name || ': its incident goes on with both.'
    from incidents i join incidents r on r.id = i.merged_into where i.id = any(${froms}::int[])
    union all
    select r.id, ${now}::timestamptz, i.root_name || ' was told of first, and is part of this.'
    from incidents i join incidents r on r.id = i.merged_into where i.id = any(${froms}::int[])`
  for (const row of rows) close(row, now, sink)
  for (const into of intos) sink.changed.add(into)
  return moved.length
}

/** Those of these incidents all of whose outages could be taken: nobody is writing to any of them. */
export async function takeWhole(tx: TransactionSql, ids: readonly number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set()
  const taken = await tx<{ id: number; incidentId: number }[]>`
    select o.id, o.incident_id as "incidentId" from outages o join targets t on t.id = o.target_id
    where o.incident_id = any(${[...ids]}::int[]) for no key update of t, o skip locked`
  const counts = await tx<{ id: number; count: number }[]>`
    select incident_id as id, count(*)::int as count from outages where incident_id = any(${[...ids]}::int[]) group by 1`
  const held = new Map<number, number>()
  for (const { incidentId } of taken) held.set(incidentId, (held.get(incidentId) ?? 0) + 1)
  return new Set(counts.flatMap(({ id, count }) => (held.get(id) === count ? [id] : [])))
}

function close({ id, kind, rootName, siteName, openedAt, intoId, intoName }: Row, now: Date, sink: Sink): void {
  sink.resolved.add(id)
  sink.tellings.push({
    incidentId: id,
    question: { event: 'resolved', kind, name: rootName, overBefore: false, suppressedBy: null, into: intoId },
    facts: {
      kind,
      event: 'resolved',
      name: rootName,
      site: siteName,
      began_at: openedAt.toISOString(),
      ended_at: now.toISOString(),
      tell_from: now.toISOString(),
      under: intoName,
    },
  })
}
