import type { JSONValue, TransactionSql } from 'postgres'
import { type ImportRow, type PlannedRow, planImport, type Rejected, type Standing } from '@/lib/domain/device-import'
import { assignmentChanged } from './assignment'
import { sql } from './database'
import { lockTopology } from './device-writes'

export type ImportAnswer = { created: number; updated: number; rejected: Rejected[]; newSites: string[] }

const rowsAtOnce = 5000

/**
 * Writes devices by name in one transaction: new ones are added, known ones changed in what their row says, sites made
 * when missing. `atomic`: nothing when any row, or any of `rejectedBefore`, is bad. `preview`: never writes.
 */
export async function importDevices(
  rows: readonly ImportRow[],
  { atomic = false, preview = false, rejectedBefore = [] as readonly Rejected[] } = {},
): Promise<ImportAnswer> {
  return sql.begin(async (tx) => {
    await lockTopology(tx)
    const standing = await readStanding(tx)
    const plan = planImport(rows, standing, rejectedBefore)
    const rejected = plan.rejected.map(({ line, reason }) => ({ line, reason }))
    const known = new Set(standing.nameOf.values())
    const updated = plan.rows.filter((row) => known.has(row.name)).length
    const newSites = await missingSites(tx, plan.rows)
    const answer = { created: plan.rows.length - updated, updated, rejected, newSites }
    if (preview) return answer
    if (atomic && rejected.length > 0) return { ...answer, created: 0, updated: 0, newSites: [] }

    await tx`insert into sites (name) select unnest(${newSites}::text[]) on conflict (name) do nothing`
    for (let i = 0; i < plan.rows.length; i += rowsAtOnce) await writeDevices(tx, plan.rows.slice(i, i + rowsAtOnce))
    for (let i = 0; i < plan.rows.length; i += rowsAtOnce) await writeEdges(tx, plan.rows.slice(i, i + rowsAtOnce))
    await assignmentChanged(tx)
    return answer
  })
}

async function readStanding(tx: TransactionSql): Promise<Standing> {
  const targets = await tx<{ id: number; name: string }[]>`select id, name from targets where kind = 'device'`
  const nameOf = new Map(targets.map(({ id, name }) => [id, name]))
  const edges = await tx<{ device: number; upstream: number }[]>`
    select device_id as device, upstream_id as upstream from upstream_edges`
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

/** Rows as one JSON parameter; `says` names the fields that a row speaks of, the others stay. */
function asJson(tx: TransactionSql, rows: readonly PlannedRow[]) {
  const plain = rows.map(({ line: _, ...row }) => ({ ...row, says: Object.keys(row) }))
  return tx.json(plain as unknown as JSONValue)
}

async function writeDevices(tx: TransactionSql, rows: readonly PlannedRow[]): Promise<void> {
  const json = asJson(tx, rows)
  await tx`
    insert into targets (kind, name, site_id, tags)
    select 'device', r.name, s.id, coalesce(r.tags, '{}')
    from jsonb_to_recordset(${json}) as r(name text, site text, tags text[], says jsonb)
    left join sites s on s.name = r.site
    on conflict (kind, name) do nothing`
  await tx`
    update targets t set updated_at = now(),
      site_id = case when r.says ? 'site' then s.id else t.site_id end,
      tags = case when r.says ? 'tags' then r.tags else t.tags end
    from jsonb_to_recordset(${json}) as r(name text, site text, tags text[], says jsonb)
    left join sites s on s.name = r.site
    where t.kind = 'device' and t.name = r.name`
  await tx`
    insert into devices as d (id, address, role, client, snmp_profile, ping_interval, ping_timeout, isolate_misses,
      isolate_seconds)
    select t.id, r.address,
      case when r.says ? 'role' then r.role else coalesce(o.role, 'other') end,
      case when r.says ? 'client' then r.client else o.client end,
      case when r.says ? 'snmpProfile' then r."snmpProfile" else o.snmp_profile end,
      case when r.says ? 'pingInterval' then r."pingInterval" else o.ping_interval end,
      case when r.says ? 'pingTimeout' then r."pingTimeout" else o.ping_timeout end,
      case when r.says ? 'isolateMisses' then r."isolateMisses" else o.isolate_misses end,
      case when r.says ? 'isolateSeconds' then r."isolateSeconds" else o.isolate_seconds end
    from jsonb_to_recordset(${json}) as r(name text, address text, role text, client text, "snmpProfile" text,
      "pingInterval" real, "pingTimeout" real, "isolateMisses" int, "isolateSeconds" real, says jsonb)
    join targets t on t.kind = 'device' and t.name = r.name
    left join devices o on o.id = t.id
    on conflict (id) do update set address = excluded.address, role = excluded.role, client = excluded.client,
      snmp_profile = excluded.snmp_profile, ping_interval = excluded.ping_interval,
      ping_timeout = excluded.ping_timeout, isolate_misses = excluded.isolate_misses,
      isolate_seconds = excluded.isolate_seconds`
}

/** Edges come after every device of the import exists. A hand-made edge that is named again stays hand-made. */
async function writeEdges(tx: TransactionSql, rows: readonly PlannedRow[]): Promise<void> {
  const edged = rows.filter((row) => row.upstream !== undefined)
  if (edged.length === 0) return
  const json = tx.json(edged.map(({ name, upstream = [] }) => ({ name, upstream })))
  await tx`
    delete from upstream_edges e
    using jsonb_to_recordset(${json}) as r(name text, upstream text[]), targets t, targets u
    where t.kind = 'device' and t.name = r.name and e.device_id = t.id and u.id = e.upstream_id
      and u.name <> all(r.upstream)`
  await tx`
    insert into upstream_edges (device_id, upstream_id, provenance)
    select t.id, u.id, 'imported'
    from jsonb_to_recordset(${json}) as r(name text, upstream text[])
    cross join lateral unnest(r.upstream) as named(name)
    join targets t on t.kind = 'device' and t.name = r.name
    join targets u on u.kind = 'device' and u.name = named.name
    on conflict (device_id, upstream_id) do update set seen_at = now()`
}
