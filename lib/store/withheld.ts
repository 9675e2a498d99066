import type { TransactionSql } from 'postgres'
import { coveredUntil } from '@/lib/domain/blackout'
import { blackoutsCovering } from './blackouts'
import { transaction } from './database'
import { askThese, type PendingKey } from './pending-tellings'
import { tryLockTellings } from './telling-channels'

const batch = 1000

/**
 * Asks again what waits for something that is over: a blackout (or it ends at another time now), a channel that was
 * repaired or answers again, an incident that was unmuted or whose snoozing ended. Judged from what is true each time, so
 * that nothing can stick. Returns how many incidents were told.
 */
export async function tellWithheld(now: Date): Promise<number> {
  return transaction(async (tx) => {
    if (!(await tryLockTellings(tx))) return 0
    return askThese(tx, [...(await listUncovered(tx, now)), ...(await listFreed(tx, now))], now)
  })
}

type Covered = PendingKey & { targetId: number | null; askAt: Date | null }

/** What no blackout covers any more, or one that ends at another time than was said last. */
async function listUncovered(tx: TransactionSql, now: Date): Promise<PendingKey[]> {
  const rows = await tx<Covered[]>`
    select p.incident_id as "incidentId", p.channel_id as "channelId", p.event, i.target_id as "targetId",
      p.ask_at as "askAt"
    from pending_tellings p join incidents i on i.id = p.incident_id
    where p.rule = 'blackout' and (p.lease_until is null or p.lease_until <= ${now})
    order by p.incident_id, p.channel_id`
  const covering = await blackoutsCovering(tx, [...new Set(rows.map((row) => row.targetId))], now)
  return rows
    .filter(({ targetId, askAt }) => {
      const covered = coveredUntil(covering.get(targetId) ?? [], now.getTime())
      return covered === null || covered.until !== (askAt?.getTime() ?? null)
    })
    .slice(0, batch)
}

/** What waits for a channel that works again, or for an incident that is not muted or snoozed any more. */
async function listFreed(tx: TransactionSql, now: Date): Promise<PendingKey[]> {
  return tx<PendingKey[]>`
    select p.incident_id as "incidentId", p.channel_id as "channelId", p.event
    from pending_tellings p join incidents i on i.id = p.incident_id join channels c on c.id = p.channel_id
    where p.rule in ('muted', 'snoozed', 'channel_broken', 'breaker') and (p.lease_until is null or p.lease_until <= ${now})
      and case p.rule
        when 'muted' then not i.muted_for_all and not i.muted_for @> array[p.channel_id]
        when 'snoozed' then i.snoozed_until is null and p.ask_at > ${now}
        when 'channel_broken' then c.broken_since is null
        else (c.breaker_until is null or c.breaker_until <= ${now}) and c.broken_since is null and p.ask_at > ${now} end
    order by p.incident_id, p.channel_id limit ${batch}`
}
