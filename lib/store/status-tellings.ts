import { sql } from './database'
import { type Audience, type Due, listBeginnings, openedFor, recentMs, resolvedFor, updatedFor } from './status-fanout'
import { listScopedIncidents, type ScopedIncident } from './status-incidents'
import { clientZone } from './status-links'

/** What was done for whom, in the life of one keeper: a round in which nothing is new does nothing. */
export type ToldBefore = Map<string, string>
const mostRemembered = 20_000
const laterMs = 10 * 60_000

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
  for (const audience of ids.length === 0 ? [] : audiences)
    told += await tellAudience({ audience, ids, now, settleMs }, before)
  return told
}

type Round = { audience: Audience; ids: readonly number[]; now: Date; settleMs: number }

async function tellAudience({ audience, ids, now, settleMs }: Round, before: ToldBefore): Promise<number> {
  const place = `${audience.pageId ?? 'c'} ${audience.clientId ?? ''} `
  if (Number(before.get(place) ?? Number.POSITIVE_INFINITY) <= now.getTime())
    for (const key of before.keys()) if (key.startsWith(place)) before.delete(key)
  const found = (await listScopedIncidents(audience.scope, { ids })).map((incident) => {
    return { incident, key: place + incident.id, state: stateOf(audience, incident, now, settleMs) }
  })
  const fresh = found.filter(({ key, state }) => before.get(key) !== state)
  if (fresh.length === 0) return 0
  const parts = await listParts(fresh.map(({ incident }) => incident.id))
  const dues = fresh.map(({ incident }) => ({ audience, incident, now, ids: parts.get(incident.id) ?? [incident.id] }))
  const begun = dues.filter(({ incident }) => incident.endedAt === null && isSettled(incident, now, settleMs))
  const opened = await openedFor(audience, begun.filter(isTold))
  if (opened.later > 0) before.set(place, String(now.getTime() + laterMs))
  let count = opened.told
  const beginnings = await listBeginnings(dues.flatMap((due) => due.ids))
  for (const [i, due] of dues.entries()) {
    const { updates, endedAt } = due.incident
    if (isTold(due) && due.ids.some((id) => beginnings.get(id)?.arrived)) {
      for (const update of updates) count += await updatedFor(due, update)
      if (endedAt !== null) count += await resolvedFor(due)
    }
    // Some may yet be told of the beginning, and are then to be told the rest.
    const waits = due.ids.some((id) => beginnings.get(id)?.waiting) && (endedAt !== null || updates.length > 0)
    const done = fresh[i]
    if (done && !waits) before.set(done.key, done.state)
  }
  return count
}

const isTold = ({ incident }: Due) => incident.kind !== 'planned'

/** As long as this is the same, there is nothing new to tell. */
function stateOf({ subscribers }: Audience, incident: ScopedIncident, now: Date, settleMs: number): string {
  const settled = isSettled(incident, now, settleMs)
  return [incident.kind, incident.endedAt, incident.updates.at(-1)?.id, settled, subscribers].join(' ')
}

const isSettled = ({ beganAt, updates }: ScopedIncident, now: Date, settleMs: number) =>
  now.getTime() - beganAt >= settleMs || updates.length > 0

/** Those with somebody to tell. Of a page that is not public any more nobody is told anything. */
async function listAudiences(now: Date): Promise<Audience[]> {
  const [pages, clients] = await Promise.all([
    sql<
      {
        id: number
        title: string
        zone: string
        siteIds: number[]
        tags: string[]
        people: number
        subscribers: string
      }[]
    >`
      select p.id, p.title, p.time_zone as zone, p.site_ids as "siteIds", p.tags, n.people, n.subscribers from status_pages p
        join (${counted(sql`page_id`)}) n on n.id = p.id
      where p.is_public order by p.id`,
    // Of clients only those with something to tell: there may be thousands.
    sql<{ id: number; zone: string; people: number; subscribers: string }[]>`
      select c.id, ${clientZone()} as zone, n.people, n.subscribers from clients c
        join (${counted(sql`client_id`)}) n on n.id = c.id
      where c.archived_at is null and c.status_link_round > 0
        and exists (select 1 from devices d join outages o on o.target_id = d.id where d.client_id = c.id
          and (o.ended_at is null or (o.ended_at > ${new Date(now.getTime() - recentMs)}::timestamptz
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
  select ${column} as id, count(*)::int as people, count(*) || ' ' || max(confirmed_at)::text as subscribers from status_subscribers
  where confirmed_at is not null and ${column} is not null group by ${column}`

/** Incidents that may have something new: those that are open, ended lately, or were spoken of lately. */
async function listConcerned(now: Date): Promise<number[]> {
  const since = new Date(now.getTime() - recentMs)
  const rows = await sql<{ id: number }[]>`
    select id from incidents where (resolved_at is null or resolved_at > ${since}::timestamptz) and merged_into is null and kind <> 'blind'
    union select incident_id from status_updates where at > ${since}::timestamptz limit 10000`
  return rows.map(({ id }) => id)
}

/** Of each incident itself and those that became part of it. */
async function listParts(ids: readonly number[]): Promise<Map<number, number[]>> {
  const rows = await sql<{ id: number; parts: number[] }[]>`
    with recursive parts as (
      select id, id as part from unnest(${[...ids]}::int[]) id
      union select p.id, i.id from parts p join incidents i on i.merged_into = p.part)
    select id, array_agg(part) as parts from parts group by id`
  return new Map(rows.map(({ id, parts }) => [id, parts]))
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
