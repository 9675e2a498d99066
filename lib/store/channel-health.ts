import type { TransactionSql } from 'postgres'
import { type AttemptResult, afterAttempt, type Health } from '@/lib/domain/breaker'

type Row = {
  failures: number
  failingSince: Date | null
  breakerUntil: Date | null
  brokenSince: Date | null
}

/** A channel's health before and after an attempt. */
export type HealthChange = { before: Health; after: Health }

/**
 * Keeps what an attempt at a channel came to, in the caller's transaction, with its row locked. `answer`: what it said when
 * it failed, without secrets. Null when there is no such channel any more.
 */
export async function recordAttempt(
  tx: TransactionSql,
  channelId: number,
  result: AttemptResult,
  answer: string,
  now: Date,
): Promise<HealthChange | null> {
  const [row] = await tx<Row[]>`
    select failures, failing_since as "failingSince", breaker_until as "breakerUntil", broken_since as "brokenSince"
    from channels where id = ${channelId} for no key update`
  if (!row) return null
  const before = healthOf(row)
  const after = afterAttempt(before, result, now.getTime())
  await tx`
    update channels set failures = ${after.failures}, failing_since = ${instant(after.failingSince)},
      breaker_until = ${instant(after.breakerUntil)}, broken_since = ${instant(after.brokenSince)},
      last_delivered_at = case when ${result.ok} then greatest(last_delivered_at, ${now}::timestamptz) else last_delivered_at end,
      last_answer = case when ${result.ok} then last_answer else ${answer.slice(0, 500)} end
    where id = ${channelId}`
  if (result.ok && before.failures > 0) await hasten(tx, channelId, now)
  return { before, after }
}

/** It takes something again: what else waits for it, after a failure, need not wait longer. */
async function hasten(tx: TransactionSql, channelId: number, now: Date): Promise<void> {
  await tx`
    update channel_deliveries set due_at = ${now}
    where channel_id = ${channelId} and delivered_at is null and failed_at is null and due_at > ${now}`
  await tx`select pg_notify('beatline_outbox', '')`
}

/** The health that a channel's row tells of. */
export function healthOf({ failures, failingSince, breakerUntil, brokenSince }: Row): Health {
  return {
    failures,
    failingSince: failingSince?.getTime() ?? null,
    breakerUntil: breakerUntil?.getTime() ?? null,
    brokenSince: brokenSince?.getTime() ?? null,
  }
}

const instant = (at: number | null) => (at === null ? null : new Date(at))
