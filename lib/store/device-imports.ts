import type { JSONValue, TransactionSql } from 'postgres'
import { type ImportRow, type PlannedRow, planImport, type Rejected, type Standing } from '@/lib/domain/device-import'
import { assignmentChanged } from './assignment'
import { transaction } from './database'
import { lockTopology } from './device-writes'
import { type MeantProfiles, meantProfiles, type WantedProfile } from './import-profiles'
import { readIsolation } from './isolation-settings'
import { faultyRows } from './rule-check'

export type ImportAnswer = {
  created: number
  updated: number
  rejected: Rejected[]
  newSites: string[]
  newProfiles: string[]
  /** Profiles of `profiles` for which there was no place: what names them has none of its own. */
  leftProfiles: string[]
}
type ImportOptions = {
  atomic?: boolean
  preview?: boolean
  rejectedBefore?: readonly Rejected[]
  /** SNMP profiles that rows name, to be found or made. */
  profiles?: readonly WantedProfile[]
  /** Where sites are, in degrees: kept for those of the rows that are nowhere yet. */
  places?: readonly { site: string; latitude: number; longitude: number }[]
}

const rowsAtOnce = 5000
const rowsThatTell = 1000

/**
 * Writes devices by name in one transaction: new ones are added, known ones changed in what their row says, sites made
 * when missing. `atomic`: nothing when any row, or any of `rejectedBefore`, is bad. `preview`: never writes.
 */
export async function importDevices(
  rows: readonly ImportRow[],
  { atomic = false, preview = false, rejectedBefore = [], profiles = [], places = [] }: ImportOptions = {},
): Promise<ImportAnswer> {
  return transaction(async (tx) => {
    await lockTopology(tx)
    const standing = await readStanding(tx)
    const faulty = await faultyRows(tx, await readIsolation(tx), rows)
    const faultyLines = new Set(faulty.map((row) => row.line))
    const possible = rows.filter((row) => !faultyLines.has(row.line))
    const plan = planImport(possible, standing, [...rejectedBefore, ...faulty])
    const rejected = plan.rejected.map(({ line, reason }) => ({ line, reason }))
    const known = new Set(standing.nameOf.values())
    const updated = plan.rows.filter((row) => known.has(row.name)).length
    const newSites = await missingSites(tx, plan.rows)
    const named = new Set(plan.rows.map((row) => row.snmpProfile))
    const wanted = profiles.filter((profile) => named.has(profile.name))
    const held = atomic && rejected.length > 0
    const meant = await meantProfiles(tx, wanted, { write: !preview && !held })
    const answer = {
      created: plan.rows.length - updated,
      updated,
      rejected,
      newSites,
      newProfiles: meant.made,
      leftProfiles: wanted.flatMap(({ name }) => (meant.nameOf.get(name) === null ? [name] : [])),
    }
    if (preview) return answer
    if (held) return { ...answer, created: 0, updated: 0, newSites: [], newProfiles: [], leftProfiles: [] }

    await tx`insert into sites (name) select unnest(${newSites}::text[]) on conflict (name) do nothing`
    await loadRows(
      tx,
      plan.rows.map((row) => withProfile(row, meant)),
    )
    await writeTargets(tx)
    await writeDevices(tx)
    // Nobody has counted what is new here: with what was known before, looking up edges can take a minute.
    if (plan.rows.length >= rowsThatTell) await tx`analyze targets, upstream_edges`
    await writeEdges(tx)
    await writePlaces(tx, places)
    await assignmentChanged(tx)
    return answer
  })
}

/** The profile that its name means here; a profile that found no place is not said. */
function withProfile(row: PlannedRow, { nameOf }: MeantProfiles): PlannedRow {
  if (!row.snmpProfile || !nameOf.has(row.snmpProfile)) return row
  const { snmpProfile, ...rest } = row
  const name = nameOf.get(snmpProfile)
  return name ? { ...rest, snmpProfile: name } : rest
}

/** A site that somebody has placed stays where it is. */
async function writePlaces(tx: TransactionSql, places: NonNullable<ImportOptions['places']>): Promise<void> {
  if (places.length === 0) return
  await tx`
    update sites s set latitude = p.latitude, longitude = p.longitude
    from jsonb_to_recordset(${tx.json([...places])}) as p(site text, latitude float8, longitude float8)
    where s.name = p.site and s.latitude is null and s.longitude is null
      and s.name in (select site from import_rows where site is not null)`
}

async function readStanding(tx: TransactionSql): Promise<Standing> {
  const targets = await tx<{ id: number; name: string }[]>`select id, name from targets where kind = 'device'`
  const nameOf = new Map(targets.map(({ id, name }) => [id, name]))
  const edges = await tx<{ device: number; upstream: number }[]>`
    select device_id as device, upstream_id as upstream from upstream_edges
    where provenance in ('hand', 'imported')` // what was learnt makes way for them
  const upstreamOf = new Map<string, string[]>()
  for (const { device, upstream } of edges) {
    const [name, above] = [nameOf.get(device), nameOf.get(upstream)]
    if (name === undefined || above === undefined) continue
    const known = upstreamOf.get(name)
    if (known) known.push(above)
    else upstreamOf.set(name, [above])
  }
  return { nameOf, upstreamOf }
}

async function missingSites(tx: TransactionSql, rows: readonly PlannedRow[]): Promise<string[]> {
  const named = [...new Set(rows.flatMap((row) => row.site ?? []))]
  const missing = await tx<{ name: string }[]>`
    select name from unnest(${named}::text[]) as named(name) where not exists (
      select 1 from sites where sites.name = named.name) order by name`
  return missing.map((row) => row.name)
}

/** Rows into a table of this transaction; `says` names the fields that a row speaks of, the others stay as they are. */
async function loadRows(tx: TransactionSql, rows: readonly PlannedRow[]): Promise<void> {
  await tx`
    create temp table import_rows (name text primary key, address text not null, role text, site text, upstream text[],
      tags text[], client text, "snmpProfile" text, "pingInterval" real, "pingTimeout" real, "isolateMisses" int,
      "isolateSeconds" real, says text[] not null, id int) on commit drop`
  for (let i = 0; i < rows.length; i += rowsAtOnce) {
    const some = rows.slice(i, i + rowsAtOnce).map(({ line: _, ...row }) => ({ ...row, says: Object.keys(row) }))
    await tx`
      insert into import_rows
      select * from jsonb_populate_recordset(null::import_rows, ${tx.json(some as unknown as JSONValue)})`
  }
  await tx`analyze import_rows`
}

/** Known devices are changed only where a row differs; new ones are added. */
async function writeTargets(tx: TransactionSql): Promise<void> {
  await tx`update import_rows r set id = t.id from targets t where t.kind = 'device' and t.name = r.name`
  await tx`
    update targets t set updated_at = now(), site_id = said.site_id, tags = said.tags
    from (
      select r.id, case when 'site' = any(r.says) then s.id else o.site_id end as site_id,
        case when 'tags' = any(r.says) then r.tags else o.tags end as tags
      from import_rows r join targets o on o.id = r.id left join sites s on s.name = r.site
    ) said
    where t.id = said.id and (t.site_id, t.tags) is distinct from (said.site_id, said.tags)`
  await tx`
    with added as (
      insert into targets (kind, name, site_id, tags)
      select 'device', r.name, s.id, coalesce(r.tags, '{}')
      from import_rows r left join sites s on s.name = r.site
      where r.id is null
      returning id, name
    ) update import_rows r set id = added.id from added where added.name = r.name`
}

async function writeDevices(tx: TransactionSql): Promise<void> {
  await tx`
    insert into devices as d (id, address, role, client, snmp_profile, ping_interval, ping_timeout, isolate_misses,
      isolate_seconds)
    select r.id, r.address,
      case when 'role' = any(r.says) then r.role else coalesce(o.role, 'other') end,
      case when 'client' = any(r.says) then r.client else o.client end,
      case when 'snmpProfile' = any(r.says) then r."snmpProfile" else o.snmp_profile end,
      case when 'pingInterval' = any(r.says) then r."pingInterval" else o.ping_interval end,
      case when 'pingTimeout' = any(r.says) then r."pingTimeout" else o.ping_timeout end,
      case when 'isolateMisses' = any(r.says) then r."isolateMisses" else o.isolate_misses end,
      case when 'isolateSeconds' = any(r.says) then r."isolateSeconds" else o.isolate_seconds end
    from import_rows r left join devices o on o.id = r.id
    on conflict (id) do update set address = excluded.address, role = excluded.role, client = excluded.client,
      snmp_profile = excluded.snmp_profile, ping_interval = excluded.ping_interval,
      ping_timeout = excluded.ping_timeout, isolate_misses = excluded.isolate_misses,
      isolate_seconds = excluded.isolate_seconds
    where (d.address, d.role, d.client, d.snmp_profile, d.ping_interval, d.ping_timeout, d.isolate_misses,
      d.isolate_seconds) is distinct from (excluded.address, excluded.role, excluded.client, excluded.snmp_profile,
      excluded.ping_interval, excluded.ping_timeout, excluded.isolate_misses, excluded.isolate_seconds)`
}

/**
 * Edges come after every device of the import exists. One that is named again stays as it was made, and a row that names
 * what counts already changes nothing: what was learnt is exported as well. Otherwise what is named counts, what was learnt
 * beside it no more.
 */
async function writeEdges(tx: TransactionSql): Promise<void> {
  await tx`
    create temp table import_upstream on commit drop as
    select r.id, r.upstream from import_rows r
    where 'upstream' = any(r.says) and (
      select coalesce(array_agg(u.name order by u.name), '{}') from upstream_edges e join targets u on u.id = e.upstream_id
      where e.device_id = r.id and e.effective
    ) is distinct from (select coalesce(array_agg(distinct named.name order by named.name), '{}')
      from unnest(r.upstream) as named(name))`
  await tx`
    delete from upstream_edges e using import_upstream r, targets u
    where e.device_id = r.id and u.id = e.upstream_id and u.name <> all(r.upstream)
      and e.provenance in ('hand', 'imported')`
  await tx`
    update upstream_edges e set effective = false from import_upstream r, targets u
    where e.device_id = r.id and u.id = e.upstream_id and u.name <> all(r.upstream) and cardinality(r.upstream) > 0`
  await tx`
    insert into upstream_edges as e (device_id, upstream_id, provenance)
    select distinct r.id, u.id, 'imported'
    from import_upstream r cross join lateral unnest(r.upstream) as named(name)
    join targets u on u.kind = 'device' and u.name = named.name
    on conflict (device_id, upstream_id) do update set provenance = 'imported', confidence = 1, effective = true
      where e.provenance not in ('hand', 'imported')`
}
