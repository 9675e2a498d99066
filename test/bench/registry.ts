import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sql } from 'postgres'
import { exportText, importRegistry } from '@/lib/registry'
import { closeDatabase, openDatabase } from '@/lib/store/database'
import { countJobsByStatus, type JobQuery, jobSorts, listJobs } from '@/lib/store/jobs'
import { migrate } from '@/lib/store/migrate'
import { startPostgres } from '@/workers/embedded-postgres'
import { quantile } from './quantile'

/**
 * A registry of `jobs` jobs (default 100,000): how long the first page takes in every order, with every filter and search,
 * and what an export and an import of all of it take.
 */
export default async function benchRegistry(args: string[]): Promise<void> {
  const jobs = Number(args[0] ?? 100_000)
  const dataDir = await mkdtemp(join(tmpdir(), 'beatline-registry-'))
  const server = await startPostgres({ dataDir })
  try {
    await migrate(server.url)
    const { sql } = openDatabase(server.url)
    await fill(sql, jobs)
    const pages = await measurePages()
    console.log(JSON.stringify({ name: 'registry', jobs, ...pages, ...(await measureFiles(sql)) }))
  } finally {
    await closeDatabase()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Names with numbers, one of a thousand with a rare tag, a few dark, late, new and paused. */
async function fill(sql: Sql, jobs: number): Promise<void> {
  await sql`
    insert into targets (kind, name, tags, status, status_since, paused_at)
    select 'job', (array['prod', 'stage', 'dev'])[1 + i % 3] || '.host' || i % 997 || '.job' || i,
      case when i % 10 = 0 then array['db', 'nightly'] when i % 1000 = 1 then array['rare'] else array['web'] end,
      case when i % 500 = 0 then 'down' when i % 100 = 1 then 'late' when i % 50 = 2 then 'new' else 'up' end,
      now() - make_interval(secs => (i * 7919) % 1000000), case when i % 200 = 3 then now() end
    from generate_series(1, ${jobs}::int) i`
  await sql`
    insert into jobs (id, slug, schedule_kind, period_seconds, expression, zone)
    select id, 's' || id, case when id % 3 = 0 then 'cron' else 'period' end, case when id % 3 <> 0 then 3600 end,
      case when id % 3 = 0 then id % 60 || ' * * * *' end, 'Europe/Berlin' from targets`
  await sql`
    insert into job_states (job_id, phase, first_beat_at, last_beat_at, anchor_at, beat_count, last_signal)
    select id, status, now(), now() - make_interval(secs => (id * 7907) % 100000), now(), 10, 'success' from targets`
  await sql`
    insert into outages (target_id, began_at, isolated_at, opened_evidence)
    select id, status_since, status_since, '{}' from targets where status = 'down'`
  await sql`analyze`
}

const filters: JobQuery[] = [
  ...[{}, { tag: 'web' }, { tag: 'rare' }, { tag: 'nobody has it' }],
  ...(['up', 'late', 'down', 'new', 'paused'] as const).map((status) => ({ status })),
  ...[{ search: 'job1' }, { search: 'host7.job7' }, { search: 'in no name' }],
  { search: 'job9', tag: 'db', status: 'up' },
]

async function measurePages() {
  const times: { ms: number; of: string }[] = []
  for (const order of jobSorts) {
    for (const sort of [order, `-${order}`] as const) {
      for (const filter of filters) {
        const start = performance.now()
        await listJobs({ ...filter, sort })
        times.push({ ms: Math.round(performance.now() - start), of: `${sort} ${JSON.stringify(filter)}` })
      }
    }
  }
  const start = performance.now()
  await countJobsByStatus()
  const countMs = Math.round(performance.now() - start)
  times.sort((a, b) => a.ms - b.ms)
  const ms = times.map((time) => time.ms)
  const worst = times.at(-1)
  return { pages: ms.length, p50_ms: quantile(ms, 0.5), max_ms: worst?.ms, slowest: worst?.of, count_ms: countMs }
}

async function measureFiles(sql: Sql) {
  let start = performance.now()
  let text = ''
  for await (const piece of exportText('json')) text += piece
  const exportMs = Math.round(performance.now() - start)
  await sql`delete from targets`
  start = performance.now()
  const { created } = await importRegistry(text, { type: 'json' })
  return { export_ms: exportMs, export_bytes: text.length, import_ms: Math.round(performance.now() - start), created }
}
