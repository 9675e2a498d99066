import { readFileSync } from 'node:fs'
import { io } from 'socket.io-client'
import { noFleet, openFleet } from '../setup/fleet'
import { type Product, startProduct, until } from '../setup/product'
import { quantile } from './quantile'

const intervalSeconds = 10
const ticksPerSecond = 100 // CLK_TCK of Linux
type OutageEvent = { target?: { id: number }; isolated_at: string }

/**
 * `npm run bench -- fleet [devices] [dark] [seconds at rest]`. 50,000 devices every 10 s: CPU (cores), memory (PSS) and lateness of the whole product at rest; then 10,000 of them
 * dark at once: how long after the mute each was isolated, and how long after that its event reached an open socket.
 */
export default async function benchFleet(args: string[]): Promise<void> {
  const [devices = 50_000, dark = 10_000, restSeconds = 120] = args.map(Number)
  console.log(JSON.stringify(await measure(devices, dark, restSeconds)))
}

async function measure(devices: number, dark: number, restSeconds: number) {
  if (noFleet) throw new Error(`Cannot measure: ${noFleet}`)
  const fleet = openFleet(12)
  const product = await startProduct({
    PING_INTERVAL: String(intervalSeconds),
    PING_TIMEOUT: '1',
    ISOLATE_MISSES: '3',
    ISOLATE_SECONDS: '15',
  })
  try {
    const rows = Array.from({ length: devices }, (_, i) => {
      const block = Math.floor(i / 250)
      return { name: `cpe-${i + 1}`, address: `${fleet.prefix}.${block}.${(i % 250) + 1}`, role: 'cpe' }
    })
    for (let at = 0; at < rows.length; at += 10_000) {
      await product.rest('POST', '/api/devices/import', rows.slice(at, at + 10_000))
    }
    await until('every device to be up', () => everyoneIsUp(product), 240_000)
    await pause(20)
    await lateness(product) // what came before was the start
    const before = cpuSeconds(product)
    const startedAt = Date.now()
    await pause(restSeconds)
    const cores = (cpuSeconds(product) - before) / ((Date.now() - startedAt) / 1000)
    const pssMb = pss(product)
    const late = await lateness(product)
    const storm = await darken(product, fleet, dark)
    return {
      name: 'fleet',
      devices,
      cores: round(cores),
      pss_mb: Math.round(pssMb),
      ...late,
      ...storm,
    }
  } finally {
    await product.end()
    fleet.down()
  }
}

async function darken(product: Product, fleet: ReturnType<typeof openFleet>, dark: number) {
  const { key } = await product.rest<{ key: string }>('POST', '/api/keys', { name: 'bench', role: 'viewer' })
  const socket = io(product.url, { path: '/live', transports: ['websocket'], auth: { token: key } })
  const isolatedAfter: number[] = []
  const liveAfter: number[] = []
  const seen = new Set<number>()
  let mutedAt = 0
  socket.on('outage.opened', (event: OutageEvent) => {
    seen.add(event.target?.id ?? 0)
    isolatedAfter.push(Date.parse(event.isolated_at) - mutedAt)
    liveAfter.push(Date.now() - Date.parse(event.isolated_at))
  })
  await until('the live socket', async () => socket.connected)
  socket.emit('follow', 'all')
  await pause(1)
  mutedAt = Date.now()
  fleet.mute(...Array.from({ length: dark / 250 }, (_, block) => `${fleet.prefix}.${block}.0/24`))
  await until('every dark device to be told', async () => seen.size >= dark, 90_000).catch(() => {})
  socket.close()
  isolatedAfter.sort((a, b) => a - b)
  liveAfter.sort((a, b) => a - b)
  return {
    isolated: seen.size,
    isolated_max_s: round((isolatedAfter.at(-1) ?? Number.NaN) / 1000),
    live_p50_ms: quantile(liveAfter, 0.5),
    live_p99_ms: quantile(liveAfter, 0.99),
  }
}

async function everyoneIsUp(product: Product): Promise<boolean> {
  for (const status of ['new', 'unknown', 'suspect']) {
    const { items } = await product.rest<{ items: unknown[] }>('GET', `/api/devices?status=${status}&limit=1`)
    if (items.length > 0) return false
  }
  return true
}

const everyPid = (product: Product) => Object.values(product.pids()).flat().concat(product.starterPid())

/** User and system time of every process now running below the starter, its ended children included. */
function cpuSeconds(product: Product): number {
  return everyPid(product).reduce((sum, pid) => {
    const stat = readOr(`/proc/${pid}/stat`)
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return sum + (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond
  }, 0)
}

function pss(product: Product): number {
  return everyPid(product).reduce((sum, pid) => {
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readOr(`/proc/${pid}/smaps_rollup`))?.[1]
    return sum + Number(kilobytes ?? 0) / 1024
  }, 0)
}

/** How late pings were in the time since it was last asked: p99 and worst, as shares of the interval. */
async function lateness(product: Product): Promise<{ late_p99: number; late_max: number }> {
  const before = product.output().length
  for (const pid of product.pids().probe) process.kill(pid, 'SIGUSR2') // tells its counts now, not in 10 minutes
  const line = await until('the probe to tell its counts', async () =>
    product
      .output()
      .slice(before)
      .split('\n')
      .find((told) => told.includes('late_p99_ms')),
  )
  const told = JSON.parse(line)
  return { late_p99: round(told.late_p99_ms / (intervalSeconds * 1000)), late_max: round(told.late_max_share) }
}

const pause = (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1000))
const round = (value: number) => Math.round(value * 1000) / 1000

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
