import type { TransactionSql } from 'postgres'
import { flappingEnd } from '@/lib/domain/filing'
import type { NoticeFacts } from '@/lib/domain/message'
import { listHistories } from './dark-spells'
import type { Sink } from './incident-events'
import { insertIncidents } from './incident-rows'
import type { Telling } from './notices'

type Ended = {
  id: number
  kind: 'down' | 'members_lost' | 'flapping' | 'blind'
  rootName: string
  siteName: string | null
  openedAt: Date
  resolvedAt: Date
  cause: string | null
  outages: number
}

/**
 * Resolves every open incident whose outages have all ended, as of the last of them, and ends flapping where it is over.
 * `held` are incidents that a child held open until now: their end is not called late.
 */
export async function resolveIncidents(tx: TransactionSql, now: Date, held: ReadonlySet<number>, sink: Sink) {
  // NOT IN is one hashed pass whatever the planner believes of a table that has just filled up.
  const over = await tx<{ id: number; at: Date | null }[]>`
    select i.id, (select max(o.ended_at) from outages o where o.incident_id = i.id) as at from incidents i
    where i.resolved_at is null and i.kind in ('down', 'members_lost')
      and i.id not in (select incident_id from outages where ended_at is null and incident_id is not null)
    limit 500`
  await resolve(
    tx,
    over.map(({ id, at }) => ({ id, at: at ?? now })),
    now,
    sink,
    { held, suppressedBy: null },
  )
  await endFlapping(tx, now, sink)
}

/** Closes incidents as of `at`, with note and telling. */
export async function resolve(
  tx: TransactionSql,
  over: readonly { id: number; at: Date }[],
  now: Date,
  sink: Sink,
  { held, suppressedBy }: { held: ReadonlySet<number>; suppressedBy: string | null },
): Promise<void> {
  if (over.length === 0) return
  const ended = await tx<Ended[]>`
    update incidents i set resolved_at = greatest(r.at, i.opened_at)
    from unnest(${over.map((one) => one.id)}::int[], ${over.map((one) => one.at.toISOString())}::text[]::timestamptz[]) as r(id, at)
    where i.id = r.id and i.resolved_at is null
    returning i.id, i.kind, i.root_name as "rootName", i.site_name as "siteName", i.opened_at as "openedAt",
      i.resolved_at as "resolvedAt",
      ${whyNotBack(tx)} as cause,
      (select count(*)::int from outages o where o.incident_id = i.id and o.target_id = i.target_id) as outages`
  await tx`
    insert into incident_notes (incident_id, at, what)
    select id, resolved_at, 'Resolved.' from incidents where id = any(${ended.map((row) => row.id)}::int[])`
  await tx`
    update targets t set flapping_since = null from incidents i
    where i.id = any(${ended.map((row) => row.id)}::int[]) and i.kind = 'flapping' and t.id = i.target_id`
  for (const row of ended) {
    sink.resolved.add(row.id)
    sink.tellings.push(endTelling(row, held.has(row.id) ? now : row.resolvedAt, suppressedBy))
  }
}

/**
 * Ends one incident that is open as somebody's decision, with its telling; the caller holds its row and writes the act.
 * Its outages stay in it, open where they are. Returns how many of them go on.
 */
export async function resolveByHand(
  tx: TransactionSql,
  id: number,
  by: string,
  now: Date,
  sink: Sink,
): Promise<number> {
  const [row] = await tx<(Ended & { dark: number })[]>`
    update incidents i set resolved_at = greatest(${now}::timestamptz, i.opened_at), resolved_by = ${by}
    where i.id = ${id} and i.resolved_at is null
    returning i.id, i.kind, i.root_name as "rootName", i.site_name as "siteName", i.opened_at as "openedAt",
      i.resolved_at as "resolvedAt", null as cause,
      (select count(*)::int from outages o where o.incident_id = i.id and o.target_id = i.target_id) as outages,
      (select count(*)::int from outages o where o.incident_id = i.id and o.ended_at is null) as dark`
  if (!row) return 0
  await tx`
    update targets t set flapping_since = null from incidents i
    where i.id = ${id} and i.kind = 'flapping' and t.id = i.target_id`
  sink.resolved.add(id)
  const { facts, ...telling } = endTelling(row, now, null)
  sink.tellings.push({ ...telling, facts: { ...facts, resolved_by: by } })
  return row.dark
}

/** What ended it when that was no answer: its root is gone, or paused. A flapping one may have been resumed since. */
const whyNotBack = (tx: TransactionSql) => tx`
  case when coalesce(i.target_id, i.probe_id) is null then 'removed'
    when i.kind = 'flapping' then (select 'paused' from targets t where t.id = i.target_id and t.paused_at is not null)
    else (select o.cause from outages o where o.incident_id = i.id and o.target_id = i.target_id
      order by o.ended_at desc nulls last limit 1) end`

function endTelling(row: Ended, tellFrom: Date, suppressedBy: string | null): Telling {
  const reason = reasonOf(row.cause)
  const facts: NoticeFacts = {
    kind: row.kind,
    event: 'resolved',
    name: row.rootName,
    site: row.siteName,
    began_at: row.openedAt.toISOString(),
    ended_at: row.resolvedAt.toISOString(),
    tell_from: tellFrom.toISOString(),
    ...(row.kind === 'flapping' ? { outages: row.outages } : {}),
    ...(reason ? { reason } : {}),
  }
  return {
    incidentId: row.id,
    question: { event: 'resolved', kind: row.kind, name: row.rootName, overBefore: false, suppressedBy },
    facts,
  }
}

/** An outage that ended because nobody looks any more is not a recovery, and is not called one. */
function reasonOf(cause: string | null): string | null {
  if (cause === null) return null
  if (/paus/i.test(cause)) return 'It was paused'
  return /delet|remov/i.test(cause) ? 'It was removed' : null
}

/** Flapping ends when the target was up for 15 min; when it was dark as long, that outage is told as one of its own. */
async function endFlapping(tx: TransactionSql, now: Date, sink: Sink) {
  const open = await tx<{ id: number; targetId: number | null; rootName: string; openedAt: Date }[]>`
    select id, target_id as "targetId", root_name as "rootName", opened_at as "openedAt" from incidents
    where resolved_at is null and kind = 'flapping'`
  if (open.length === 0) return
  const since = new Date(Math.min(...open.map((incident) => incident.openedAt.getTime())) - 1)
  const histories = await listHistories(
    tx,
    open.flatMap((incident) => incident.targetId ?? []),
    since,
  )
  for (const incident of open) {
    const end = flappingEnd(histories.get(incident.targetId ?? 0) ?? [], now)
    if (end?.end === 'dark' && incident.targetId !== null)
      await becomeDown(tx, { ...incident, targetId: incident.targetId }, now, sink)
    if (end?.end === 'steady' && (await isAllOver(tx, incident.id)))
      await resolve(tx, [{ id: incident.id, at: end.at }], now, sink, {
        held: new Set([incident.id]),
        suppressedBy: null,
      })
  }
}

async function isAllOver(tx: TransactionSql, incidentId: number): Promise<boolean> {
  const open = await tx`select 1 from outages where incident_id = ${incidentId} and ended_at is null limit 1`
  return open.length === 0
}

async function becomeDown(
  tx: TransactionSql,
  incident: { id: number; targetId: number; rootName: string },
  now: Date,
  sink: Sink,
) {
  const [outage] = await tx<{ beganAt: Date }[]>`
    select began_at as "beganAt" from outages where target_id = ${incident.targetId} and ended_at is null`
  if (!outage) return
  const note = 'Dark for 15 min without a change: no longer flapping.'
  const [standing] = await tx<{ id: number; rootName: string; siteName: string | null }[]>`
    select id, root_name as "rootName", site_name as "siteName" from incidents
    where resolved_at is null and kind = 'down' and target_id = ${incident.targetId}`
  const root = { kind: 'down' as const, targetId: incident.targetId, probeId: null }
  const [made] = standing
    ? [standing]
    : await insertIncidents(tx, [{ ...root, openedAt: outage.beganAt, resolvedAt: null, note }], now)
  if (!made) return
  await tx`update outages set incident_id = ${made.id} where incident_id = ${incident.id} and ended_at is null`
  if (standing) {
    await tx`insert into incident_notes (incident_id, at, what) values (${standing.id}, ${now}, ${note})`
    sink.changed.add(standing.id)
  } else sink.opened.push(made.id)
  sink.tellings.push({
    incidentId: made.id,
    question: { event: 'opened', kind: 'down', name: made.rootName, overBefore: false, suppressedBy: null },
    facts: {
      kind: 'down',
      event: 'opened',
      name: made.rootName,
      site: made.siteName,
      began_at: outage.beganAt.toISOString(),
      ended_at: null,
      tell_from: now.toISOString(),
    },
  })
  const why = `${incident.rootName} has stayed dark for 15 min: it is told as down, not as steady.`
  await resolve(tx, [{ id: incident.id, at: now }], now, sink, { held: new Set([incident.id]), suppressedBy: why })
}
