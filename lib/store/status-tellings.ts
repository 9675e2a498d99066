import type { JSONValue } from 'postgres'
import { eventWords, type StatusEvent, type Whose } from '@/lib/domain/status-words'
import { sql } from './database'
import { listScopedIncidents, type ScopedIncident, type StatusScope } from './status-incidents'
import { clientZone } from './status-links'

/** Whose news: the subscribers of a page or of one client, and what of the network is theirs. */
type Audience = {
  pageId: number | null
  clientId: number | null
  title: string
  zone: string
  subscribers: string
  scope: StatusScope
}
/** ids: of the incident and of those that became part of it. */
type Due = { audience: Audience; incident: ScopedIncident; now: Date; ids: readonly number[] }

const recent = '2 days' // what ended or was said longer ago is told no more
const mostAnHour = 6 // beginnings to one subscriber: in a storm the page says the rest

/** What was done for whom, in the life of one keeper: a round in which nothing is new does nothing. */
export type ToldBefore = Map<string, string>
const mostRemembered = 20_000

/**
 * Puts into the outbox what subscribers are to be told: of what is still interrupted after `settleMs` (or of which an
 * operator said something), of each word of an operator, and of the end. The last two only to those who were told of the
 * beginning. Any number of keepers may do so at once: each message is there once.
 */
export async function tellSubscribers(now: Date, settleMs: number, before: ToldBefore = new Map()): Promise<number> {
  await dropTold(now)
  const audiences = await listAudiences(now)
  const ids = audiences.length === 0 ? [] : await listConcerned(now)
  if (before.size > mostRemembered) before.clear()
  let told = 0
  for (const audience of ids.length === 0 ? [] : audiences) {
    for (const incident of await listScopedIncidents(audience.scope, { ids })) {
      const key = `${audience.pageId ?? 'c'} ${audience.clientId ?? ''} ${incident.id}`
      const state = stateOf(audience, incident, now, settleMs)
      if (before.get(key) === state) continue
      const due = { audience, incident, now, ids: [incident.id, ...(await listMerged(incident.id))] }
      told += await tellOf(due, settleMs)
      if (!(await waitsForBeginning(due))) before.set(key, state)
    }
  }
  return told
}

/** As long as this is the same, there is nothing new to tell. */
function stateOf({ subscribers }: Audience, incident: ScopedIncident, now: Date, settleMs: number): string {
  const settled = isSettled(incident, now, settleMs)
  return [incident.kind, incident.endedAt, incident.updates.at(-1)?.id, settled, subscribers].join(' ')
}

const isSettled = ({ beganAt, updates }: ScopedIncident, now: Date, settleMs: number) =>
  now.getTime() - beganAt >= settleMs || updates.length > 0

async function tellOf(due: Due, settleMs: number): Promise<number> {
  const { incident, now } = due
  if (incident.kind === 'planned') return 0
  const isOpen = incident.endedAt === null
  let told = isOpen && isSettled(incident, now, settleMs) ? await openedFor(due) : 0
  for (const update of incident.updates) told += await updatedFor(due, update)
  if (!isOpen) told += await resolvedFor(due)
  return told
}

/** Some may yet be told of the beginning, and are then to be told the rest. */
async function waitsForBeginning({ audience, incident, ids }: Due): Promise<boolean> {
  if (incident.endedAt === null && incident.updates.length === 0) return false
  const [row] = await sql`
    select 1 from status_subscribers s join status_deliveries d on d.subscriber_id = s.id
    where ${ofAudience(audience)} and d.incident_id = any(${ids}::int[]) and d.event = 'opened'
      and d.delivered_at is null and d.failed_at is null limit 1`
  return row !== undefined
}

// As the index of subscribers has it.
const ofAudience = ({ pageId, clientId }: Audience) =>
  sql`coalesce(s.page_id, 0) = ${pageId ?? 0} and coalesce(s.client_id, 0) = ${clientId ?? 0}`

/** Whom a message of the beginning was made for, of this incident or of one that became part of it. */
const wasMade = (ids: readonly number[]) => sql`
  exists (select 1 from status_deliveries d
    where d.subscriber_id = s.id and d.incident_id = any(${[...ids]}::int[]) and d.event = 'opened')`

/** Who has got it. */
const wasTold = (ids: readonly number[]) => sql`
  exists (select 1 from status_deliveries d where d.subscriber_id = s.id and d.incident_id = any(${[...ids]}::int[])
    and d.event = 'opened' and d.delivered_at is not null)`

async function openedFor(due: Due): Promise<number> {
  const { audience, incident, now, ids } = due
  const message = messageOf('opened', due, incident.updates.at(-1) ?? null)
  const much = [{ at: now.toISOString(), status: null, answer: `More than ${mostAnHour} in an hour: the page says it` }]
  const inserted = await sql<{ told: boolean }[]>`
    insert into status_deliveries (subscriber_id, incident_id, event, sequence, message, due_at, failed_at, attempts)
    select s.id, ${incident.id}, 'opened', 0, ${sql.json(message)}, ${now}::timestamptz,
      case when h.many then ${now}::timestamptz end, case when h.many then ${sql.json(much)}::jsonb else '[]' end
    from status_subscribers s cross join lateral (
      select count(*) >= ${mostAnHour} as many from status_deliveries e
      where e.subscriber_id = s.id and e.incident_id is not null and e.event = 'opened' and e.failed_at is null
        and e.due_at > ${now}::timestamptz - interval '1 hour') h
    where ${ofAudience(audience)} and s.confirmed_at is not null and not ${wasMade(ids)}
    on conflict do nothing returning failed_at is null as told`
  return inserted.filter(({ told }) => told).length
}

async function updatedFor(due: Due, update: ScopedIncident['updates'][number]): Promise<number> {
  const { audience, incident, now, ids } = due
  const inserted = await sql`
    insert into status_deliveries (subscriber_id, incident_id, event, sequence, message, due_at)
    select s.id, ${incident.id}, 'updated', ${update.id}, ${sql.json(messageOf('updated', due, update))}, ${now}
    from status_subscribers s
    where ${ofAudience(audience)} and ${wasTold(ids)}
      and ${new Date(update.at)}::timestamptz > ${now}::timestamptz - ${recent}::interval
      and not exists (select 1 from status_deliveries d where d.subscriber_id = s.id and d.incident_id = ${incident.id}
        and (d.event = 'resolved' or (d.message ->> 'update')::int >= ${update.id}))
    on conflict do nothing`
  return inserted.count
}

async function resolvedFor(due: Due): Promise<number> {
  const { audience, incident, now, ids } = due
  const inserted = await sql`
    insert into status_deliveries (subscriber_id, incident_id, event, sequence, message, due_at)
    select s.id, ${incident.id}, 'resolved', 0, ${sql.json(messageOf('resolved', due, null))}, ${now}
    from status_subscribers s
    where ${ofAudience(audience)} and ${wasTold(ids)}
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

/** Those with somebody to tell. Of a page that is not public any more nobody is told anything. */
async function listAudiences(now: Date): Promise<Audience[]> {
  const [pages, clients] = await Promise.all([
    sql<{ id: number; title: string; zone: string; siteIds: number[]; tags: string[]; subscribers: string }[]>`
      select p.id, p.title, p.time_zone as zone, p.site_ids as "siteIds", p.tags, n.subscribers from status_pages p
        join (${counted(sql`page_id`)}) n on n.id = p.id
      where p.is_public order by p.id`,
    // Of clients only those with something to tell: there may be thousands.
    sql<{ id: number; zone: string; subscribers: string }[]>`
      select c.id, ${clientZone()} as zone, n.subscribers from clients c
        join (${counted(sql`client_id`)}) n on n.id = c.id
      where c.archived_at is null and c.status_link_round > 0
        and exists (select 1 from devices d join outages o on o.target_id = d.id where d.client_id = c.id
          and (o.ended_at is null or (o.ended_at > ${now}::timestamptz - ${recent}::interval
            and o.began_at > ${now}::timestamptz - interval '30 days')))
      order by c.id`,
  ])
  return [
    ...pages.map(({ id, siteIds, tags, ...page }) => ({
      ...page,
      pageId: id,
      clientId: null,
      scope: { siteIds, tags },
    })),
    ...clients.map(({ id, ...client }) => ({
      ...client,
      ...{ title: 'Your connection', pageId: null, clientId: id },
      scope: { clientId: id },
    })),
  ]
}

/** Confirmed subscribers of each; the text changes when one comes. */
const counted = (column: ReturnType<typeof sql>) => sql`
  select ${column} as id, count(*) || ' ' || max(confirmed_at)::text as subscribers from status_subscribers
  where confirmed_at is not null and ${column} is not null group by ${column}`

/** Incidents that may have something new: those that are open, ended lately, or were spoken of lately. */
async function listConcerned(now: Date): Promise<number[]> {
  const since = sql`${now}::timestamptz - ${recent}::interval`
  const rows = await sql<{ id: number }[]>`
    select id from incidents where (resolved_at is null or resolved_at > ${since}) and merged_into is null and kind <> 'blind'
    union select incident_id from status_updates where at > ${since} limit 10000`
  return rows.map(({ id }) => id)
}

async function listMerged(id: number): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    with recursive merged as (
      select id from incidents where merged_into = ${id}
      union select i.id from incidents i join merged m on i.merged_into = m.id)
    select id from merged limit 1000`
  return rows.map((row) => row.id)
}

/** What was over before it could be sent is not sent: neither its beginning nor, then, its end. */
async function dropTold(now: Date): Promise<void> {
  await sql`
    update status_deliveries d set failed_at = ${now},
      attempts = d.attempts || ${sql.json([{ at: now.toISOString(), status: null, answer: 'It was over before it was sent' }])}
    from incidents i
    where i.id = d.incident_id and d.event = 'opened' and d.delivered_at is null and d.failed_at is null
      and (d.lease_until is null or d.lease_until < ${now}) and i.resolved_at is not null and i.merged_into is null`
}
