import type { JSONValue } from 'postgres'
import { type ActDetail, incidentStory, type StoryAct, type StoryLine } from '@/lib/domain/incident-story'
import { Problem } from '@/lib/problem'
import { readCursor, writeCursor } from '@/lib/wire/cursor'
import { sql } from './database'
import { listMessages, type Message } from './incident-messages'
import { type ListedOutage, listOutages, type Page } from './outage-lists'

export type Incident = {
  id: number
  kind: 'down' | 'members_lost' | 'blind' | 'flapping'
  root: { kind: 'device' | 'job' | 'probe'; id: number | null; name: string } // id null once it is deleted
  siteName: string | null
  priority: 'critical' | 'normal' | 'low'
  openedAt: Date
  resolvedAt: Date | null
  acknowledgedAt: Date | null
  acknowledgedBy: string | null
  resolvedBy: string | null // by hand; null: it ended by itself, or is open
  mergedInto: number | null // the incident that goes on with what this one held; what was dark may be so still
  assignee: { id: number; name: string } | null
  snoozedUntil: Date | null // may be over
  mutedFor: 'everyone' | number[] // ids of channels; empty: for nobody
  affectedTargets: number
  affectedClients: number
}
export type TimelineEntry = { at: Date; what: string; by: string | null; kind: StoryLine['kind'] }
export type IncidentDecision = {
  id: number
  at: Date
  event: 'opened' | 'grew' | 'escalated' | 'reminded' | 'resolved'
  channel: string | null
  outcome: 'sent' | 'delayed' | 'digest' | 'suppressed' | 'skipped'
  until: Date | null
  rule: string
  why: string
  inputs: JSONValue
}
/** One message to one device; failedAt: for good. */
export type Notice = {
  id: number // of the delivery
  noticeId: number
  incidentId: number
  channel: string
  deviceName: string
  event: IncidentDecision['event']
  createdAt: Date
  attempts: { at: string; status: number | null; answer: string }[]
  deliveredAt: Date | null
  failedAt: Date | null
  shownAt: Date | null
  openedAt: Date | null
}
export type IncidentDetail = Incident & {
  outages: ListedOutage[]
  timeline: TimelineEntry[]
  decisions: IncidentDecision[]
  messages: Message[]
}

const columns = () => sql`
  i.id, i.kind, jsonb_build_object('kind', case when i.kind = 'blind' then 'probe' else coalesce(t.kind, 'device') end,
    'id', coalesce(i.target_id, i.probe_id), 'name', i.root_name) as root,
  i.site_name as "siteName", i.priority, i.opened_at as "openedAt", i.resolved_at as "resolvedAt",
  i.acknowledged_at as "acknowledgedAt", i.acknowledged_by as "acknowledgedBy", i.resolved_by as "resolvedBy", i.merged_into as "mergedInto",
  (select jsonb_build_object('id', a.id, 'name', a.name) from users a where a.id = i.assignee_id) as assignee,
  i.snoozed_until as "snoozedUntil",
  case when i.muted_for_all then '"everyone"'::jsonb else to_jsonb(i.muted_for) end as "mutedFor",
  (select count(distinct o.target_id)::int from outages o where o.incident_id = i.id) as "affectedTargets",
  greatest(i.clients, (select count(distinct d.client_id)::int from outages o join devices d on d.id = o.target_id
    where o.incident_id = i.id)) as "affectedClients"`

/** Incidents, the newest first; `open` picks those that are not resolved (or are). `next` is the following page's cursor. Throws invalid-input for one that is none of ours. */
export async function listIncidents(
  query: { open?: boolean | undefined; limit?: number | undefined; cursor?: string | undefined } = {},
): Promise<Page<Incident>> {
  const limit = Math.min(1000, Math.max(1, query.limit ?? 100))
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor, ['instant', 'id'])
  if (after === null) throw new Problem('invalid-input', 'cursor: expected the `next` of the page before')
  const items = await sql<Incident[]>`
    select ${columns()} from incidents i left join targets t on t.id = i.target_id
    where true
      ${query.open === undefined ? sql`` : query.open ? sql`and i.resolved_at is null` : sql`and i.resolved_at is not null`}
      ${after === undefined ? sql`` : sql`and (i.opened_at, i.id) < (${new Date(after[0])}, ${after[1]}::int)`}
    order by i.opened_at desc, i.id desc limit ${limit + 1}`
  const page = items.slice(0, limit)
  const last = page.at(-1)
  return { items: page, next: items.length > limit && last ? writeCursor([last.openedAt.getTime(), last.id]) : null }
}

/** An incident by itself; null when there is none. */
export async function findIncidentHead(id: number): Promise<Incident | null> {
  const [incident] = await sql<Incident[]>`
    select ${columns()} from incidents i left join targets t on t.id = i.target_id where i.id = ${id}`
  return incident ?? null
}

/** An incident with its outages, timeline, decisions and messages, at most 1,000 of each; null when there is none. */
export async function findIncident(id: number): Promise<IncidentDetail | null> {
  const incident = await findIncidentHead(id)
  if (!incident) return null
  const [outages, notes, acts, decisions, messages] = await Promise.all([
    listOutages({ incident: id, limit: 1000 }),
    listNotes(id),
    listActs(id),
    listDecisions({ incidentId: id }),
    listMessages(id),
  ])
  const told = decisions.map((decision) => ({ ...decision, at: decision.at.getTime() }))
  const story = incidentStory({ openedAt: incident.openedAt.getTime(), notes, acts, decisions: told })
  const timeline = story.map((line) => ({ ...line, at: new Date(line.at) }))
  return { ...incident, outages: outages.items, timeline, decisions, messages }
}

async function listNotes(incidentId: number) {
  const rows = await sql<{ at: Date; what: string; by: string | null }[]>`
    select at, what, by from (
      select * from incident_notes where incident_id = ${incidentId} order by at desc, id desc limit 1000) newest
    order by at, id`
  return rows.map((row) => ({ ...row, at: row.at.getTime() }))
}

async function listActs(incidentId: number): Promise<StoryAct[]> {
  const rows = await sql<(Omit<StoryAct, 'at' | 'detail'> & { at: Date; detail: ActDetail | null })[]>`
    select at, by, act, text, detail from (
      select * from incident_acts where incident_id = ${incidentId} order by id desc limit 1000) newest
    order by id`
  return rows.map((row) => ({ ...row, at: row.at.getTime(), detail: row.detail ?? {} }))
}

/** Why each channel was told or not, oldest first; `after` is the id of the last one of the page before. */
export async function listDecisions({
  incidentId,
  after = 0,
  limit = 1000,
}: {
  incidentId: number
  after?: number | undefined
  limit?: number
}): Promise<IncidentDecision[]> {
  return sql<IncidentDecision[]>`
    select d.id::float8 as id, d.at, d.event, c.name as channel, d.outcome, d.until, d.rule, d.why, d.inputs
    from decisions d left join channels c on c.id = d.channel_id
    where d.incident_id = ${incidentId} and d.id > ${after}::bigint order by d.id limit ${limit}`
}

/** What was sent where, the newest first; `before` is the id of the last one of the page before. */
export async function listNotices({
  incidentId,
  before,
  limit = 1000,
}: {
  incidentId?: number | undefined
  before?: number | undefined
  limit?: number
} = {}) {
  return sql<Notice[]>`
    select d.id::float8 as id, n.id as "noticeId", n.incident_id as "incidentId", c.name as channel, p.name as "deviceName",
      d.event, d.created_at as "createdAt", d.attempts, d.delivered_at as "deliveredAt", d.failed_at as "failedAt",
      d.shown_at as "shownAt", d.opened_at as "openedAt"
    from deliveries d join notices n on n.id = d.notice_id join channels c on c.id = n.channel_id
      join push_devices p on p.id = d.push_device_id
    where ${incidentId === undefined ? sql`true` : sql`n.incident_id = ${incidentId}`}
      ${before === undefined ? sql`` : sql`and d.id < ${before}::bigint`}
    order by d.id desc limit ${limit}`
}
