import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const admin = { email: 'noc@example.net', password: 'a long enough password' }
export type RoleName = 'web' | 'keeper' | 'probe' | 'postgres'

/** The product as people run it: dist/start.mjs with its own data folder and port. */
export type Product = {
  url: string
  dataDir: string
  output: () => string
  /** REST as the admin by HTTP Basic; JSON in, JSON out; throws what was answered unless 2xx. */
  rest: <T = unknown>(method: string, path: string, body?: unknown) => Promise<T>
  /** Pids of the whole tree below the starter, by role. */
  pids: () => Record<RoleName, number[]>
  starterPid: () => number
  start: () => Promise<void>
  /** kill -9 of every process at once, the database's included. */
  killAll: () => Promise<void>
  /** SIGTERM, in order, and wait. */
  stop: () => Promise<void>
  /** stop, and remove the data. */
  end: () => Promise<void>
}

export const built = existsSync('dist/start.mjs') && existsSync('.next/BUILD_ID')

export async function startProduct(settings: Record<string, string> = {}): Promise<Product> {
  const dataDir = await mkdtemp(join(tmpdir(), 'beatline-product-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  let output = ''

  const product: Product = {
    url,
    dataDir,
    output: () => output,
    async rest<T>(method: string, path: string, body?: unknown) {
      const isCsv = typeof body === 'string'
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Basic ${Buffer.from(`${admin.email}:${admin.password}`).toString('base64')}`,
          ...(body === undefined ? {} : { 'content-type': isCsv ? 'text/csv' : 'application/json' }),
        },
        ...(body === undefined ? {} : { body: isCsv ? body : JSON.stringify(body) }),
        signal: AbortSignal.timeout(60_000),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
      return (text ? JSON.parse(text) : null) as T
    },
    pids: () => rolesBelow(child?.pid),
    starterPid: () => child?.pid ?? 0,
    async start() {
      child = spawn(process.execPath, [resolve('dist/start.mjs')], {
        env: {
          ...withoutVitest(process.env),
          PORT: String(port),
          HOST: '127.0.0.1',
          SITE_URL: url,
          DATA_DIR: dataDir,
          ADMIN_EMAIL: admin.email,
          ADMIN_PASSWORD: admin.password,
          LOG_FORMAT: 'json',
          NODE_ENV: 'production',
          ...settings,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      })
      const collect = (chunk: Buffer) => {
        output = (output + chunk).slice(-2_000_000)
      }
      child.stdout?.on('data', collect)
      child.stderr?.on('data', collect)
      const started = child
      await until(
        'the product to be healthy',
        async () => {
          if (started.exitCode !== null)
            throw new Error(`the product ended with ${started.exitCode}:\n${output.slice(-4000)}`)
          return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(2000) }).catch(() => null))?.ok ?? false
        },
        60_000,
      )
    },
    async killAll() {
      const all = [child?.pid ?? 0, ...Object.values(rolesBelow(child?.pid)).flat()].filter((pid) => pid > 0)
      for (const pid of all) kill(pid, 'SIGKILL')
      await until('every process to be gone', async () => all.every((pid) => !alive(pid)), 10_000)
    },
    async stop() {
      const pid = child?.pid
      if (!pid || child?.exitCode !== null) return
      kill(pid, 'SIGTERM')
      await until('the product to stop', async () => !alive(pid), 30_000)
    },
    async end() {
      await product.stop()
      // A database that outlived a killed starter is ours to stop, too.
      const left = postmasterPid(dataDir)
      if (left) {
        kill(left, 'SIGQUIT')
        await until('PostgreSQL to stop', async () => !alive(left), 10_000)
      }
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
  await product.start()
  return product
}

/** A loaded machine is five times as slow as a quiet one; what takes minutes mostly waits. A benchmark measures by its limits. */
const patience = (withinMs: number) => (process.env.VITEST ? withinMs * (withinMs < 60_000 ? 5 : 2) : withinMs)

/** Polls until `probe` is truthy; a throw of it ends the wait at once. `withinMs`: on a quiet machine. */
export async function until<T>(what: string, probe: () => Promise<T>, withinMs = 20_000): Promise<NonNullable<T>> {
  const begunAt = Date.now()
  for (;;) {
    const value = await probe()
    if (value) return value
    const waitedMs = Date.now() - begunAt
    if (waitedMs > patience(withinMs)) throw new Error(`Waited ${Math.round(waitedMs / 1000)} s in vain for ${what}`)
    await new Promise((done) => setTimeout(done, 100))
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  await new Promise((done) => server.close(done))
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ') // a zombie is gone for our purposes
  } catch {
    return false
  }
}

/** To a process that may end by itself, or with the one killed before it: then there is nothing to do. */
export function kill(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

function withoutVitest(env: NodeJS.ProcessEnv) {
  const own = /^(VITEST|NODE_ENV$|DATABASE_URL$|SECRET_KEY$|PROBE_|TEST$|DEV$)/
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.test(name)))
}

function postmasterPid(dataDir: string): number | null {
  for (const path of readdirSync(dataDir, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('postmaster.pid')) continue
    const pid = Number.parseInt(readFileSync(join(dataDir, path), 'utf8'), 10)
    if (pid > 0 && alive(pid)) return pid
  }
  return null
}

function rolesBelow(root: number | undefined): Record<RoleName, number[]> {
  const roles: Record<RoleName, number[]> = { web: [], keeper: [], probe: [], postgres: [] }
  if (!root) return roles
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // ended while we looked
    }
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid)
    return parent !== undefined && parent > 1 && (parent === root || isBelow(parent))
  }
  for (const pid of parents.keys()) {
    if (!isBelow(pid)) continue
    const command = readCommand(pid)
    const role = /dist\/(web|keeper|probe)\.mjs/.exec(command)?.[1] ?? (/postgres/.test(command) ? 'postgres' : null)
    if (role) roles[role as RoleName].push(pid)
  }
  return roles
}

function readCommand(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
