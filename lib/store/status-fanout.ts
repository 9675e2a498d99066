import type { JSONValue } from 'postgres'
import { eventWords, type StatusEvent, type Whose } from '@/lib/domain/status-words'
import { sql } from './database'
import type { ScopedIncident, StatusScope } from './status-incidents'

/** Whose news: the subscribers of a page or of one client, and what of the network is theirs. */
export type Audience = {
  pageId: number | null
  clientId: number | null
  title: string
  zone: string
  people: number
  subscribers: string // changes when one comes or goes
  scope: StatusScope
}
/** ids: of the incident and of those that became part of it. */
export type Due = { audience: Audience; incident: ScopedIncident; now: Date; ids: readonly number[] }

/** What ended or was said longer ago is told no more, ms. */
export const recentMs = 2 * 86_400_000
const mostAnHour = 6 // beginnings to one subscriber: in a storm the others follow, if they are interrupted by then
const mostPairs = 100_000 // of subscribers and incidents, in one statement

// As the index of subscribers has it.
const ofAudience = ({ pageId, clientId }: Audience) =>
  sql`coalesce(s.page_id, 0) = ${pageId ?? 0} and coalesce(s.client_id, 0) = ${clientId ?? 0}`

/** Who has got the beginning. Joined, not asked for each: the planner knows little of a table that has just filled up. */
const whoWasTold = ({ audience, ids }: Due) => sql`
  select distinct s.id from status_deliveries d join status_subscribers s on s.id = d.subscriber_id
  where d.incident_id = any(${[...ids]}::int[]) and d.event = 'opened' and d.delivered_at is not null
    and ${ofAudience(audience)}`

/** Many at once, as there are in a storm: one pass over the subscribers for each lot. */
export async function openedFor(audience: Audience, dues: readonly Due[]): Promise<Opened> {
  const atOnce = Math.max(1, Math.floor(mostPairs / audience.people))
  const all = { told: 0, later: 0 }
  const first = [...dues].sort(({ incident: a }, { incident: b }) => a.beganAt - b.beganAt || a.id - b.id)
  for (let i = 0; i < first.length; i += atOnce) {
    const { told, later } = await openedAtOnce(audience, first.slice(i, i + atOnce))
    all.told += told
    all.later += later
  }
  return all
}

/** How many messages were written, and how many wait for their hour. */
type Opened = { told: number; later: number }

async function openedAtOnce(audience: Audience, dues: readonly Due[]): Promise<Opened> {
  const [first] = dues
  if (!first) return { told: 0, later: 0 }
  const { now } = first
  const rows = dues.map((due, n) => ({
    ...{ n, id: due.incident.id, ids: [...due.ids] },
    message: messageOf('opened', due, due.incident.updates.at(-1) ?? null),
  }))
  // Each table is gone through once, whatever the planner believes of one that has just filled up.
  const [row] = await sql<Opened[]>`
    with due as materialized (
      select * from jsonb_to_recordset(${sql.json(rows)}) as i(n int, id int, ids int[], message jsonb)),
    before as materialized (
      select distinct d.subscriber_id, p.id from status_deliveries d
        join (select i.id, unnest(i.ids) as part from due i) p on p.part = d.incident_id where d.event = 'opened'),
    lately as materialized (
      select subscriber_id, count(*) as n from status_deliveries
      where incident_id is not null and event = 'opened' and failed_at is null
        and due_at > ${now}::timestamptz - interval '1 hour' group by 1),
    made as materialized (
      select s.id, i.id as incident, i.message,
        row_number() over (partition by s.id order by i.n) + coalesce(l.n, 0) > ${mostAnHour} as many
      from status_subscribers s cross join due i
        left join before b on b.subscriber_id = s.id and b.id = i.id
        left join lately l on l.subscriber_id = s.id
      where ${ofAudience(audience)} and s.confirmed_at is not null and b.id is null),
    written as (
      insert into status_deliveries (subscriber_id, incident_id, event, sequence, message, due_at)
      select id, incident, 'opened', 0, message, ${now}::timestamptz from made where not many
      on conflict do nothing returning 1)
    select (select count(*)::int from written) as told, (select count(*)::int from made where many) as later`
  return row ?? { told: 0, later: 0 }
}

/** Each word of an operator, to those who know of the beginning and not yet of the end. */
export async function updatedFor(due: Due, update: ScopedIncident['updates'][number]): Promise<number> {
  const { incident, now } = due
  if (now.getTime() - update.at > recentMs) return 0
  const inserted = await sql`
    insert into status_deliveries (subscriber_id, incident_id, event, sequence, message, due_at)
    select s.id, ${incident.id}, 'updated', ${update.id}, ${sql.json(messageOf('updated', due, update))}, ${now}
    from (${whoWasTold(due)}) s
    where s.id not in (select subscriber_id from status_deliveries where incident_id = ${incident.id}
      and (event = 'resolved' or (message ->> 'update')::int >= ${update.id}))
    on conflict do nothing`
  return inserted.count
}

/** The end, to those who know of the beginning. */
export async function resolvedFor(due: Due): Promise<number> {
  const { incident, now } = due
  const inserted = await sql`
    insert into status_deliveries (subscriber_id, incident_id, event, sequence, message, due_at)
    select s.id, ${incident.id}, 'resolved', 0, ${sql.json(messageOf('resolved', due, null))}, ${now}
    from (${whoWasTold(due)}) s
    on conflict do nothing`
  return inserted.count
}

function messageOf(
  event: StatusEvent,
  { audience, incident, now }: Due,
  update: ScopedIncident['updates'][number] | null,
): Record<string, JSONValue> {
  const whose: Whose = audience.pageId === null ? 'client' : 'place'
  const words = eventWords(event, incident, { update, whose, zone: audience.zone, now: now.getTime() })
  return { ...words, made_at: now.toISOString(), update: update?.id ?? 0, page: audience.title, ref: incident.ref }
}

/** Whether the beginning of an incident reached anybody, and whether it is still on its way to somebody. */
export async function listBeginnings(
  ids: readonly number[],
): Promise<Map<number, { arrived: boolean; waiting: boolean }>> {
  const rows = await sql<{ id: number; arrived: boolean; waiting: boolean }[]>`
    select incident_id as id, bool_or(delivered_at is not null) as arrived,
      bool_or(delivered_at is null and failed_at is null) as waiting
    from status_deliveries where incident_id = any(${[...ids]}::int[]) and event = 'opened' group by incident_id`
  return new Map(rows.map(({ id, ...beginning }) => [id, beginning]))
}
