import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { connectionOptions } from './database'
import { ensurePartitions } from './partitions'

type Journal = { entries: { idx: number; when: number; tag: string }[] }

/**
 * Brings the database of `url` to the newest schema and makes the partitions of the next days. Safe to run from many
 * processes at once: one works under an advisory lock, the others find nothing left to do. Returns what it applied.
 */
export async function migrate(url: string, { folder = resolve('drizzle'), now = new Date() } = {}): Promise<string[]> {
  const sql = postgres({ ...connectionOptions(url), max: 1, onnotice: () => {}, connect_timeout: 10 })
  try {
    await sql`select pg_advisory_lock(4810002)` // ends with the connection
    const applied = await applyMissing(sql, folder)
    await ensurePartitions(sql, now)
    return applied
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function applyMissing(sql: Sql, folder: string): Promise<string[]> {
  await sql`
    create table if not exists beatline_migrations (
      tag text primary key, hash text not null, applied_at timestamptz not null default now())`
  const done = new Set((await sql<{ tag: string }[]>`select tag from beatline_migrations`).map((row) => row.tag))
  const journal: Journal = JSON.parse(await readFile(resolve(folder, 'meta/_journal.json'), 'utf8'))
  const known = new Set(journal.entries.map((entry) => entry.tag))
  const newer = [...done].filter((tag) => !known.has(tag))
  if (newer.length > 0) {
    throw new Error(
      `Cannot migrate: the database has ${newer.join(', ')}, which this version does not know. Start the newer version`,
    )
  }

  const missing = journal.entries.filter((entry) => !done.has(entry.tag)).sort((a, b) => a.idx - b.idx)
  for (const { tag } of missing) {
    const text = await readFile(resolve(folder, `${tag}.sql`), 'utf8')
    await sql.begin(async (tx) => {
      for (const statement of text.split('--> statement-breakpoint')) {
        if (statement.trim()) await tx.unsafe(statement)
      }
      await tx`insert into beatline_migrations (tag, hash)
        values (${tag}, ${createHash('sha256').update(text).digest('hex')})`
    })
  }
  return missing.map((entry) => entry.tag)
}
