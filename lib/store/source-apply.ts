import type { TransactionSql } from 'postgres'
import type { Ref } from '@/lib/domain/source-fields'
import type { Plan } from '@/lib/domain/source-plan'
import type { PlannedRow } from '@/lib/domain/source-rows'
import type { Standing } from '@/lib/domain/source-standing'
import { assignmentChanged } from './assignment'
import { endOutages } from './outages'
import { publish } from './publish'
import { recordset } from './recordset'
import { renameSiteInRoutes } from './routes'
import { writeClients, writeServices } from './source-apply-clients'
import { type RecordRow, writeRecords } from './source-record-writes'
import { forgetSaid } from './source-states'

/** Writes what a plan changes, under the topology lock and with the source's row locked; the last of its transaction. */
export async function applyPlan(tx: TransactionSql, sourceId: number, plan: Plan, standing: Standing): Promise<void> {
  const ids = {
    site: await newIds(tx, 'sites', plan.sites),
    client: await newIds(tx, 'clients', plan.clients),
    device: await newIds(tx, 'targets', plan.devices),
    service: await newIds(tx, 'client_services', plan.services),
  }
  const refs: Resolved = {
    site: (ref) => (typeof ref === 'string' ? (ids.site.get(ref) ?? null) : ref),
    client: (ref) => (typeof ref === 'string' ? (ids.client.get(ref) ?? null) : ref),
    device: (ref) => (typeof ref === 'string' ? (ids.device.get(ref) ?? null) : ref),
  }
  await writeSites(tx, plan, ids.site, standing)
  await writeClients(tx, sourceId, plan, ids.client)
  const unwatched = await writeDevices(tx, plan, ids.device, refs)
  await writeUpstream(tx, plan, ids.device, refs)
  await writeServices(tx, sourceId, plan, ids.service, refs)
  await writeRecords(tx, sourceId, plan, recordRows(plan, ids, refs))
  await assignmentChanged(tx)
  await forgetSaid(tx, unwatched)
  await publish(tx, await endOutages(tx, unwatched, new Date(), 'unwatched'))
}

export type Resolved = Record<'site' | 'client' | 'device', (ref: Ref | null) => number | null>
type AnyRow = PlannedRow<never, { key: string; name: string }>
type Ids = Record<'site' | 'client' | 'device' | 'service', ReadonlyMap<string, number>>

/** Ids for what is about to be made, by the source's keys: names are not always one of a kind. */
async function newIds(
  tx: TransactionSql,
  table: 'sites' | 'clients' | 'targets' | 'client_services',
  rows: readonly { key: string; id: number | null }[],
): Promise<Map<string, number>> {
  const made = rows.filter((row) => row.id === null)
  if (made.length === 0) return new Map()
  const taken = await tx<{ id: number }[]>`
    select nextval(pg_get_serial_sequence(${table}, 'id'))::int as id from generate_series(1, ${made.length})`
  return new Map(made.flatMap(({ key }, i) => (taken[i] ? [[key, taken[i].id] as const] : [])))
}

async function writeSites(
  tx: TransactionSql,
  { sites }: Plan,
  ids: ReadonlyMap<string, number>,
  standing: Standing,
): Promise<void> {
  const made = sites.flatMap(({ key, write }) => (ids.has(key) ? [{ id: ids.get(key), ...write }] : []))
  const changed = sites.flatMap(({ id, write }) =>
    id !== null && Object.keys(write).length > 0 ? [{ id, write }] : [],
  )
  const renamed = changed.filter(({ write }) => write.name !== undefined)
  await tx`update sites set name = chr(1) || id where id = any(${renamed.map(({ id }) => id)}::int[])` // names may go round
  await tx`
    update sites s set name = coalesce(c.write ->> 'name', s.name),
      latitude = coalesce((c.write ->> 'latitude')::real, s.latitude),
      longitude = coalesce((c.write ->> 'longitude')::real, s.longitude)
    from jsonb_to_recordset(${recordset(tx, changed)}) as c(id int, write jsonb) where s.id = c.id`
  await tx`
    insert into sites (id, name, latitude, longitude) overriding system value
    select id, name, latitude, longitude
    from jsonb_to_recordset(${recordset(tx, made)}) as m(id int, name text, latitude real, longitude real)`
  const before = new Map(standing.sites.map((site) => [site.id, site.name]))
  for (const { id, write } of renamed) await renameSiteInRoutes(tx, before.get(id) ?? '', write.name ?? '')
}

/** Returns the devices that are no longer pinged. */
async function writeDevices(
  tx: TransactionSql,
  { devices }: Plan,
  ids: ReadonlyMap<string, number>,
  refs: Resolved,
): Promise<number[]> {
  const resolved = devices.map(({ key, id, write }) => {
    const { upstream: _, site, client, ...rest } = write
    const places = {
      ...(site === undefined ? {} : { site: refs.site(site) }),
      ...(client === undefined ? {} : { client: refs.client(client) }),
    }
    return { id: id ?? ids.get(key) ?? 0, isNew: id === null, write: { ...rest, ...places } }
  })
  const made = resolved.filter((row) => row.isNew).map(({ id, write }) => ({ id, ...write }))
  const changed = resolved.filter((row) => !row.isNew && Object.keys(row.write).length > 0)
  const renamed = changed.filter(({ write }) => write.name !== undefined).map(({ id }) => id)
  await tx`update targets set name = chr(1) || id where id = any(${renamed}::int[])` // names may go round
  await tx`
    update targets t set name = coalesce(c.write ->> 'name', t.name),
      site_id = coalesce((c.write ->> 'site')::int, t.site_id), updated_at = now()
    from jsonb_to_recordset(${recordset(tx, changed)}) as c(id int, write jsonb) where t.id = c.id`
  await tx`
    update devices d set address = coalesce(c.write ->> 'address', d.address), role = coalesce(c.write ->> 'role', d.role),
      client_id = coalesce((c.write ->> 'client')::int, d.client_id),
      pinged = coalesce((c.write ->> 'pinged')::boolean, d.pinged)
    from jsonb_to_recordset(${recordset(tx, changed)}) as c(id int, write jsonb) where d.id = c.id`
  await tx`
    insert into targets (id, kind, name, site_id) overriding system value
    select id, 'device', name, site
    from jsonb_to_recordset(${recordset(tx, made)}) as m(id int, name text, site int)`
  await tx`
    insert into devices (id, address, role, client_id, pinged)
    select id, coalesce(address, ''), role, client, pinged
    from jsonb_to_recordset(${recordset(tx, made)}) as m(id int, address text, role text, client int, pinged boolean)`
  return changed.filter(({ write }) => write.pinged === false).map(({ id }) => id)
}

/** What a source says counts, what was learnt beside it no more. Its edges to what it no longer names go. */
async function writeUpstream(
  tx: TransactionSql,
  { devices }: Plan,
  ids: ReadonlyMap<string, number>,
  refs: Resolved,
): Promise<void> {
  const rows = devices.flatMap(({ key, id, write }) =>
    write.upstream === undefined
      ? []
      : [{ id: id ?? ids.get(key), upstream: write.upstream.flatMap((ref) => refs.device(ref) ?? []) }],
  )
  if (rows.length === 0) return
  await tx`
    create temp table source_upstream on commit drop as
    select id, upstream from jsonb_to_recordset(${recordset(tx, rows)}) as r(id int, upstream int[])`
  await tx`
    delete from upstream_edges e using source_upstream r
    where e.device_id = r.id and e.upstream_id <> all(r.upstream) and e.provenance in ('hand', 'imported')`
  await tx`
    update upstream_edges e set effective = false from source_upstream r
    where e.device_id = r.id and e.upstream_id <> all(r.upstream)`
  await tx`
    insert into upstream_edges as e (device_id, upstream_id, provenance)
    select r.id, above, 'imported' from source_upstream r cross join lateral unnest(r.upstream) above
    on conflict (device_id, upstream_id) do update set provenance = 'imported', confidence = 1, effective = true,
      seen_at = now() where e.provenance not in ('hand', 'imported')`
  await tx`drop table source_upstream`
}

function recordRows(plan: Plan, ids: Ids, refs: Resolved): RecordRow[] {
  const rows = (['site', 'client', 'device', 'service'] as const).flatMap((kind) => {
    const of = { site: plan.sites, client: plan.clients, device: plan.devices, service: plan.services }[kind]
    return (of as unknown as AnyRow[]).map(({ key, id, entry, said }): RecordRow => {
      const mac = 'mac' in entry && typeof entry.mac === 'string' ? entry.mac : null
      const resolved = resolvedSaid(said, refs)
      return { kind, key, mac, name: entry.name, id: id ?? ids[kind].get(key) ?? null, record: entry, said: resolved }
    })
  })
  const contacts = new Map(plan.clients.map((row) => [row.key, row.contacts.said]))
  return rows.map((row) =>
    row.kind === 'client' ? { ...row, said: { ...row.said, contacts: contacts.get(row.key) ?? {} } } : row,
  )
}

/** What was said, with ids in the place of keys that had none yet. */
function resolvedSaid(said: Record<string, unknown>, refs: Resolved): Record<string, unknown> {
  const { site, client, upstream, ...rest } = said
  return {
    ...rest,
    ...(site === undefined ? {} : { site: refs.site(site as Ref) }),
    ...(client === undefined ? {} : { client: refs.client(client as Ref) }),
    ...(upstream === undefined ? {} : { upstream: (upstream as Ref[]).flatMap((ref) => refs.device(ref) ?? []) }),
  }
}
