import type { TransactionSql } from 'postgres'
import { placesFor } from '@/lib/domain/breaker'
import type { ChannelKind } from '@/lib/domain/channel-kind'
import type { Priority, Reference } from '@/lib/domain/notice'
import type { MessageFacts } from '@/lib/domain/notice-of'
import { type OutboxPlan, planOutbox, type Waiting } from '@/lib/domain/outbox'
import { healthOf } from './channel-health'
import { sql, transaction } from './database'
import { takeOutEnds } from './digest-ends'

/** A message in hand: leased to this keeper until `leaseUntil`, with all that sending it needs. */
export type ClaimedMessage = {
  id: number
  channelId: number
  kind: ChannelKind
  channelName: string
  config: string | null // sealed
  zone: string | null
  noticeId: number | null
  reference: Reference
  sequence: number
  facts: MessageFacts
  createdAt: Date
  attempts: number
  leaseUntil: Date
  incidentId: number | null
  priority: Priority
  acknowledgedBy: string | null
  acknowledged: boolean
  toldBefore: boolean
  behind: number
  openIncidents: number
  role: string | null
  client: string | null
  tags: string[]
}

type Claim = { now: Date; leaseMs: number; places: number; perChannel: number }
const mostWaiting = 2000 // of one channel, looked at once
const monthMs = 30 * 86_400_000

/**
 * Claims up to `limit` messages that are due, at most `perChannel` of one channel. Any number of keepers may do so at once:
 * what waits for one channel is judged by one of them at a time. `stateful`: kinds where several are never told as one.
 */
export async function claimMessages(
  now: Date,
  {
    limit,
    perChannel,
    leaseMs,
    stateful,
  }: { limit: number; perChannel: number; leaseMs: number; stateful: ChannelKind[] },
): Promise<ClaimedMessage[]> {
  const channels = await sql<{ id: number }[]>`
    select d.channel_id as id from channel_deliveries d join channels c on c.id = d.channel_id
    where d.delivered_at is null and d.failed_at is null and d.due_at <= ${now}
      and (d.lease_until is null or d.lease_until < ${now})
      and c.broken_since is null and (c.breaker_until is null or c.breaker_until <= ${now})
    group by d.channel_id order by min(d.due_at) limit 50`
  const claimed: ClaimedMessage[] = []
  for (const { id } of channels) {
    const places = Math.min(perChannel, limit - claimed.length)
    if (places <= 0) break
    const claim = { now, leaseMs, places, perChannel }
    claimed.push(...(await transaction((tx) => claimOfChannel(tx, id, claim, stateful))))
  }
  return claimed
}

async function claimOfChannel(
  tx: TransactionSql,
  channelId: number,
  claim: Claim,
  stateful: readonly ChannelKind[],
): Promise<ClaimedMessage[]> {
  const { now, places, perChannel } = claim
  const [channel] = await tx<
    {
      kind: ChannelKind
      failures: number
      failingSince: Date | null
      breakerUntil: Date | null
      brokenSince: Date | null
    }[]
  >`
    select kind, failures, failing_since as "failingSince", breaker_until as "breakerUntil", broken_since as "brokenSince"
    from channels where id = ${channelId} for no key update skip locked`
  if (!channel) return []
  const digests = !stateful.includes(channel.kind)
  if (!digests) await takeOutEnds(tx, channelId, now)
  const waiting = await listWaiting(tx, channelId, now)
  const health = healthOf(channel)
  const underWay = waiting.filter((row) => row.leased).length
  const room = Math.min(places, placesFor(health, perChannel, now.getTime()) - underWay)
  if (room <= 0) return []
  const rules = {
    room,
    digests,
    failing: health.failures > 0,
    now: now.getTime(),
  }
  const ids = await writePlan(tx, channelId, planOutbox(waiting, rules), { now, room })
  return leased(tx, channelId, ids, claim)
}

async function listWaiting(tx: TransactionSql, channelId: number, now: Date): Promise<Waiting[]> {
  return tx<Waiting[]>`
    select d.id::float8 as id, d.notice_id as "noticeId", i.id as "incidentId", d.sequence, d.message as facts,
      ${epochMs(tx, 'd.created_at')} as "createdAt", ${epochMs(tx, 'd.due_at')} as "dueAt",
      coalesce(d.lease_until >= ${now}, false) as leased, ${epochMs(tx, 'i.resolved_at')} as "resolvedAt",
      case when d.event = 'digest' then (
        select jsonb_object_agg(r.id, (extract(epoch from r.resolved_at) * 1000)::float8) from incidents r
        where r.resolved_at is not null and r.merged_into is null -- those are still dark
          and r.id in (select (item ->> 'incident_id')::int from jsonb_array_elements(d.message -> 'items') item)
      ) end as "overSince",
      i.acknowledged_at is not null as acknowledged,
      exists (select 1 from pending_tellings p where p.incident_id = i.id and p.channel_id = d.channel_id
        and p.event = 'resolved') as "endComes",
      ${toldBefore(tx, channelId, now)} as "toldBefore"
    from channel_deliveries d left join notices n on n.id = d.notice_id left join incidents i on i.id = n.incident_id
    where d.channel_id = ${channelId} and d.delivered_at is null and d.failed_at is null
    order by d.id limit ${mostWaiting}`
}

const epochMs = (tx: TransactionSql, column: string) => tx.unsafe(`(extract(epoch from ${column}) * 1000)::float8`)

/** By a message of its own, or in a digest of the last 30 days. */
const toldBefore = (tx: TransactionSql, channelId: number, now: Date) => tx`(i.id is not null and (
  exists (select 1 from channel_deliveries e where e.notice_id = d.notice_id and e.delivered_at is not null)
  or i.id in (select (item ->> 'incident_id')::int from channel_deliveries e
    cross join jsonb_array_elements(e.message -> 'items') item
    where e.channel_id = ${channelId} and e.event = 'digest' and e.delivered_at > ${new Date(now.getTime() - monthMs)})))`

/** Writes what the plan drops and gathers; returns the ids to be sent now. */
async function writePlan(
  tx: TransactionSql,
  channelId: number,
  { send, drop, digests }: OutboxPlan,
  { now, room }: { now: Date; room: number },
): Promise<number[]> {
  if (drop.length > 0) await end(tx, drop, now)
  const ids: number[] = []
  for (const { id, facts } of send) {
    await tx`update channel_deliveries set event = ${facts.event}, message = ${tx.json(facts)} where id = ${id}`
    ids.push(id)
  }
  for (const { ids: covered, facts } of digests) {
    const [row] = await tx<{ id: number }[]>`
      insert into channel_deliveries (channel_id, event, message, created_at, due_at)
      values (${channelId}, 'digest', ${tx.json(facts)}, ${now}, ${now})
      returning id::float8 as id`
    if (!row) throw new Error('Cannot gather a digest: the insert returned no row')
    if (covered.length > 0)
      await end(
        tx,
        covered.map((id) => ({ id, why: `not sent by itself: the digest ${row.id} tells it` })),
        now,
      )
    ids.push(row.id)
  }
  return ids.slice(0, room)
}

async function end(tx: TransactionSql, rows: readonly { id: number; why: string }[], now: Date): Promise<void> {
  await tx`
    update channel_deliveries d set failed_at = ${now}, lease_until = null, attempts = d.attempts || jsonb_build_array(
      jsonb_build_object('at', ${now.toISOString()}::text, 'status', null, 'answer', r.why))
    from jsonb_to_recordset(${tx.json([...rows])}) as r(id bigint, why text) where d.id = r.id`
}

async function leased(
  tx: TransactionSql,
  channelId: number,
  ids: number[],
  { now, leaseMs }: Claim,
): Promise<ClaimedMessage[]> {
  if (ids.length === 0) return []
  const leaseUntil = new Date(now.getTime() + leaseMs)
  return tx<ClaimedMessage[]>`
    with d as (update channel_deliveries set lease_until = ${leaseUntil} where id = any(${ids}::bigint[]) returning *)
    select d.id::float8 as id, c.id as "channelId", c.kind, c.name as "channelName", c.config, c.hours ->> 'zone' as zone,
      d.notice_id as "noticeId", n.reference, d.sequence, d.message as facts, d.created_at as "createdAt",
      jsonb_array_length(d.attempts) as attempts, d.lease_until as "leaseUntil", i.id as "incidentId",
      coalesce(i.priority, 'normal') as priority, i.acknowledged_by as "acknowledgedBy",
      i.acknowledged_at is not null as acknowledged, ${toldBefore(tx, channelId, now)} as "toldBefore",
      coalesce((select count(*)::int from outages o where o.incident_id = i.id and o.target_id <> i.target_id), 0) as behind,
      (select count(*)::int from incidents where resolved_at is null) as "openIncidents",
      v.role, v.client, coalesce(t.tags, '{}') as tags
    from d join channels c on c.id = d.channel_id left join notices n on n.id = d.notice_id
      left join incidents i on i.id = n.incident_id left join targets t on t.id = i.target_id
      left join devices v on v.id = t.id
    order by array_position(${ids}::bigint[], d.id)`
}
