import type { TransactionSql } from 'postgres'
import { judgeLimits, type LimitAnswer, type StatusLimit } from '@/lib/domain/status-limits'
import { sha256Hex } from '@/lib/secrets'

/**
 * Judges and books one attempt, under a lock on each key, so that many at once cannot outrun the count. What is loud is
 * booked whatever comes of it; what is silent only when it is allowed. People are counted by a hash: their addresses are
 * nothing to keep.
 */
export async function takeLimits(tx: TransactionSql, limits: readonly StatusLimit[], now: Date): Promise<LimitAnswer> {
  const kept = limits.map((limit) => ({ ...limit, key: `status:${sha256Hex(limit.key)}` }))
  for (const key of kept.map((limit) => limit.key).sort())
    await tx`select pg_advisory_xact_lock(hashtextextended(${key}, 4811))`
  const longest = Math.max(...kept.map((limit) => limit.windowSeconds))
  const rows = await tx<{ key: string; at: Date }[]>`
    select f.key, f.at from unnest(${kept.map((limit) => limit.key)}::text[]) k(key)
      cross join lateral (select * from sign_in_failures where key = k.key
        and at > ${new Date(now.getTime() - longest * 1000)} order by at desc limit 1000) f`
  const taken = new Map<string, number[]>()
  for (const { key, at } of rows) taken.set(key, [...(taken.get(key) ?? []), at.getTime()])
  const answer = judgeLimits(kept, taken, now.getTime())
  if (!answer.allowed && answer.loud) return answer
  for (const { key, loud } of kept)
    if (loud || answer.allowed) await tx`insert into sign_in_failures (key, at) values (${key}, ${now})`
  return answer
}
