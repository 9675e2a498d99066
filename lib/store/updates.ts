import type { TransactionSql } from 'postgres'
import { coveredUntil } from '@/lib/domain/blackout'
import type { ChannelKind } from '@/lib/domain/channel-kind'
import type { Reach } from '@/lib/domain/reach-words'
import { decideTelling } from '@/lib/domain/telling'
import { transaction } from './database'
import { measureReach } from './reach'
import { tryLockTellings } from './telling-channels'
import { factsOf, type KnownIncident, keyOf, readWorld, type World } from './telling-inputs'
import { newWrites, writeAll } from './telling-writes'

/** Where a notice that was sent can be changed without calling anybody again. */
const changeable: readonly ChannelKind[] = ['web_push', 'discord', 'telegram', 'pagerduty', 'opsgenie']
const everyMs = 60_000
const mostAtOnce = 200

type Said = { incidentId: number; channelId: number; reach: Reach | null }

/**
 * Changes the notices of open incidents that cut off more or less than they say, where the medium can: the same notice, at
 * most once a minute, and nobody is called. Returns how many.
 */
export async function updateNotices(now: Date): Promise<number> {
  return transaction(async (tx) => {
    if (!(await tryLockTellings(tx))) return 0
    const said = await listSaid(tx, now)
    if (said.length === 0) return 0
    const ids = [...new Set(said.map((one) => one.incidentId))]
    await measureReach(tx, ids)
    const world = await readWorld(tx, ids, now)
    const writes = newWrites()
    for (const one of said) {
      const known = world.incidents.get(one.incidentId)
      if (!known || isSame(one.reach, known.reach)) continue
      const decision = judge(known, one, world, now)
      const channel = world.channels.find(({ id }) => id === one.channelId)
      if (!decision || !channel) continue
      const message = { ...one, event: 'grew' as const, facts: factsOf(known, 'grew', now) }
      writes.decisions.push({ incidentId: one.incidentId, ...decision })
      if (channel.kind !== 'web_push') writes.messages.push(message)
      for (const deviceId of devicesOf(world, one)) writes.pushes.push({ ...message, deviceId })
    }
    await writeAll(tx, writes, now)
    return writes.decisions.length
  })
}

/** What notices say whose last message arrived, at least a minute ago, where the root is as it was told. */
async function listSaid(tx: TransactionSql, now: Date): Promise<Said[]> {
  const before = new Date(now.getTime() - everyMs)
  return tx<Said[]>`
    select n.incident_id as "incidentId", n.channel_id as "channelId", last.message -> 'reach' as reach
    from incidents i join notices n on n.incident_id = i.id
      join channels c on c.id = n.channel_id and c.kind = any(${[...changeable]}::text[])
      join lateral (
        select m.message, m.created_at, m.delivered_at from (
          select message, created_at, delivered_at, id from deliveries where notice_id = n.id and failed_at is null
          union all
          select message, created_at, delivered_at, id from channel_deliveries where notice_id = n.id and failed_at is null
        ) m order by m.created_at desc, m.id desc limit 1
      ) last on last.delivered_at is not null and last.created_at <= ${before}
    where i.resolved_at is null and i.kind in ('down', 'members_lost')
      and exists (select 1 from upstream_edges e where e.upstream_id = i.target_id and e.effective)
      and i.opened_at > ${new Date(now.getTime() - 86_400_000)}
      and (i.kind = 'members_lost' or exists (
        select 1 from outages o where o.incident_id = i.id and o.target_id = i.target_id and o.ended_at is null))
    order by i.id limit ${mostAtOnce}`
}

const isSame = (said: Reach | null, is: Reach | null) =>
  (said?.clients ?? 0) === (is?.clients ?? 0) &&
  (said?.devices ?? 1) === (is?.devices ?? 1) &&
  (said?.lost ?? 0) === (is?.lost ?? 0)

/** The policy's word; null where it is not to be said now, which is asked again with the next look. */
function judge(known: KnownIncident, { incidentId, channelId }: Said, world: World, now: Date) {
  const covered = coveredUntil(known.blackouts, now.getTime())
  const decisions = decideTelling({
    incident: { ...known.now, overBefore: false },
    event: 'grew',
    channels: world.channels.map((channel) => ({
      ...channel,
      history: world.histories.get(keyOf(incidentId, channel.id)) ?? [],
      dueNow: 0,
    })),
    asked: [channelId],
    routes: world.routes,
    blackout: covered && { reason: covered.by.reason, until: covered.until },
    suppressedUnder: null,
    escalation: null,
    now: now.getTime(),
  })
  return decisions.find((one) => one.channelId === channelId && one.outcome === 'sent') ?? null
}

/** The phones that had it. */
function devicesOf(world: World, { incidentId, channelId }: Said): number[] {
  const channel = world.channels.find(({ id }) => id === channelId)
  if (channel?.kind !== 'web_push') return []
  const reachable = new Set(channel.devices.filter((one) => one.intent && one.reachable).map(({ id }) => id))
  return (world.goneTo.get(keyOf(incidentId, channelId)) ?? []).filter((id) => reachable.has(id))
}
