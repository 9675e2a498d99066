import type { JSONValue, TransactionSql } from 'postgres'
import type { KnownDevice } from '@/lib/domain/network'
import type { EdgeChanges, StoredEdge } from '@/lib/domain/settled-graph'
import { sql } from './database'

/** The registry as the graph knows it. */
export async function readKnownDevices(): Promise<(KnownDevice & { zone: string | null })[]> {
  return sql<(KnownDevice & { zone: string | null })[]>`
    select t.id, t.name, d.address, d.role, t.site_id as "siteId", s.time_zone as zone,
      d.address = any((select coalesce(array_agg(a), '{}') from probes p, unnest(p.anchors) a)::text[]) as "isGateway"
    from devices d join targets t on t.id = d.id left join sites s on s.id = t.site_id`
}

/** Every edge between devices. */
export async function readStoredEdges(): Promise<StoredEdge[]> {
  return sql<StoredEdge[]>`
    select e.device_id as "deviceId", e.upstream_id as "upstreamId", e.provenance, e.confidence::float8 as confidence,
      e.effective, (extract(epoch from e.seen_at) * 1000)::float8 as "seenAt",
      (extract(epoch from e.first_seen_at) * 1000)::float8 as "firstSeenAt"
    from upstream_edges e join devices d on d.id = e.device_id`
}

/** Devices in the dark right now. */
export async function readDarkIds(): Promise<Set<number>> {
  const rows = await sql<{ id: number }[]>`select target_id as id from outages where ended_at is null`
  return new Set(rows.map(({ id }) => id))
}

const rowsAtOnce = 5000

/** Writes what the graph settled. Edges of hands keep what they are, whatever was learnt of them. */
export async function saveEdges(tx: TransactionSql, { writes, gone }: EdgeChanges): Promise<void> {
  const rows = [...writes.values()].map((edge) => ({
    device_id: edge.deviceId,
    upstream_id: edge.upstreamId,
    provenance: edge.provenance,
    confidence: edge.confidence,
    effective: edge.effective,
    evidence: edge.evidence,
    seen_at: new Date(edge.seenAt).toISOString(),
  }))
  for (let i = 0; i < rows.length; i += rowsAtOnce) {
    await tx`
      insert into upstream_edges as e (device_id, upstream_id, provenance, confidence, effective, evidence, seen_at)
      select r.device_id, r.upstream_id, r.provenance, r.confidence, r.effective, coalesce(r.evidence, '[]'), r.seen_at
      from jsonb_to_recordset(${tx.json(rows.slice(i, i + rowsAtOnce) as unknown as JSONValue)}) as r(device_id int,
        upstream_id int, provenance text, confidence real, effective boolean, evidence jsonb, seen_at timestamptz)
      join devices d on d.id = r.device_id join devices u on u.id = r.upstream_id
      on conflict (device_id, upstream_id) do update set
        provenance = case when e.provenance in ('hand', 'imported') then e.provenance else excluded.provenance end,
        confidence = case when e.provenance in ('hand', 'imported') then e.confidence else excluded.confidence end,
        effective = e.provenance in ('hand', 'imported') or excluded.effective,
        evidence = case when excluded.evidence = '[]' then e.evidence else excluded.evidence end,
        seen_at = greatest(e.seen_at, excluded.seen_at)`
  }
  if (gone.length === 0) return
  await tx`
    delete from upstream_edges e using jsonb_to_recordset(${tx.json(gone)}) as g("deviceId" int, "upstreamId" int)
    where e.device_id = g."deviceId" and e.upstream_id = g."upstreamId" and e.provenance not in ('hand', 'imported')`
}
