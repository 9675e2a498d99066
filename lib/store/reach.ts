import type { TransactionSql } from 'postgres'
import { cutOffBy, type Graph, graphOf } from '@/lib/domain/cut-off'
import { asUpstreams, type Edges } from './dark-spells'
import { numberArray } from './text-array'

type Head = { id: number; roots: number[] }

const namesKept = 3

/**
 * Counts what open incidents cut off, through the graph: also what no probe has found dark yet. Kept with the incidents; of
 * one whose root answers again what was counted last stays. Returns those where it changed.
 */
export async function measureReach(tx: TransactionSql, incidentIds: readonly number[]): Promise<number[]> {
  if (incidentIds.length === 0) return []
  const heads = await listHeads(tx, incidentIds)
  if (heads.length === 0) return []
  const graph = graphOf(
    await listBelow(
      tx,
      heads.flatMap((head) => head.roots),
    ),
  )
  const dark = await listDark(tx, graph)
  const cut = heads.map(({ id, roots }) => ({ id, devices: [...cutOffBy(roots, graph, dark)] }))
  return writeReach(
    tx,
    cut,
    await listClients(
      tx,
      cut.flatMap((one) => one.devices),
    ),
  )
}

/** The root of each incident while it is dark; of members lost those that are. */
async function listHeads(tx: TransactionSql, ids: readonly number[]): Promise<Head[]> {
  return tx<Head[]>`
    select i.id, array[i.target_id] as roots from incidents i join devices d on d.id = i.target_id
    where i.id = any(${[...ids]}::int[]) and i.kind = 'down'
      and exists (select 1 from outages o where o.target_id = i.target_id and o.incident_id = i.id and o.ended_at is null)
    union all
    select i.id, array_agg(o.target_id) from incidents i join outages o on o.incident_id = i.id and o.ended_at is null
      join devices d on d.id = o.target_id
    where i.id = any(${[...ids]}::int[]) and i.kind = 'members_lost' group by i.id`
}

export async function listBelow(tx: TransactionSql, roots: readonly number[]) {
  const [row] = await tx<{ edges: Edges | null }[]>`
    with recursive below as (
      select device_id from upstream_edges where upstream_id = any(${numberArray(roots)}::int[]) and effective
      union
      select e.device_id from upstream_edges e join below b on e.upstream_id = b.device_id and e.effective
    )
    select json_agg(json_build_array(e.device_id, e.upstream_id)) as edges
    from below b join upstream_edges e on e.device_id = b.device_id and e.effective
      join devices d on d.id = e.device_id`
  return asUpstreams(row?.edges ?? [])
}

export async function listDark(tx: TransactionSql, { upstreams }: Graph): Promise<Set<number>> {
  const ids = new Set([...upstreams.keys(), ...[...upstreams.values()].flat()])
  if (ids.size === 0) return new Set()
  const [row] = await tx<{ ids: number[] | null }[]>`
    select json_agg(target_id) as ids from outages where ended_at is null and target_id = any(${numberArray([...ids])}::int[])`
  return new Set(row?.ids)
}

type Served = { clientOf: ReadonlyMap<number, number>; names: ReadonlyMap<number, string> }

/** Device -> the client it serves, by id, as two may be called the same; and what these are called. */
async function listClients(tx: TransactionSql, ids: readonly number[]): Promise<Served> {
  const [row] = await tx<{ clients: [id: number, clientId: number, name: string][] | null }[]>`
    select json_agg(json_build_array(id, client_id, client)) as clients from devices
    where id = any(${numberArray([...new Set(ids)])}::int[]) and client_id is not null`
  const served = row?.clients ?? []
  return {
    clientOf: new Map(served.map(([id, clientId]) => [id, clientId])),
    names: new Map(served.map(([, clientId, name]) => [clientId, name])),
  }
}

async function writeReach(
  tx: TransactionSql,
  cut: readonly { id: number; devices: readonly number[] }[],
  { clientOf, names }: Served,
): Promise<number[]> {
  const rows = cut.map(({ id, devices }) => {
    const clients = [...new Set(devices.flatMap((device) => clientOf.get(device) ?? []))]
    const called = clients.map((client) => names.get(client) ?? '')
    return { id, devices: devices.length, clients: clients.length, names: firstOf(called, namesKept) }
  })
  const changed = await tx<{ id: number }[]>`
    update incidents i set devices = r.devices, clients = r.clients, client_names = r.names
    from jsonb_to_recordset(${tx.json(rows)}) as r(id int, devices int, clients int, names text[])
    where i.id = r.id and (i.devices, i.clients, i.client_names) is distinct from (r.devices, r.clients, r.names)
      -- whoever acts on one holds it and waits for the lock on tellings, which may be held here
      and i.id in (select id from incidents where id = any(${rows.map(({ id }) => id)}::int[]) for no key update skip locked)
    returning i.id`
  return changed.map(({ id }) => id)
}

const byName = new Intl.Collator('en', { numeric: true })

/** The first few by name, without sorting all. */
function firstOf(names: readonly string[], count: number): string[] {
  const first: string[] = []
  for (const name of names) {
    const last = first.at(-1)
    if (first.length >= count && last !== undefined && byName.compare(name, last) >= 0) continue
    first.push(name)
    first.sort(byName.compare)
    if (first.length > count) first.pop()
  }
  return first
}
