import type { TransactionSql } from 'postgres'
import type { AttemptResult } from '@/lib/domain/breaker'
import type { Sent } from '@/lib/domain/notice'
import { giveUpAfterMs } from '@/lib/domain/retry'
import type { ClaimedMessage } from './channel-deliveries'
import { type HealthChange, recordAttempt } from './channel-health'
import { transaction } from './database'

/** Told that something for a channel cannot be delivered, so that someone else is asked. */
export type ChannelFailed = (tx: TransactionSql, channelId: number, incidentId: number, now: Date) => Promise<void>
export type Refused = AttemptResult & { ok: false; answer: string }

const record = (tx: TransactionSql, now: Date, status: number | null, answer: string) =>
  tx`attempts || jsonb_build_array(jsonb_build_object('at', ${now.toISOString()}::text, 'status', ${status}::int, 'answer', ${answer.slice(0, 500)}::text))`

/** It was accepted: its notice keeps what the medium needs to edit or thread the next. Counts even when the lease ran out. */
export async function settleSent(message: ClaimedMessage, sent: Sent, now: Date): Promise<HealthChange | null> {
  return transaction(async (tx) => {
    const change = await recordAttempt(tx, message.channelId, { ok: true }, sent.answer, now)
    await tx`
      update channel_deliveries set delivered_at = coalesce(delivered_at, ${now}), failed_at = null, lease_until = null,
        attempts = ${record(tx, now, sent.status, sent.answer)}
      where id = ${message.id}`
    if (sent.reference !== null && message.noticeId !== null)
      await tx`update notices set reference = ${tx.json(sent.reference)} where id = ${message.noticeId}`
    return change
  })
}

/**
 * It was not accepted: due again at `retryAt`, or failed for good when that is null. A channel that breaks by it keeps what
 * waits until it is repaired; whatever incident that is about is told another way at once.
 */
export async function settleRefused(
  message: ClaimedMessage,
  refused: Refused,
  { retryAt, now, channelFailed }: { retryAt: Date | null; now: Date; channelFailed: ChannelFailed },
): Promise<HealthChange | null> {
  return transaction(async (tx) => {
    const change = await recordAttempt(tx, message.channelId, refused, refused.answer, now)
    if (!change) return null // the channel was deleted, and this with it
    const breaks = change.before.brokenSince === null && change.after.brokenSince !== null
    const kept = await tx`
      update channel_deliveries set attempts = ${record(tx, now, refused.status, refused.answer)}, lease_until = null,
        due_at = coalesce(${retryAt}::timestamptz, due_at),
        failed_at = case when ${retryAt === null && change.after.brokenSince === null} then ${now}::timestamptz end
      where id = ${message.id} and lease_until = ${message.leaseUntil} and delivered_at is null`
    const failed = kept.count > 0 && retryAt === null ? incidentsOf(message) : []
    const waiting = breaks ? await waitingIncidents(tx, message.channelId) : []
    for (const id of new Set([...failed, ...waiting])) await channelFailed(tx, message.channelId, id, now)
    return change
  })
}

/** Whom it is news for that this was not told: nobody, when it is over. */
const incidentsOf = ({ incidentId, facts }: ClaimedMessage): number[] => {
  if (facts.event === 'digest')
    return facts.items.flatMap((item) => (item.event === 'resolved' ? [] : (item.incident_id ?? [])))
  return incidentId === null || facts.event === 'resolved' ? [] : [incidentId]
}

async function waitingIncidents(tx: TransactionSql, channelId: number): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    select i.id from incidents i where i.resolved_at is null and i.id in (
      select n.incident_id from channel_deliveries d join notices n on n.id = d.notice_id
      where d.channel_id = ${channelId} and d.delivered_at is null and d.failed_at is null
      union select (jsonb_array_elements(d.message -> 'items') ->> 'incident_id')::int from channel_deliveries d
      where d.channel_id = ${channelId} and d.event = 'digest' and d.delivered_at is null and d.failed_at is null)
    order by i.id`
  return rows.map((row) => row.id)
}

/** Ends what has waited for a day, whatever it waited for; returns how many there were. */
export async function giveUpOld(now: Date, channelFailed: ChannelFailed): Promise<number> {
  return transaction(async (tx) => {
    const why = 'given up after 24 hours'
    const rows = await tx<{ channelId: number; incidentId: number | null }[]>`
      update channel_deliveries d set failed_at = ${now}, lease_until = null, attempts = d.attempts || jsonb_build_array(
        jsonb_build_object('at', ${now.toISOString()}::text, 'status', null, 'answer', ${why}::text))
      from channel_deliveries e left join notices n on n.id = e.notice_id
        left join incidents i on i.id = n.incident_id and i.resolved_at is null
      where e.id = d.id and d.delivered_at is null and d.failed_at is null
        and d.created_at < ${new Date(now.getTime() - giveUpAfterMs)} and (d.lease_until is null or d.lease_until < ${now})
      returning d.channel_id as "channelId", i.id as "incidentId"`
    for (const { channelId, incidentId } of rows)
      if (incidentId !== null) await channelFailed(tx, channelId, incidentId, now)
    return rows.length
  })
}
