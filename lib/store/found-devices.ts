import type { TransactionSql } from 'postgres'
import { type Found, type Known, reviewFound, type Suggested } from '@/lib/domain/found-review'
import { longestUptime } from '@/lib/domain/reboot'
import type { Role } from '@/lib/domain/status'
import { assignmentChanged } from './assignment'
import { sql } from './database'
import { type DeviceFault, lockTopology, orFault, refuse } from './device-writes'
import { order } from './discoveries'

/** What a search found at one address, as it is shown, with what is suggested for it. */
export type FoundDevice = {
  id: number
  address: string
  rttMs: number | null // null: it does not answer pings
  profileId: number | null
  profile: string | null // that opened it
  vendor: string | null
  model: string | null
  firmware: string | null
  systemName: string | null
  opened: boolean
  stations: number
  foundAt: Date
  device: { id: number; name: string; role: Role } | null // known already, or accepted
  decision: 'accepted' | 'dismissed' | null
  suggested: Suggested
}
/** opened: by SNMP; pings: by no profile; known: watched already; decided: accepted or dismissed. */
export const foundFilters = ['waiting', 'opened', 'pings', 'known', 'decided', 'all'] as const
export type FoundFilter = (typeof foundFilters)[number]

const factsOf = (facts: ReturnType<typeof sql>) => sql`
  case when ${facts} is null then null else jsonb_build_object(
    'vendor', ${facts} -> 'vendor', 'model', ${facts} -> 'model', 'serial', ${facts} -> 'serial',
    'role', ${facts} -> 'role', 'macs', ${facts} -> 'macs', 'addresses', ${facts} -> 'addresses',
    'name', ${facts} #> '{system,name}',
    'apMacs', jsonb_path_query_array(${facts}, '$.radios[*] ? (@.mode == "station").apMac ? (@ != null)'),
    'stations', coalesce((select jsonb_agg(jsonb_build_object('mac', s -> 'mac', 'ip', s -> 'ip', 'name', s -> 'name'))
      from jsonb_array_elements(${facts} -> 'stations') s), '[]'),
    'links', coalesce((select jsonb_agg(jsonb_build_object('mac', l -> 'remoteMac', 'ip', l -> 'remoteIp'))
      from jsonb_array_elements(${facts} -> 'links') l), '[]'),
    'neighbours', coalesce((select jsonb_agg(jsonb_build_object('mac', n -> 'mac', 'name', n -> 'name',
        'addresses', n -> 'addresses')) from jsonb_array_elements(${facts} -> 'neighbours') n), '[]')) end`

const filtered: Record<FoundFilter, () => ReturnType<typeof sql>> = {
  waiting: () => sql`f.decision is null and f.device_id is null`,
  opened: () => sql`f.decision is null and f.device_id is null and f.facts is not null`,
  pings: () => sql`f.decision is null and f.device_id is null and f.facts is null`,
  known: () => sql`f.device_id is not null and f.decision is null`,
  decided: () => sql`f.decision is not null`,
  all: () => sql`true`,
}

/** By address, as numbers; `after` is the last id of the page before. */
export async function listFound(
  discoveryId: number,
  { show = 'all' as FoundFilter, limit = 1000, after = 0 } = {},
): Promise<FoundDevice[]> {
  const [rows, suggested] = await Promise.all([
    sql<Omit<FoundDevice, 'suggested'>[]>`
      select f.id, f.address, f.rtt_ms::float8 as "rttMs", f.profile_id as "profileId", p.name as profile,
        f.facts ->> 'vendor' as vendor, f.facts ->> 'model' as model, f.facts ->> 'firmware' as firmware,
        f.facts #>> '{system,name}' as "systemName", f.facts is not null as opened,
        coalesce(jsonb_array_length(f.facts -> 'stations'), 0) as stations, f.found_at as "foundAt", f.decision,
        case when t.id is not null then jsonb_build_object('id', t.id, 'name', t.name, 'role', e.role) end as device
      from found_devices f left join snmp_profiles p on p.id = f.profile_id left join targets t on t.id = f.device_id
      left join devices e on e.id = t.id
      where f.discovery_id = ${discoveryId} and ${filtered[show]()}
        and (inet(f.address), f.id) > (select coalesce(max(inet(address)), '0.0.0.0'), ${after}::int
          from found_devices where id = ${after})
      order by inet(f.address), f.id limit ${limit}`,
    suggestFor(discoveryId),
  ])
  return rows.flatMap((row) => {
    const said = suggested.get(row.id)
    return said ? [{ ...row, suggested: said }] : []
  })
}

/** How many rows each filter shows. */
export async function countFound(discoveryId: number): Promise<Record<FoundFilter, number>> {
  const counts = foundFilters.map((one) => sql`count(*) filter (where ${filtered[one]()})::int as ${sql(one)}`)
  const [row] = await sql<Record<FoundFilter, number>[]>`
    select ${counts.flatMap((count, i) => (i === 0 ? [count] : [sql`, `, count]))}
    from found_devices f where f.discovery_id = ${discoveryId}`
  return row ?? { waiting: 0, opened: 0, pings: 0, known: 0, decided: 0, all: 0 }
}

/** When each device was found, in ms after the search began; at most `limit`, for drawing. */
export async function listFoundMoments(discoveryId: number, limit: number): Promise<number[]> {
  const rows = await sql<{ ms: number }[]>`
    select extract(epoch from f.found_at - coalesce(d.started_at, d.created_at))::float8 * 1000 as ms
    from found_devices f join discoveries d on d.id = f.discovery_id
    where f.discovery_id = ${discoveryId} order by f.id limit ${limit}`
  return rows.map((row) => Math.max(0, Math.round(row.ms)))
}

async function suggestFor(discoveryId: number, on: typeof sql | TransactionSql = sql): Promise<Map<number, Suggested>> {
  const [found, known] = await Promise.all([
    on<Found[]>`
      select f.id, f.address, f.device_id as "deviceId", ${factsOf(on`f.facts`)} as facts
      from found_devices f where f.discovery_id = ${discoveryId} order by f.id`,
    // Of what is watched, those that could be above: others have no registrations and few neighbours to tell.
    on<Known[]>`
      select t.id, t.name, d.address, d.role,
        case when d.role = 'cpe' then null else ${factsOf(on`w.facts`)} end as facts
      from targets t join devices d on d.id = t.id left join device_walks w on w.device_id = t.id
      where t.kind = 'device'`,
  ])
  return new Map(reviewFound(found, known).map((one) => [one.id, one]))
}

export type Choice = { ids: readonly number[] } | { show: 'waiting' | 'opened' | 'pings' }
/** What is said otherwise than suggested, by the id of the row. */
export type Overrides = ReadonlyMap<number, { name?: string | undefined; role?: Role | undefined }>

/**
 * Watches what was found, under the names and roles suggested unless said otherwise. What its walks said is kept with it,
 * so that the graph learns at once where it hangs. Rows that are another address of an accepted one go with it. Null: no
 * such search.
 */
export async function acceptFound(
  discoveryId: number,
  choice: Choice,
  by: string,
  overrides: Overrides = new Map(),
): Promise<{ accepted: number[]; skipped: number } | DeviceFault | null> {
  const done = await orFault(async (tx) => {
    await lockTopology(tx)
    const [discovery] = await tx<{ siteId: number | null; probeId: number }[]>`
      select site_id as "siteId", probe_id as "probeId" from discoveries where id = ${discoveryId} for update`
    if (!discovery) return { gone: true as const }
    await knowWatched(tx, discoveryId)
    const suggested = await suggestFor(discoveryId, tx)
    const chosen = await tx<{ id: number; address: string }[]>`
      select f.id, f.address from found_devices f
      where f.discovery_id = ${discoveryId} and ${chosenBy(choice)} order by f.id`
    const rows = chosen.flatMap(({ id, address }) => {
      const said = suggested.get(id)
      if (!said || said.sameAs) return []
      const { name = said.name, role = said.role } = overrides.get(id) ?? {}
      return [{ id, address, name, role }]
    })
    await refuseTaken(tx, rows)
    const accepted = await addDevices(tx, discovery.siteId, rows)
    await keepWalks(
      tx,
      discovery.probeId,
      rows.map((row) => row.id),
    )
    await decide(tx, accepted, suggested, by)
    if (accepted.length > 0) {
      await assignmentChanged(tx)
      const ids = accepted.map((row) => row.deviceId)
      await order(tx, { walk: ids.slice(0, 1000) }) // the rest in their turn
    }
    return { accepted: accepted.map((row) => row.deviceId), skipped: chosen.length - accepted.length }
  })
  return 'gone' in done ? null : done
}

/** What another search found as well, and somebody accepted there, is not watched twice. */
async function knowWatched(tx: TransactionSql, discoveryId: number): Promise<void> {
  await tx`
    update found_devices f set device_id = (select min(d.id) from devices d where d.address = f.address)
    where f.discovery_id = ${discoveryId} and f.device_id is null
      and exists (select 1 from devices d where d.address = f.address)`
}

const chosenBy = (choice: Choice) =>
  'ids' in choice
    ? sql`f.id = any(${[...choice.ids]}::int[]) and f.decision is distinct from 'accepted' and f.device_id is null`
    : filtered[choice.show]()

type Row = { id: number; address: string; name: string; role: Role }
type Added = { foundId: number; deviceId: number }

async function refuseTaken(tx: TransactionSql, rows: readonly Row[]): Promise<void> {
  const names = new Set<string>()
  const twice = rows.find(({ name }) => names.size === names.add(name).size)
  if (twice) refuse(`name: two of them would be called ${JSON.stringify(twice.name)}`, true)
  const [taken] = await tx<{ name: string }[]>`
    select name from targets where kind = 'device' and name = any(${rows.map((row) => row.name)}) limit 1`
  if (taken) refuse(`name: another device is called ${JSON.stringify(taken.name)}`, true)
}

/** A profile is said only where the site's is another than the one that opened it. */
async function addDevices(tx: TransactionSql, siteId: number | null, rows: readonly Row[]): Promise<Added[]> {
  if (rows.length === 0) return []
  return tx<Added[]>`
    with said as (
      select * from unnest(${rows.map((row) => row.id)}::int[], ${rows.map((row) => row.name)}::text[],
        ${rows.map((row) => row.address)}::text[], ${rows.map((row) => row.role)}::text[]) as s(found_id, name, address, role)
    ), added as (
      insert into targets (kind, name, site_id) select 'device', name, ${siteId}::int from said returning id, name
    ), watched as (
      insert into devices (id, address, role, snmp_profile)
      select a.id, s.address, s.role, (
        select p.name from found_devices f join snmp_profiles p on p.id = f.profile_id
        where f.id = s.found_id and exists (
          select 1 from sites where id = ${siteId}::int and snmp_profile is not null and snmp_profile <> p.name))
      from added a join said s on s.name = a.name
      returning id
    )
    select s.found_id as "foundId", a.id as "deviceId" from added a join said s on s.name = a.name
    where a.id in (select id from watched)`
}

/** What the search read of them is as good as a walk: pages show it, the graph learns from it. */
async function keepWalks(tx: TransactionSql, probeId: number, foundIds: readonly number[]): Promise<void> {
  await tx`
    insert into device_walks (device_id, probe_id, profile_id, walked_at, tried_at, vendor, model, firmware, serial,
      booted_at, facts)
    select t.id, ${probeId}, f.profile_id, f.found_at, f.found_at, f.facts ->> 'vendor', f.facts ->> 'model',
      f.facts ->> 'firmware', f.facts ->> 'serial',
      case when (f.facts #>> '{system,uptimeSeconds}')::float8 between 0 and ${longestUptime}::float8
        then f.found_at - make_interval(secs => (f.facts #>> '{system,uptimeSeconds}')::float8) end, f.facts
    from found_devices f join devices d on d.address = f.address join targets t on t.id = d.id
    where f.id = any(${[...foundIds]}::int[]) and f.facts is not null and f.device_id is null
    on conflict (device_id) do nothing`
}

async function decide(
  tx: TransactionSql,
  accepted: readonly Added[],
  suggested: ReadonlyMap<number, Suggested>,
  by: string,
): Promise<void> {
  const deviceOf = new Map(accepted.map((row) => [row.foundId, row.deviceId]))
  const twins = [...suggested.values()].flatMap(({ id, sameAs }) => {
    const deviceId = sameAs && deviceOf.get(sameAs.id)
    return deviceId ? [{ foundId: id, deviceId }] : []
  })
  const all = [...accepted, ...twins]
  await tx`
    update found_devices f set device_id = s.device_id, decision = 'accepted', decided_at = now(), decided_by = ${by}
    from unnest(${all.map((row) => row.foundId)}::int[], ${all.map((row) => row.deviceId)}::int[]) as s(id, device_id)
    where f.id = s.id`
}

/** Wants none of these. Returns how many. */
export async function dismissFound(discoveryId: number, choice: Choice, by: string): Promise<number> {
  const updated = await sql`
    update found_devices f set decision = 'dismissed', decided_at = now(), decided_by = ${by}
    where f.discovery_id = ${discoveryId} and f.device_id is null and f.decision is null and ${chosenBy(choice)}`
  return updated.count
}

/** Takes a dismissal back. Returns how many wait again. */
export async function reconsiderFound(discoveryId: number, ids: readonly number[]): Promise<number> {
  const updated = await sql`
    update found_devices set decision = null, decided_at = null, decided_by = null
    where discovery_id = ${discoveryId} and id = any(${[...ids]}::int[]) and decision = 'dismissed'`
  return updated.count
}
