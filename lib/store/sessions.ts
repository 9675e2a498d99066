import type { UserRole } from '@/lib/rights'
import { sql } from './database'

/** Days without a visit after which a sign-in has to be repeated. */
export const sessionDays = 30

export type SignedIn = { sessionId: string; userId: number; email: string; name: string; role: UserRole }
export type SessionRow = {
  id: string
  createdAt: Date
  lastSeenAt: Date
  userAgent: string | null
  address: string | null
}

/** Records a sign-in; the id goes into the cookie. */
export async function createSession(session: {
  userId: number
  userAgent: string | null
  address: string | null
}): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    insert into sessions (user_id, user_agent, address)
    values (${session.userId}, ${session.userAgent?.slice(0, 400) ?? null}, ${session.address?.slice(0, 64) ?? null})
    returning id`
  if (!row) throw new Error('Cannot sign in as the session was not stored')
  return row.id
}

/** Who a session belongs to; null when it was revoked, was not used for too long or never was. Marks it as seen, once a minute. */
export async function findLiveSession(id: string): Promise<SignedIn | null> {
  const [row] = await sql<(SignedIn & { stale: boolean })[]>`
    select s.id as "sessionId", u.id as "userId", u.email, u.name, u.role,
      s.last_seen_at < now() - interval '1 minute' as stale
    from sessions s join users u on u.id = s.user_id
    where s.id = ${id} and s.revoked_at is null and s.last_seen_at > now() - make_interval(days => ${sessionDays})`
  if (!row) return null
  const { stale, ...signedIn } = row
  if (stale) await sql`update sessions set last_seen_at = now() where id = ${id}`
  return signedIn
}

/** A user's live sessions, the one seen last first. */
export async function listSessions(userId: number): Promise<SessionRow[]> {
  return sql<SessionRow[]>`
    select id, created_at as "createdAt", last_seen_at as "lastSeenAt", user_agent as "userAgent", address
    from sessions
    where user_id = ${userId} and revoked_at is null and last_seen_at > now() - make_interval(days => ${sessionDays})
    order by last_seen_at desc limit 200`
}

/** The addresses that this account's sessions came from, ended ones included, the one seen last first. */
export async function listSessionAddresses(email: string): Promise<string[]> {
  const rows = await sql<{ address: string }[]>`
    select s.address from sessions s join users u on u.id = s.user_id
    where u.email = ${email} and s.address is not null and s.last_seen_at > now() - interval '90 days'
    group by s.address order by max(s.last_seen_at) desc limit 200`
  return rows.map((row) => row.address)
}

/** Ends one session of this user; false when there is none. Other processes follow within 10 s. */
export async function revokeSession(userId: number, id: string): Promise<boolean> {
  const ended = await sql`
    update sessions set revoked_at = now() where id = ${id} and user_id = ${userId} and revoked_at is null`
  return ended.count === 1
}

/** Ends every session of the user but one; returns how many. */
export async function revokeOtherSessions(userId: number, keepSessionId: string | null): Promise<number> {
  const ended = await sql`
    update sessions set revoked_at = now()
    where user_id = ${userId} and revoked_at is null and id is distinct from ${keepSessionId}::uuid`
  return ended.count
}
