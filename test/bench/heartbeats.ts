import { readdirSync, readFileSync } from 'node:fs'
import postgres from 'postgres'
import { connectionOptions } from '@/lib/store/database'
import { embeddedUrl } from '@/workers/embedded-postgres'
import { load } from '../setup/beat-load'
import { type Product, startProduct, until } from '../setup/product'
import { quantile } from './quantile'
import { hasWrk, wrk } from './wrk'

const jobCount = 1000
const connections = 32
const exactSeconds = 4

/**
 * 1,000 jobs beat over 32 connections as fast as they are answered, for `seconds`: acknowledged beats a second, CPU of web
 * and PostgreSQL a beat (the generator apart), latencies, and the rows that are in the database for them. The load is wrk's
 * where it is installed, which costs least and breaks off at the end with a request on each connection; before it our own
 * generator, which takes the answer to everything it sent, shows that rows and acknowledged beats are the same.
 */
export default async function benchHeartbeats(args: string[]): Promise<void> {
  const result = await measure(Number(args[0] ?? 15))
  console.log(JSON.stringify(result))
  const { acked, rows, exact_acked, exact_rows } = result
  const mayBeUnheard = result.generator === 'wrk' ? connections : 0
  if (exact_rows !== exact_acked || rows < acked || rows > acked + mayBeUnheard) {
    console.error('beats that were acknowledged and those in the database are not the same')
    process.exitCode = 1
  }
}

async function measure(seconds: number) {
  const product = await startProduct()
  const sql = postgres({ ...connectionOptions(embeddedUrl(product.dataDir)), max: 1, onnotice: () => {} })
  try {
    const uuids = await register(product)
    const exactBefore = await countBeats(sql)
    const exact = await send(product, uuids, exactSeconds)
    const before = await countBeats(sql)
    const cpuBefore = cpuOf(product)
    const generator = hasWrk() ? 'wrk' : 'own'
    const sent = await (generator === 'wrk' ? sendByWrk : send)(product, uuids, seconds)
    const cpuMs = cpuOf(product) - cpuBefore
    const rows = (await countBeats(sql)) - before
    return {
      name: 'heartbeats',
      generator,
      jobs: jobCount,
      connections,
      acked: sent.acked,
      acked_per_s: Math.round(sent.acked / sent.seconds),
      rows,
      refused: sent.refused,
      cpu_us: Math.round((cpuMs * 1000) / sent.acked),
      p50_ms: sent.p50Ms,
      p99_ms: sent.p99Ms,
      exact_acked: exact.acked,
      exact_rows: before - exactBefore,
    }
  } finally {
    await sql.end({ timeout: 5 })
    await product.end()
  }
}

async function register(product: Product): Promise<string[]> {
  const uuids: string[] = []
  for (let n = 1; n <= jobCount; n++) {
    const job = await product.rest<{ uuid: string }>('POST', '/api/applications', {
      name: `job ${n}`,
      expected_interval: 3600,
      grace_period: 60,
    })
    uuids.push(job.uuid)
  }
  const last = uuids.at(-1)
  await until('the last job to be known', async () => (await fetch(`${product.url}/ping/${last}`)).ok)
  return uuids
}

type Sent = { acked: number; refused: number; seconds: number; p50Ms: number; p99Ms: number }

async function send(product: Product, uuids: readonly string[], seconds: number): Promise<Sent> {
  const port = Number(new URL(product.url).port)
  const requests = uuids.map(
    (uuid) => `GET /ping/${uuid} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n\r\n`,
  )
  let n = 0
  const result = await load({ port, connections, seconds, next: () => requests[n++ % requests.length] ?? '' })
  const acked = result.statuses.get(200) ?? 0
  return {
    acked,
    refused: result.latencies.length - acked + result.broken,
    seconds: result.seconds,
    p50Ms: rounded(quantile(result.latencies, 0.5)),
    p99Ms: rounded(quantile(result.latencies, 0.99)),
  }
}

async function sendByWrk(product: Product, uuids: readonly string[], seconds: number): Promise<Sent> {
  const said = await wrk({ url: product.url, paths: uuids.map((uuid) => `/ping/${uuid}`), connections, seconds })
  return { ...said, acked: said.requests - said.refused, p50Ms: rounded(said.p50Ms), p99Ms: rounded(said.p99Ms) }
}

async function countBeats(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`select count(*)::int as n from beats where signal <> 'missed'`
  return row?.n ?? 0
}

/** CPU time so far of web and PostgreSQL, in ms; backends that ended meanwhile count with their parent. */
function cpuOf(product: Product): number {
  const pids = product.pids()
  return [...pids.web, ...pids.postgres].reduce((sum, pid) => sum + cpuOfProcess(pid), 0)
}

const msOfTick = 10
function cpuOfProcess(pid: number): number {
  try {
    // Every thread by the scheduler's own clock; ticks miss what sleeps before the next one.
    const threads = readdirSync(`/proc/${pid}/task`)
    return threads.reduce(
      (sum, tid) => sum + Number(readFileSync(`/proc/${pid}/task/${tid}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
      0,
    )
  } catch {
    return cpuByTicks(pid)
  }
}

function cpuByTicks(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
    return (Number(user) + Number(system)) * msOfTick
  } catch {
    return 0 // ended meanwhile
  }
}

const rounded = (ms: number) => Math.round(ms * 100) / 100
