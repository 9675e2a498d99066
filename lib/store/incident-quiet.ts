import type { TransactionSql } from 'postgres'
import { Problem } from '@/lib/problem'
import { type Actor, type ActResult, act } from './incident-acts'

/** Nobody is told anything new of it until then; null ends that. Throws invalid-input for a time that is over. */
export async function snoozeIncident(
  id: number,
  until: Date | null,
  actor: Actor,
  reason: string | null = null,
  now = new Date(),
): Promise<ActResult> {
  if (until !== null && (until <= now || until.getTime() - now.getTime() > longestSnoozeMs))
    throw new Problem('invalid-input', `until: found ${until.toISOString()}, expected a time within the next 30 days`)
  return act(id, actor, now, 'refuse', async (tx, held) => {
    const before = held.snoozedUntil !== null && held.snoozedUntil > now ? held.snoozedUntil.getTime() : null
    if (before === (until?.getTime() ?? null)) return 'stands'
    await tx`update incidents set snoozed_until = ${until} where id = ${id}`
    return { act: 'snoozed', text: reason, detail: { until: until?.toISOString() ?? null }, askAgain: true }
  })
}

const longestSnoozeMs = 30 * 86_400_000

/** Whom an incident is muted for: everyone, or these channels; an empty list unmutes it. */
export type Muted = 'everyone' | readonly number[]

/** Replaces whom it is muted for. Throws invalid-input for a channel that does not exist. */
export async function muteIncident(
  id: number,
  muted: Muted,
  actor: Actor,
  reason: string | null = null,
  now = new Date(),
): Promise<ActResult> {
  return act(id, actor, now, 'refuse', async (tx, held) => {
    const ids = muted === 'everyone' ? [] : [...new Set(muted)].sort((a, b) => a - b)
    const names = muted === 'everyone' ? ('everyone' as const) : await channelNames(tx, ids)
    const same =
      held.mutedForAll === (muted === 'everyone') && String([...held.mutedFor].sort((a, b) => a - b)) === String(ids)
    if (same) return 'stands'
    await tx`update incidents set muted_for_all = ${muted === 'everyone'}, muted_for = ${ids}::int[] where id = ${id}`
    if (names.length === 0) return { act: 'unmuted', askAgain: true }
    return { act: 'muted', text: reason, detail: { channels: names }, askAgain: true }
  })
}

async function channelNames(tx: TransactionSql, ids: readonly number[]): Promise<string[]> {
  const rows = await tx<{ id: number; name: string }[]>`
    select c.id, coalesce(u.name, c.name) as name from channels c left join users u on u.id = c.user_id
    where c.id = any(${[...ids]}::int[]) order by name`
  const unknown = ids.find((id) => !rows.some((row) => row.id === id))
  if (unknown !== undefined) throw new Problem('invalid-input', `for: no channel has the id ${unknown}`)
  return rows.map((row) => row.name)
}
