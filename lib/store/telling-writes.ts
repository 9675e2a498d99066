import type { JSONValue, TransactionSql } from 'postgres'
import type { NoticeEvent, NoticeFacts } from '@/lib/domain/message'
import type { Priority } from '@/lib/domain/notice'
import type { Outcome, TellingDecision, TellingInput } from '@/lib/domain/telling'

/** What the policy has to be asked again. askAt null: when its cause ends; outcome null: a step that is only planned. */
export type PendingTelling = {
  incidentId: number
  channelId: number
  event: NoticeEvent
  outcome: Outcome | null
  askAt: Date | null
  rule: string | null
  because: TellingInput['escalation']
  facts: NoticeFacts
}
type Message = { incidentId: number; channelId: number; event: NoticeEvent; facts: NoticeFacts }

/** What follows from decisions, to be written together. */
export type Writes = {
  priorities: Map<number, Priority> // of incidents, where it changed
  decisions: (Omit<TellingDecision, 'rule'> & { rule: string; incidentId: number })[]
  pushes: (Message & { deviceId: number })[]
  messages: Message[]
  digestItems: (Message & { goesAt: Date })[]
  waiting: PendingTelling[]
  planned: PendingTelling[]
}

export const newWrites = (): Writes => ({
  priorities: new Map(),
  decisions: [],
  pushes: [],
  messages: [],
  digestItems: [],
  waiting: [],
  planned: [],
})

/** Writes all of it, and wakes the keepers at the commit. */
export async function writeAll(tx: TransactionSql, writes: Writes, now: Date): Promise<void> {
  await writePriorities(tx, writes.priorities)
  await writeDecisions(tx, writes.decisions, now)
  await writePushes(tx, writes.pushes, now)
  await writeMessages(tx, writes.messages, now)
  await writeDigestItems(tx, writes.digestItems, now)
  await keepPending(tx, writes.waiting, 'replace')
  await keepPending(tx, writes.planned, 'keep')
  if (writes.pushes.length + writes.messages.length > 0) await wakeOutbox(tx)
}

/** One that somebody is at right now, who may wait for us, is left as it is until it grows again. */
async function writePriorities(tx: TransactionSql, priorities: Writes['priorities']): Promise<void> {
  if (priorities.size === 0) return
  await tx`
    update incidents i set priority = r.priority
    from unnest(${[...priorities.keys()]}::int[], ${[...priorities.values()]}::text[]) as r(id, priority)
    where i.id = r.id and i.id in (select id from incidents where id = any(${[...priorities.keys()]}::int[])
      for no key update skip locked)`
}

export const wakeOutbox = (tx: TransactionSql) => tx`select pg_notify('beatline_outbox', '')`

export async function writeDecisions(tx: TransactionSql, decisions: Writes['decisions'], now: Date): Promise<void> {
  if (decisions.length === 0) return
  const rows = decisions.map(({ incidentId, channelId, event, outcome, until, rule, why, inputs }) => ({
    incident_id: incidentId,
    event,
    channel_id: channelId,
    outcome,
    until: until === null ? null : new Date(until).toISOString(),
    rule,
    why,
    inputs,
  }))
  await tx`
    insert into decisions (at, incident_id, event, channel_id, outcome, until, rule, why, inputs)
    select ${now}::timestamptz, r.* from jsonb_to_recordset(${tx.json(rows)})
      as r(incident_id int, event text, channel_id int, outcome text, until timestamptz, rule text, why text, inputs jsonb)`
}

/** A delivery to a device that is lost begins as a failed one: healing makes it due. */
export async function writePushes(tx: TransactionSql, pushes: Writes['pushes'], now: Date): Promise<void> {
  if (pushes.length === 0) return
  const rows = pushes.map(({ incidentId, channelId, event, deviceId, facts }) => ({
    incident_id: incidentId,
    channel_id: channelId,
    event,
    device_id: deviceId,
    message: facts,
  }))
  const recordset = tx`jsonb_to_recordset(${tx.json(rows)})
    as r(incident_id int, channel_id int, event text, device_id int, message jsonb)`
  await tx`
    insert into notices (incident_id, channel_id, created_at)
    select distinct r.incident_id, r.channel_id, ${now}::timestamptz from ${recordset}
    on conflict (incident_id, channel_id) do nothing`
  // What was not delivered when it is over is not sent any more: the notice of the end says both. One that is on its way
  // right now is left alone; claiming sees to the order.
  await tx`
    update deliveries d set failed_at = ${now}, attempts = d.attempts || jsonb_build_array(jsonb_build_object(
      'at', ${now.toISOString()}::text, 'status', null, 'answer', 'not sent: it was over first, the notice of its end says both'))
    from ${recordset} join notices n on n.incident_id = r.incident_id and n.channel_id = r.channel_id
    where r.event = 'resolved' and d.notice_id = n.id and d.push_device_id = r.device_id and d.event <> 'resolved'
      and d.delivered_at is null and d.failed_at is null and (d.lease_until is null or d.lease_until < ${now})`
  await tx`
    insert into deliveries (notice_id, event, push_device_id, message, created_at, due_at, failed_at, attempts)
    select n.id, r.event, r.device_id, r.message, ${now}::timestamptz, ${now}::timestamptz,
      ${failedWhenLost(tx, now)}
    from ${recordset} join notices n on n.incident_id = r.incident_id and n.channel_id = r.channel_id
      join push_devices p on p.id = r.device_id
    on conflict (notice_id, event, push_device_id) where event <> 'reminded' do update -- growth is told again, as itself
      set message = excluded.message, created_at = excluded.created_at, due_at = excluded.due_at, lease_until = null,
        delivered_at = null, failed_at = excluded.failed_at, shown_at = null, opened_at = null,
        attempts = excluded.attempts
      where deliveries.event = 'grew' and (deliveries.delivered_at is not null or deliveries.failed_at is not null)`
}

/** failed_at and attempts of a delivery to the device `p`. */
export const failedWhenLost = (tx: TransactionSql, now: Date) => tx`
  case when p.endpoint is null then ${now}::timestamptz end,
  case when p.endpoint is null then jsonb_build_array(jsonb_build_object(
    'at', ${now.toISOString()}::text, 'status', null, 'answer', 'the device is lost: sent when it heals')) else '[]' end`

/** Messages of notices to every other channel, numbered within each notice. */
export async function writeMessages(tx: TransactionSql, messages: readonly Message[], now: Date): Promise<void> {
  if (messages.length === 0) return
  const places = new Map<string, number>()
  const rows = messages.map(({ incidentId, channelId, event, facts }) => {
    const key = `${incidentId} ${channelId}`
    const place = (places.get(key) ?? 0) + 1
    places.set(key, place)
    return { incident_id: incidentId, channel_id: channelId, event, place, message: facts }
  })
  await tx`
    with r as materialized (
      select * from jsonb_to_recordset(${tx.json(rows)})
        as r(incident_id int, channel_id int, event text, place int, message jsonb)
    ), n as (
      insert into notices (incident_id, channel_id, created_at, sequence)
      select incident_id, channel_id, ${now}::timestamptz, count(*) from r group by 1, 2
      on conflict (incident_id, channel_id) do update set sequence = notices.sequence + excluded.sequence
      returning id, incident_id, channel_id, sequence
    )
    insert into channel_deliveries (channel_id, notice_id, event, sequence, message, created_at, due_at)
    select r.channel_id, n.id, r.event,
      n.sequence - (select count(*) from r s where s.incident_id = r.incident_id and s.channel_id = r.channel_id) + r.place,
      r.message, ${now}::timestamptz, ${now}::timestamptz
    from r join n on n.incident_id = r.incident_id and n.channel_id = r.channel_id
    order by r.incident_id, r.channel_id, r.place`
}

async function writeDigestItems(tx: TransactionSql, items: Writes['digestItems'], now: Date): Promise<void> {
  if (items.length === 0) return
  const last = new Map(items.map((item) => [`${item.incidentId} ${item.channelId} ${item.event}`, item]))
  const rows = [...last.values()].map(({ incidentId, channelId, event, facts, goesAt }) => ({
    incident_id: incidentId,
    channel_id: channelId,
    event,
    facts,
    goes_at: goesAt.toISOString(),
  }))
  await tx`
    insert into digest_items (channel_id, incident_id, event, goes_at, facts, added_at)
    select r.channel_id, r.incident_id, r.event, r.goes_at, r.facts, ${now}::timestamptz
    from jsonb_to_recordset(${tx.json(rows)})
      as r(channel_id int, incident_id int, event text, goes_at timestamptz, facts jsonb)
    on conflict (channel_id, incident_id, event) do update set goes_at = least(digest_items.goes_at, excluded.goes_at),
      facts = excluded.facts`
}

/** Keeps what has to be asked again; what is only planned does not displace what waits. */
export async function keepPending(
  tx: TransactionSql,
  pending: readonly PendingTelling[],
  found: 'replace' | 'keep',
): Promise<void> {
  if (pending.length === 0) return
  const last = new Map(pending.map((one) => [`${one.incidentId} ${one.channelId} ${one.event}`, one]))
  const rows = [...last.values()].map(({ incidentId, channelId, askAt, because, ...one }) => ({
    ...one,
    incident_id: incidentId,
    channel_id: channelId,
    ask_at: askAt?.toISOString() ?? null,
    because: because && { from: because.from, because: because.because, after_minutes: because.afterMinutes },
  }))
  const conflict =
    found === 'keep'
      ? tx`do nothing`
      : tx`do update set outcome = excluded.outcome, ask_at = excluded.ask_at, rule = excluded.rule,
          because = excluded.because, facts = excluded.facts, lease_until = null`
  await tx`
    insert into pending_tellings (incident_id, channel_id, event, outcome, ask_at, rule, because, facts)
    select r.* from jsonb_to_recordset(${tx.json(rows as unknown as JSONValue)})
      as r(incident_id int, channel_id int, event text, outcome text, ask_at timestamptz, rule text, because jsonb, facts jsonb)
    join channels c on c.id = r.channel_id
    on conflict (incident_id, channel_id, event) ${conflict}`
}
