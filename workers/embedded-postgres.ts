import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, openSync } from 'node:fs'
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import postgres from 'postgres'
import { connectionOptions } from '@/lib/store/database'
import { type Binaries, chooseRunAs, findBinaries, giveTo, type RunAs } from './postgres-binaries'

export type EmbeddedPostgres = {
  url: string
  pid: number
  adopted: boolean // it outlived the process that had started it
  exited: Promise<void> // settles when the server is gone, for whatever reason
  stop(): Promise<void>
}

const longestSocketPath = 106
const socketName = '.s.PGSQL.5432'
const neverAPid = 4_194_305 // above the highest that Linux gives

const serverSettings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: 60,
  shared_buffers: '128MB',
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  max_wal_size: '512MB',
  wal_compression: 'on',
  jit: 'off',
  io_workers: 1,
  max_parallel_workers: 2,
  fsync: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgresql-%a.log', // a week of days, each overwritten the next time round
  log_truncate_on_rotation: 'on',
  log_rotation_age: '1d',
  log_rotation_size: '20MB',
  log_line_prefix: '%m [%p] %a ',
  log_checkpoints: 'off',
}

/**
 * Starts the PostgreSQL that comes with the packages on `dataDir`/postgres, making the cluster at the first start, or
 * adopts the one that is still running there. It listens on a unix socket in a private folder and nowhere else.
 * `settings` override the server's own; for tests.
 */
export async function startPostgres(options: {
  dataDir: string
  settings?: Record<string, string | number>
}): Promise<EmbeddedPostgres> {
  const cluster = join(resolve(options.dataDir), 'postgres')
  const socketFolder = socketFolderOf(options.dataDir)
  const running = await findRunning(cluster)
  const adopted = running === null ? null : await adopt(running, cluster, socketFolder)
  if (adopted) return adopted

  await findRunning(cluster) // corrects the lock file of one that died just now
  const [binaries, runAs] = [await findBinaries(), await chooseRunAs()]
  await privateFolder(socketFolder)
  await rm(join(socketFolder, `${socketName}.lock`), { force: true }) // names the last server as well
  await makeCluster(cluster, binaries, runAs)
  await Promise.all([giveTo(cluster, runAs.owner), giveTo(socketFolder, runAs.owner)])

  // After a kill -9 the old backends need a moment to notice; until then the server refuses to start.
  const givenUpAt = Date.now() + 20_000
  for (;;) {
    try {
      const child = launch(cluster, socketFolder, binaries, runAs, options.settings ?? {})
      return await whenReady(child, cluster, socketFolder)
    } catch (error) {
      const orphans = error instanceof Error && error.message.includes('pre-existing shared memory block')
      if (!orphans || Date.now() > givenUpAt) throw error
      await sleep(500)
    }
  }
}

/** The address of the embedded server of a data folder, whether it runs or not. */
export function embeddedUrl(dataDir: string): string {
  return `postgres://beatline@localhost/beatline?host=${encodeURIComponent(socketFolderOf(dataDir))}`
}

/** True when the embedded server of this data folder runs: another process has started it. */
export async function isRunning(dataDir: string): Promise<boolean> {
  return (await findRunning(join(resolve(dataDir), 'postgres'))) !== null
}

function socketFolderOf(dataDir: string): string {
  const own = join(resolve(dataDir), 'socket')
  if (Buffer.byteLength(join(own, socketName)) <= longestSocketPath) return own
  const name = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16)
  return join(tmpdir(), `beatline-${name}`)
}

async function privateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const found = await lstat(folder)
  if (!found.isDirectory()) throw new Error(`${folder} is not a folder: remove it`)
  const mine = process.getuid?.() ?? found.uid
  if (mine !== 0 && found.uid !== mine)
    throw new Error(`${folder} belongs to user ${found.uid}: remove it as that user`)
  await chmod(folder, 0o700)
}

async function makeCluster(cluster: string, binaries: Binaries, runAs: RunAs): Promise<void> {
  if (existsSync(join(cluster, 'PG_VERSION'))) return
  const unfinished = `${cluster}.new` // renamed when whole: an interrupted initdb leaves nothing that looks like a cluster
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  await giveTo(unfinished, runAs.owner)
  const initdb = [
    ...runAs.command,
    binaries.initdb,
    ...['-D', unfinished, '--username=beatline', '--auth-local=trust', '--auth-host=reject', '--data-checksums'],
    ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions'],
  ]
  await execute(initdb, runAs).catch((error: { stderr?: string; message: string }) => {
    throw new Error(`Cannot make the database in ${cluster}: ${lastLines(error.stderr || error.message)}`)
  })
  await rename(unfinished, cluster)
}

function execute([command = '', ...args]: string[], { uid, gid }: RunAs) {
  const as = uid === undefined || gid === undefined ? {} : { uid, gid }
  return promisify(execFile)(command, args, {
    ...as,
    cwd: '/',
    env: plainEnv(),
  })
}

function launch(
  cluster: string,
  socketFolder: string,
  binaries: Binaries,
  runAs: RunAs,
  settings: Record<string, string | number>,
): ChildProcess {
  const all = { ...serverSettings, unix_socket_directories: socketFolder, ...settings }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const [command = '', ...args] = [...runAs.command, binaries.postgres, '-D', cluster, ...flags]
  const log = openSync(startLog(cluster), 'w')
  const child = spawn(command, args, {
    detached: true, // Ctrl-C in the terminal reaches the supervisor alone, which stops this one last
    cwd: '/',
    stdio: ['ignore', log, log],
    env: plainEnv(),
    ...(runAs.uid === undefined || runAs.gid === undefined ? {} : { uid: runAs.uid, gid: runAs.gid }),
  })
  child.unref()
  return child
}

const plainEnv = () => ({ NODE_ENV: process.env.NODE_ENV, PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' })
const startLog = (cluster: string) => `${cluster}.start.log`

async function whenReady(child: ChildProcess, cluster: string, socketFolder: string): Promise<EmbeddedPostgres> {
  const { pid } = child
  let over = false
  const exited = new Promise<void>((done) => {
    child.once('error', () => done())
    child.once('exit', () => done())
  }).then(() => {
    over = true
  })
  while (!over && pid !== undefined) {
    if (await accepts(socketFolder)) return { url: await ownDatabase(socketFolder), pid, adopted: false, exited, stop }
    await Promise.race([sleep(50), exited])
  }
  throw new Error(`The embedded PostgreSQL did not start: ${await lastWords(cluster)}`)

  function stop() {
    return stopServer(pid ?? 0, exited)
  }
}

/** Why it ended: FATAL lines of what it wrote to its log, or before it had one. */
async function lastWords(cluster: string): Promise<string> {
  const folder = join(cluster, 'log')
  const logs = await readdir(folder).catch(() => [])
  const written = await Promise.all(logs.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })))
  const newest = written.sort((a, b) => b.at - a.at)[0]?.name
  const files = [...(newest ? [join(folder, newest)] : []), startLog(cluster)]
  const lines = (await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))).map(lastFatal)
  return lines.find(Boolean) ?? `see ${folder}`
}

// Only what follows the last start: an older failure stands above it in the same file.
function lastFatal(log: string): string {
  const lines = log.trim().split('\n').slice(-8)
  const from = lines.findLastIndex((line) => line.includes('starting PostgreSQL'))
  const words = lines.slice(from + 1).filter((line) => /(FATAL|PANIC|HINT|DETAIL): /.test(line))
  return words.map((line) => line.replace(/^.*?(FATAL|PANIC|HINT|DETAIL): +/, '')).join(' · ')
}

/** Null when it ends before it accepts anything: it was dying. */
async function adopt(pid: number, cluster: string, socketFolder: string): Promise<EmbeddedPostgres | null> {
  const givenUpAt = Date.now() + 60_000
  while (!(await accepts(socketFolder))) {
    if (!(await isServerOf(cluster, pid))) return null
    if (Date.now() > givenUpAt)
      throw new Error(`A PostgreSQL runs (pid ${pid}) but accepts nothing: end it, start again`)
    await sleep(100)
  }
  const exited = (async () => {
    while (await isServerOf(cluster, pid)) await sleep(250, undefined, { ref: false })
  })()
  return { url: await ownDatabase(socketFolder), pid, adopted: true, exited, stop: () => stopServer(pid, exited) }
}

async function stopServer(pid: number, exited: Promise<void>): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!isAlive(pid)) return
    process.kill(pid, signal) // SIGINT ends sessions and checkpoints; SIGQUIT leaves the log to be replayed
    const done = new AbortController() // the wait holds the process: the server itself is not allowed to
    const wait = sleep(30_000, false, { signal: done.signal }).catch(() => true)
    if (await Promise.race([exited.then(() => true), wait])) return done.abort()
  }
}

async function accepts(socketFolder: string): Promise<boolean> {
  if (!existsSync(join(socketFolder, socketName))) return false
  const sql = postgres({ ...connectionOptions(adminUrl(socketFolder)), max: 1, onnotice: () => {}, connect_timeout: 5 })
  try {
    await sql`select 1`
    return true
  } catch {
    return false
  } finally {
    await sql.end({ timeout: 1 })
  }
}

const adminUrl = (socketFolder: string) =>
  `postgres://beatline@localhost/postgres?host=${encodeURIComponent(socketFolder)}`

async function ownDatabase(socketFolder: string): Promise<string> {
  const sql = postgres({ ...connectionOptions(adminUrl(socketFolder)), max: 1, onnotice: () => {} })
  try {
    const [found] = await sql`select 1 from pg_database where datname = 'beatline'`
    if (!found) await sql`create database beatline`
  } finally {
    await sql.end({ timeout: 1 })
  }
  return `postgres://beatline@localhost/beatline?host=${encodeURIComponent(socketFolder)}`
}

/** The pid of the server of this cluster, or null. A lock file that names a foreign process, or a zombie, is corrected. */
async function findRunning(cluster: string): Promise<number | null> {
  const lockFile = join(cluster, 'postmaster.pid')
  const lock = await readFile(lockFile, 'utf8').catch(() => '')
  const pid = Number(lock.split('\n')[0])
  if (!pid || !isAlive(pid)) return null
  if (await isServerOf(cluster, pid)) return pid
  // Not removed: by the rest of the file the server finds orphans of the one before.
  await writeFile(lockFile, lock.replace(/^\d+/, String(neverAPid)))
  return null
}

/** False also of a zombie, which nobody reaps in many containers: its command line is empty. */
async function isServerOf(cluster: string, pid: number): Promise<boolean> {
  const command = isAlive(pid) ? await commandOf(pid) : ''
  return command.includes('postgres') && command.includes(cluster)
}

async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  const { stdout } = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'command=']).catch(() => ({
    stdout: '',
  }))
  return stdout
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const lastLines = (text: string) => text.trim().split('\n').slice(-3).join(' · ')
