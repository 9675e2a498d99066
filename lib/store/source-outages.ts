import type { JSONValue, TransactionSql } from 'postgres'
import { causeOf } from '@/lib/domain/cause'
import type { Role } from '@/lib/domain/status'
import { assignmentChanged } from './assignment'
import { transaction } from './database'
import { endOutages, lockTargets, outageEvents } from './outages'
import { type NewEvent, publish } from './publish'
import { forgetSaid } from './source-states'

export type SourceDark = { deviceId: number; beganAt: number; isolatedAt: number; evidence: JSONValue }
/** bootedAt: by what the source says of its uptime. Epoch ms. */
export type SourceUp = {
  outageId: number
  deviceId: number
  endedAt: number
  bootedAt: number | null
  evidence: JSONValue
}
export type SourceShown = { deviceId: number; status: 'up' | 'unknown' }
/** What a source says of a device while its outage, which the pings opened, lasts. */
export type SourceWitnessing = { outageId: number; sourceId: number; says: 'dark' | 'up'; witness: JSONValue }

export type SourceSteps = {
  dark: readonly SourceDark[]
  up: readonly SourceUp[]
  shown: readonly SourceShown[]
  witnesses: readonly SourceWitnessing[]
}

const iso = (at: number) => new Date(at).toISOString()

/**
 * Writes what a poll decided: outages opened and ended, what devices are shown as, and what is added to the evidence of
 * others. One open outage a target, whoever opened it; a paused device has none. Publishes: the last statements of a
 * transaction. Returns how many outages were opened and ended.
 */
export async function takeSourceSteps(tx: TransactionSql, steps: SourceSteps, at: Date) {
  const ids = [...steps.dark, ...steps.up, ...steps.shown].map(({ deviceId }) => deviceId)
  if (ids.length > 0) await lockTargets(tx, ids)
  await witness(tx, steps.witnesses)
  const ended = await closing(tx, steps.up)
  const opened = await opening(tx, steps.dark)
  const events = [
    ...(await outageEvents(tx, 'outage.resolved', ended)),
    ...(await outageEvents(tx, 'outage.opened', opened)),
    ...(await showing(tx, steps.shown, at)),
  ]
  await publish(tx, events)
  return { isolated: opened.length, revived: ended.length }
}

async function opening(tx: TransactionSql, items: readonly SourceDark[]): Promise<number[]> {
  if (items.length === 0) return []
  const opened = await tx<{ id: number }[]>`
    insert into outages (target_id, began_at, isolated_at, opened_evidence)
    select i.device_id,
      greatest(i.began_at, (select max(o.ended_at) from outages o where o.target_id = i.device_id)), i.isolated_at, i.evidence
    from jsonb_to_recordset(${tx.json(
      items.map((item) => ({
        device_id: item.deviceId,
        began_at: iso(item.beganAt),
        isolated_at: iso(item.isolatedAt),
        evidence: item.evidence,
      })),
    )}) as i(device_id int, began_at timestamptz, isolated_at timestamptz, evidence jsonb)
    join targets t on t.id = i.device_id and t.paused_at is null
    on conflict (target_id) where ended_at is null do nothing
    returning id`
  const ids = opened.map((row) => row.id)
  await tx`
    update targets t set status = 'down', status_since = o.began_at, updated_at = now()
    from outages o where o.id = any(${ids}::int[]) and t.id = o.target_id`
  return ids
}

async function closing(tx: TransactionSql, items: readonly SourceUp[]): Promise<number[]> {
  if (items.length === 0) return []
  const ended = await tx<
    { id: number; deviceId: number; state: string; role: Role; beganAt: Date; endedAt: Date; powerCut: boolean }[]
  >`
    update outages o set ended_at = greatest(e.ended_at, o.began_at), closed_evidence = e.evidence
    from jsonb_to_recordset(${tx.json(
      items.map((item) => ({ id: item.outageId, ended_at: iso(item.endedAt), evidence: item.evidence })),
    )}) as e(id int, ended_at timestamptz, evidence jsonb), devices d
    where o.id = e.id and o.ended_at is null and d.id = o.target_id
    returning o.id, o.target_id as "deviceId", o.state, d.role, o.began_at as "beganAt", o.ended_at as "endedAt",
      coalesce(o.opened_evidence #> '{source,power_cut}' = 'true', false) as "powerCut"`
  const ids = ended.map((row) => row.id)
  await tx`
    update targets t set status = 'up', status_since = o.ended_at, updated_at = now()
    from outages o where o.id = any(${ids}::int[]) and t.id = o.target_id and t.paused_at is null`
  await forgetVerdicts(
    tx,
    ended.map((row) => row.deviceId),
  )
  const itemOf = new Map(items.map((item) => [item.outageId, item]))
  const known = ended.flatMap(({ state, beganAt, endedAt, powerCut, ...row }) => {
    const item = itemOf.get(row.id)
    if (!item || state !== 'down') return []
    const cause = powerCut ? 'power' : causeByUptime(row.role, beganAt, endedAt, item.bootedAt)
    return cause === null ? [] : [{ id: row.id, cause }]
  })
  if (known.length > 0)
    await tx`
      update outages o set cause = k.cause from jsonb_to_recordset(${tx.json(known)}) as k(id int, cause text)
      where o.id = k.id and o.cause is null`
  return ids
}

/** Only what its uptime shows; the rest is told from walks, a minute later. */
function causeByUptime(role: Role, beganAt: Date, endedAt: Date, bootedAt: number | null): string | null {
  const found = causeOf({
    role,
    beganAt: beganAt.getTime(),
    endedAt: endedAt.getTime(),
    bootedAt,
    bootedWithIt: 0,
    hints: [],
    lostWithOthers: false,
  })
  return found.cause === 'unknown' ? null : found.cause
}

/** What probes that are away or blind said of these before: they would open what has just ended again. */
async function forgetVerdicts(tx: TransactionSql, deviceIds: readonly number[]): Promise<void> {
  const dropped = await tx<{ id: number }[]>`
    delete from verdicts where target_id = any(${[...deviceIds]}::int[]) returning target_id as id`
  if (dropped.length === 0) return
  await tx`
    update targets set watch_round = watch_round + 1 where id = any(${dropped.map((row) => row.id)}::int[])`
  await assignmentChanged(tx)
}

const mostTold = 500

async function showing(tx: TransactionSql, items: readonly SourceShown[], at: Date): Promise<NewEvent[]> {
  if (items.length === 0) return []
  const changed = await tx<{ id: number; name: string; status: string }[]>`
    update targets t set status = i.status, status_since = ${at}, updated_at = now()
    from jsonb_to_recordset(${tx.json(items.map((item) => ({ id: item.deviceId, status: item.status })))})
      as i(id int, status text)
    where t.id = i.id and t.status <> i.status and t.paused_at is null
      and not exists (select 1 from outages o where o.target_id = t.id and o.ended_at is null)
    returning t.id, t.name, t.status`
  // A page that shows a whole import turning up is better served by one word than by thousands.
  const told = changed.length <= mostTold ? changed : changed.slice(0, 1)
  return told.map((row) => ({
    type: 'target.status',
    at,
    targetId: row.id,
    incidentId: null,
    body: { target: { kind: 'device', id: row.id, name: row.name }, status: row.status, since: at.toISOString() },
  }))
}

/** Adds what a source says to outages that others opened: at first, and when it says otherwise. */
async function witness(tx: TransactionSql, items: readonly SourceWitnessing[]): Promise<void> {
  if (items.length === 0) return
  await tx`
    update outages o set opened_evidence = o.opened_evidence || jsonb_build_object('witnesses',
      coalesce(o.opened_evidence -> 'witnesses', '{}') || jsonb_build_object(w.source, w.witness))
    from jsonb_to_recordset(${tx.json(
      items.map((item) => ({ id: item.outageId, source: `${item.sourceId}`, says: item.says, witness: item.witness })),
    )}) as w(id int, source text, says text, witness jsonb)
    where o.id = w.id and o.ended_at is null and jsonb_typeof(o.opened_evidence) = 'object'
      and not o.opened_evidence ? 'source'
      and o.opened_evidence #>> array['witnesses', w.source, 'says'] is distinct from w.says`
}

/**
 * Ends the open outages of sources that can end no more: nobody asks the source, or nobody lists the device, and no probe
 * pings it. Returns how many.
 */
export async function endForsakenOutages(now: Date): Promise<number> {
  return transaction(async (tx) => {
    const rows = await tx<{ targetId: number; isListed: boolean }[]>`
      select o.target_id as "targetId", exists (select 1 from source_records r join sources s on s.id = r.source_id
          where r.device_id = o.target_id and r.kind = 'device' and r.vanished_at is null and s.kind <> 'csv') as "isListed"
      from outages o join devices d on d.id = o.target_id join targets t on t.id = o.target_id
      where o.ended_at is null and o.opened_evidence ? 'source'
        and not exists (select 1 from source_records r join sources s on s.id = r.source_id
          where r.device_id = o.target_id and r.kind = 'device' and r.vanished_at is null
            and s.enabled and s.poll_seconds > 0 and s.kind <> 'csv')
        and not (d.pinged and d.address <> '' and exists (
          select 1 from probes p where cardinality(p.site_ids) = 0 or t.site_id = any(p.site_ids)))
      order by o.target_id limit 5000`
    if (rows.length === 0) return 0
    const idsOf = (isListed: boolean) => rows.filter((row) => row.isListed === isListed).map((row) => row.targetId)
    // Of neither is it told that it is back: nobody looks any more.
    await forgetSaid(
      tx,
      rows.map((row) => row.targetId),
    )
    const paused = await endOutages(tx, idsOf(true), now, 'source paused')
    const removed = await endOutages(tx, idsOf(false), now, 'removed from its source')
    await publish(tx, [...paused, ...removed])
    return rows.length
  })
}

/**
 * Ends the open outages of devices that their source lists no more, though nobody has looked at that reading yet: no poll
 * will ever speak of them. Not of those that another source still lists. Returns the events, to be published last.
 */
export async function endOutagesOfVanished(
  tx: TransactionSql,
  sourceId: number,
  deviceIds: readonly number[],
  now: Date,
): Promise<NewEvent[]> {
  if (deviceIds.length === 0) return []
  const rows = await tx<{ id: number }[]>`
    select o.target_id as id from outages o
    where o.target_id = any(${[...deviceIds]}::int[]) and o.ended_at is null
      and (o.opened_evidence #>> '{source,id}')::int = ${sourceId}
      and not exists (select 1 from source_records r join sources s on s.id = r.source_id
        where r.device_id = o.target_id and r.kind = 'device' and r.vanished_at is null and s.id <> ${sourceId}
          and s.enabled and s.poll_seconds > 0 and s.kind <> 'csv')
    order by o.target_id`
  const ids = rows.map((row) => row.id)
  await forgetSaid(tx, ids)
  return endOutages(tx, ids, now, 'removed from its source')
}
