import { type JobTrouble, troubleOf } from '@/lib/domain/job-words'
import type { IncidentKind } from '@/lib/domain/message'
import type { Priority } from '@/lib/domain/notice'
import { sql } from './database'

/** An incident with all that its notices say, for a preview. */
export type IncidentSample = {
  id: number
  kind: IncidentKind
  name: string
  site: string | null
  priority: Priority
  openedAt: Date
  acknowledgedBy: string | null
  role: string | null
  client: string | null
  tags: string[]
  behind: number
  openIncidents: number
  job: JobTrouble | null
}

/** An incident by its id, or the newest; null when there is none. */
export async function findIncidentSample(id: number | null): Promise<IncidentSample | null> {
  const [row] = await sql<(Omit<IncidentSample, 'job'> & { evidence: unknown })[]>`
    select i.id, i.kind, i.root_name as name, i.site_name as site, i.priority, i.opened_at as "openedAt",
      i.acknowledged_by as "acknowledgedBy", d.role, d.client, coalesce(t.tags, '{}') as tags,
      (select count(*)::int from outages o where o.incident_id = i.id and o.target_id <> i.target_id) as behind,
      (select count(*)::int from incidents where resolved_at is null) as "openIncidents",
      case when j.id is not null then (select o.opened_evidence from outages o
        where o.incident_id = i.id and o.target_id = i.target_id order by o.began_at desc limit 1) end as evidence
    from incidents i left join targets t on t.id = i.target_id left join devices d on d.id = i.target_id
      left join jobs j on j.id = i.target_id
    where ${id === null ? sql`true` : sql`i.id = ${id}`}
    order by i.opened_at desc, i.id desc limit 1`
  if (!row) return null
  const { evidence, ...sample } = row
  return { ...sample, job: troubleOf(evidence) }
}
