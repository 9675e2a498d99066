import type { UserRole } from '@/lib/rights'
import { newToken, sha256Hex } from '@/lib/secrets'
import { sql } from './database'

export type ApiKey = {
  id: number
  name: string
  hint: string // its first characters
  role: UserRole
  createdAt: Date
  lastUsedAt: Date | null
}

const columns = () => sql`id, name, hint, role, created_at as "createdAt", last_used_at as "lastUsedAt"`

/** Makes an API key. The key itself is returned this once; only its hash is kept. */
export async function createKey({ name, role }: { name: string; role: UserRole }): Promise<ApiKey & { key: string }> {
  const key = newToken('bl_')
  const [row] = await sql<ApiKey[]>`
    insert into api_keys (name, hash, hint, role) values (${name}, ${sha256Hex(key)}, ${key.slice(0, 8)}, ${role})
    returning ${columns()}`
  if (!row) throw new Error('Cannot create the key: the insert returned no row')
  return { ...row, key }
}

/** Whose key this is; null when there is no such key. Marks it as used, once a minute. */
export async function findKey(key: string): Promise<ApiKey | null> {
  const [row] = await sql<ApiKey[]>`select ${columns()} from api_keys where hash = ${sha256Hex(key)}`
  if (!row) return null
  if (!row.lastUsedAt || Date.now() - row.lastUsedAt.getTime() > 60_000) {
    await sql`update api_keys set last_used_at = now() where id = ${row.id}`
  }
  return row
}

/** Ordered by id; `after` is the last id of the page before. */
export async function listKeys({ limit = 1000, after = 0 } = {}): Promise<ApiKey[]> {
  return sql<ApiKey[]>`select ${columns()} from api_keys where id > ${after}::bigint order by id limit ${limit}`
}

export async function findKeyById(id: number): Promise<ApiKey | null> {
  const [row] = await sql<ApiKey[]>`select ${columns()} from api_keys where id = ${id}`
  return row ?? null
}

export async function updateKey(
  id: number,
  change: { name?: string | undefined; role?: UserRole | undefined },
): Promise<ApiKey | null> {
  const [row] = await sql<ApiKey[]>`
    update api_keys set name = coalesce(${change.name ?? null}, name), role = coalesce(${change.role ?? null}, role)
    where id = ${id} returning ${columns()}`
  return row ?? null
}

/** False when there is no such key. Processes that used it within 10 s may let it through that long. */
export async function deleteKey(id: number): Promise<boolean> {
  const deleted = await sql`delete from api_keys where id = ${id}`
  return deleted.count === 1
}
