import type { DigestFacts } from '@/lib/domain/digest-words'
import type { NoticeFacts, TestFacts } from '@/lib/domain/message'
import { decrypt } from '@/lib/secrets'
import { sql } from './database'

/** A delivery in hand: leased to this keeper until `leaseUntil`, with all that its message needs. */
export type ClaimedDelivery = {
  id: number
  event: NoticeFacts['event'] | 'test' | 'digest'
  facts: NoticeFacts | TestFacts | DigestFacts
  createdAt: Date
  attempts: number
  leaseUntil: Date
  incidentId: number | null
  behind: number
  openIncidents: number
  toldBefore: boolean
  timeZone: string | null
  /** keys null: what is kept of them cannot be opened. */
  device: { id: number; name: string; endpoint: string; keys: { p256dh: string; auth: string } | null }
}
export type Attempt = { at: Date; status: number | null; answer: string }

type Row = Omit<ClaimedDelivery, 'device'> & {
  deviceId: number
  deviceName: string
  endpoint: string
  p256dh: string | null
  auth: string | null
}

/**
 * Claims up to `limit` deliveries that are due, at most `perDevice` of one device so that no one's queue starves another's,
 * and none of the devices in `except`.
 * Any number of keepers may do so at once. A notice's end waits while its beginning is being sent, and its beginning is
 * not sent any more once its end exists.
 */
export async function claimDeliveries(
  now: Date,
  {
    limit,
    perDevice = 4,
    leaseMs,
    except = [],
  }: { limit: number; perDevice?: number; leaseMs: number; except?: number[] },
): Promise<ClaimedDelivery[]> {
  const leaseUntil = new Date(now.getTime() + leaseMs)
  const rows = await sql<Row[]>`
    with due as (
      select d.id, d.due_at, row_number() over (partition by d.push_device_id order by d.due_at, d.id) as place
      from (
        select id, due_at, push_device_id, notice_id, event from deliveries
        where delivered_at is null and failed_at is null and due_at <= ${now}
          and (lease_until is null or lease_until < ${now}) and shown_at is null
          and push_device_id <> all(${except}::int[])
        order by due_at limit 500
      ) d
      join push_devices p on p.id = d.push_device_id and p.endpoint is not null
      where not exists (
        select 1 from deliveries e where e.notice_id = d.notice_id and e.push_device_id = d.push_device_id and e.id <> d.id
          and (e.event = 'resolved' or (e.delivered_at is null and e.failed_at is null and e.lease_until >= ${now})))
    ), chosen as (
      select id from deliveries
      where id in (select id from due where place <= ${perDevice} order by due_at, id limit ${limit})
        and delivered_at is null and failed_at is null and (lease_until is null or lease_until < ${now})
      for update skip locked
    ), claimed as (
      update deliveries d set lease_until = ${leaseUntil} from chosen where d.id = chosen.id returning d.*
    )
    select c.id::float8 as id, c.event, c.message as facts, c.created_at as "createdAt",
      jsonb_array_length(c.attempts) as attempts, c.lease_until as "leaseUntil", i.id as "incidentId",
      coalesce((select count(*)::int from outages o where o.incident_id = i.id and o.target_id <> i.target_id), 0) as behind,
      (select count(*)::int from incidents where resolved_at is null) as "openIncidents",
      exists (select 1 from deliveries e where e.notice_id = c.notice_id and e.push_device_id = c.push_device_id
        and e.id <> c.id and (e.delivered_at is not null or e.shown_at is not null)) as "toldBefore",
      u.time_zone as "timeZone", p.id as "deviceId", p.name as "deviceName", p.endpoint, p.p256dh, p.auth
    from claimed c join push_devices p on p.id = c.push_device_id join users u on u.id = p.user_id
      left join notices n on n.id = c.notice_id left join incidents i on i.id = n.incident_id
    order by c.due_at, c.id`
  return rows.map(({ deviceId, deviceName, endpoint, p256dh, auth, ...row }) => ({
    ...row,
    device: { id: deviceId, name: deviceName, endpoint, keys: openedKeys(p256dh, auth) },
  }))
}

/** Each row by itself: one that cannot be opened must not take the others of its batch with it. */
function openedKeys(p256dh: string | null, auth: string | null): { p256dh: string; auth: string } | null {
  if (p256dh === null || auth === null) return null
  try {
    return { p256dh, auth: decrypt(auth) }
  } catch {
    return null
  }
}

const record = ({ at, status, answer }: Attempt) =>
  sql`d.attempts || jsonb_build_array(jsonb_build_object('at', ${at.toISOString()}::text, 'status', ${status}::int, 'answer', ${answer}::text))`

/** It was accepted. Also what a receipt has settled meanwhile gets its attempt. */
export async function settleDelivered(delivery: ClaimedDelivery, attempt: Attempt): Promise<void> {
  await sql`
    update deliveries d set delivered_at = coalesce(delivered_at, ${attempt.at}), failed_at = null, lease_until = null,
      attempts = ${record(attempt)}
    where id = ${delivery.id}`
}

/**
 * It was not accepted: due again at `dueAt`, or failed for good when that is null. Changes nothing but the record when a
 * receipt came meanwhile, or another keeper has it because our lease ran out.
 */
export async function settleFailed(delivery: ClaimedDelivery, attempt: Attempt, dueAt: Date | null): Promise<void> {
  await sql`
    update deliveries d set attempts = ${record(attempt)}, lease_until = null,
      due_at = coalesce(${dueAt}::timestamptz, due_at),
      failed_at = case when ${dueAt === null} then ${attempt.at}::timestamptz end
    where id = ${delivery.id} and lease_until = ${delivery.leaseUntil} and delivered_at is null`
}

/** Gives a delivery back unsent, due at `dueAt`: nothing was tried. */
export async function releaseDelivery(delivery: ClaimedDelivery, dueAt: Date): Promise<void> {
  await sql`
    update deliveries set lease_until = null, due_at = ${dueAt}
    where id = ${delivery.id} and lease_until = ${delivery.leaseUntil} and delivered_at is null`
}

/** The device took something: what else waits for it, after a failure, need not wait longer. */
export async function hastenDeliveries(pushDeviceId: number): Promise<void> {
  await sql`
    update deliveries set due_at = now()
    where push_device_id = ${pushDeviceId} and delivered_at is null and failed_at is null and due_at > now()`
}

/**
 * Ends deliveries that can no longer be sent: those whose device was lost while they waited (healing brings them back), and
 * beginnings that were being sent when their end was written.
 */
export async function endUnsendable(now: Date): Promise<number> {
  const waiting = sql`d.delivered_at is null and d.failed_at is null and (d.lease_until is null or d.lease_until < ${now})`
  const lost: Attempt = { at: now, status: null, answer: 'the device is lost: sent when it heals' }
  const over: Attempt = { at: now, status: null, answer: 'not sent again: the notice of its end says both' }
  const failed = await sql`
    update deliveries d set failed_at = ${now}, lease_until = null, attempts = ${record(lost)}
    from push_devices p where p.id = d.push_device_id and p.endpoint is null and ${waiting}`
  const superseded = await sql`
    update deliveries d set failed_at = ${now}, lease_until = null, attempts = ${record(over)}
    from deliveries e where e.notice_id = d.notice_id and e.push_device_id = d.push_device_id and e.event = 'resolved'
      and d.event <> 'resolved' and ${waiting}`
  return failed.count + superseded.count
}
