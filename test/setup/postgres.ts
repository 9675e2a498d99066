import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { connectionOptions } from '@/lib/store/database'
import { migrate } from '@/lib/store/migrate'
import { startPostgres } from '@/workers/embedded-postgres'

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
  }
}

const name = 'beatline-vitest'

type Server = { url: string; stop(): Promise<void> }
// vitest calls us once a project: they share the server, and the last one stops it.
const shared = globalThis as typeof globalThis & { beatlineTestServer?: { server: Promise<Server>; users: number } }

/** One throwaway server for the whole run, with a migrated template from which each test file clones its database. */
export default async function setup({ provide }: TestProject) {
  shared.beatlineTestServer ??= { server: startServer(), users: 0 }
  const held = shared.beatlineTestServer
  held.users++
  const server = await held.server
  provide('postgresUrl', server.url)
  process.env.SECRET_KEY ??= 'a key for tests alone, 32 bytes or more'

  return async () => {
    if (--held.users > 0) return
    delete shared.beatlineTestServer
    await server.stop()
  }
}

async function startServer(): Promise<Server> {
  await removeLeftovers()
  const folder = await mkdtemp(join(tmpdir(), `${name}-${process.pid}-`))
  // What is thrown away need not survive a power cut; a run has many more connections than the product.
  const settings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: 200 }
  const server = await startPostgres({ dataDir: folder, settings: { ...settings, shared_buffers: '64MB' } })
  const kill = () => void signal(server.pid, 'SIGQUIT')
  process.once('exit', kill)
  await migrate(server.url)
  const sql = postgres({ ...connectionOptions(server.url), database: 'postgres', max: 1 })
  await sql`alter database beatline rename to template_beatline`
  await sql.end()
  return {
    url: server.url,
    async stop() {
      await server.stop()
      process.off('exit', kill)
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Ends the servers, and removes the folders, of runs that were killed before they could. */
async function removeLeftovers(): Promise<void> {
  for (const entry of await readdir(tmpdir())) {
    const owner = Number(new RegExp(`^${name}-(\\d+)-`).exec(entry)?.[1])
    if (!owner || signal(owner, 0)) continue
    const folder = join(tmpdir(), entry)
    const lock = await readFile(join(folder, 'postgres/postmaster.pid'), 'utf8').catch(() => '')
    const server = Number(lock.split('\n')[0])
    const command = await readFile(`/proc/${server}/cmdline`, 'utf8').catch(() => '')
    if (server && command.includes(folder)) signal(server, 'SIGQUIT')
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }).catch(() => {}) // another's: let be
  }
}

function signal(pid: number, which: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, which)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
