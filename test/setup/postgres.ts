import { mkdtemp, rm } from 'node:fs/promises'
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

/** One throwaway server for the whole run, with a migrated template from which each test file clones its database. */
export default async function setup({ provide }: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'beatline-test-'))
  // What is thrown away need not survive a power cut; a run has many more connections than the product.
  const settings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: 200 }
  const server = await startPostgres({ dataDir: folder, settings: { ...settings, shared_buffers: '64MB' } })
  await migrate(server.url)
  const sql = postgres({ ...connectionOptions(server.url), database: 'postgres', max: 1 })
  await sql`alter database beatline rename to template_beatline`
  await sql.end()
  provide('postgresUrl', server.url)
  process.env.SECRET_KEY ??= 'a key for tests alone, 32 bytes or more'

  return async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
