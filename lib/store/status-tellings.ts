import type { JSONValue } from 'postgres'
import { eventWords, type StatusEvent, type StatusWords, type Whose } from '@/lib/domain/status-words'
import { sql } from './database'
import { listScopedIncidents, type ScopedIncident, type StatusScope } from './status-incidents'

/** What a subscriber's message says, as it was when it became due; `update` is the last word of an operator in it. */
export type TellingMessage = StatusWords & { made_at: string; update: number; page: string; ref: string }

/** Whose news: the subscribers of a page or of one client, and what of the network is theirs. */
type Audience = { pageId: number | null; clientId: number | null; title: string; zone: string; scope: StatusScope }
type Due = { audience: Audience; incident: ScopedIncident; now: Date }

const updatesFor = '2 days' // an operator's word is told this long after, if nobody was there to tell it
const goneAfter = '30 days'

/**
 * Puts into the outbox what subscribers are to be told: of what is still interrupted after `settleMs` (or of which an
 * operator said something), of each word of an operator, and of the end. The last two only to those who were told of the
 * beginning. Any number of keepers may do so at once: each message is there once.
 */
export async function tellSubscribers(now: Date, settleMs: number): Promise<number> {
  await dropTold(now)
  let told = 0
  for (const audience of await listAudiences(now)) {
    const incidents = await listScopedIncidents(audience.scope, { ids: await listConcerned(audience, now) })
    for (const incident of incidents) told += await tellOf({ audience, incident, now }, settleMs)
  }
  return told
}

async function tellOf(due: Due, settleMs: number): Promise<number> {
  const { incident, now } = due
  if (incident.kind === 'planned') return 0
  const isOpen = incident.endedAt === null
  const isSettled = now.getTime() - incident.beganAt >= settleMs || incident.updates.length > 0
  let told = isOpen && isSettled ? await openedFor(due) : 0
  for (const update of incident.updates) told += await updatedFor(due, update)
  if (!isOpen) told += await resolvedFor(due)
  return told
}

const ofAudience = ({ pageId, clientId }: Audience) =>
  pageId !== null ? sql`s.page_id = ${pageId}` : sql`s.client_id = ${clientId}`

/** Whom a message about this incident, or about one that became part of it, was made for. */
const wasMade = (incidentId: number) => sql`
  exists (select 1 from status_deliveries d left join incidents i on i.id = d.incident_id
    where d.subscriber_id = s.id and d.event = 'opened' and (d.incident_id = ${incidentId} or i.merged_into = ${incidentId}))`

/** Who has got it. */
const wasTold = (incidentId: number) => sql`
  exists (select 1 from status_deliveries d left join incidents i on i.id = d.incident_id
    where d.subscriber_id = s.id and d.event = 'opened' and d.delivered_at is not null
      and (d.incident_id = ${incidentId} or i.merged_into = ${incidentId}))`

async function openedFor(due: Due): Promise<number> {
  const { audience, incident, now } = due
  const inserted = await sql`
    insert into status_deliveries (subscriber_id, incident_id, event, sequence, message, due_at)
    select s.id, ${incident.id}, 'opened', 0, ${sql.json(messageOf('opened', due, incident.updates.at(-1) ?? null))}, ${now}
    from status_subscribers s
    where ${ofAudience(audience)} and s.confirmed_at is not null and not ${wasMade(incident.id)}
    on conflict do nothing`
  return inserted.count
}

async function updatedFor(due: Due, update: ScopedIncident['updates'][number]): Promise<number> {
  const { audience, incident, now } = due
  const inserted = await sql`
    insert into status_deliveries (subscriber_id, incident_id, event, sequence, message, due_at)
    select s.id, ${incident.id}, 'updated', ${update.id}, ${sql.json(messageOf('updated', due, update))}, ${now}
    from status_subscribers s
    where ${ofAudience(audience)} and ${wasTold(incident.id)}
      and exists (select 1 from status_updates u where u.id = ${update.id} and u.at > ${now}::timestamptz - ${updatesFor}::interval)
      and not exists (select 1 from status_deliveries d where d.subscriber_id = s.id and d.incident_id = ${incident.id}
        and (d.event = 'resolved' or (d.message ->> 'update')::int >= ${update.id}))
    on conflict do nothing`
  return inserted.count
}

async function resolvedFor(due: Due): Promise<number> {
  const { audience, incident, now } = due
  const inserted = await sql`
    insert into status_deliveries (subscriber_id, incident_id, event, sequence, message, due_at)
    select s.id, ${incident.id}, 'resolved', 0, ${sql.json(messageOf('resolved', due, null))}, ${now}
    from status_subscribers s
    where ${ofAudience(audience)} and ${wasTold(incident.id)}
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
    sql<{ id: number; title: string; zone: string; siteIds: number[]; tags: string[] }[]>`
      select p.id, p.title, p.time_zone as zone, p.site_ids as "siteIds", p.tags from status_pages p
      where p.is_public and exists (select 1 from status_subscribers s
        where s.page_id = p.id and s.confirmed_at is not null) order by p.id`,
    // Of clients only those with something to tell: there may be thousands.
    sql<{ id: number; zone: string }[]>`
      select c.id, coalesce(c.time_zone, 'UTC') as zone from clients c
      where c.archived_at is null and c.status_link_round > 0
        and exists (select 1 from status_subscribers s where s.client_id = c.id and s.confirmed_at is not null)
        and (exists (select 1 from devices d join outages o on o.target_id = d.id and o.ended_at is null
            where d.client_id = c.id)
          or exists (select 1 from status_subscribers s join status_deliveries e on e.subscriber_id = s.id
            where s.client_id = c.id and e.event = 'opened' and e.due_at > ${now}::timestamptz - ${goneAfter}::interval))
      order by c.id`,
  ])
  return [
    ...pages.map(({ id, title, zone, siteIds, tags }) => ({
      ...{ pageId: id, clientId: null, title, zone },
      scope: { siteIds, tags },
    })),
    ...clients.map(({ id, zone }) => ({
      ...{ pageId: null, clientId: id, title: 'Your connection', zone },
      scope: { clientId: id },
    })),
  ]
}

/** Incidents that may have something new: the open ones, those of which subscribers know, and what was said lately. */
async function listConcerned(audience: Audience, now: Date): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select id from incidents where resolved_at is null
    union
    select coalesce(i.merged_into, i.id) from status_subscribers s
      join status_deliveries d on d.subscriber_id = s.id join incidents i on i.id = d.incident_id
    where ${ofAudience(audience)} and d.event = 'opened' and d.due_at > ${now}::timestamptz - ${goneAfter}::interval
      and not exists (select 1 from status_deliveries e where e.subscriber_id = s.id and e.event = 'resolved'
        and e.incident_id in (i.id, i.merged_into))
    limit 5000`
  return rows.map(({ id }) => id)
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
