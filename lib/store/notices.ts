import type { TransactionSql } from 'postgres'
import type { NoticeFacts } from '@/lib/domain/message'
import { type Decision, decide, type PolicyChannel, type PolicyQuestion } from '@/lib/domain/policy'
import { listPolicyChannels } from './channels'
import { listSubjects } from './notice-subjects'

/** Something that happened to an incident, to be told or not. */
export type Telling = { incidentId: number; question: PolicyQuestion; facts: NoticeFacts }

type Made = { telling: Telling; decision: Decision }

/**
 * Asks the policy for every telling and every channel, and writes its decisions, the notices and the deliveries that are
 * due, all in the caller's transaction; keepers are woken at its commit.
 */
export async function tell(tx: TransactionSql, tellings: readonly Telling[], now: Date): Promise<void> {
  if (tellings.length === 0) return
  const channels = await listPolicyChannels(tx)
  const ended = tellings.filter((telling) => telling.question.event === 'resolved')
  const opened = await openedTo(
    tx,
    ended.map((telling) => telling.incidentId),
  )
  const subjects = await listSubjects(tx, tellings, now)
  const made: Made[] = []
  for (const [i, { incidentId, question, facts }] of tellings.entries()) {
    const { job, ...asked } = subjects[i] ?? { job: null }
    const telling = { incidentId, question: { ...question, ...asked }, facts: job ? { ...facts, job } : facts }
    for (const channel of channels) {
      const known: PolicyChannel = { ...channel, openedTo: opened.get(`${incidentId} ${channel.id}`) ?? [] }
      made.push({ telling, decision: decide(telling.question, known) })
    }
  }
  await writeDecisions(tx, made, now)
  await writeDeliveries(tx, made, now)
}

async function openedTo(tx: TransactionSql, incidentIds: readonly number[]) {
  const opened = new Map<string, { deviceId: number; told: boolean }[]>()
  if (incidentIds.length === 0) return opened
  const rows = await tx<{ incidentId: number; channelId: number; deviceId: number; told: boolean }[]>`
    select n.incident_id as "incidentId", n.channel_id as "channelId", d.push_device_id as "deviceId",
      (d.delivered_at is not null or d.shown_at is not null or jsonb_array_length(d.attempts) > 0) as told
    from notices n join deliveries d on d.notice_id = n.id
    where n.incident_id = any(${[...incidentIds]}::int[]) and d.event = 'opened'
      and (d.delivered_at is not null or d.shown_at is not null or d.failed_at is null)`
  for (const { incidentId, channelId, ...device } of rows) {
    const key = `${incidentId} ${channelId}`
    opened.set(key, [...(opened.get(key) ?? []), device])
  }
  return opened
}

async function writeDecisions(tx: TransactionSql, made: readonly Made[], now: Date) {
  const rows = made.map(({ telling, decision }) => ({
    incident_id: telling.incidentId,
    event: telling.question.event,
    channel_id: decision.channelId,
    outcome: decision.outcome,
    until: decision.until,
    rule: decision.rule,
    why: decision.why,
    inputs: decision.inputs,
  }))
  await tx`
    insert into decisions (at, incident_id, event, channel_id, outcome, until, rule, why, inputs)
    select ${now}::timestamptz, r.* from jsonb_to_recordset(${tx.json(rows)})
      as r(incident_id int, event text, channel_id int, outcome text, until timestamptz, rule text, why text, inputs jsonb)`
}

/** A delivery to a device that is lost begins as a failed one: healing makes it due. */
async function writeDeliveries(tx: TransactionSql, made: readonly Made[], now: Date) {
  const rows = made.flatMap(({ telling, decision }) =>
    [...decision.deviceIds, ...decision.heldDeviceIds].map((deviceId) => ({
      incident_id: telling.incidentId,
      channel_id: decision.channelId,
      event: telling.question.event,
      device_id: deviceId,
      message: telling.facts,
    })),
  )
  if (rows.length === 0) return
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
      case when p.endpoint is null then ${now}::timestamptz end,
      case when p.endpoint is null then jsonb_build_array(jsonb_build_object(
        'at', ${now.toISOString()}::text, 'status', null, 'answer', 'the device is lost: sent when it heals')) else '[]' end
    from ${recordset} join notices n on n.incident_id = r.incident_id and n.channel_id = r.channel_id
      join push_devices p on p.id = r.device_id
    on conflict (notice_id, event, push_device_id) where event <> 'reminded' do nothing`
  await tx`select pg_notify('beatline_outbox', '')`
}
