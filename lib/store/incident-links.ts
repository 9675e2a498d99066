import type { TransactionSql } from 'postgres'
import { type ActionToken, tokenDays } from '@/lib/action-tokens'
import { sql, transaction } from './database'
import { type Actor, type ActResult, actIn, takeOn } from './incident-acts'

/** spent: the link acknowledged it once, and that was taken back since. revoked: its channel is gone. */
export type LinkResult = ActResult | 'spent' | 'revoked'

/**
 * The same by the link of a message, in the name of its channel, or of whoever is signed in there. The link is spent by
 * what it does, not by coming too late: nothing is lost when two people press at once.
 */
export async function acknowledgeByLink(
  token: ActionToken,
  signedIn: Actor | null,
  now = new Date(),
): Promise<LinkResult> {
  return transaction(async (tx) => {
    const channel = await channelName(tx, token.channelId)
    if (channel === null) return 'revoked'
    const actor = signedIn ?? { name: channel, userId: null }
    let spent = false
    const result = await actIn(tx, token.incidentId, actor, now, 'refuse', async (_, held) => {
      if (held.acknowledgedAt !== null) return 'stands'
      spent = !(await spend(tx, token, now))
      return spent ? 'stands' : takeOn(tx, held, actor, now, { via: 'link' })
    })
    return spent ? 'spent' : result
  })
}

async function channelName(tx: TransactionSql, id: number): Promise<string | null> {
  const [row] = await tx<{ name: string }[]>`
    select coalesce(u.name, c.name) as name from channels c left join users u on u.id = c.user_id where c.id = ${id}`
  return row?.name ?? null
}

/** False when it was spent before. What is too old to be used by anyone is forgotten on the way. */
async function spend(tx: TransactionSql, { hash }: ActionToken, now: Date): Promise<boolean> {
  await tx`delete from spent_tokens where spent_at < ${new Date(now.getTime() - (tokenDays + 1) * 86_400_000)}`
  const spent = await tx`
    insert into spent_tokens (token_hash, spent_at) values (${hash}, ${now}) on conflict (token_hash) do nothing`
  return spent.count > 0
}

/** Whether a link could still be used, as far as the database knows; null when its channel or its incident is gone. */
export async function linkState(token: ActionToken): Promise<{ spent: boolean; channel: string } | null> {
  const [row] = await sql<{ spent: boolean; channel: string }[]>`
    select coalesce(u.name, c.name) as channel,
      exists (select 1 from spent_tokens where token_hash = ${token.hash}) as spent
    from channels c left join users u on u.id = c.user_id
    where c.id = ${token.channelId} and exists (select 1 from incidents where id = ${token.incidentId})`
  return row ?? null
}
