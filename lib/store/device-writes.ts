import type { TransactionSql } from 'postgres'
import type { DeviceFields } from '@/lib/domain/device-fields'
import { assignmentChanged } from './assignment'
import { transaction } from './database'
import { readIsolation } from './isolation-settings'
import { endOutages, lockTargets } from './outages'
import { type NewEvent, publish } from './publish'
import { deviceRuleFault } from './rule-check'
import { forgetSaid } from './source-states'
import { writeUpstream } from './upstream-writes'

/** A site by name is made when it is missing; by id it has to exist. */
export type DeviceInput = Omit<DeviceFields, 'site' | 'client'> & {
  site: string | number | null
  client: string | number | null // a name that is new makes the client
  pinged: boolean // what is pinged has an address
  paused: boolean
}
export type DeviceChange = { [field in keyof DeviceInput]?: DeviceInput[field] | undefined }
/** `conflict`: the name is another's. Otherwise something that it refers to will not do. */
export type DeviceFault = { fault: string; conflict: boolean }

const topologyLock = 4_810_008 // one writer of names and edges at a time, or two could close a circle between them

/** Waits until no one else changes which devices there are and who is upstream of whom; held until the commit. */
export async function lockTopology(tx: TransactionSql): Promise<void> {
  await tx`select pg_advisory_xact_lock(${topologyLock})`
}

class Refused extends Error {
  constructor(readonly answer: DeviceFault) {
    super(answer.fault)
  }
}
/** Ends the work of `orFault`: nothing of it is kept. */
export const refuse = (fault: string, conflict = false): never => {
  throw new Refused({ fault, conflict })
}

/** Runs it in a transaction; what it refuses rolls back and is returned. */
export async function orFault<T>(work: (tx: TransactionSql) => Promise<T>): Promise<T | DeviceFault> {
  try {
    return await transaction(work)
  } catch (error) {
    if (error instanceof Refused) return error.answer
    throw error
  }
}

/** Adds a device and has the probes told. */
export async function createDevice(
  input: DeviceChange & { name: string; address: string },
): Promise<{ id: number } | DeviceFault> {
  return orFault(async (tx) => {
    await lockTopology(tx)
    const siteId = await siteIdOf(tx, input.site ?? null)
    const [row] = await tx<{ id: number }[]>`
      insert into targets (kind, name, site_id, tags, paused_at)
      values ('device', ${input.name}, ${siteId}, ${input.tags ?? []}, ${input.paused ? new Date() : null})
      on conflict (kind, name) do nothing returning id`
    if (!row) return taken(input.name)
    const client = await clientColumn(tx, input.client ?? null)
    await tx`
      insert into devices (id, address, pinged, role, client, client_id, snmp_profile, ping_interval, ping_timeout,
        isolate_misses, isolate_seconds)
      values (${row.id}, ${input.address}, ${input.pinged ?? true}, ${input.role ?? 'other'}, ${client.client ?? null}, ${client.client_id ?? null},
        ${input.snmpProfile ?? null},
        ${input.pingInterval ?? null}, ${input.pingTimeout ?? null}, ${input.isolateMisses ?? null},
        ${input.isolateSeconds ?? null})`
    await requireAddress(tx, row.id)
    if (input.upstream?.length) await setUpstream(tx, row.id, input.upstream)
    await requireRule(tx, row.id, input)
    await assignmentChanged(tx)
    return { id: row.id }
  })
}

async function requireAddress(tx: TransactionSql, id: number): Promise<void> {
  const [row] = await tx`select 1 from devices where id = ${id} and pinged and address = ''`
  if (row) refuse('address: found none, expected an IP address while it is pinged')
}

/** Refuses a rule, changed or come to by another site, that can never be met: the device would never be isolated. */
async function requireRule(tx: TransactionSql, id: number, said: DeviceChange): Promise<void> {
  const parts = [said.pingInterval, said.pingTimeout, said.isolateMisses, said.isolateSeconds, said.site]
  if (parts.every((part) => part === undefined)) return
  const fault = await deviceRuleFault(tx, await readIsolation(tx), id)
  if (fault) refuse(`isolate_seconds: ${fault}`)
}

const taken = (name: string) => refuse(`name: another device is called ${JSON.stringify(name)}`, true)

/** Changes what is given; null when there is no such device. Pausing it, or pinging it no more, ends its open outage. */
export async function updateDevice(id: number, change: DeviceChange): Promise<{ id: number } | null | DeviceFault> {
  return orFault(async (tx) => {
    await lockTopology(tx) // before any row, as an import does
    const [found] = await tx<{ pinged: boolean }[]>`
      select d.pinged from targets t join devices d on d.id = t.id where t.id = ${id} for update of t`
    if (!found) return null
    if (change.name !== undefined) {
      const [other] = await tx`select 1 from targets where kind = 'device' and name = ${change.name} and id <> ${id}`
      if (other) return taken(change.name)
    }
    const target = columnsOf(change, { name: 'name', tags: 'tags' })
    if (change.site !== undefined) target.site_id = await siteIdOf(tx, change.site)
    await tx`update targets set ${tx({ ...target, updated_at: new Date() })} where id = ${id}`
    const device = columnsOf(change, deviceColumns)
    if (change.client !== undefined) Object.assign(device, await clientColumn(tx, change.client))
    if (Object.keys(device).length > 0) await tx`update devices set ${tx(device)} where id = ${id}`
    if (change.pinged || change.address !== undefined) await requireAddress(tx, id)
    if (change.upstream !== undefined) await setUpstream(tx, id, change.upstream)
    await requireRule(tx, id, change)
    await assignmentChanged(tx)
    const isLeft = found.pinged && change.pinged === false
    if (isLeft) await forgetSaid(tx, [id])
    const ended = isLeft ? await endOutages(tx, [id], new Date(), 'unwatched') : []
    if (change.paused !== undefined) await setPaused(tx, [id], change.paused, ended)
    else await publish(tx, ended)
    return { id }
  })
}

const deviceColumns = {
  address: 'address',
  pinged: 'pinged',
  role: 'role',
  snmpProfile: 'snmp_profile',
  pingInterval: 'ping_interval',
  pingTimeout: 'ping_timeout',
  isolateMisses: 'isolate_misses',
  isolateSeconds: 'isolate_seconds',
} as const

/** A client by name is left to the database, which makes one that is new; by id it has to exist. */
async function clientColumn(
  tx: TransactionSql,
  client: string | number | null,
): Promise<{ client?: string | null; client_id?: number }> {
  if (typeof client !== 'number') return { client }
  const [row] = await tx`select 1 from clients where id = ${client}`
  return row ? { client_id: client } : refuse(`client: found ${client}, expected the id of a client, or a name`)
}

type Cell = string | number | boolean | string[] | Date | null
function columnsOf(change: DeviceChange, names: Partial<Record<keyof DeviceChange, string>>): Record<string, Cell> {
  const given = Object.entries(names).map(([field, column]) => [column, change[field as keyof DeviceChange]] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as Record<string, Cell>
}

/** The id of a site, made when a name is new. */
export async function siteIdOf(tx: TransactionSql, site: string | number | null): Promise<number | null> {
  if (site === null) return null
  if (typeof site === 'number') {
    const [row] = await tx`select 1 from sites where id = ${site}`
    return row ? site : refuse(`site: found ${site}, expected the id of a site, or a name`)
  }
  await tx`insert into sites (name) values (${site}) on conflict (name) do nothing`
  const [row] = await tx<{ id: number }[]>`select id from sites where name = ${site}`
  return row?.id ?? refuse(`site: ${JSON.stringify(site)} was removed in this moment, try again`)
}

/** Replaces the upstreams of one device, under the topology lock. Refuses unknown ones and a way that comes back to the device. */
async function setUpstream(tx: TransactionSql, id: number, upstream: readonly (string | number)[]): Promise<void> {
  const names = upstream.filter((one) => typeof one === 'string')
  const ids = upstream.filter((one) => typeof one === 'number')
  const found = await tx<{ id: number; name: string }[]>`
    select id, name from targets where kind = 'device' and (name = any(${names}) or id = any(${ids}::int[]))`
  const known = new Set<string | number>(found.flatMap((row) => [row.id, row.name]))
  const missing = upstream.filter((one) => !known.has(one))
  if (missing.length > 0) {
    refuse(`upstream: found ${missing.map((one) => JSON.stringify(one)).join(', ')}, expected names or ids of devices`)
  }
  const fault = await writeUpstream(
    tx,
    id,
    found.map((row) => row.id),
  )
  if (fault) {
    refuse(`upstream: ${JSON.stringify(fault.circle)} would be upstream of itself, expected a way that ends`)
  }
}

/** Pauses or resumes devices; returns how many changed. What is dark and paused is no longer an outage. */
export async function pauseDevices(ids: readonly number[], paused: boolean): Promise<number> {
  return transaction(async (tx) => {
    await assignmentChanged(tx)
    return setPaused(tx, ids, paused)
  })
}

async function setPaused(
  tx: TransactionSql,
  ids: readonly number[],
  paused: boolean,
  before: readonly NewEvent[] = [],
): Promise<number> {
  const now = new Date()
  await lockTargets(tx, ids)
  // Resumed, it is as good as new: nothing is known until the next ping.
  const changed = await tx<{ id: number; name: string }[]>`
    update targets set paused_at = ${paused ? now : null}, status = 'new', status_since = ${now}, updated_at = ${now}
    where id = any(${[...ids]}::int[]) and kind = 'device' and (paused_at is null) = ${paused}
    returning id, name`
  const changedIds = changed.map((row) => row.id)
  const ended = paused ? await endOutages(tx, changedIds, now, 'paused') : []
  const status = paused ? 'paused' : 'new'
  const told = changed.map(({ id, name }) => ({
    type: 'target.status' as const,
    at: now,
    targetId: id,
    incidentId: null,
    body: { target: { kind: 'device', id, name }, status, since: now.toISOString() },
  }))
  await publish(tx, [...before, ...ended, ...told])
  return changed.length
}

/** Removes devices and their history; an open outage ends first, so that nobody waits for it. Returns how many went. */
export async function deleteDevices(ids: readonly number[]): Promise<number> {
  return transaction(async (tx) => {
    await lockTopology(tx)
    const ended = await endOutages(tx, ids, new Date(), 'deleted')
    const deleted = await tx`delete from targets where id = any(${[...ids]}::int[]) and kind = 'device'`
    await assignmentChanged(tx)
    await publish(tx, ended)
    return deleted.count
  })
}
