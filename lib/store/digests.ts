import type { TransactionSql } from 'postgres'
import { coveredUntil } from '@/lib/domain/blackout'
import type { DigestFacts } from '@/lib/domain/digest-words'
import type { NoticeEvent, NoticeFacts } from '@/lib/domain/message'
import { chooseDevices } from '@/lib/domain/policy'
import { blackoutsCovering } from './blackouts'
import { transaction } from './database'
import { type KnownChannel, listTellingChannels, tryLockTellings } from './telling-channels'
import { failedWhenLost, type Writes, wakeOutbox, writeDecisions, writeMessages, writePushes } from './telling-writes'

type Item = {
  channelId: number
  incidentId: number
  event: NoticeEvent
  facts: NoticeFacts
  targetId: number | null
}

const withoutEndMs = 60_000

/**
 * Sends the digests that are due at `now`: one message a channel, of all that has come together for it; a single incident
 * is told as ever. A channel of which delayed tellings are still to be asked waits for them. Returns how many went out.
 */
export async function sendDigests(now: Date): Promise<number> {
  return transaction(async (tx) => {
    if (!(await tryLockTellings(tx))) return 0
    const items = await listDue(tx, now)
    if (items.length === 0) return 0
    const covered = await holdBack(tx, items, now)
    const due = items.filter((item) => !covered.has(item.incidentId))
    const ids = [...new Set(due.map(({ channelId }) => channelId))]
    await tx`delete from digest_items where channel_id = any(${ids}::int[]) and goes_at <= ${now}`
    for (const channel of await listTellingChannels(tx, now))
      if (ids.includes(channel.id))
        await sendOne(tx, channel, lastWords(due.filter((item) => item.channelId === channel.id)), now)
    await wakeOutbox(tx)
    return ids.length
  })
}

async function listDue(tx: TransactionSql, now: Date): Promise<Item[]> {
  return tx<Item[]>`
    select d.channel_id as "channelId", d.incident_id as "incidentId", d.event, d.facts, i.target_id as "targetId"
    from digest_items d join incidents i on i.id = d.incident_id
    where d.goes_at <= ${now} and not exists (
      select 1 from pending_tellings p where p.channel_id = d.channel_id and p.outcome = 'delayed'
        and p.ask_at <= ${now} and (p.lease_until is null or p.lease_until <= ${now}))
    order by d.channel_id, d.added_at, d.incident_id`
}

/** A blackout that has begun since holds back what it covers, until it ends. Returns those incidents. */
async function holdBack(tx: TransactionSql, items: readonly Item[], now: Date): Promise<Set<number>> {
  const covering = await blackoutsCovering(tx, [...new Set(items.map(({ targetId }) => targetId))], now)
  const covered = new Map<number, Date>()
  const decisions: Writes['decisions'] = []
  for (const { incidentId, channelId, event, facts, targetId } of items) {
    const cover = coveredUntil(covering.get(targetId) ?? [], now.getTime())
    if (!cover) continue
    covered.set(incidentId, new Date(cover.until ?? now.getTime() + withoutEndMs))
    if (cover.until === null) continue // it is looked at again every minute
    const why = `${facts.name} waits for the end of a blackout: it is in the digest that goes out then.`
    const inputs = { event, blackout: cover.by.reason }
    decisions.push({
      incidentId,
      channelId,
      event,
      outcome: 'digest',
      until: cover.until,
      rule: 'blackout',
      why,
      inputs,
    })
  }
  await writeDecisions(tx, decisions, now)
  if (covered.size > 0)
    await tx`
      update digest_items d set goes_at = r.until
      from unnest(${[...covered.keys()]}::int[], ${[...covered.values()].map((at) => at.toISOString())}::text[]::timestamptz[])
        as r(incident_id, until)
      where d.incident_id = r.incident_id and d.goes_at <= ${now}`
  return new Set(covered.keys())
}

/** Of each incident only the last that happened, its end before all. */
function lastWords(items: readonly Item[]): Item[] {
  const last = new Map<number, Item>()
  for (const item of items) if (last.get(item.incidentId)?.event !== 'resolved') last.set(item.incidentId, item)
  return [...last.values()]
}

async function sendOne(tx: TransactionSql, channel: KnownChannel, items: readonly Item[], now: Date): Promise<void> {
  const [only] = items
  if (!only) return
  const isPush = channel.kind === 'web_push'
  if (items.length === 1 && !isPush) return writeMessages(tx, [only], now)
  const message: DigestFacts = {
    event: 'digest',
    items: items.map(({ facts, incidentId }) => ({ ...facts, incident_id: incidentId })),
  }
  if (!isPush) {
    await tx`
      insert into channel_deliveries (channel_id, event, message, created_at, due_at)
      values (${channel.id}, 'digest', ${tx.json(message)}, ${now}, ${now})`
    return
  }
  const { deviceIds, heldIds } = chooseDevices({
    channel,
    event: only.event,
    incident: only.facts.name,
    goneTo: [],
    toldBy: 'digest',
  })
  const ids = [...deviceIds, ...heldIds]
  if (items.length === 1)
    return writePushes(
      tx,
      ids.map((deviceId) => ({ ...only, deviceId })),
      now,
    )
  await tx`
    insert into deliveries (event, push_device_id, message, created_at, due_at, failed_at, attempts)
    select 'digest', p.id, ${tx.json(message)}, ${now}::timestamptz, ${now}::timestamptz, ${failedWhenLost(tx, now)}
    from push_devices p where p.id = any(${ids}::int[])`
}
