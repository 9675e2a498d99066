import type { TransactionSql } from 'postgres'
import { transaction } from './database'
import { correlationLock } from './filing'
import { newSink, publishIncidents, type Sink } from './incident-events'
import { insertIncidents } from './incident-rows'
import { tell } from './notices'
import { absentAfterSeconds } from './probes'
import { resolve } from './resolving'

type Unseeing = { id: number; blindSince: Date | null; goneSince: Date; reason: string | null }

/**
 * One incident for each probe that is blind, or was not heard of for 90 s, and its end when it sees again. `judgeAbsence`
 * is false while the keeper itself has just come up: then a probe had no chance yet to be heard.
 */
export async function fileBlindProbes(now: Date, { judgeAbsence }: { judgeAbsence: boolean }): Promise<number> {
  return transaction(async (tx) => {
    const [lock] = await tx<{ held: boolean }[]>`select pg_try_advisory_xact_lock(${correlationLock}) as held`
    if (!lock?.held) return 0
    const sink = newSink()
    await openBlind(tx, now, judgeAbsence, sink)
    await endBlind(tx, now, sink)
    await tell(tx, sink.tellings, now)
    await publishIncidents(tx, sink, now)
    return sink.opened.length + sink.resolved.size
  })
}

const absent = (tx: TransactionSql, now: Date) => {
  const since = new Date(now.getTime() - absentAfterSeconds * 1000)
  return tx`coalesce(p.last_seen_at < ${since} or (p.disconnected_at >= p.connected_at and p.disconnected_at < ${since}), false)`
}

async function openBlind(tx: TransactionSql, now: Date, judgeAbsence: boolean, sink: Sink) {
  const unseeing = await tx<Unseeing[]>`
    select p.id, p.blind_since as "blindSince", coalesce(p.disconnected_at, p.last_seen_at, p.connected_at, ${now}) as "goneSince",
      (select b.reason from blind_spells b where b.probe_id = p.id and b.ended_at is null order by b.id desc limit 1) as reason
    from probes p
    where (p.blind_since is not null or (${judgeAbsence} and ${absent(tx, now)}))
      and not exists (select 1 from incidents i where i.probe_id = p.id and i.kind = 'blind' and (i.resolved_at is null
        -- ended by hand within this very spell: it is not told again
        or (i.resolved_by is not null
          and i.resolved_at >= coalesce(p.blind_since, p.disconnected_at, p.last_seen_at, p.connected_at))))`
  const openedAt = (probe: Unseeing) => probe.blindSince ?? probe.goneSince
  const words = (probe: Unseeing) => (probe.blindSince ? (probe.reason ?? 'It lost its anchors') : 'It is not heard of')
  const made = await insertIncidents(
    tx,
    unseeing.map((probe) => ({
      kind: 'blind',
      targetId: null,
      probeId: probe.id,
      openedAt: openedAt(probe),
      resolvedAt: null,
      note: `${words(probe)}.`,
    })),
    now,
  )
  unseeing.forEach((probe, i) => {
    const row = made[i]
    if (!row) return
    const began = openedAt(probe).toISOString()
    // An absence is only one after 90 s: the notice of it is not late for having waited so long.
    const tellFrom = probe.blindSince ? began : now.toISOString()
    sink.opened.push(row.id)
    sink.tellings.push({
      incidentId: row.id,
      question: { event: 'opened', kind: 'blind', name: row.rootName, overBefore: false, suppressedBy: null },
      facts: {
        kind: 'blind',
        event: 'opened',
        name: row.rootName,
        site: null,
        began_at: began,
        ended_at: null,
        tell_from: tellFrom,
        reason: words(probe),
      },
    })
  })
}

async function endBlind(tx: TransactionSql, now: Date, sink: Sink) {
  const seeing = await tx<{ id: number; at: Date | null }[]>`
    select i.id, greatest(
        (select max(b.ended_at) from blind_spells b where b.probe_id = p.id and b.ended_at > i.opened_at),
        case when p.connected_at > i.opened_at then p.connected_at end) as at
    from incidents i left join probes p on p.id = i.probe_id
    where i.kind = 'blind' and i.resolved_at is null and (p.id is null or (p.blind_since is null and not ${absent(tx, now)}
      and p.connected_at > coalesce(p.disconnected_at, '-infinity')))`
  const over = seeing.map(({ id, at }) => ({ id, at: at ?? now }))
  await resolve(tx, over, now, sink, { held: new Set(over.map((one) => one.id)), suppressedBy: null })
}
