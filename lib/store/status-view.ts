import type { PlaceState, PublicIncident } from '@/lib/domain/status-page'
import { overallState, placeState } from '@/lib/domain/status-page'
import { type StatusUptime, statusUptime } from '@/lib/domain/status-uptime'
import type { Way } from '@/lib/domain/uptime'
import { dayIn, dayText, periodBounds, startOfDay } from '@/lib/domain/uptime-periods'
import { sql } from './database'
import { inNaturalOrder } from './natural-order'
import { isSeen, isShared, listScopedIncidents, type ScopedIncident, withinScope } from './status-incidents'
import type { StatusPage } from './status-pages'
import { readWatched, type Watched } from './uptime-watched'
import { waysOf } from './uptime-ways'

/** A place as its customers see it: a site, or a service by the tag that the operator named on the page. */
export type StatusPlace = { name: string; state: PlaceState; uptime: StatusUptime }
/** All that a status page shows, and nothing more. `at` is when it was put together. */
export type StatusView = {
  at: number
  state: PlaceState
  places: StatusPlace[]
  open: PublicIncident[]
  past: PublicIncident[]
}

type Member = {
  id: number
  kind: 'device' | 'job'
  siteId: number | null
  tags: string[]
  dark: boolean
}
type Group = { name: string; siteId: number | null; members: Member[] }

const mostPlaces = 500
const mostPast = 100

/** The page of a part of the network, its days in the page's zone. */
export async function readPageView(page: StatusPage, now: Date): Promise<StatusView> {
  const { from, bounds, days } = daysUntil(now, page.historyDays, page.timeZone)
  const [incidents, members] = await Promise.all([
    listScopedIncidents(page, { since: new Date(from) }),
    listMembers(page),
  ])
  const groups = (await groupsOf(page, members)).slice(0, mostPlaces)
  const counted = groups.map(({ members: all }) => all.map(({ id }) => id))
  const watched = await readWatched({ ids: [...new Set(counted.flat())] }, from, now.getTime())
  const ways = waysById(watched, from, now.getTime())
  const open = incidents.filter((incident) => incident.endedAt === null)
  const places = groups.map(({ name, siteId, members: all }, i) => {
    const kinds = open.filter((one) => concerns(one, siteId, all)).map((one) => one.kind)
    return {
      name,
      state: placeState(kinds, { dark: all.filter(({ dark }) => dark).length, watched: all.length }),
      uptime: statusUptime(
        (counted[i] ?? []).flatMap((id) => ways.get(id) ?? []),
        days,
        bounds,
        {
          until: now.getTime(),
          together: false,
        },
      ),
    }
  })
  return viewOf(now, incidents, places, overallOf(places, groups, open))
}

/** The page of one client: its own connection, whatever serves it. */
export async function readClientView(
  client: { id: number; timeZone: string },
  { historyDays, now }: { historyDays: number; now: Date },
): Promise<StatusView> {
  const { from, bounds, days } = daysUntil(now, historyDays, client.timeZone)
  const [incidents, watched, [dark]] = await Promise.all([
    listScopedIncidents({ clientId: client.id }, { since: new Date(from) }),
    readWatched({ clientId: client.id }, from, now.getTime()),
    sql<{ dark: number; all: number }[]>`
      select count(o.id)::int as dark, count(*) filter (where o.id is not null or ${isSeen()})::int as all
      from devices d join targets t on t.id = d.id
        left join outages o on o.target_id = d.id and o.ended_at is null
      where d.client_id = ${client.id}`,
  ])
  const open = incidents.filter((incident) => incident.endedAt === null)
  const state = placeState(
    open.map(({ kind }) => kind),
    { dark: dark?.dark ?? 0, watched: dark?.all ?? 0 },
  )
  const ways = waysOf(watched, from, now.getTime())
  const uptime = statusUptime(ways, days, bounds, { until: now.getTime(), together: true })
  const places = watched.targets.length === 0 ? [] : [{ name: 'Your connection', state, uptime }]
  return viewOf(now, incidents, places, state)
}

function daysUntil(now: Date, count: number, zone: string) {
  const from = startOfDay(zone, dayIn(zone, now.getTime()) - count + 1)
  const bounds = periodBounds('day', from, now.getTime(), zone)
  return { from, bounds, days: bounds.slice(0, -1).map((start) => dayText(dayIn(zone, start))) }
}

function viewOf(now: Date, incidents: readonly ScopedIncident[], places: StatusPlace[], state: PlaceState): StatusView {
  const shown = incidents.map(publicOf)
  return {
    at: now.getTime(),
    state,
    places,
    open: shown.filter((incident) => incident.endedAt === null),
    past: shown.filter((incident) => incident.endedAt !== null).slice(0, mostPast),
  }
}

/** Without what only we need: what is written into the page is read by everybody. */
const publicOf = ({ ref, kind, places, beganAt, endedAt, attended, updates }: ScopedIncident): PublicIncident => ({
  ref,
  kind,
  places,
  beganAt,
  endedAt,
  attended,
  updates,
})

/** What concerns no place that is listed counts as well. */
function overallOf(
  places: readonly StatusPlace[],
  groups: readonly Group[],
  open: readonly ScopedIncident[],
): PlaceState {
  const elsewhere = open.filter((one) => !groups.some(({ siteId, members }) => concerns(one, siteId, members)))
  const others = elsewhere.map(({ kind }) => placeState([kind], { dark: 0, watched: 1 }))
  return overallState([...places.map(({ state }) => state), ...others])
}

/** What serves many: how a place where only single clients are does is their own business. */
async function listMembers(page: StatusPage): Promise<Member[]> {
  return sql<Member[]>`
    select t.id, t.kind, t.site_id as "siteId", t.tags,
      exists (select 1 from outages o where o.target_id = t.id and o.ended_at is null and not o.planned) as dark
    from targets t left join devices d on d.id = t.id
    where ${withinScope(page)} and ${isShared()} order by t.id limit 200000`
}

async function groupsOf(page: StatusPage, members: readonly Member[]): Promise<Group[]> {
  const ids = [
    ...new Set(members.flatMap(({ kind, siteId }) => (kind === 'device' && siteId !== null ? [siteId] : []))),
  ]
  const sites = await sql<{ id: number; name: string }[]>`
    select id, name from sites where id = any(${ids}::int[]) order by ${inNaturalOrder(sql`name`)}`
  const bySite = new Map<number, Member[]>()
  for (const member of members) {
    if (member.kind !== 'device' || member.siteId === null) continue
    const others = bySite.get(member.siteId)
    if (others) others.push(member)
    else bySite.set(member.siteId, [member])
  }
  const places = sites.map(({ id, name }) => ({ name, siteId: id, members: bySite.get(id) ?? [] }))
  const jobs = members.filter(({ kind }) => kind === 'job')
  const services = page.tags.flatMap((tag) => {
    const tagged = jobs.filter(({ tags }) => tags.includes(tag))
    return tagged.length === 0 ? [] : [{ name: tag, siteId: null, members: tagged }]
  })
  return [...places, ...services]
}

const concerns = (incident: ScopedIncident, siteId: number | null, members: readonly Member[]) =>
  siteId === null ? members.some(({ id }) => incident.targetIds.includes(id)) : incident.siteIds.includes(siteId)

/** Ways by the ids of their targets; they come in the order of these. */
function waysById(watched: Watched, from: number, now: number): Map<number, Way> {
  const ways = waysOf(watched, from, now)
  return new Map(watched.targets.flatMap(({ id }, i) => (ways[i] ? [[id, ways[i]] as const] : [])))
}
