import type { Status } from '@/lib/domain/status'
import { sql } from './database'

export type Neighbour = { id: number; name: string; address: string; status: Status; since: Date }

const shown = () => sql`
  t.id, t.name, d.address, coalesce(t.paused_at, o.began_at, t.status_since) as since,
  case when t.paused_at is not null then 'paused' when o.id is not null then o.state else t.status end as status`

/** What stands above a device. */
export async function listUpstream(id: number): Promise<Neighbour[]> {
  return sql<Neighbour[]>`
    select ${shown()} from upstream_edges e join targets t on t.id = e.upstream_id join devices d on d.id = t.id
    left join outages o on o.target_id = t.id and o.ended_at is null
    where e.device_id = ${id} and e.effective order by t.name_key, t.id`
}

/** What hangs directly below a device, what is dark first; at most `limit`, and how many there are. */
export async function listBelow(id: number, limit: number): Promise<{ items: Neighbour[]; total: number }> {
  const rows = await sql<(Neighbour & { total: number })[]>`
    select ${shown()}, count(*) over ()::int as total
    from upstream_edges e join targets t on t.id = e.device_id join devices d on d.id = t.id
    left join outages o on o.target_id = t.id and o.ended_at is null
    where e.upstream_id = ${id} and e.effective order by (o.id is null), t.name_key, t.id limit ${limit}`
  return { items: rows.map(({ total: _, ...row }) => row), total: rows[0]?.total ?? 0 }
}

/** Every tag in use, the most used first. */
export async function listTags(limit: number): Promise<string[]> {
  const rows = await sql<{ tag: string }[]>`
    select tag from targets, unnest(tags) as tag group by tag order by count(*) desc, tag limit ${limit}`
  return rows.map((row) => row.tag)
}

/** Names to choose an upstream from: what others hang on already comes first, then routers, switches and the like. */
export async function listDeviceNames(limit: number): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select t.name from targets t join devices d on d.id = t.id
    order by exists (select 1 from upstream_edges e where e.upstream_id = t.id and e.effective) desc,
      d.role in ('cpe', 'other', 'server'), t.name_key, t.id
    limit ${limit}`
  return rows.map((row) => row.name)
}
