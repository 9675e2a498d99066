import type { TransactionSql } from 'postgres'
import { coveredUntil } from '@/lib/domain/blackout'
import type { IncidentKind } from '@/lib/domain/message'
import { blackoutsCovering } from './blackouts'
import { transaction } from './database'
import { correlationLock } from './filing'
import { type Telling, tell } from './notices'

type Withheld = {
  id: number
  kind: IncidentKind
  targetId: number | null
  rootName: string
  siteName: string | null
  openedAt: Date
  outages: number
  firstNote: string | null
  until: Date | null // as it was last said
}

/**
 * Tells what is still dark and no blackout covers any more; says anew until when, where that has changed. Judged from the
 * blackouts alone each time, so that nothing can stick. Returns how many incidents were told.
 */
export async function tellWithheld(now: Date): Promise<number> {
  return transaction(async (tx) => {
    const [lock] = await tx<{ held: boolean }[]>`select pg_try_advisory_xact_lock(${correlationLock}) as held`
    if (!lock?.held) return 0
    const withheld = await listWithheld(tx)
    if (withheld.length === 0) return 0
    const covering = await blackoutsCovering(tx, [...new Set(withheld.map((incident) => incident.targetId))], now)
    const tellings: Telling[] = []
    let told = 0
    for (const incident of withheld) {
      const covered = coveredUntil(covering.get(incident.targetId) ?? [], now.getTime())
      if (covered !== null && covered.until === (incident.until?.getTime() ?? null)) continue
      if (covered === null) told++
      tellings.push(telling(incident, now))
    }
    await tell(tx, tellings, now)
    return told
  })
}

/** Open incidents of which a channel waits for the end of a blackout. */
async function listWithheld(tx: TransactionSql): Promise<Withheld[]> {
  return tx<Withheld[]>`
    select i.id, i.kind, i.target_id as "targetId", i.root_name as "rootName", i.site_name as "siteName",
      i.opened_at as "openedAt", last.until,
      (select count(*)::int from outages o where o.incident_id = i.id and o.target_id = i.target_id) as outages,
      (select n.what from incident_notes n where n.incident_id = i.id order by n.at, n.id limit 1) as "firstNote"
    from incidents i cross join lateral (
      select d.rule, d.outcome, d.until from decisions d
      where d.incident_id = i.id and d.event = 'opened' and d.rule <> 'chosen' order by d.id desc limit 1) last
    where i.resolved_at is null and last.rule = 'blackout' and last.outcome = 'delayed'
    order by i.id limit 1000`
}

function telling(incident: Withheld, now: Date): Telling {
  const { id, kind, rootName: name, siteName: site, openedAt, until } = incident
  // Late is what comes after the end of the blackout, not after the beginning of the trouble.
  const tellFrom = until !== null && until < now ? until : now
  return {
    incidentId: id,
    question: { event: 'opened', kind, name, overBefore: false, suppressedBy: null },
    facts: {
      kind,
      event: 'opened',
      name,
      site,
      began_at: openedAt.toISOString(),
      ended_at: null,
      tell_from: tellFrom.toISOString(),
      ...(kind === 'flapping' ? { outages: incident.outages } : {}),
      ...(kind === 'blind' && incident.firstNote ? { reason: incident.firstNote } : {}),
    },
  }
}
