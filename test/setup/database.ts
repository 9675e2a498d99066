import { randomUUID } from 'node:crypto'
import postgres, { type Sql } from 'postgres'
import { inject } from 'vitest'
import { closeDatabase, connectionOptions, openDatabase } from '@/lib/store/database'

export type TestDatabase = { url: string; sql: Sql; stop(): Promise<void> }

/** A fresh migrated database, opened as this process's own. `stop` closes and drops it. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await administer(server, (sql) => sql`create database ${sql(name)} template template_beatline`)
  const url = server.replace('/beatline?', `/${name}?`)
  process.env.DATABASE_URL = url
  const { sql } = openDatabase(url)
  return {
    url,
    sql,
    async stop() {
      await closeDatabase()
      await administer(server, (admin) => admin`drop database if exists ${admin(name)} with (force)`)
    },
  }
}

async function administer(server: string, work: (sql: Sql) => Promise<unknown>) {
  const sql = postgres({ ...connectionOptions(server), database: 'postgres', max: 1, onnotice: () => {} })
  try {
    // Two clones of one template at once are refused: take turns.
    await sql`select pg_advisory_lock(4810099)`
    await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
