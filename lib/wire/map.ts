import { type Provenance, provenances } from '@/lib/domain/edge'
import type { MapDevice, MapEdge, MapSite } from '@/lib/domain/map-graph'
import { type Role, roles, type Status, statuses } from '@/lib/domain/status'

/** The network as /map/graph answers it: rows instead of objects, as there may be many thousands. */
export type MapGraphJson = {
  sites: [id: number, name: string][]
  devices: PackedDevice[]
  edges: [deviceId: number, upstreamId: number, provenance: number, percent: number][]
}
type PackedDevice = [
  id: number,
  name: string,
  address: string,
  role: number,
  siteId: number,
  client: string | 0,
  clientId: number,
]
export type MapGraph = { sites: MapSite[]; devices: MapDevice[]; edges: MapEdge[] }

/** Devices that are not up: id, place in `statuses`, since when (epoch ms). */
export type MapStates = [id: number, status: number, since: number][]

export function packGraph({ sites, devices, edges }: MapGraph): MapGraphJson {
  return {
    sites: sites.map(({ id, name }) => [id, name]),
    devices: devices.map(({ id, name, address, role, siteId, client, clientId }) => {
      return [id, name, address, roles.indexOf(role), siteId ?? 0, client ?? 0, clientId ?? 0]
    }),
    edges: edges.map(({ deviceId, upstreamId, provenance, confidence }) => {
      return [deviceId, upstreamId, provenances.indexOf(provenance), Math.round(confidence * 100)]
    }),
  }
}

/** The other way round; a word that this version does not know becomes the least one. */
export function unpackGraph({ sites, devices, edges }: MapGraphJson): MapGraph {
  return {
    sites: sites.map(([id, name]) => ({ id, name })),
    devices: devices.map(([id, name, address, role, siteId, client, clientId]) => {
      return {
        id,
        name,
        address,
        role: roles[role] ?? ('other' as Role),
        siteId: siteId || null,
        client: client || null,
        clientId: clientId || null,
      }
    }),
    edges: edges.map(([deviceId, upstreamId, provenance, percent]) => {
      const word = provenances[provenance] ?? ('arp' as Provenance)
      return { deviceId, upstreamId, provenance: word, confidence: percent / 100 }
    }),
  }
}

export const packStatus = (status: Status): number => statuses.indexOf(status)
export const unpackStatus = (index: number): Status => statuses[index] ?? 'unknown'
