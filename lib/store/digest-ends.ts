import type { TransactionSql } from 'postgres'
import type { DigestFacts } from '@/lib/domain/digest-words'
import { writeMessages } from './telling-writes'

/**
 * Where each incident is an alert of its own, its end has to close that alert: ends are taken out of the digests that wait
 * for such a channel, and become messages of their own, which call nobody. What is left of a digest goes as it is.
 */
export async function takeOutEnds(tx: TransactionSql, channelId: number, now: Date): Promise<void> {
  const digests = await tx<{ id: number; facts: DigestFacts }[]>`
    select id::float8 as id, message as facts from channel_deliveries
    where channel_id = ${channelId} and event = 'digest' and delivered_at is null and failed_at is null
      and (lease_until is null or lease_until < ${now}) and message -> 'items' @> '[{"event": "resolved"}]' for update`
  for (const { id, facts } of digests) {
    const ends = facts.items.filter(
      ({ event, incident_id: incidentId }) => event === 'resolved' && incidentId !== undefined,
    )
    const left = facts.items.filter((item) => !ends.includes(item))
    await writeMessages(
      tx,
      ends.flatMap(({ incident_id: incidentId, ...end }) =>
        incidentId === undefined ? [] : [{ incidentId, channelId, event: 'resolved' as const, facts: end }],
      ),
      now,
    )
    await tx`
      update channel_deliveries set message = ${tx.json({ ...facts, items: left })},
        failed_at = case when ${left.length === 0} then ${now}::timestamptz end,
        attempts = case when ${left.length > 0} then attempts else attempts || jsonb_build_array(jsonb_build_object(
          'at', ${now.toISOString()}::text, 'status', null, 'answer', 'not sent as one: each end goes by itself')) end
      where id = ${id}`
  }
}
