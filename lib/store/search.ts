import { idOfCode } from '@/lib/domain/short-code'
import type { Status } from '@/lib/domain/status'
import { sql } from './database'

const pattern = (query: string) => `%${query.replace(/[\\%_]/g, '\\$&')}%`

/** Devices whose name, address or tag contains `query`; names that begin with it first. */
export async function searchDevices(query: string, limit: number) {
  return sql<{ id: number; name: string; address: string; siteName: string | null; status: Status }[]>`
    select t.id, t.name, d.address, s.name as "siteName",
      case when t.paused_at is not null then 'paused' when o.id is not null then o.state else t.status end as status
    from targets t join devices d on d.id = t.id
    left join sites s on s.id = t.site_id
    left join outages o on o.target_id = t.id and o.ended_at is null
    where t.name ilike ${pattern(query)} or d.address ilike ${pattern(query)} or ${query} = any(t.tags)
    order by (t.name ilike ${pattern(query).slice(1)}) desc, length(t.name), t.name_key, t.id limit ${limit}`
}

/** Jobs whose name or tag contains `query`, or whose code it is; names that begin with it first. */
export async function searchJobs(query: string, limit: number) {
  return sql<{ id: number; name: string; siteName: string | null; tags: string[]; status: Status }[]>`
    select t.id, t.name, s.name as "siteName", t.tags,
      case when t.paused_at is not null then 'paused' when o.id is not null then o.state else t.status end as status
    from targets t left join sites s on s.id = t.site_id
    left join outages o on o.target_id = t.id and o.ended_at is null
    where t.kind = 'job' and (t.name ilike ${pattern(query)} or ${query} = any(t.tags) or t.id = ${idOfCode(query)}::int)
    order by (t.name ilike ${pattern(query).slice(1)}) desc, length(t.name), t.name_key, t.id limit ${limit}`
}

/** Incidents by the name of their root, or by their number; the newest first. */
export async function searchIncidents(query: string, limit: number) {
  const number = /^\d{1,9}$/.test(query) ? Number(query) : null
  return sql<{ id: number; rootName: string; resolvedAt: Date | null }[]>`
    select id, root_name as "rootName", resolved_at as "resolvedAt" from incidents
    where root_name ilike ${pattern(query)} or id = ${number}
    order by opened_at desc limit ${limit}`
}
