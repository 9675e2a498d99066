import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sql } from 'postgres'
import { clientUptime } from '@/lib/store/client-uptime'
import { closeDatabase, openDatabase } from '@/lib/store/database'
import { migrate } from '@/lib/store/migrate'
import { readUptime } from '@/lib/store/uptime'
import { startPostgres } from '@/workers/embedded-postgres'

const dayMs = 86_400_000

/**
 * `npm run bench -- uptime [clients] [outages]`. What an uptime page takes at the server: 10,000 clients with 12,000
 * devices, 250,000 outages with their evidence over two years, blackouts and blind probes, in three zones; and what the
 * bars of one client take.
 */
export default async function benchUptime(args: string[]): Promise<void> {
  const [clients = 10_000, outages = 250_000] = args.map(Number)
  const dataDir = await mkdtemp(join(tmpdir(), 'beatline-uptime-'))
  const server = await startPostgres({ dataDir })
  try {
    await migrate(server.url)
    const { sql } = openDatabase(server.url)
    await fillYears(sql, clients, outages)
    const now = new Date()
    const ranges = { quarter: 90, two_years: 730 }
    const took: Record<string, { ms: number[]; cpu_ms: number }> = {}
    for (const [name, days] of Object.entries(ranges)) {
      for (const by of ['day', 'week', 'month'] as const) {
        for (const zone of ['UTC', 'America/Los_Angeles', 'Pacific/Auckland']) {
          const from = new Date(now.getTime() - days * dayMs)
          took[`${name} by ${by} in ${zone}`] = await measure(() => readUptime('clients', { by, from, to: now, zone }))
        }
      }
    }
    const month = { by: 'day' as const, from: new Date(now.getTime() - 90 * dayMs), to: now, zone: 'Europe/Berlin' }
    const [one] = await sql<
      { id: number }[]
    >`select client_id as id from devices group by 1 order by count(*) desc limit 1`
    const ofOne = await measure(() => clientUptime(one?.id ?? 0, month))
    const { whole, worst } = await readUptime('clients', { ...month, by: 'month' })
    const all = Object.values(took).flatMap(({ ms }) => ms)
    console.log(
      JSON.stringify({
        bench: 'uptime',
        clients,
        outages,
        page_ms_worst: Math.max(...all),
        page_ms_median: all.sort((a, b) => a - b)[all.length >> 1],
        client_ms: ofOne.ms,
        uptime: whole.uptime,
        worst: worst[0]?.uptime,
        pages: took,
      }),
    )
  } finally {
    await closeDatabase()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Five times, after one to get warm. */
async function measure(work: () => Promise<unknown>): Promise<{ ms: number[]; cpu_ms: number }> {
  await work()
  const ms: number[] = []
  const cpu = process.cpuUsage()
  for (let run = 0; run < 5; run++) {
    const begun = performance.now()
    await work()
    ms.push(Math.round(performance.now() - begun))
  }
  const { user, system } = process.cpuUsage(cpu)
  return { ms, cpu_ms: Math.round((user + system) / 5000) } // of this process: the machine may be busy otherwise
}

/** Two years up to now: every fifth client has two devices, some clients came late, one blackout a week and a hundred ranges. */
export async function fillYears(sql: Sql, clients: number, outages: number): Promise<void> {
  const devices = Math.round(clients * 1.2)
  await sql`select setseed(0.5)`
  await sql`insert into sites (name) select 'Tower ' || i from generate_series(1, 60) i`
  await sql`insert into clients (name) select 'Client ' || i from generate_series(1, ${clients}) i`
  await sql`
    insert into targets (kind, name, site_id, status, created_at)
    select 'device', 'CPE ' || i, 1 + i % 60, 'up',
      now() - case when i % 10 = 0 then interval '700 days' * ((i % 97) / 97.0) else interval '740 days' end
    from generate_series(1, ${devices}) i`
  await sql`
    insert into devices (id, address, role, client_id)
    select t.id, '10.' || t.id / 65000 || '.' || t.id / 250 % 250 || '.' || t.id % 250, 'cpe',
      (select c.id from clients c where c.name = 'Client ' || 1 + (substr(t.name, 5)::int - 1) % ${clients})
    from targets t where t.kind = 'device'`
  await sql`
    insert into probes (name, token_hash, connected_at, last_seen_at)
    values ('local', 'a', now() - interval '1 day', now() + interval '1 day')`
  await sql`
    insert into blind_spells (probe_id, began_at, ended_at, reason)
    select 1, now() - i * interval '20 days', now() - i * interval '20 days' + interval '12 min', 'test' from generate_series(1, 36) i`
  const opened = {
    probes: [{ probe: 'local', misses: Array.from({ length: 12 }, (_, i) => ({ at: i * 1000, sent: 1 })) }],
  }
  await sql`
    insert into outages (target_id, began_at, isolated_at, ended_at, opened_evidence, closed_evidence, recorded_at, planned)
    select o.id, o.at, o.at + interval '4 s', least(o.at + make_interval(secs => o.lasted), o.next - interval '1 min'),
      ${sql.json(opened)}, ${sql.json(opened)}, o.at, o.n % 400 = 0
    from (
      select id, at, n, 20 + 40 * 10 ^ (2.4 * random()) as lasted,
        coalesce(lead(at) over (partition by id order by at), now()) as next
      from (select 1 + floor(random() * ${devices})::int as id, now() - interval '730 days' * random() as at, n
        from generate_series(1, ${outages}) n) drawn
    ) o where o.next - o.at > interval '3 min' order by o.at`
  await sql`update outages set ended_at = null where id in (select max(id) from outages group by target_id order by 1 desc limit 40)`
  const weekly = {
    kind: 'weekly',
    from_at: new Date(0),
    zone: 'Europe/Berlin',
    weekdays: [7],
    start_minute: 120,
    end_minute: 240,
  }
  await sql`insert into blackouts ${sql({ ...weekly, covers_all: true, reason: 'Maintenance' })}`
  await sql`
    insert into blackouts (kind, covers_all, target_ids, from_at, until_at, zone)
    select 'range', false, array[1 + i * 7], now() - i * interval '7 days', now() - i * interval '7 days' + interval '3 h', 'UTC'
    from generate_series(1, 100) i`
  await sql`vacuum analyze`
}
