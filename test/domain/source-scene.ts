import type {
  ClientFields,
  ContactFields,
  DeviceFields,
  Ref,
  ServiceFields,
  SiteFields,
} from '@/lib/domain/source-fields'
import type { Plan } from '@/lib/domain/source-plan'
import type {
  SourceClient,
  SourceDevice,
  SourceLink,
  SourceService,
  SourceSite,
  SourceSnapshot,
} from '@/lib/domain/source-records'
import type { Standing, StandingRecord } from '@/lib/domain/source-standing'

/** A database of objects: what a plan does to it is written a second time here, the slow and plain way. */
export type World = {
  next: number
  sites: Map<number, SiteFields>
  devices: Map<number, DeviceFields & { macs: string[]; isDark: boolean }>
  clients: Map<number, ClientFields & { byHand: boolean; isVanished: boolean }>
  contacts: Map<number, ContactFields & { clientId: number; sourceKey: string | null }>
  services: Map<number, ServiceFields>
  records: Map<string, Map<string, Stored>> // by source, then by kind and key
}
type Stored = Omit<StandingRecord<Record<string, unknown>>, 'key'> & { kind: keyof Standing['records']; key: string }

export const emptyWorld = (): World => ({
  next: 1,
  sites: new Map(),
  devices: new Map(),
  clients: new Map(),
  contacts: new Map(),
  services: new Map(),
  records: new Map(),
})

export function standingOf(world: World, name: string, pings: 'none' | 'infrastructure' | 'all' = 'none'): Standing {
  const own = [...(world.records.get(name)?.values() ?? [])]
  const others = [...world.records].flatMap(([source, records]) => (source === name ? [] : [...records.values()]))
  const listed = <T>(map: Map<number, T>) => [...map].map(([id, row]) => ({ id, ...row }))
  return {
    source: { name, pings },
    records: {
      site: own.filter((one) => one.kind === 'site'),
      device: own.filter((one) => one.kind === 'device'),
      client: own.filter((one) => one.kind === 'client'),
      service: own.filter((one) => one.kind === 'service'),
    } as Standing['records'],
    sites: listed(world.sites),
    devices: listed(world.devices).map((device) => ({
      ...device,
      macs: [
        ...device.macs,
        ...others.flatMap((one) => (one.kind === 'device' && one.id === device.id && one.mac ? [one.mac] : [])),
      ],
    })),
    clients: listed(world.clients).map((client) => ({
      ...client,
      listedElsewhere: others.some((one) => one.kind === 'client' && one.id === client.id && !one.isVanished),
    })),
    contacts: listed(world.contacts).map(({ sourceKey, ...row }) => ({
      ...row,
      key: sourceKey?.startsWith(`${name}:`) ? sourceKey.slice(name.length + 1) : null,
    })),
    services: listed(world.services),
  }
}

/** Writes a plan into the world. */
export function apply(world: World, name: string, plan: Plan): void {
  const records = world.records.get(name) ?? new Map<string, Stored>()
  world.records.set(name, records)
  const ids = (rows: readonly { key: string; id: number | null }[]) =>
    new Map(rows.map((row) => [row.key, row.id ?? world.next++] as const))
  const of = {
    site: ids(plan.sites),
    client: ids(plan.clients),
    device: ids(plan.devices),
    service: ids(plan.services),
  }
  const ref = (kind: 'site' | 'client' | 'device', one: Ref) =>
    typeof one === 'number' ? one : (of[kind].get(one) ?? fail(`${kind} ${one} was not made`))
  const meant = (fields: Record<string, unknown>): Record<string, unknown> => {
    const { site, client, upstream, ...rest } = fields
    return {
      ...rest,
      ...(site == null ? {} : { site: ref('site', site as Ref) }),
      ...(client == null ? {} : { client: ref('client', client as Ref) }),
      ...(upstream === undefined ? {} : { upstream: (upstream as Ref[]).map((one) => ref('device', one)) }),
    }
  }
  const write = <T>(map: Map<number, T>, id: number, made: T, fields: Record<string, unknown>) =>
    map.set(id, { ...(map.get(id) ?? made), ...meant(fields) } as T)

  for (const row of plan.sites) write(world.sites, of.site.get(row.key) ?? 0, noSite, row.write)
  for (const row of plan.clients) {
    const id = of.client.get(row.key) ?? 0
    write(world.clients, id, { ...noClient, byHand: false, isVanished: false }, row.write)
    const client = world.clients.get(id)
    if (client && row.takesOver) client.byHand = false
    for (const { key, position: _, ...contact } of row.contacts.add)
      world.contacts.set(world.next++, { ...contact, clientId: id, sourceKey: `${name}:${key}` })
    for (const { id: contact, write: fields } of row.contacts.change) {
      const known = world.contacts.get(contact)
      if (known) world.contacts.set(contact, { ...known, ...fields })
    }
    for (const { id: contact } of row.contacts.remove) world.contacts.delete(contact)
  }
  for (const row of plan.devices) {
    write(world.devices, of.device.get(row.key) ?? 0, { ...noDevice, macs: [], isDark: false }, row.write)
    if (row.before !== null) records.delete(`device ${row.before}`)
  }
  for (const row of plan.services) write(world.services, of.service.get(row.key) ?? 0, noService, row.write)
  for (const kind of ['site', 'client', 'device', 'service'] as const) {
    const rows = { site: plan.sites, client: plan.clients, device: plan.devices, service: plan.services }[kind]
    for (const { key, entry, said } of rows) {
      const contacts = plan.clients.find((row) => row.key === key)?.contacts.said ?? {}
      records.set(`${kind} ${key}`, {
        kind,
        key,
        mac: 'mac' in entry ? entry.mac : null,
        name: entry.name,
        id: of[kind].get(key) ?? null,
        said: JSON.parse(JSON.stringify({ ...meant(said), ...(kind === 'client' ? { contacts } : {}) })),
        isVanished: false,
      })
    }
  }
  for (const { kind, key } of plan.vanished) {
    const record = records.get(`${kind} ${key}`)
    if (record) record.isVanished = true
  }
  for (const [ids, isVanished] of [
    [plan.clientsGone, true],
    [plan.clientsBack, false],
  ] as const)
    for (const id of ids) {
      const client = world.clients.get(id)
      if (client) client.isVanished = isVanished
    }
  const names = [...world.devices.values()].map((device) => device.name)
  if (new Set(names).size !== names.length) fail(`two devices of one name: ${names.join(', ')}`)
  const places = [...world.sites.values()].map((site) => site.name)
  if (new Set(places).size !== places.length) fail(`two sites of one name: ${places.join(', ')}`)
}

const fail = (words: string): never => {
  throw new Error(words)
}

const noSite: SiteFields = { name: '', latitude: null, longitude: null }
export const noDevice: DeviceFields = {
  name: '',
  address: '',
  role: 'other',
  site: null,
  client: null,
  pinged: false,
  upstream: [],
}
export const noClient: ClientFields = {
  name: '',
  kind: 'person',
  company: null,
  person: null,
  number: null,
  address: null,
  language: 'en',
  archived: false,
}
const noService: ServiceFields = {
  name: '',
  client: null,
  status: 'active',
  downMbps: null,
  upMbps: null,
  address: null,
}

export const device = (key: string, said: Partial<SourceDevice> = {}): SourceDevice => ({
  key,
  name: key,
  mac: null,
  serial: null,
  model: null,
  vendor: null,
  firmware: null,
  role: 'other',
  address: null,
  siteKey: null,
  clientKey: null,
  upstreamKeys: [],
  status: 'active',
  isExpected: true,
  ...said,
})
export const client = (key: string, said: Partial<SourceClient> = {}): SourceClient => ({
  key,
  kind: 'person',
  name: key,
  company: null,
  person: null,
  number: null,
  address: null,
  language: null,
  isArchived: false,
  contacts: [],
  ...said,
})
export const site = (key: string, said: Partial<SourceSite> = {}): SourceSite => ({
  key,
  name: key,
  parentKey: null,
  latitude: null,
  longitude: null,
  note: null,
  ...said,
})
export const service = (key: string, clientKey: string, deviceKeys: string[]): SourceService => ({
  key,
  clientKey,
  name: 'Home 50',
  status: 'active',
  downMbps: 50.1,
  upMbps: 10,
  address: null,
  deviceKeys,
})
export const link = (fromKey: string, toKey: string): SourceLink => ({
  key: `${fromKey} ${toKey}`,
  fromKey,
  toKey,
  kind: 'ethernet',
})
export const snapshot = (said: Partial<SourceSnapshot>): SourceSnapshot => ({
  readAt: 0,
  sites: [],
  devices: [],
  clients: [],
  services: [],
  links: [],
  rejected: [],
  ...said,
})
