import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import postgres, { type Sql } from 'postgres'
import { encrypt } from '@/lib/secrets'
import { connectionOptions } from '@/lib/store/database'
import { migrate } from '@/lib/store/migrate'
import { startPostgres } from '@/workers/embedded-postgres'

const ticksPerSecond = 100 // CLK_TCK of Linux
const secretKey = 'a key for benchmarks alone, 32 bytes'

/**
 * `npm run bench -- sources [devices] [minutes]`. A UISP that lists so many devices is polled every 30 s, and some go dark
 * and come back with each answer: what the keeper takes beyond what it takes without a source (cores), and how many
 * questions were open at once when an answer takes 45 s.
 */
export default async function benchSources(args: string[]): Promise<void> {
  const [devices = 4000, minutes = 3] = args.map(Number)
  console.log(JSON.stringify(await measure(devices, minutes)))
}

async function measure(devices: number, minutes: number) {
  process.env.SECRET_KEY = secretKey
  const dataDir = await mkdtemp(join(tmpdir(), 'beatline-sources-'))
  const program = resolve('node_modules', `.bench-sources-${process.pid}.mjs`) // packages are found from there
  const server = await startPostgres({ dataDir })
  const sql = postgres({
    ...connectionOptions(server.url),
    max: 2,
    onnotice: () => {},
    connection: { application_name: 'bench' },
  })
  const uisp = await standIn(devices)
  let keeper: ChildProcess | undefined
  try {
    await Promise.all([migrate(server.url), bundle(program)])
    await fill(sql, devices)
    keeper = spawn(process.execPath, ['--enable-source-maps', program], {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: server.url,
        DATA_DIR: dataDir,
        SECRET_KEY: secretKey,
        LOG_LEVEL: 'warn',
        LOG_FORMAT: 'json',
        NODE_ENV: 'production',
      },
      stdio: 'inherit',
    })
    await sleep(15_000)
    const idle = await spent(sql, keeper.pid, 60_000)
    await addSource(sql, uisp.url, devices)
    await sleep(40_000) // the first poll writes what is known of each
    const asked = uisp.state.asked
    const polled = await spent(sql, keeper.pid, minutes * 60_000)
    const polls = uisp.state.asked - asked
    const [found] = await sql<{ outages: number; faults: number }[]>`
      select (select count(*)::int from outages) as outages, (select faults from sources) as faults`
    uisp.state.slowMs = 45_000
    await sleep(150_000)
    return {
      name: 'sources',
      devices,
      answer_mb: round(uisp.state.bytes / 1e6, 1),
      polls,
      keeper_cores_idle: round(idle.keeper, 4),
      keeper_cores_beyond: round(polled.keeper - idle.keeper, 4),
      postgres_cores_beyond: round(polled.postgres - idle.postgres, 4),
      keeper_cpu_ms_a_poll: Math.round(((polled.keeper - idle.keeper) * minutes * 60_000) / Math.max(1, polls)),
      outages: found?.outages,
      faults: found?.faults,
      slow_answer_s: 45,
      slow_most_at_once: uisp.state.most,
      slow_begun_every_s: uisp.state.begun
        .slice(1)
        .map((at, i) => Math.round((at - (uisp.state.begun[i] ?? 0)) / 1000)),
    }
  } finally {
    keeper?.kill('SIGKILL')
    uisp.close()
    await sleep(300)
    await sql.end({ timeout: 5 })
    await server.stop()
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
    await rm(program, { force: true })
  }
}

/** Answers some 3 kB a device, as a UISP does; 1 in 100 is dark for two answers of four. */
async function standIn(devices: number) {
  const state = { asked: 0, slowMs: 0, now: 0, most: 0, bytes: 0, begun: [] as number[] }
  const [entry] = JSON.parse(readFileSync('test/sources/fixtures/uisp-devices.json', 'utf8')) as [
    Record<string, object>,
  ]
  const filler = 'x'.repeat(900)
  const listOf = (round: number) =>
    Buffer.from(
      JSON.stringify(
        Array.from({ length: devices }, (_, i) => {
          const isDark = i % 100 === 0 && round % 4 >= 2
          return {
            ...entry,
            identification: { ...entry.identification, id: `device-${i}`, name: `CPE ${i}`, mac: macOf(i) },
            overview: {
              ...entry.overview,
              status: isDark ? 'disconnected' : 'active',
              uptime: isDark ? null : 86_400 + round * 30,
              signal: isDark ? null : -60,
            },
            meta: { note: filler },
          }
        }),
      ),
    )
  const lists = [0, 1, 2, 3].map(listOf)
  state.bytes = lists[0]?.length ?? 0
  const server = createServer((request, response) => {
    if (!request.url?.endsWith('/devices')) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}')
      return
    }
    state.most = Math.max(state.most, ++state.now)
    response.on('close', () => state.now--)
    const body = lists[state.asked++ % 4]
    if (state.slowMs > 0) state.begun.push(Date.now())
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(body)
    }, state.slowMs)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    state,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const macOf = (i: number) =>
  `02:00:00:${[i >> 16, (i >> 8) & 255, i & 255].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`

async function fill(sql: Sql, devices: number): Promise<void> {
  await sql`insert into targets (kind, name) select 'device', 'CPE ' || n from generate_series(0, ${devices - 1}) n`
  await sql`insert into devices (id, address, role, pinged) select id, '', 'cpe', false from targets`
  await sql`vacuum analyze`
}

async function addSource(sql: Sql, url: string, devices: number): Promise<void> {
  const config = encrypt(JSON.stringify({ url, token: 'bench' }))
  const [row] = await sql<{ id: number }[]>`
    insert into sources (kind, name, config, poll_seconds, enabled, history_read_at, next_sync_at)
    values ('uisp', 'UISP', ${config}, 30, false, now(), 'infinity') returning id`
  await sql`
    insert into source_records (source_id, kind, key, name, device_id, record, seen_at)
    select ${row?.id ?? 0}, 'device', 'device-' || n, 'CPE ' || n, t.id, '{}', now()
    from generate_series(0, ${devices - 1}) n join targets t on t.name = 'CPE ' || n`
  await sql`update sources set enabled = true, next_poll_at = now()`
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

/** Cores that the keeper and its connections to PostgreSQL take over so long. */
async function spent(sql: Sql, keeper: number | undefined, ms: number) {
  const before = await cpu(sql, keeper)
  await sleep(ms)
  const after = await cpu(sql, keeper)
  const cores = (what: 'keeper' | 'postgres') => (after[what] - before[what]) / ((after.at - before.at) / 1000)
  return { keeper: cores('keeper'), postgres: cores('postgres') }
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
