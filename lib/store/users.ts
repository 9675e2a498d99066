import { hashPassword } from '@/lib/password'
import type { UserRole } from '@/lib/rights'
import { sql, transaction } from './database'

export type User = { id: number; email: string; name: string; role: UserRole; timeZone: string | null; createdAt: Date }

const columns = () => sql`id, email, name, role, time_zone as "timeZone", created_at as "createdAt"`
const adminsLock = 4_810_007

/** How an e-mail address is stored and looked up: trimmed, lower case. */
export const canonicalEmail = (email: string) => email.trim().toLowerCase()

/** Adds somebody who can sign in; null when the e-mail address is taken. */
export async function createUser(user: {
  email: string
  name: string
  password: string
  role: UserRole
}): Promise<User | null> {
  const passwordHash = await hashPassword(user.password)
  const [created] = await sql<User[]>`
    insert into users (email, name, password_hash, role)
    values (${canonicalEmail(user.email)}, ${user.name.trim()}, ${passwordHash}, ${user.role})
    on conflict (email) do nothing
    returning ${columns()}`
  return created ?? null
}

export async function findUser(id: number): Promise<User | null> {
  const [user] = await sql<User[]>`select ${columns()} from users where id = ${id}`
  return user ?? null
}

export async function findUserByEmail(email: string): Promise<User | null> {
  const [user] = await sql<User[]>`select ${columns()} from users where email = ${canonicalEmail(email)}`
  return user ?? null
}

/** The user with the hash to verify against; only for signing in. */
export async function findCredentials(email: string): Promise<(User & { passwordHash: string }) | null> {
  const [user] = await sql<(User & { passwordHash: string })[]>`
    select ${columns()}, password_hash as "passwordHash" from users where email = ${canonicalEmail(email)}`
  return user ?? null
}

/** Ordered by e-mail; `after` is the last e-mail of the page before. */
export async function listUsers({ limit = 1000, after = '' } = {}): Promise<User[]> {
  return sql<User[]>`select ${columns()} from users where email > ${after} order by email limit ${limit}`
}

export async function countUsers(): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from users`
  return row?.count ?? 0
}

export type UserChange = {
  email?: string | undefined
  name?: string | undefined
  role?: UserRole | undefined
  timeZone?: string | null | undefined
}

/** Changes what is given. 'last-admin': somebody must remain who can manage people. 'taken': the e-mail is another's. */
export async function updateUser(id: number, change: UserChange): Promise<User | null | 'last-admin' | 'taken'> {
  return transaction(async (tx) => {
    await tx`select pg_advisory_xact_lock(${adminsLock})`
    if (change.role !== undefined && change.role !== 'admin') {
      const [last] = await tx`
        select 1 from users where id = ${id} and role = 'admin'
          and not exists (select 1 from users where role = 'admin' and id <> ${id})`
      if (last) return 'last-admin' as const
    }
    if (change.email !== undefined) {
      const [other] = await tx`select 1 from users where email = ${canonicalEmail(change.email)} and id <> ${id}`
      if (other) return 'taken' as const
    }
    const [user] = await tx<User[]>`
      update users set
        email = coalesce(${change.email === undefined ? null : canonicalEmail(change.email)}, email),
        name = coalesce(${change.name?.trim() ?? null}, name),
        role = coalesce(${change.role ?? null}, role),
        time_zone = case when ${change.timeZone !== undefined} then ${change.timeZone ?? null} else time_zone end
      where id = ${id} returning ${columns()}`
    return user ?? null
  })
}

/** Removes somebody with their sessions and push devices. The last admin stays. */
export async function deleteUser(id: number): Promise<'deleted' | 'unknown' | 'last-admin'> {
  return transaction(async (tx) => {
    await tx`select pg_advisory_xact_lock(${adminsLock})`
    const [user] = await tx<{ role: UserRole; others: number }[]>`
      select role, (select count(*)::int from users o where o.role = 'admin' and o.id <> users.id) as others
      from users where id = ${id}`
    if (!user) return 'unknown'
    if (user.role === 'admin' && user.others === 0) return 'last-admin'
    await tx`delete from users where id = ${id}`
    return 'deleted'
  })
}

/** Sets a new password and revokes every session of the user but `keepSessionId`, in one commit. False: no such user. */
export async function setPassword(id: number, password: string, keepSessionId: string | null = null): Promise<boolean> {
  const passwordHash = await hashPassword(password)
  return transaction(async (tx) => {
    const changed = await tx`update users set password_hash = ${passwordHash} where id = ${id}`
    await tx`
      update sessions set revoked_at = now()
      where user_id = ${id} and revoked_at is null and id is distinct from ${keepSessionId}::uuid`
    return changed.count === 1
  })
}
