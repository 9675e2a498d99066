import type { TransactionSql } from 'postgres'
import { encrypt, sha256Hex } from '@/lib/secrets'
import type { PushDeviceInput, PushSubscriptionInput } from './push-devices'

type Known = {
  id: number
  userId: number
  endpoint: string | null
  deadEndpointHash: string | null
  state: string
  intent: boolean
}

/** The row of this browser: by its key, else by the endpoint it has or had. Locked. */
export async function findKnown(tx: TransactionSql, input: PushDeviceInput): Promise<Known | null> {
  const endpoints = [input.subscription?.endpoint, input.oldEndpoint].filter((one) => one !== undefined)
  const [row] = await tx<Known[]>`
    select id, user_id as "userId", endpoint, dead_endpoint_hash as "deadEndpointHash", state, intent from push_devices
    where device_key = ${input.deviceKey}
      or (user_id = ${input.userId} and (endpoint = any(${endpoints}::text[])
        or dead_endpoint_hash = any(${endpoints.map(sha256Hex)}::text[])))
    order by device_key = ${input.deviceKey} desc, id limit 1 for update`
  return row ?? null
}

function stateOf(input: PushDeviceInput, usable: PushSubscriptionInput | null, dead: boolean) {
  if (usable) return { state: 'ok', lostReason: null }
  if (input.permission !== 'granted')
    return { state: 'muted', lostReason: 'Notifications are not allowed in this browser' }
  return {
    state: 'lost',
    lostReason: dead ? 'The push service has ended this subscription' : 'The browser has no subscription',
  }
}

export async function insertDevice(
  tx: TransactionSql,
  input: PushDeviceInput,
  usable: PushSubscriptionInput | null,
  dead: boolean,
) {
  const { state, lostReason } = stateOf(input, usable, dead)
  const [row] = await tx<{ id: number }[]>`
    insert into push_devices (user_id, device_key, name, endpoint, p256dh, auth, vapid_key, permission, user_agent, state,
      lost_reason, last_seen_at)
    values (${input.userId}, ${input.deviceKey}, ${input.name ?? 'This device'}, ${usable?.endpoint ?? null},
      ${usable?.keys.p256dh ?? null}, ${usable ? encrypt(usable.keys.auth) : null}, ${usable ? input.vapidKey : null},
      ${input.permission}, ${input.userAgent}, ${state}, ${lostReason}, now())
    returning id`
  if (!row) throw new Error('Cannot keep the push device: the insert returned no row')
  return row.id
}

export async function updateDevice(
  tx: TransactionSql,
  known: Known,
  input: PushDeviceInput,
  usable: PushSubscriptionInput | null,
  dead: boolean,
) {
  const { state, lostReason } = stateOf(input, usable, dead)
  const same = usable !== null && usable.endpoint === known.endpoint
  await tx`
    update push_devices set user_id = ${input.userId}, device_key = ${input.deviceKey}, name = coalesce(${input.name ?? null}, name),
      endpoint = ${usable?.endpoint ?? null}, p256dh = ${usable?.keys.p256dh ?? null},
      auth = ${usable ? encrypt(usable.keys.auth) : null}, vapid_key = ${usable ? input.vapidKey : null},
      permission = ${input.permission}, user_agent = coalesce(${input.userAgent}, user_agent), last_seen_at = now(), intent = true,
      state = case when ${same} and state = 'doubtful' then state else ${state} end,
      lost_reason = ${lostReason}, last_error = case when ${usable !== null && !same} then null else last_error end
    where id = ${known.id}`
  return known.id
}

/** Makes due what the device missed lately: notices of incidents still open, and ends of those it had been told of. */
export async function healDevice(tx: TransactionSql, id: number) {
  await tx`update push_devices set healed_at = now() where id = ${id}`
  await tx`
    update deliveries d set due_at = now(), failed_at = null, created_at = case when d.failed_at is null then d.created_at else now() end
    from notices n join incidents i on i.id = n.incident_id
    where d.push_device_id = ${id} and n.id = d.notice_id and d.delivered_at is null and d.shown_at is null
      and d.created_at > now() - interval '24 hours'
      and (d.event = 'resolved' or (i.resolved_at is null and not exists (
        select 1 from deliveries e where e.notice_id = d.notice_id and e.push_device_id = d.push_device_id
          and e.event = 'resolved')))`
  await tx`
    update deliveries set due_at = now(), failed_at = null, created_at = case when failed_at is null then created_at else now() end
    where push_device_id = ${id} and event = 'digest' and delivered_at is null and shown_at is null
      and created_at > now() - interval '24 hours'`
  await tx`select pg_notify('beatline_outbox', '')`
}
