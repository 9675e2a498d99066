import { watch } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { get as getTls } from 'node:https'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Env, SettingsError } from '@/lib/env'
import { createLog } from '@/lib/log'
import { closeDatabase, openDatabase } from '@/lib/store/database'
import { migrate } from '@/lib/store/migrate'
import { type EmbeddedPostgres, startPostgres } from './embedded-postgres'
import { createBackoff } from './house/backoff'
import { keepRole, type Role, type RoleName } from './house/child'
import { checkDataFolder, keptSecret } from './house/data-folder'
import { put, readDotEnv, readSettings } from './house/environment'
import { firstStart } from './house/first-start'
import { holdFile } from './house/hold'

readDotEnv() // it may say how to log
const log = createLog('start')
const stopping = new AbortController()
const roles = new Map<RoleName, Role>()
let database: EmbeddedPostgres | undefined
let databaseStart: Promise<unknown> = Promise.resolve() // one under way must be waited for before it can be stopped

listenToSignals()
try {
  await main()
} catch (error) {
  console.error(`beatline cannot start: ${error instanceof Error ? error.message : error}`)
  if (!(error instanceof SettingsError)) log.debug(error)
  await stopAll()
  process.exit(1)
}

async function main(): Promise<void> {
  const startedAt = Date.now()
  const settings = readSettings()
  await checkDataFolder(settings.dataDir)
  await takeHouse(settings)
  put('SECRET_KEY', settings.secretKey || (await keptSecret(settings.dataDir, 'secret-key')))
  const probeToken = settings.probeToken ?? (await keptSecret(settings.dataDir, 'probe-token', 'blp_'))
  put('PROBE_TOKEN', probeToken)
  const databaseUrl = settings.databaseUrl ?? (await keepPostgres(settings.dataDir))
  put('DATABASE_URL', databaseUrl)
  await prepareDatabase(settings, databaseUrl, probeToken)
  for (const name of ['web', 'keeper', 'probe'] as const) {
    if (stopping.signal.aborted) return
    roles.set(name, keepRole(name, log))
  }
  if (process.env.NODE_ENV === 'development') restartRebuilt()
  if (await answers(settings)) {
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
    console.log(`\n  Beatline is ready at ${settings.siteUrl} (after ${seconds} s). Ctrl-C stops it.\n`)
  }
}

/** One supervisor a data folder, and the port free before anything is started. Throws a SettingsError. */
async function takeHouse({ dataDir, port, host }: Env): Promise<void> {
  const pidFile = pidFileOf(dataDir)
  const before = await readFile(pidFile, 'utf8').catch(() => '')
  const holder = holdFile(pidFile)
  if (holder !== null) {
    const who = holder ? ` (process ${holder})` : ''
    throw new SettingsError(`Beatline already runs on ${dataDir}${who}: stop it, or set another DATA_DIR`)
  }
  // Roles whose supervisor was killed need a moment to end.
  for (const givenUpAt = Date.now() + (before ? 10_000 : 0); ; await sleep(250)) {
    const refused = await tryPort(port, host)
    if (refused === null) return
    if (refused === 'EADDRINUSE' && Date.now() < givenUpAt) continue
    throw new SettingsError(
      refused === 'EADDRINUSE'
        ? `PORT is ${port}, which another program uses on ${host}: stop that program, or set PORT to a free one`
        : `HOST is ${host} and PORT is ${port}, where this machine cannot listen (${refused}): set an address of this machine and a port above 1023`,
    )
  }
}

function pidFileOf(dataDir: string): string {
  return join(dataDir, 'beatline.pid')
}

function tryPort(port: number, host: string): Promise<string | null> {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => done(null)))
  })
}

/** The embedded server, started again when it dies; its address stays the same. */
async function keepPostgres(dataDir: string): Promise<string> {
  const start = async () => {
    database = await startPostgres({ dataDir })
    return database.url
  }
  const first = start()
  databaseStart = first.catch(() => {})
  const url = await first
  void (async () => {
    const backoff = createBackoff()
    for (let startedAt = Date.now(); ; ) {
      await database?.exited
      if (stopping.signal.aborted) return
      const waitMs = backoff(Date.now() - startedAt)
      log.error({ restart_in_ms: waitMs }, 'PostgreSQL ended; starting it again')
      await sleep(waitMs)
      if (stopping.signal.aborted) return
      startedAt = Date.now()
      databaseStart = start().catch((error) => log.error(error, 'PostgreSQL does not start'))
      await databaseStart
    }
  })()
  return url
}

async function prepareDatabase(settings: Env, url: string, probeToken: string): Promise<void> {
  const applied = await migrate(url).catch((error: Error) => {
    if (!settings.databaseUrl) throw error
    throw new SettingsError(`DATABASE_URL names a database that cannot be used: ${error.message || String(error)}`)
  })
  if (applied.length > 0) log.info({ applied }, 'the database has the newest schema')
  openDatabase(url, { poolSize: 2 })
  const operator = await firstStart(settings, probeToken)
  await closeDatabase()
  if (!operator) return
  const password = operator.password ? `\n  Password:  ${operator.password}\n  (shown this once)` : ''
  console.log(`\n  Address:   ${settings.siteUrl}\n  E-mail:    ${operator.email}${password}\n`)
}

/** Waits until the web answers, however it finds itself. */
async function answers({ port, host, tlsCert }: Env): Promise<boolean> {
  const where = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  while (!stopping.signal.aborted) {
    if (await answersOnce({ host: where, port, path: '/login' }, tlsCert !== undefined)) return true
    await sleep(50)
  }
  return false
}

function answersOnce(where: { host: string; port: number; path: string }, tls: boolean): Promise<boolean> {
  return new Promise((done) => {
    const answered = (response: IncomingMessage) => {
      response.resume()
      done(true)
    }
    // The certificate is for a name, not for this address.
    const request = tls ? getTls({ ...where, rejectUnauthorized: false }, answered) : get(where, answered)
    request.once('error', () => done(false))
  })
}

function restartRebuilt(): void {
  const waiting = new Map<RoleName, NodeJS.Timeout>()
  watch(fileURLToPath(new URL('.', import.meta.url)), (_, file) => {
    const name = file?.replace(/\.mjs$/, '') as RoleName
    if (!roles.has(name)) return
    clearTimeout(waiting.get(name))
    waiting.set(
      name,
      setTimeout(() => roles.get(name)?.restart(), 300),
    )
  })
}

/** The first signal stops all in the reverse order of their start; one a second or more later ends them by force. */
function listenToSignals(): void {
  let firstAt = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, async () => {
      if (firstAt === 0) {
        firstAt = Date.now()
        console.log('\n  Beatline is stopping ...')
        await stopAll()
        process.exit(0)
      }
      if (Date.now() - firstAt < 1000) return // npm passes on what the terminal has sent already
      for (const role of roles.values()) role.kill()
      process.exit(1) // PostgreSQL is left running, and adopted by the next start
    })
  }
}

async function stopAll(): Promise<void> {
  if (stopping.signal.aborted) return
  stopping.abort()
  for (const role of [...roles.values()].reverse()) await role.stop()
  await databaseStart
  await database?.stop()
  const pidFile = pidFileOf(readDataDir())
  // Emptied, not removed: who waits for this file must not be left with one that nobody else can find.
  if ((await readFile(pidFile, 'utf8').catch(() => '')) === String(process.pid)) await writeFile(pidFile, '')
}

function readDataDir(): string {
  try {
    return readSettings().dataDir
  } catch {
    return process.env.DATA_DIR ?? 'data' // the settings are what stopped us
  }
}
