import type { TransactionSql } from 'postgres'
import { standInFor } from '@/lib/domain/escalation'
import type { NoticeEvent } from '@/lib/domain/message'
import { isReachable } from '@/lib/domain/telling-rules'
import { ask, type Question } from './asking'
import { transaction } from './database'
import { lockTellings, tryLockTellings } from './telling-channels'
import { factsOf, keyOf, readWorld } from './telling-inputs'
import { stepsAfter } from './telling-steps'
import { keepPending, type PendingTelling } from './telling-writes'

type Because = { from: string; because: 'unacknowledged' | 'failed'; after_minutes: number | null }
type Row = Omit<PendingTelling, 'because'> & { because: Because | null }

/** `told`: incidents of which somebody was told. `more`: there may be more that is due. */
export type AskResult = { asked: number; told: number; more: boolean }

const setAsideMs = 5 * 60_000
const columns = (
  tx: TransactionSql,
) => tx`p.incident_id as "incidentId", p.channel_id as "channelId", p.event, p.outcome,
  p.ask_at as "askAt", p.rule, p.because, p.facts`
const isDue = (tx: TransactionSql, now: Date) =>
  tx`p.ask_at <= ${now} and (p.lease_until is null or p.lease_until <= ${now})`

/**
 * Asks the policy again what is due at `now`, in one transaction. Any number of keepers may do so at once: one is at it, and
 * for the others there is nothing to do. `only` singles out an incident.
 */
export async function askDue(
  now: Date,
  { limit = 500, only }: { limit?: number; only?: number | undefined } = {},
): Promise<AskResult> {
  return transaction(async (tx) => {
    if (!(await tryLockTellings(tx))) return { asked: 0, told: 0, more: false }
    const dueNow = await countDue(tx, now)
    const due = await tx<Row[]>`
      delete from pending_tellings p using (
        select p.incident_id, p.channel_id, p.event from pending_tellings p
        where ${isDue(tx, now)} and (${only ?? null}::int is null or p.incident_id = ${only ?? null})
        order by p.ask_at, p.incident_id limit ${limit}
      ) d
      where p.incident_id = d.incident_id and p.channel_id = d.channel_id and p.event = d.event
      returning ${columns(tx)}`
    const told = await ask(tx, inOrder(due).map(asQuestion), now, { dueNow })
    return { asked: due.length, told, more: due.length >= limit }
  })
}

/** How many delayed incidents are due together, or go out right now, by channel. */
async function countDue(tx: TransactionSql, now: Date): Promise<Map<number, number>> {
  const rows = await tx<{ channelId: number; count: number }[]>`
    select channel_id as "channelId", count(distinct incident_id)::int as count from (
      select p.channel_id, p.incident_id from pending_tellings p where p.outcome = 'delayed' and ${isDue(tx, now)}
      union all
      select channel_id, incident_id from digest_items where goes_at <= ${now}
    ) due group by channel_id`
  return new Map(rows.map(({ channelId, count }) => [channelId, count]))
}

/** The oldest incident of which something is due that was not tried yet; null: none. */
export async function nextDueIncident(now: Date, tried: readonly number[]): Promise<number | null> {
  return transaction(async (tx) => {
    const [row] = await tx<{ id: number }[]>`
      select p.incident_id as id from pending_tellings p
      where ${isDue(tx, now)} and p.incident_id <> all(${[...tried]}::int[]) order by p.ask_at, p.incident_id limit 1`
    return row?.id ?? null
  })
}

/** Puts off what is due of an incident for five minutes: asking failed. */
export async function setAside(incidentId: number, now: Date): Promise<void> {
  await transaction(async (tx) => {
    await lockTellings(tx)
    await tx`
      update pending_tellings set lease_until = ${new Date(now.getTime() + setAsideMs)}
      where incident_id = ${incidentId} and ask_at <= ${now}`
  })
}

const order: readonly NoticeEvent[] = ['opened', 'grew', 'escalated', 'reminded', 'resolved']
const inOrder = (rows: readonly Row[]) =>
  [...rows].sort(
    (a, b) =>
      (a.askAt?.getTime() ?? 0) - (b.askAt?.getTime() ?? 0) ||
      a.incidentId - b.incidentId ||
      order.indexOf(a.event) - order.indexOf(b.event) ||
      a.channelId - b.channelId,
  )

/** What waits was news for its channel when it was asked first, an end also for one that was over before. */
function asQuestion({ incidentId, channelId, event, because, facts, outcome }: Row): Question {
  return {
    incidentId,
    event,
    channelId,
    overBefore: event === 'resolved' && outcome !== null,
    suppressedBy: null,
    escalation: because && { from: because.from, because: because.because, afterMinutes: because.after_minutes },
    facts,
  }
}

/** Rows that wait for something, asked now; what was to be told when it ends is late from then on only. */
export async function askThese(tx: TransactionSql, keys: readonly PendingKey[], now: Date): Promise<number> {
  if (keys.length === 0) return 0
  const rows = await tx<Row[]>`
    delete from pending_tellings p
    using unnest(${keys.map((one) => one.incidentId)}::int[], ${keys.map((one) => one.channelId)}::int[],
      ${keys.map((one) => one.event)}::text[]) as k(incident_id, channel_id, event)
    where p.incident_id = k.incident_id and p.channel_id = k.channel_id and p.event = k.event
    returning ${columns(tx)}`
  const questions = inOrder(rows).map((row) => {
    const isLate = row.rule === 'breaker' || row.rule === 'channel_broken' || (row.askAt !== null && row.askAt <= now)
    const tellFrom = isLate ? row.facts.tell_from : now.toISOString()
    return asQuestion({ ...row, facts: { ...row.facts, tell_from: tellFrom } })
  })
  const together = new Map<number, Set<number>>()
  for (const { channelId, incidentId, outcome } of rows)
    if (outcome === 'delayed') together.set(channelId, (together.get(channelId) ?? new Set()).add(incidentId))
  return ask(tx, questions, now, { dueNow: new Map([...together].map(([id, incidents]) => [id, incidents.size])) })
}
export type PendingKey = Pick<PendingTelling, 'incidentId' | 'channelId' | 'event'>

/**
 * Somebody changed what an incident waits for: snoozed it or woke it, muted or unmuted it, took back that it was
 * acknowledged. Asks at once what waits for that, and plans reminders and escalations anew. Null: all incidents.
 */
export async function askAgain(tx: TransactionSql, incidentId: number | null, now: Date): Promise<void> {
  await lockTellings(tx)
  const waiting = await tx<PendingKey[]>`
    select p.incident_id as "incidentId", p.channel_id as "channelId", p.event from pending_tellings p
    where p.rule in ('snoozed', 'muted') and (${incidentId}::int is null or p.incident_id = ${incidentId})`
  await askThese(tx, waiting, now)
  if (incidentId !== null) await planAnew(tx, incidentId, now)
}

/** Reminders and escalations of whoever was told, where none is planned. */
async function planAnew(tx: TransactionSql, incidentId: number, now: Date): Promise<void> {
  const world = await readWorld(tx, [incidentId], now)
  const known = world.incidents.get(incidentId)
  if (!known) return
  const steps = world.channels.flatMap((channel) => {
    const told = (world.histories.get(keyOf(incidentId, channel.id)) ?? []).filter(
      ({ event, outcome }) => event !== 'resolved' && (outcome === 'sent' || outcome === 'digest'),
    )
    const [first, last] = [told[0], told.at(-1)]
    if (!first || !last) return []
    const facts = factsOf(known, 'opened', now)
    const from = { incidentId, facts, isFirst: true }
    return [
      ...stepsAfter(known, channel, { ...from, at: last.until ?? last.at }).filter(({ event }) => event === 'reminded'),
      ...stepsAfter(known, channel, { ...from, at: first.until ?? first.at }).filter(
        ({ event }) => event === 'escalated',
      ),
    ]
  })
  const untold = steps.filter(
    ({ event, channelId }) =>
      event === 'reminded' ||
      !world.histories.get(keyOf(incidentId, channelId))?.some(({ outcome }) => outcome === 'sent'),
  )
  const soon = untold.map((step) => ({ ...step, askAt: step.askAt !== null && step.askAt < now ? now : step.askAt }))
  await keepPending(tx, soon, 'keep')
}

/**
 * A message to a channel failed for good: the next of its escalation chain that can be told, and was not, is told instead.
 * Of a digest: once for each incident in it.
 */
export async function channelFailed(
  tx: TransactionSql,
  channelId: number,
  incidentId: number,
  now: Date,
): Promise<void> {
  await lockTellings(tx)
  const world = await readWorld(tx, [incidentId], now)
  const known = world.incidents.get(incidentId)
  const from = world.channels.find(({ id }) => id === channelId)
  if (!known || !from || known.now.resolvedAt !== null) return
  const next = standInFor(world.channels, channelId, isReachable)
  if (!next) return
  await ask(
    tx,
    [
      {
        incidentId,
        event: 'escalated',
        channelId: next.id,
        overBefore: false,
        suppressedBy: null,
        escalation: { from: from.name, because: 'failed', afterMinutes: null },
        facts: factsOf(known, 'escalated', now),
      },
    ],
    now,
  )
}
