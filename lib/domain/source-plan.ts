import type { Ref } from './source-fields'
import { type ClientRow, planClients, planServices, type ServiceRow } from './source-plan-clients'
import { type DeviceRow, type MatchedDevices, matchedDevices, planDevices } from './source-plan-devices'
import { planSites, type SiteRow } from './source-plan-sites'
import type { SourceService, SourceSnapshot } from './source-records'
import type { Standing, StandingRecord } from './source-standing'

export const recordKinds = ['site', 'device', 'client', 'service'] as const
export type RecordKind = (typeof recordKinds)[number]
/** A record that the source lists no more. It is marked, and what it stands for stays. */
export type Vanished = { kind: RecordKind; key: string; name: string; id: number | null }

/** All that a reading of a source changes here. Applied, the same reading changes nothing more. */
export type Plan = {
  sites: SiteRow[]
  devices: DeviceRow[]
  clients: ClientRow[]
  services: ServiceRow[]
  vanished: Vanished[]
  clientsGone: number[] // no source lists them any more
  clientsBack: number[] // one does again
  removed: number // entries left out, as what stood for them was removed here
  unlisted: RecordKind[] // kinds of which nothing is listed though some were: taken as not said
  isDoubtful: boolean // so much has vanished that somebody should look first
}

const leastDoubtful = 4

/** Decides what a reading of a source changes here. */
export function planSource(snapshot: SourceSnapshot, standing: Standing): Plan {
  const { rows: sites, siteOf } = planSites(snapshot.sites, standing)
  const matched = matchedDevices(snapshot.devices, standing)
  const clientKeyOf = clientKeys(snapshot, matched)
  const clients = planClients(snapshot.clients, standing, knownClients(matched, clientKeyOf, standing))
  const clientRefs = new Map(clients.map((row): [string, Ref] => [row.key, row.id ?? row.key]))
  const clientOf = (deviceKey: string) => clientRefs.get(clientKeyOf.get(deviceKey) ?? '') ?? null
  const devices = planDevices(matched, snapshot, standing, { siteOf, clientOf })
  const services = planServices(snapshot.services, standing, (key) => clientRefs.get(key) ?? null)

  const unlisted = recordKinds.filter(
    (kind) => listedOf(snapshot, kind).length === 0 && standing.records[kind].some((record) => !record.isVanished),
  )
  const moved = new Set(devices.flatMap((row) => row.before ?? []))
  const vanished = recordKinds
    .filter((kind) => !unlisted.includes(kind))
    .flatMap((kind) => vanishedOf(kind, snapshot, standing.records[kind], kind === 'device' ? moved : new Set()))
  const removed = recordKinds.reduce((sum, kind) => sum + removedOf(snapshot, kind, standing.records[kind]), 0)
  return {
    sites,
    devices,
    clients,
    services,
    vanished,
    ...comeAndGone(clients, vanished, standing),
    removed,
    unlisted,
    isDoubtful: (['device', 'client'] as const).some((kind) => isDoubtful(vanished, kind, standing.records[kind])),
  }
}

/** In words why a reading cannot be taken for what the source lists; null: it can. */
export function emptyFault(snapshot: SourceSnapshot, standing: Standing): string | null {
  const known = standing.records.device.filter((record) => !record.isVanished).length
  if (snapshot.devices.length > 0 || known === 0) return null
  return `It lists no devices, expected some: it listed ${known} at the last good reading`
}

const listedOf = (snapshot: SourceSnapshot, kind: RecordKind): readonly { key: string }[] =>
  ({ site: snapshot.sites, device: snapshot.devices, client: snapshot.clients, service: snapshot.services })[kind]

/** The client of each device, by the source's keys: as the device says, else by a service, one that is active first. */
function clientKeys({ services, clients }: SourceSnapshot, { all }: MatchedDevices): Map<string, string> {
  const known = new Set(clients.map((client) => client.key))
  const keys = new Map<string, string>()
  for (const { key, clientKey } of all) if (clientKey !== null && known.has(clientKey)) keys.set(key, clientKey)
  const isActive = ({ status }: SourceService) => status.toLowerCase() === 'active'
  for (const service of [...services.filter(isActive), ...services.filter((one) => !isActive(one))]) {
    if (!known.has(service.clientKey)) continue
    for (const key of service.deviceKeys) if (!keys.has(key)) keys.set(key, service.clientKey)
  }
  return keys
}

/** Whom the devices of each client belong to here already, as another source has it. */
function knownClients(
  { entries, matchOf }: MatchedDevices,
  clientKeyOf: ReadonlyMap<string, string>,
  { devices }: Standing,
): Map<string, Set<number>> {
  const byId = new Map(devices.map((device) => [device.id, device]))
  const known = new Map<string, Set<number>>()
  for (const { key } of entries) {
    const clientKey = clientKeyOf.get(key)
    const client = byId.get(matchOf(key).id ?? -1)?.client
    if (clientKey === undefined || typeof client !== 'number') continue
    const ids = known.get(clientKey)
    if (ids) ids.add(client)
    else known.set(clientKey, new Set([client]))
  }
  return known
}

function vanishedOf(
  kind: RecordKind,
  snapshot: SourceSnapshot,
  records: readonly StandingRecord<unknown>[],
  moved: ReadonlySet<string>,
): Vanished[] {
  const listed = new Set(listedOf(snapshot, kind).map((entry) => entry.key))
  // An entry that could not be read this time is listed all the same.
  const isUnread = (name: string) => snapshot.rejected.some(({ what }) => name !== '' && what.includes(name))
  return records
    .filter(({ key, name, isVanished }) => !isVanished && !listed.has(key) && !moved.has(key) && !isUnread(name))
    .map(({ key, name, id }) => ({ kind, key, name, id }))
}

function removedOf(snapshot: SourceSnapshot, kind: RecordKind, records: readonly StandingRecord<unknown>[]): number {
  const listed = new Set(listedOf(snapshot, kind).map((entry) => entry.key))
  return records.filter(({ key, id }) => id === null && listed.has(key)).length
}

function comeAndGone(rows: readonly ClientRow[], vanished: readonly Vanished[], { clients, records }: Standing) {
  const byId = new Map(clients.map((client) => [client.id, client]))
  const gone = new Set(vanished.filter(({ kind }) => kind === 'client').map(({ key }) => key))
  const live = new Set(rows.flatMap((row) => row.id ?? []))
  for (const { key, id, isVanished } of records.client) if (id !== null && !isVanished && !gone.has(key)) live.add(id)
  const left = [...new Set(vanished.flatMap(({ kind, id }) => (kind === 'client' && id !== null ? [id] : [])))]
  return {
    clientsGone: left.filter((id) => {
      const client = byId.get(id)
      return client && !live.has(id) && !client.listedElsewhere && !client.isVanished
    }),
    clientsBack: [...new Set(rows.flatMap((row) => (byId.get(row.id ?? -1)?.isVanished ? [row.id ?? 0] : [])))],
  }
}

function isDoubtful(vanished: readonly Vanished[], kind: RecordKind, records: readonly StandingRecord<unknown>[]) {
  const known = records.filter((record) => !record.isVanished).length
  const gone = vanished.filter((one) => one.kind === kind).length
  return gone >= leastDoubtful && gone * 2 > known
}
