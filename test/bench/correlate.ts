import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { Sql } from 'postgres'
import { closeDatabase, openDatabase } from '@/lib/store/database'
import { migrate } from '@/lib/store/migrate'
import { commitUpMessage } from '@/lib/store/up-messages'
import type { IsolatedItem } from '@/lib/wire/probe'
import { startPostgres } from '@/workers/embedded-postgres'
import { heapFlags } from '@/workers/house/child'
import { correlation } from '@/workers/keeper/correlation'
import { createRandom } from '../domain/simulator/random'

/** It is the keeper that is measured. */
export const flags = heapFlags('keeper')

const trees = 5
const spool = '00000000-0000-4000-8000-000000000001'

/**
 * `npm run bench -- correlate [devices]`. A fifth of all devices hang on one root, which falls. Their verdicts are stored as a
 * probe brings them, 500 a message in any order, the root's among the last, and the keeper has a look after each. Measured
 * from the last verdict: until the root is known and a notice is due, and until everything is filed; and the CPU of all looks.
 */
export default async function benchCorrelate(args: string[]): Promise<void> {
  const devices = Number(args[0] ?? 100_000)
  const dataDir = await mkdtemp(join(tmpdir(), 'beatline-correlate-'))
  const server = await startPostgres({ dataDir })
  try {
    await migrate(server.url)
    const { sql } = openDatabase(server.url)
    await fillNetwork(sql, devices)
    console.log(JSON.stringify(await measure(sql, devices / trees)))
  } finally {
    await closeDatabase()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Trees of a root, 20 switches, 200 access points and their members; every member serves a client. */
async function fillNetwork(sql: Sql, devices: number): Promise<void> {
  const size = devices / trees
  await sql`
    insert into targets (kind, name, status) select 'device', 'Node ' || n, 'up' from generate_series(0, ${devices - 1}) n`
  const [first] = await sql<{ id: number }[]>`select min(id) as id from targets`
  const base = first?.id ?? 0
  await sql`
    insert into devices (id, address, role, client)
    select t.id, '10.' || p.n / 65536 || '.' || p.n / 256 % 256 || '.' || p.n % 256,
      case when p.n % ${size} = 0 then 'router' when p.n % ${size} <= 20 then 'switch' when p.n % ${size} <= 220 then 'ap' else 'cpe' end,
      case when p.n % ${size} > 220 then 'Client ' || p.n end
    from targets t cross join lateral (select t.id - ${base} as n) p`
  await sql`
    insert into upstream_edges (device_id, upstream_id, provenance)
    select ${base} + n, ${base} + n - p.place + case when p.place <= 20 then 0 when p.place <= 220 then 1 + (p.place - 21) % 20
      else 21 + (p.place - 221) % 200 end, 'registration'
    from generate_series(0, ${devices - 1}) n cross join lateral (select n % ${size} as place) p where p.place > 0`
  await sql`
    insert into probes (name, token_hash, connected_at, last_seen_at) values ('bench', 'x', now(), now() + interval '1 hour')`
  await sql`insert into channels (kind, name) values ('ntfy', 'NOC')`
  await sql`analyze`
}

async function measure(sql: Sql, size: number) {
  const random = createRandom(7)
  const [first] = await sql<{ id: number }[]>`select min(id) as id from targets`
  const root = first?.id ?? 0
  const [probe] = await sql<{ id: number; name: string }[]>`select id, name from probes`
  if (!probe) throw new Error('the probe is missing')
  const others = Array.from({ length: size - 1 }, (_, i) => root + 1 + i).sort(() => random.next() - 0.5)
  const order = [...others, root]
  const step = correlation({ log: pino({ level: 'silent' }), startedAt: new Date() })
  const used = { cpu: 0, worked: 0, looks: 0 }
  const look = async () => {
    const [cpu, at] = [process.cpuUsage(), performance.now()]
    const more = await step()
    const { user, system } = process.cpuUsage(cpu)
    used.cpu += (user + system) / 1000
    used.worked += performance.now() - at
    used.looks++
    return more
  }
  await look() // what is prepared once
  Object.assign(used, { cpu: 0, worked: 0, looks: 0 })
  const before = await postgresCpuMs()
  let storing = 0
  for (let i = 0, seq = 1; i < order.length; i += 500, seq++) {
    const items = order.slice(i, i + 500).map(isolatedItem)
    const at = await postgresCpuMs()
    await commitUpMessage(probe, spool, { name: 'outage.isolated', body: { seq, items } })
    storing += (await postgresCpuMs()) - at
    if (i + 500 < order.length) await look()
  }
  const stored = performance.now()
  let more = await look()
  const rootMs = performance.now() - stored
  const told = await sql<{ name: string; title: { reach: { clients: number } } }[]>`
    select i.root_name as name, d.message as title from channel_deliveries d join notices n on n.id = d.notice_id
      join incidents i on i.id = n.incident_id where d.event = 'opened'`
  while (more) more = await look()
  const allMs = performance.now() - stored
  const [count] = await sql<{ incidents: number; filed: number }[]>`
    select (select count(*)::int from incidents) as incidents,
      (select count(*)::int from outages where incident_id is not null) as filed`
  return {
    bench: 'correlate',
    below: size - 1,
    notices: told.length,
    root: told[0]?.name,
    clients: told[0]?.title.reach.clients,
    incidents: count?.incidents,
    filed: count?.filed,
    root_known_ms: Math.round(rootMs),
    all_filed_ms: Math.round(allMs),
    looks: used.looks,
    keeper_cpu_ms: Math.round(used.cpu),
    looks_ms: Math.round(used.worked),
    postgres_cpu_ms: Math.round((await postgresCpuMs()) - before - storing),
  }
}

function isolatedItem(target_id: number): IsolatedItem {
  const now = Date.now()
  const pings = [3000, 2000, 1000].map((ago) => ({ sent_at: now - ago, rtt_ms: null }))
  const evidence = { rule: '3 misses in 15 s', address: '10.0.0.1', way: 'raw' as const, pings }
  return { target_id, began_at: now - 3000, isolated_at: now, evidence }
}

/** CPU time of all PostgreSQL backends of this machine that run now, ms; 0 where /proc is missing. */
async function postgresCpuMs(): Promise<number> {
  let ticks = 0
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid)) continue
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    if (!stat.includes('(postgres)')) continue
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    ticks += Number(fields[11]) + Number(fields[12])
  }
  return ticks * 10
}
