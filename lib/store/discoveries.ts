import type { JSONValue, TransactionSql } from 'postgres'
import { addressCount, isWithin, rangesOutside } from '@/lib/domain/address-range'
import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { SnmpProfile } from '@/lib/wire/snmp'
import { sql, transaction } from './database'
import { type DeviceFault, orFault, refuse, siteIdOf } from './device-writes'
import { readAllowedRanges } from './discovery-ranges'
import { listProfilesForProbes } from './snmp-profiles'

export type DiscoveryState = 'waiting' | 'running' | 'done' | 'cancelled' | 'failed'
/** A search as it is asked for. With seeds the ranges only bound it; without, every address in them is swept. */
export type DiscoveryInput = {
  probeId: number
  ranges: string[] // canonical CIDRs
  seeds: string[] // addresses
  site: string | number | null // of what is accepted; a new name makes it
  profileIds: number[] // tried in this order; empty: pings alone
  ratePerSecond: number
}
export type Discovery = Omit<DiscoveryInput, 'site'> & {
  id: number
  probe: string
  probeConnected: boolean
  siteId: number | null
  site: string | null
  state: DiscoveryState
  total: number // addresses, as far as is known
  asked: number
  failure: string | null
  cancelled: boolean // asked for; the probe ends it
  found: number
  opened: number // of them by SNMP
  waiting: number // for somebody to accept or dismiss them; known ones left out
  createdBy: string
  createdAt: Date
  startedAt: Date | null
  endedAt: Date | null
}
/** What a probe is told. Addresses outside `ranges` or outside `allowed` are never touched. */
export type DiscoveryOrder = Pick<Discovery, 'id' | 'probeId' | 'ranges' | 'seeds' | 'cancelled'> & {
  ratePerSecond: number
  profiles: SnmpProfile[]
  allowed: string[]
}
/** What a probe tells of a discovery: all of it so far, and what was found since it last told. */
export type FoundReport = {
  discoveryId: number
  asked: number
  total: number
  ended: boolean
  failure: string | null
  items: FoundItem[]
}
export type FoundItem = { address: string; rttMs: number | null; profileId: number | null; facts: DeviceFacts | null }

/** The most that one search may hold. addresses: of a sweep; found: rows kept. */
export const discoveryLimits = { addresses: 262_144, found: 20_000, seeds: 32, rate: 5000 } as const
const keptDays = 90

const columns = () => sql`
  d.id, d.probe_id as "probeId", p.name as probe,
  coalesce(p.connected_at > coalesce(p.disconnected_at, '-infinity'), false) as "probeConnected",
  d.ranges, d.seeds, d.site_id as "siteId", s.name as site, d.profile_ids as "profileIds",
  d.rate_per_second::float8 as "ratePerSecond", d.state, d.total, d.asked, d.failure, d.cancelled,
  d.created_by as "createdBy", d.created_at as "createdAt", d.started_at as "startedAt", d.ended_at as "endedAt",
  f.found, f.opened, f.waiting`
const from = () => sql`
  discoveries d join probes p on p.id = d.probe_id left join sites s on s.id = d.site_id
  cross join lateral (
    select count(*)::int as found, count(facts)::int as opened,
      count(*) filter (where decision is null and device_id is null)::int as waiting
    from found_devices where discovery_id = d.id
  ) f`

/** The newest first; `before` is the last id of the page before. */
export async function listDiscoveries({ limit = 100, before = 2_147_483_647 } = {}): Promise<Discovery[]> {
  return sql<Discovery[]>`select ${columns()} from ${from()} where d.id < ${before} order by d.id desc limit ${limit}`
}

/** One discovery, or null. */
export async function findDiscovery(id: number): Promise<Discovery | null> {
  const [row] = await sql<Discovery[]>`select ${columns()} from ${from()} where d.id = ${id}`
  return row ?? null
}

/** Has a probe search. A fault names its field: a range that is not allowed, more addresses than one search may hold. */
export async function createDiscovery(input: DiscoveryInput, by: string): Promise<{ id: number } | DeviceFault> {
  return orFault(async (tx) => {
    const outside = rangesOutside(input.ranges, await readAllowedRanges(tx))
    if (outside.length > 0) {
      refuse(
        `ranges: ${outside.slice(0, 3).join(', ')} is outside the ranges that a discovery may look at (Settings, SNMP)`,
      )
    }
    const count = addressCount(input.ranges)
    if (input.seeds.length === 0 && count > BigInt(discoveryLimits.addresses)) {
      refuse(`ranges: found ${count} addresses, expected at most ${discoveryLimits.addresses} in one sweep`)
    }
    const stray = input.seeds.find((seed) => !isWithin(seed, input.ranges))
    if (stray) refuse(`seeds: ${stray} is outside the ranges, expected an address within them`)
    await refuseUnknown(tx, input)
    const siteId = await siteIdOf(tx, input.site)
    const [row] = await tx<{ id: number }[]>`
      insert into discoveries (probe_id, ranges, seeds, site_id, profile_ids, rate_per_second, total, created_by)
      values (${input.probeId}, ${input.ranges}, ${input.seeds}, ${siteId}, ${input.profileIds},
        ${input.ratePerSecond}, ${input.seeds.length > 0 ? input.seeds.length : Number(count)}, ${by})
      returning id`
    if (!row) throw new Error('Cannot keep the discovery: nothing was returned')
    await tx`
      delete from discoveries
      where ended_at < now() - make_interval(days => ${keptDays}) or id in (
        select id from discoveries where ended_at is not null order by id desc offset 200)`
    await order(tx, { discovery: row.id })
    return row
  })
}

async function refuseUnknown(tx: TransactionSql, { probeId, profileIds }: DiscoveryInput): Promise<void> {
  const [probe] = await tx`select 1 from probes where id = ${probeId}`
  if (!probe) refuse(`probe: found ${probeId}, expected the id of a probe`)
  const known = await tx<{ id: number }[]>`select id from snmp_profiles where id = any(${profileIds}::int[])`
  const missing = profileIds.filter((id) => !known.some((row) => row.id === id))
  if (missing.length > 0) refuse(`profiles: found ${missing.join(', ')}, expected ids of SNMP profiles`)
}

/**
 * Ends a search: at once where no probe has begun, or the probe is away, perhaps for ever; else as soon as it hears of it.
 * False when there is none to end.
 */
export async function cancelDiscovery(id: number): Promise<boolean> {
  return transaction(async (tx) => {
    const updated = await tx`
      update discoveries d set cancelled = true,
        state = case when d.state = 'waiting' or not p.present then 'cancelled' else d.state end,
        ended_at = case when d.state = 'waiting' or not p.present then now() else d.ended_at end
      from (select id, coalesce(connected_at > coalesce(disconnected_at, '-infinity'), false) as present from probes) p
      where d.id = ${id} and p.id = d.probe_id and d.state in ('waiting', 'running')`
    if (updated.count === 1) await order(tx, { cancel: id })
    return updated.count === 1
  })
}

/** Forgets a search and what it found; the devices that were accepted stay. A fault while it runs, null when there is none. */
export async function deleteDiscovery(id: number): Promise<{ id: number } | DeviceFault | null> {
  const done = await orFault(async (tx) => {
    const [row] = await tx<{ state: DiscoveryState }[]>`select state from discoveries where id = ${id} for update`
    if (!row) return { id: null }
    if (row.state === 'running') return refuse('it still runs: cancel it first', true)
    await tx`delete from discoveries where id = ${id}`
    return { id }
  })
  if ('fault' in done) return done
  return done.id === null ? null : { id: done.id }
}

// ---- for the gate of the probes ----

/** What the probe of a discovery is told; null when it has ended or is none. */
export async function readDiscoveryOrder(id: number): Promise<DiscoveryOrder | null> {
  const [order] = await ordersWhere(sql`id = ${id} and ${isOpen()}`)
  return order ?? null
}

/**
 * What a probe that has just come is told anew: its searches that have not ended, and those that were ended while it was
 * away, which it may still be at; the oldest first.
 */
export async function listOpenDiscoveries(probeId: number): Promise<DiscoveryOrder[]> {
  return ordersWhere(sql`
    probe_id = ${probeId} and (${isOpen()} or (
      state = 'cancelled' and started_at is not null and ended_at > now() - interval '1 day' and ended_at > (
        select coalesce(disconnected_at, 'infinity') from probes where id = ${probeId})))`)
}

const isOpen = () => sql`state in ('waiting', 'running')`

async function ordersWhere(condition: ReturnType<typeof sql>): Promise<DiscoveryOrder[]> {
  const rows = await sql<(Omit<DiscoveryOrder, 'profiles' | 'allowed'> & { profileIds: number[] })[]>`
    select id, probe_id as "probeId", ranges, seeds, cancelled, rate_per_second::float8 as "ratePerSecond",
      profile_ids as "profileIds"
    from discoveries where ${condition} order by id`
  if (rows.length === 0) return []
  const [profiles, allowed] = await Promise.all([listProfilesForProbes(), readAllowedRanges()])
  const byId = new Map(profiles.map((profile) => [profile.id, profile]))
  return rows.map(({ profileIds, ...row }) => ({
    ...row,
    allowed,
    profiles: profileIds.flatMap((id) => byId.get(id) ?? []),
  }))
}

/** Keeps what a probe tells of its search, in the transaction of its message. What came after its end changes nothing. */
export async function saveFound(tx: TransactionSql, probeId: number, report: FoundReport): Promise<void> {
  const [discovery] = await tx<{ ranges: string[]; found: number }[]>`
    select ranges, (select count(*)::int from found_devices where discovery_id = d.id) as found from discoveries d
    where id = ${report.discoveryId} and probe_id = ${probeId} and state in ('waiting', 'running') for update`
  if (!discovery) return
  const room = Math.max(0, discoveryLimits.found - discovery.found)
  const items = report.items.filter((item) => isWithin(item.address, discovery.ranges)).slice(0, room)
  await insertFound(tx, report.discoveryId, items)
  await tx`
    update discoveries set asked = greatest(asked, ${report.asked}), total = ${Math.max(report.total, report.asked)},
      failure = ${report.failure}, started_at = coalesce(started_at, now()),
      state = ${stateAfter(tx, report)}, ended_at = ${report.ended ? tx`now()` : null}
    where id = ${report.discoveryId}`
}

function stateAfter(tx: TransactionSql, { ended, failure }: FoundReport) {
  if (!ended) return tx`'running'`
  return failure === null ? tx`case when cancelled then 'cancelled' else 'done' end` : tx`'failed'`
}

async function insertFound(tx: TransactionSql, discoveryId: number, items: readonly FoundItem[]): Promise<void> {
  if (items.length === 0) return
  const rows = items.map(({ address, rttMs, profileId, facts }, n) => ({ n, address, rttMs, profileId, facts }))
  // The same address told twice, as after a lost answer, is one row; a device is known by any of its addresses.
  await tx`
    insert into found_devices (discovery_id, address, rtt_ms, profile_id, facts, device_id)
    select ${discoveryId}, f.address, f."rttMs", p.id, f.facts, (
      select d.id from devices d
      where d.address = f.address or d.address in (
        select jsonb_array_elements_text(case when jsonb_typeof(f.facts -> 'addresses') = 'array'
          then f.facts -> 'addresses' else '[]' end))
      order by d.address = f.address desc, d.id limit 1)
    from jsonb_to_recordset(${tx.json(rows as unknown as JSONValue)})
      as f(n int, address text, "rttMs" real, "profileId" int, facts jsonb)
    left join snmp_profiles p on p.id = f."profileId" order by f.n
    on conflict (discovery_id, address) do update set rtt_ms = coalesce(excluded.rtt_ms, found_devices.rtt_ms),
      profile_id = coalesce(excluded.profile_id, found_devices.profile_id),
      facts = coalesce(excluded.facts, found_devices.facts),
      device_id = coalesce(found_devices.device_id, excluded.device_id)`
}

type Order = { walk: number[] } | { discovery: number } | { cancel: number }

/** Wakes the gate of the probes after the commit: walk these devices now, begin this search, end it. */
export async function order(tx: TransactionSql, what: Order): Promise<void> {
  for (const part of 'walk' in what ? walksOf(what.walk) : [what])
    await tx`select pg_notify('beatline_probe_orders', ${JSON.stringify(part)})`
}

const mostWalksInOrder = 500 // a notice of PostgreSQL holds 8,000 bytes, an id up to ten digits

function walksOf(ids: readonly number[]): Order[] {
  const count = Math.ceil(ids.length / mostWalksInOrder)
  return Array.from({ length: count }, (_, i) => ({
    walk: ids.slice(i * mostWalksInOrder, (i + 1) * mostWalksInOrder),
  }))
}

/** Has these devices walked now; at most 1,000. */
export async function walkNow(ids: readonly number[]): Promise<void> {
  await transaction((tx) => order(tx, { walk: ids.slice(0, 1000) }))
}
