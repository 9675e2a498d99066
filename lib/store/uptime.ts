import type { Class, MeanPeriod, Measured, Standing } from '@/lib/domain/uptime-of-many'
import { uptimeOfMany } from '@/lib/domain/uptime-of-many'
import { dayIn, dayText, type PeriodKind, periodBounds } from '@/lib/domain/uptime-periods'
import type { UptimeRange } from './client-uptime'
import { sql } from './database'
import { readWatched, type Scope } from './uptime-watched'
import { waysOf } from './uptime-ways'

export const uptimeKinds = ['all', 'clients', 'devices', 'jobs'] as const
export type UptimeKind = (typeof uptimeKinds)[number]

export type WorstOne = Standing & { name: string; kind: 'client' | 'device' | 'job' }
export type SiteUptime = { id: number | null; name: string; uptime: number | null; counted: number; dark: number }

/** How all clients, devices or jobs fared (epoch ms; lengths in ms, summed over all; uptimes are means over them, 0 to 1). */
export type UptimeOverview = {
  of: UptimeKind
  by: PeriodKind
  zone: string
  from: number
  to: number
  periods: (MeanPeriod & { from: number; to: number; day: string })[]
  whole: MeanPeriod
  classes: Class[]
  uncounted: number
  worst: WorstOne[]
  sites: SiteUptime[]
}

/** What the uptime pages show. Nothing is kept from one time to the next: a blackout that is changed changes the past. */
export async function readUptime(
  of: UptimeKind,
  { by, from, to, zone }: UptimeRange,
  { now = Date.now(), worst = 10 } = {},
): Promise<UptimeOverview> {
  const bounds = periodBounds(by, from.getTime(), to.getTime(), zone)
  const start = bounds[0] ?? now
  const end = bounds.at(-1) ?? now
  const until = Math.max(start, Math.min(now, end))
  const measured = await readMeasured(of, start, until)
  const { periods, sites, worst: last, ...rest } = uptimeOfMany(measured, bounds, until, { worst })
  const [named, siteNames] = await Promise.all([nameWorst(of, last), listSiteNames()])
  return {
    ...{ of, by, zone, from: start, to: end },
    ...rest,
    periods: periods.map((period, i) => ({
      ...period,
      from: bounds[i] ?? 0,
      to: bounds[i + 1] ?? 0,
      day: dayText(dayIn(zone, bounds[i] ?? 0)),
    })),
    worst: named,
    sites: [...sites]
      .map(([id, site]) => ({ id, name: (id !== null && siteNames.get(id)) || 'No site', ...site }))
      .sort((a, b) => (a.uptime ?? 1) - (b.uptime ?? 1) || byName.compare(a.name, b.name)),
  }
}

const byName = new Intl.Collator('en', { numeric: true })

async function readMeasured(of: UptimeKind, from: number, until: number): Promise<Measured[]> {
  const scope: Scope = { kind: of === 'all' ? 'any' : of === 'jobs' ? 'job' : of === 'clients' ? 'served' : 'device' }
  const [watched, left] = await Promise.all([readWatched(scope, from, until), of === 'clients' ? listLeft(from) : null])
  const ways = waysOf(watched, from, until)
  if (left === null)
    return watched.targets.map(({ id, siteId }, i) => ({
      id,
      ways: ways.slice(i, i + 1),
      siteIds: siteId === null ? [] : [siteId],
    }))
  const clients = new Map<number, { id: number; ways: typeof ways; siteIds: number[] }>()
  watched.targets.forEach(({ clientId, siteId }, i) => {
    const way = ways[i]
    if (clientId === null || way === undefined || left.has(clientId)) return
    const client = clients.get(clientId)
    if (!client) clients.set(clientId, { id: clientId, ways: [way], siteIds: siteId === null ? [] : [siteId] })
    else {
      client.ways.push(way)
      if (siteId !== null && !client.siteIds.includes(siteId)) client.siteIds.push(siteId)
    }
  })
  return [...clients.values()]
}

/** Clients that had left by then. */
async function listLeft(from: number): Promise<Set<number>> {
  const rows = await sql<{ id: number }[]>`select id from clients where archived_at <= ${new Date(from)}`
  return new Set(rows.map((row) => row.id))
}

async function nameWorst(of: UptimeKind, worst: readonly Standing[]): Promise<WorstOne[]> {
  const ids = worst.map(({ id }) => id)
  const rows = await sql<{ id: number; name: string; kind: WorstOne['kind'] }[]>`
    ${of === 'clients' ? sql`select id, name, 'client' as kind from clients` : sql`select id, name, kind from targets`}
    where id = any(${ids}::int[])`
  const nameOf = new Map(rows.map((row) => [row.id, row]))
  return worst.flatMap((one) => {
    const named = nameOf.get(one.id)
    return named ? [{ ...one, name: named.name, kind: named.kind }] : []
  })
}

async function listSiteNames(): Promise<Map<number, string>> {
  const rows = await sql<{ id: number; name: string }[]>`select id, name from sites`
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Whether any device has a client: else the page begins with devices. */
export async function hasClients(): Promise<boolean> {
  const [row] = await sql<{ some: boolean }[]>`
    select exists (select 1 from devices where client_id is not null) as some`
  return row?.some ?? false
}
