import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import postgres, { type Sql } from 'postgres'
import { connectionOptions } from '@/lib/store/database'
import { migrate } from '@/lib/store/migrate'
import { startPostgres } from '@/workers/embedded-postgres'
import { quantile } from './quantile'

const ticksPerSecond = 100 // CLK_TCK of Linux
const graceSeconds = 5

/**
 * `npm run bench -- jobs [jobs] [due each second] [silent each second] [seconds]`. So many jobs, so many of them due each
 * second; the silent ones miss their beat for good, the others beat. How long after its deadline each silent job's outage
 * could be read from the database, and what the keeper and its connections to PostgreSQL took (cores).
 */
export default async function benchJobs(args: string[]): Promise<void> {
  const [jobs = 100_000, due = 1000, silent = 1000, seconds = 60] = args.map(Number)
  console.log(JSON.stringify(await measure({ jobs, due, silent, seconds })))
}

type Asked = { jobs: number; due: number; silent: number; seconds: number }

async function measure(asked: Asked) {
  const { jobs, due, silent, seconds } = asked
  const checkSeconds = 5
  const dataDir = await mkdtemp(join(tmpdir(), 'beatline-jobs-'))
  const program = resolve('node_modules', `.bench-keeper-${process.pid}.mjs`) // packages are found from there
  const server = await startPostgres({ dataDir })
  const sql = postgres({
    ...connectionOptions(server.url),
    max: 4,
    onnotice: () => {},
    connection: { application_name: 'bench' },
  })
  const stopping = new AbortController()
  let keeper: ChildProcess | undefined
  try {
    await Promise.all([migrate(server.url), bundle(program)])
    const startsAt = Date.now() + 15_000 + jobs / 10
    await fill(sql, asked, startsAt)
    void refresh(sql, stopping.signal)
    keeper = spawn(process.execPath, ['--enable-source-maps', program], {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: server.url,
        DATA_DIR: dataDir,
        SECRET_KEY: 'a key for benchmarks alone, 32 bytes',
        HEARTBEAT_CHECK_INTERVAL: String(checkSeconds),
        LOG_LEVEL: 'warn',
        LOG_FORMAT: 'json',
        NODE_ENV: 'production',
      },
      stdio: 'inherit',
    })
    await sleep(startsAt - Date.now())
    const firstDeadline = startsAt + graceSeconds * 1000
    void beat(sql, asked, startsAt, stopping.signal)
    await sleep(firstDeadline - Date.now())
    const before = await cpu(sql, keeper.pid)
    const found = watch(sql, firstDeadline, seconds, silent * seconds)
    const late = await found
    const after = await cpu(sql, keeper.pid)
    late.sort((a, b) => a - b)
    const cores = (what: 'keeper' | 'postgres') =>
      round((after[what] - before[what]) / ((after.at - before.at) / 1000), 3)
    return {
      name: 'jobs',
      jobs,
      due_per_s: due,
      silent_per_s: silent,
      check_s: checkSeconds,
      found: late.length,
      of: silent * seconds,
      found_p50_s: round(quantile(late, 0.5) / 1000),
      found_p99_s: round(quantile(late, 0.99) / 1000),
      found_max_s: round((late.at(-1) ?? Number.NaN) / 1000),
      keeper_cores: cores('keeper'),
      postgres_cores: cores('postgres'),
    }
  } finally {
    stopping.abort()
    keeper?.kill('SIGKILL')
    await sleep(300)
    await sql.end({ timeout: 5 })
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
    await rm(program, { force: true })
  }
}

const bundle = (outfile: string) =>
  build({
    entryPoints: ['workers/keeper.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: { '@': resolve('.') },
    outfile,
    logLevel: 'error',
  })

/** Job n is due in second n % period, at an instant of its own within it; the first of them at `startsAt`. */
async function fill(sql: Sql, { jobs, due }: Asked, startsAt: number): Promise<void> {
  const period = jobs / due
  await sql`insert into targets (kind, name, status) select 'job', 'host' || n || '.job', 'up' from generate_series(0, ${jobs - 1}) n`
  await sql`
    insert into jobs (id, slug, period_seconds, grace_seconds) select id, 'job-' || id, ${period}, ${graceSeconds} from targets`
  await sql`
    insert into job_states (job_id, phase, anchor_at, first_beat_at, last_beat_at, last_signal, last_success_at, alarm_at)
    select id, 'up', a.at, a.at, a.at, 'success', a.at, a.at + make_interval(secs => ${period + graceSeconds})
    from targets, lateral (select to_timestamp(${startsAt / 1000}::float8 - ${period}::int + (id - 1) % ${period}::int + ((id - 1) / ${period}::int % 1000) / 1000.0) as at) a`
  await sql`vacuum analyze`
}

/** What a web does each second: all that came is stored. */
async function refresh(sql: Sql, signal: AbortSignal): Promise<void> {
  const spoolId = randomUUID()
  while (!signal.aborted) {
    await sql`
      insert into intakes (spool_id, name, settled_at, seen_at) values (${spoolId}, 'bench', ${new Date()}, now())
      on conflict (spool_id) do update set settled_at = excluded.settled_at, seen_at = excluded.seen_at`.catch(() => {})
    await sleep(1000, undefined, { signal }).catch(() => {})
  }
}

/** The beats of those that are not silent, each second's when it is over. */
async function beat(sql: Sql, { jobs, due, silent }: Asked, startsAt: number, signal: AbortSignal): Promise<void> {
  const period = jobs / due
  for (let second = 0; !signal.aborted; second++) {
    await sleep(Math.max(0, startsAt + (second + 1) * 1000 - Date.now()), undefined, { signal }).catch(() => {})
    if (silent >= due) continue
    const at = new Date(startsAt + second * 1000)
    await sql`
      update job_states set anchor_at = ${at}, last_beat_at = ${at}, last_success_at = ${at}, beat_count = beat_count + 1
      where job_id = any(array(select n * ${period}::int + ${second % period}::int + 1 from generate_series(${silent}::int, ${due - 1}::int) n))`.catch(
      () => {},
    )
  }
}

/** How long after its deadline each outage could be read, ms; until all are there, or a minute after the last was due. */
async function watch(sql: Sql, firstDeadline: number, seconds: number, wanted: number): Promise<number[]> {
  const until = firstDeadline + (seconds + 60) * 1000
  const late: number[] = []
  let last = 0
  while (late.length < wanted && Date.now() < until) {
    const rows = await sql<{ id: number; at: Date }[]>`
      select id, isolated_at as at from outages where id > ${last} order by id limit 20000`
    const now = Date.now()
    for (const row of rows) if (row.at.getTime() < firstDeadline + seconds * 1000) late.push(now - row.at.getTime())
    last = rows.at(-1)?.id ?? last
    await sleep(100)
  }
  return late
}

async function cpu(sql: Sql, keeper: number | undefined) {
  const backends = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity where application_name like 'beatline%' and datname = current_database()`
  const of = (pid: number) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond
  }
  return { at: Date.now(), keeper: of(keeper ?? 0), postgres: backends.reduce((sum, { pid }) => sum + of(pid), 0) }
}

const round = (n: number, digits = 2) => Math.round(n * 10 ** digits) / 10 ** digits
