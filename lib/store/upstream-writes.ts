import type { TransactionSql } from 'postgres'
import { type CircleEdge, weakestOfCircle } from '@/lib/domain/cut-circles'
import type { Provenance } from '@/lib/domain/edge'
import { isByHand } from '@/lib/domain/settle-edges'

type Row = { deviceId: number; upstreamId: number; provenance: Provenance; confidence: number; effective: boolean }

/**
 * Makes these the upstreams of a device, by hand, under the topology lock. What was learnt otherwise stays known and counts
 * no more; with none by hand it counts again as soon as the keeper has looked. Naming what counts already changes nothing,
 * unless `force`: a form that is saved as it was shown makes nothing by hand. Null, or the name of a device that would stand
 * above itself by hand.
 */
export async function writeUpstream(
  tx: TransactionSql,
  id: number,
  upstreamIds: readonly number[],
  { force = false } = {},
): Promise<{ circle: string } | null> {
  const ids = [...new Set(upstreamIds)]
  const known = await tx<Row[]>`
    select device_id as "deviceId", upstream_id as "upstreamId", provenance, confidence::float8 as confidence, effective
    from upstream_edges where device_id = ${id}`
  const standing = known.filter((row) => row.effective)
  if (!force && standing.length === ids.length && standing.every((row) => ids.includes(row.upstreamId))) return null
  const [circle] = await tx<{ name: string }[]>`
    with recursive above as (
      select unnest(${ids}::int[]) as id
      union
      select e.upstream_id from upstream_edges e join above a on e.device_id = a.id
      where e.device_id <> ${id} and e.provenance in ('hand', 'imported')
    ) select t.name from above join targets t on t.id = above.id where above.id = ${id}`
  if (circle) return { circle: circle.name }
  await tx`
    delete from upstream_edges where device_id = ${id} and upstream_id <> all(${ids}::int[])
      and provenance in ('hand', 'imported')`
  if (ids.length === 0) return null
  await tx`update upstream_edges set effective = false where device_id = ${id} and upstream_id <> all(${ids}::int[])`
  await tx`
    insert into upstream_edges (device_id, upstream_id, provenance)
    select ${id}, unnest(${ids}::int[]), 'hand'
    on conflict (device_id, upstream_id) do update set provenance = 'hand', confidence = 1, effective = true,
      seen_at = now()`
  await cutCircles(tx, id, ids)
  return null
}

/** Learnt edges that would close a circle with those made by hand count no more, the least sure of each circle first. */
async function cutCircles(tx: TransactionSql, id: number, upstreamIds: readonly number[]): Promise<void> {
  const rows = await tx<Row[]>`
    with recursive above as (
      select unnest(${[...upstreamIds]}::int[]) as id
      union
      select e.upstream_id from upstream_edges e join above a on e.device_id = a.id where e.effective
    ) select e.device_id as "deviceId", e.upstream_id as "upstreamId", e.provenance,
        e.confidence::float8 as confidence, e.effective
      from upstream_edges e join above a on e.device_id = a.id where e.effective and e.device_id <> ${id}`
  const edges = new Map<number, CircleEdge[]>()
  for (const row of rows) {
    const { deviceId: below, upstreamId: above, confidence } = row
    edges.set(below, [...(edges.get(below) ?? []), { below, above, confidence, isFixed: isByHand(row) }])
  }
  for (const above of upstreamIds) {
    const added: CircleEdge = { below: id, above, confidence: 1, isFixed: true }
    for (;;) {
      const weakest = weakestOfCircle(added, (below) => edges.get(below) ?? [])
      if (!weakest || weakest === added) break
      edges.set(
        weakest.below,
        (edges.get(weakest.below) ?? []).filter((one) => one !== weakest),
      )
      await tx`
        update upstream_edges set effective = false
        where device_id = ${weakest.below} and upstream_id = ${weakest.above}`
    }
  }
}
