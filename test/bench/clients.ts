import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Sql } from 'postgres'
import { rangeOf } from '@/app/ui/client/client-range'
import { cookieHeaderOf } from '@/lib/session-cookie'
import { listMessagesOfClient } from '@/lib/store/client-message-history'
import { listClientOutages } from '@/lib/store/client-outages'
import { clientUptime } from '@/lib/store/client-uptime'
import { countClients, findClient, listClients, searchClients } from '@/lib/store/clients'
import { closeDatabase, openDatabase } from '@/lib/store/database'
import { listDevices } from '@/lib/store/devices'
import { migrate } from '@/lib/store/migrate'
import { createSession } from '@/lib/store/sessions'
import { createUser } from '@/lib/store/users'
import { startPostgres } from '@/workers/embedded-postgres'
import { freePort, until } from '../setup/product'
import { quantile } from './quantile'
import { fillYears } from './uptime'

const secret = 'a secret that is only used in this measurement'
const visits = 60

/**
 * `npm run bench -- clients [clients] [outages]`. What the page of one client takes, with 10,000 of them, 12,000 devices and
 * 250,000 outages over two years: what it reads, by day, week and month; and, where the product is built, the whole page from
 * the request to its last byte, with the CPU it costs at the server. The lists besides: every sort, filter and search.
 */
export default async function benchClients(args: string[]): Promise<void> {
  const [clients = 10_000, outages = 250_000] = args.map(Number)
  const dataDir = await mkdtemp(join(tmpdir(), 'beatline-clients-'))
  const server = await startPostgres({ dataDir })
  process.env.SECRET_KEY = secret
  try {
    await migrate(server.url)
    const { sql } = openDatabase(server.url)
    await fillYears(sql, clients, outages)
    await fillRest(sql)
    const ids = await sql<{ id: number }[]>`select id from clients order by id % 97, id limit ${visits}`
    const chosen = ids.map(({ id }) => id)
    const reads = await measureReads(chosen)
    const page = await measurePages(sql, server.url, chosen)
    console.log(JSON.stringify({ bench: 'clients', clients, outages, reads, page, lists: await measureLists() }))
  } finally {
    await closeDatabase()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Contacts and services of each, a few hundred dark now, and a message to every tenth. */
async function fillRest(sql: Sql): Promise<void> {
  await sql`
    insert into client_contacts (client_id, name, email, phone)
    select id, 'Contact ' || id, 'c' || id || '@example.net', '+1555' || lpad(id::text, 7, '0') from clients`
  await sql`insert into client_services (client_id, name, down_mbps) select id, 'Gold 50', 50 from clients`
  await sql`
    insert into client_messages (template, media, state, words, created_by)
    select 'Outage', '{sms}', 'done', '{}', 'bench' from generate_series(1, 20)`
  await sql`
    insert into message_recipients (message_id, client_id, client_name, part, medium, address, body, state, identity)
    select 1 + n % 20, id, name, 'first', 'sms', '+15550100', 'We are on it.', 'delivered', id || ':' || n
    from clients cross join generate_series(1, 10) n where id % 10 = 0`
  await sql`vacuum analyze`
}

/** As the page reads it: the client first, then all parts at once. */
async function readPage(id: number, by: 'day' | 'week' | 'month'): Promise<void> {
  await findClient(id)
  await Promise.all([
    clientUptime(id, rangeOf(by, Date.now(), 'Europe/Berlin')),
    listClientOutages(id, 21),
    listMessagesOfClient(id, { limit: 20 }),
    listDevices({ client: id, sort: 'status', limit: 50 }),
  ])
}

const figures = (ms: number[]) => {
  ms.sort((a, b) => a - b)
  return { p50_ms: round(quantile(ms, 0.5)), p95_ms: round(quantile(ms, 0.95)), max_ms: round(ms.at(-1) ?? 0) }
}
const round = (ms: number) => Math.round(ms * 10) / 10

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

async function measureReads(ids: readonly number[]) {
  const took: Record<string, ReturnType<typeof figures>> = {}
  for (const by of ['day', 'week', 'month'] as const) {
    for (const id of ids.slice(0, 10)) await readPage(id, by)
    const ms: number[] = []
    for (const id of ids) ms.push(await timed(() => readPage(id, by)))
    took[by] = figures(ms)
  }
  return took
}

async function measureLists() {
  const took: Record<string, number> = {}
  const note = async (name: string, work: () => Promise<unknown>) => {
    await work()
    took[name] = round(await timed(work))
  }
  for (const sort of ['name', 'status', 'since'] as const) await note(`by ${sort}`, () => listClients({ sort }))
  await note('dark', () => listClients({ state: 'dark', sort: 'since' }))
  await note('a site', () => listClients({ site: 'Tower 7', archived: false }))
  await note('search', () => listClients({ search: 'client 77' }))
  await note('counts', countClients)
  await note('choices', () => searchClients('client 77', 8))
  return took
}

/** The page by HTTP from the built web role; null where nothing is built. */
async function measurePages(sql: Sql, databaseUrl: string, ids: readonly number[]) {
  if (!existsSync('dist/web.mjs') || !existsSync('.next/BUILD_ID')) return null
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const dataDir = await mkdtemp(join(tmpdir(), 'beatline-clients-web-'))
  process.env.SITE_URL = url
  const web = startWeb({ port, url, dataDir, databaseUrl })
  try {
    await until('the web role to answer', async () => (await fetch(`${url}/login`).catch(() => null))?.ok, 60_000)
    const user = await createUser({
      email: 'bench@example.net',
      name: 'Bench',
      password: 'long enough',
      role: 'operator',
    })
    const sessionId = await createSession({ userId: user?.id ?? 0, userAgent: 'bench', address: '127.0.0.1' })
    const headers = { cookie: await cookieHeaderOf(sessionId) }
    const visit = async (id: number, by: string) => {
      const answer = await fetch(`${url}/clients/${id}?by=${by}`, { headers, redirect: 'manual' })
      const text = await answer.text()
      if (answer.status !== 200 || !text.includes('Served by'))
        throw new Error(`found ${answer.status}, expected the page`)
    }
    const took: Record<string, ReturnType<typeof figures> & { cpu_ms: number }> = {}
    for (const by of ['day', 'week', 'month']) {
      for (const id of ids.slice(0, 30)) await visit(id, by)
      const ms: number[] = []
      const before = await cpuMs(sql, web.pid)
      for (const id of ids) ms.push(await timed(() => visit(id, by)))
      took[by] = { ...figures(ms), cpu_ms: round(((await cpuMs(sql, web.pid)) - before) / ids.length) }
    }
    return took
  } finally {
    web.kill('SIGTERM')
    await new Promise((done) => web.once('exit', done))
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** CPU time of the web role and of the database's backends so far, ms: the machine may be busy otherwise. */
async function cpuMs(sql: Sql, webPid: number | undefined): Promise<number> {
  const backends = await sql<{ pid: number }[]>`select pid from pg_stat_activity where backend_type = 'client backend'`
  const ticksOf = async (pid: number | undefined) => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
  }
  const ticks = await Promise.all([webPid, ...backends.map(({ pid }) => pid)].map(ticksOf))
  return ticks.reduce((sum, one) => sum + one, 0) * 10
}

type WebSettings = { port: number; url: string; dataDir: string; databaseUrl: string }
function startWeb({ port, url, dataDir, databaseUrl }: WebSettings): ChildProcess {
  return spawn(process.execPath, [resolve('dist/web.mjs')], {
    env: {
      ...process.env,
      PORT: String(port),
      HOST: '127.0.0.1',
      SITE_URL: url,
      DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
      SECRET_KEY: secret,
      NODE_ENV: 'production',
      LOG_FORMAT: 'json',
    },
    stdio: 'ignore',
  })
}
