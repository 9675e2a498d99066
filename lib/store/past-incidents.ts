import type { Sql, TransactionSql } from 'postgres'
import type { IncidentFacts } from '@/lib/domain/incident-facts'
import type { Act, PastIncident, ReplayChannel } from '@/lib/domain/replay'
import { sql } from './database'
import { listPastActs } from './past-acts'

/** So many of the newest are looked at: what a replay takes grows with them. */
export const mostPastIncidents = 30_000

export type PastFacts = IncidentFacts & Pick<PastIncident, 'beganAt' | 'resolvedAt' | 'root' | 'chosen'>
type Row = Omit<PastFacts, 'openedAt' | 'beganAt' | 'resolvedAt' | 'root'> & {
  beganAt: Date
  createdAt: Date
  resolvedAt: Date | null
  targetId: number | null
  siteId: number | null
}

/**
 * Incidents that began from `since` up to `until`, oldest first, with their facts when they were opened: of tags, role and
 * client those of today. Opened is when a keeper made them, as nobody could be told before.
 */
export async function listPastFacts(since: Date, until: Date, on: Sql | TransactionSql = sql): Promise<PastFacts[]> {
  const rows = await on<Row[]>`
    with past as materialized (
      select * from incidents i where i.opened_at >= ${since} and i.opened_at < ${until}
      order by i.opened_at desc, i.id desc limit ${mostPastIncidents}
    ), first as (
      select p.id, count(*)::int as size, count(distinct o.target_id)::int as targets,
        count(distinct d.client_id)::int as clients
      from past p join outages o on o.incident_id = p.id and o.recorded_at <= p.created_at
        left join devices d on d.id = o.target_id
      group by p.id
    )
    select p.id, p.kind, p.root_name as name, coalesce(d.role, 'other') as role, p.site_name as site,
      coalesce(t.tags, '{}') as tags, d.client, p.priority, p.opened_at as "beganAt",
      greatest(p.created_at, p.opened_at) as "createdAt", p.resolved_at as "resolvedAt", p.target_id as "targetId",
      t.site_id as "siteId", j.channel_ids as chosen, coalesce(f.size, 1) as size,
      coalesce(f.clients, 0) as "affectedClients", coalesce(f.targets, 1) as "affectedTargets"
    from past p left join first f on f.id = p.id left join targets t on t.id = p.target_id
      left join devices d on d.id = p.target_id left join jobs j on j.id = p.target_id
    order by p.opened_at, p.id`
  return rows.map(factsOf)
}

// Written out, as what is copied by spreading is slow to read, and a replay reads it a hundred thousand times.
const factsOf = (row: Row): PastFacts => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  role: row.role,
  site: row.site,
  tags: row.tags,
  client: row.client,
  size: row.size,
  affectedClients: row.affectedClients,
  affectedTargets: row.affectedTargets,
  priority: row.priority,
  openedAt: row.createdAt.getTime(),
  beganAt: row.beganAt.getTime(),
  resolvedAt: row.resolvedAt?.getTime() ?? null,
  root: row.targetId === null ? null : { id: row.targetId, siteId: row.siteId, tags: row.tags },
  chosen: row.chosen ?? null,
})

/** The same with all that happened to them: how they grew, and what people did. */
export async function listPastIncidents(
  since: Date,
  until: Date,
  on: Sql | TransactionSql = sql,
): Promise<PastIncident[]> {
  const facts = await listPastFacts(since, until, on)
  const acts = await listPastActs(
    on,
    facts.map(({ id }) => id),
  )
  return facts.map((one) => ({ ...one, acts: acts.get(one.id) ?? nothing }))
}
const nothing: readonly Act[] = []

/** Every channel as a replay takes it: as if it worked. */
export async function listReplayChannels(on: Sql | TransactionSql = sql): Promise<ReplayChannel[]> {
  return on<ReplayChannel[]>`
    select c.id, coalesce(u.name, c.name) as name, c.hours, c.critical_breaks_through as "criticalBreaksThrough",
      c.cool_off_minutes as "coolOffMinutes", c.escalate_to as "escalateTo",
      c.escalate_after_minutes as "escalateAfterMinutes"
    from channels c left join users u on u.id = c.user_id order by c.id`
}
