import { createHash } from 'node:crypto'
import type { MapDevice, MapEdge, MapSite } from '@/lib/domain/map-graph'
import type { Status } from '@/lib/domain/status'
import { type MapStates, packGraph, packStatus } from '@/lib/wire/map'
import { sql } from './database'
import { fromDevices, shownStatus } from './devices'
import { inNaturalOrder } from './natural-order'

/** The network as JSON of MapGraphJson; `mark` changes when it does. */
export type StoredMap = { mark: string; json: string; devices: number; sites: number }

const shortestAgeMs = 1000
type Held = { beatlineMap?: { at: number; tookMs: number; map: Promise<StoredMap> } }
const held = globalThis as typeof globalThis & Held

/** The network as the map draws it, at most a second old, and not asked more than a twentieth of the time. */
export function readMap(): Promise<StoredMap> {
  const known = held.beatlineMap
  if (known && Date.now() - known.at < Math.max(shortestAgeMs, 20 * known.tookMs)) return known.map
  const started = Date.now()
  const entry = { at: started, tookMs: 0, map: askMap() }
  held.beatlineMap = entry
  entry.map.then(
    () => {
      entry.tookMs = Date.now() - started
    },
    () => {
      if (held.beatlineMap === entry) delete held.beatlineMap
    },
  )
  return entry.map
}

async function askMap(): Promise<StoredMap> {
  const [sites, devices, edges] = await Promise.all([
    sql<MapSite[]>`select s.id, s.name from sites s order by ${inNaturalOrder(sql`s.name`)}`,
    sql<MapDevice[]>`
      select t.id, t.name, d.address, d.role, t.site_id as "siteId", d.client, d.client_id as "clientId"
      from targets t join devices d on d.id = t.id order by t.name_key, t.id`,
    sql<MapEdge[]>`
      select device_id as "deviceId", upstream_id as "upstreamId", provenance, confidence
      from upstream_edges where effective order by device_id, upstream_id`,
  ])
  const json = JSON.stringify(packGraph({ sites, devices, edges }))
  return {
    mark: createHash('sha256').update(json).digest('base64url').slice(0, 22),
    json,
    devices: devices.length,
    sites: sites.length,
  }
}

/** The devices that are shown as anything but up, by id. */
export async function listMapStates(): Promise<MapStates> {
  const rows = await sql<{ id: number; status: Status; since: Date }[]>`
    select id, status, since from (
      select t.id, ${shownStatus()} as status, coalesce(t.paused_at, o.began_at, t.status_since) as since ${fromDevices()}
    ) shown where status <> 'up' order by id`
  return rows.map(({ id, status, since }) => [id, packStatus(status), since.getTime()])
}

/** What the graph would say otherwise than it does, and nobody has decided yet; the latest first. */
export type MapSuggestion = { id: number; deviceId: number; name: string; words: string }

export async function listMapSuggestions(limit: number): Promise<{ items: MapSuggestion[]; total: number }> {
  const rows = await sql<(MapSuggestion & { total: number })[]>`
    select s.id, s.device_id as "deviceId", t.name, s.words, count(*) over ()::int as total
    from topology_suggestions s join targets t on t.id = s.device_id
    where s.decision is null order by s.last_seen_at desc, s.id desc limit ${limit}`
  return { items: rows.map(({ total: _, ...item }) => item), total: rows[0]?.total ?? 0 }
}
