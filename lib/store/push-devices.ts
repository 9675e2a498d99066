import { sha256Hex } from '@/lib/secrets'
import { sql, transaction } from './database'
import { findKnown, healDevice, insertDevice, updateDevice } from './push-device-rows'
import { vapidKeys } from './settings'

export type PushSubscriptionInput = { endpoint: string; keys: { p256dh: string; auth: string } }
export type PushDeviceInput = {
  userId: number
  /** Made by the browser, kept by it: survives a new endpoint. */
  deviceKey: string
  name?: string | undefined
  subscription: PushSubscriptionInput | null
  permission: 'granted' | 'denied' | 'default'
  userAgent: string | null
  /** The public key the browser subscribed with; null when it does not say. */
  vapidKey: string | null
  oldEndpoint?: string | undefined
  /** The operator pressed the button on it: only that brings back a device that was taken off the list. */
  asked?: boolean | undefined
}
export type SavedPushDevice = { id: number; known: boolean; dead: boolean; removed: boolean }
export type PushDevice = {
  id: number
  deviceKey: string
  name: string
  state: 'ok' | 'lost' | 'doubtful' | 'muted'
  lostReason: string | null
  permission: 'granted' | 'denied' | 'default'
  intent: boolean
  userAgent: string | null
  createdAt: Date
  healedAt: Date | null
  lastSeenAt: Date | null
  lastAcceptedAt: Date | null
  lastShownAt: Date | null
  lastOpenedAt: Date | null
  lastError: string | null
}
/**
 * Keeps what a browser says of itself: one row a browser, found by its key, its endpoint or the one it had before, so that
 * a healed subscription replaces the old one. `dead`: the browser must subscribe anew, as this endpoint is gone or bound to
 * another VAPID key. `removed`: it was taken off the list from elsewhere, and nothing is kept. What the device missed of
 * incidents still open is due at once when it heals.
 */
export async function savePushDevice(input: PushDeviceInput): Promise<SavedPushDevice> {
  const { publicKey } = await vapidKeys()
  return transaction(async (tx) => {
    // Page and worker of one browser report at the same time, before they share a key, too: by key and by endpoint.
    const names = [input.deviceKey, input.subscription?.endpoint, input.oldEndpoint].filter((one) => one !== undefined)
    for (const name of names.sort()) await tx`select pg_advisory_xact_lock(4810006, hashtext(${name}))`
    const known = await findKnown(tx, input)
    if (known && !known.intent && !input.asked) return { id: known.id, known: true, dead: false, removed: true }
    const endpoint = input.subscription?.endpoint ?? null
    const dead =
      endpoint !== null &&
      ((known?.deadEndpointHash !== undefined && known.deadEndpointHash === sha256Hex(endpoint)) ||
        (input.vapidKey !== null && input.vapidKey !== publicKey))
    const usable = dead ? null : input.subscription
    // Two rows cannot share an endpoint: the browser that has it now is right.
    if (usable)
      await tx`update push_devices set endpoint = null where endpoint = ${usable.endpoint} and id <> ${known?.id ?? 0}`
    const id = known ? await updateDevice(tx, known, input, usable, dead) : await insertDevice(tx, input, usable, dead)
    if (known && usable && known.endpoint !== usable.endpoint) await healDevice(tx, known.id)
    return { id, known: known !== null, dead, removed: false }
  })
}

/** An operator's devices, the first one first. Endpoints and keys stay inside. */
export async function listPushDevices(userId: number): Promise<PushDevice[]> {
  return sql<PushDevice[]>`
    select id, device_key as "deviceKey", name, state, lost_reason as "lostReason", permission, intent,
      user_agent as "userAgent", created_at as "createdAt", healed_at as "healedAt", last_seen_at as "lastSeenAt",
      last_accepted_at as "lastAcceptedAt", last_shown_at as "lastShownAt", last_opened_at as "lastOpenedAt",
      last_error as "lastError"
    from push_devices where user_id = ${userId} and intent order by id`
}

/**
 * Takes a device off the list. The row stays as a mark: its browser still wants alerts, and would put itself back at its next
 * page. False when the operator has no such device.
 */
export async function removePushDevice(userId: number, id: number): Promise<boolean> {
  return transaction(async (tx) => {
    const removed = await tx`
      update push_devices set intent = false, endpoint = null, p256dh = null, auth = null, state = 'lost',
        lost_reason = 'Taken off the list'
      where id = ${id} and user_id = ${userId} and intent`
    await tx`
      update deliveries set failed_at = now() where push_device_id = ${id} and delivered_at is null and failed_at is null
        and ${removed.count === 1}`
    return removed.count === 1
  })
}

/** False when the operator has no such device. */
export async function renamePushDevice(userId: number, id: number, name: string): Promise<boolean> {
  return (
    (await sql`update push_devices set name = ${name} where id = ${id} and user_id = ${userId} and intent`).count === 1
  )
}

/**
 * The push service says that `endpoint` is gone: it is forgotten, the row and its name stay. Nothing happens when the device
 * has another endpoint by now. Returns true when it is lost.
 */
export async function markLost(id: number, endpoint: string, reason: string): Promise<boolean> {
  const lost = await sql`
    update push_devices set endpoint = null, p256dh = null, auth = null, state = 'lost', lost_reason = ${reason},
      dead_endpoint_hash = ${sha256Hex(endpoint)}, last_error = ${reason}
    where id = ${id} and endpoint = ${endpoint}`
  return lost.count === 1
}

/** The push service took a message for it: what was wrong before is mended. A doubtful one stays so until it shows one. */
export async function markAccepted(id: number): Promise<void> {
  await sql`update push_devices set last_accepted_at = now(), last_error = null where id = ${id}`
}

/** Keeps what went wrong on the way to a device, for its operator to read; `doubtful` when it may not get notices. */
export async function markTrouble(id: number, error: string, { doubtful }: { doubtful: boolean }): Promise<void> {
  await sql`
    update push_devices set last_error = ${error},
      state = case when ${doubtful} and state = 'ok' then 'doubtful' else state end
    where id = ${id}`
}

/** A device to which a test was sent more than 60 s ago, and which did not say that it showed it, is doubtful. */
export async function markDoubtful(): Promise<number> {
  const marked = await sql`
    update push_devices p set state = 'doubtful', last_error = 'It took a test but did not say that it showed it'
    from deliveries d
    where d.push_device_id = p.id and d.event = 'test' and d.shown_at is null and p.state = 'ok'
      and d.delivered_at < now() - interval '60 seconds' and d.delivered_at > now() - interval '10 minutes'
      and not exists (select 1 from deliveries e where e.push_device_id = p.id and e.shown_at > d.delivered_at)`
  return marked.count
}

/**
 * The service worker says that it showed a notice, or that the notice was clicked: it has arrived, whatever was answered to
 * the keeper, and is not sent again. False when the delivery is not that device's.
 */
export async function recordReceipt(receipt: {
  deliveryId: number
  deviceKey: string
  shown?: boolean | undefined
  opened?: boolean | undefined
}): Promise<boolean> {
  const { deliveryId, deviceKey, opened = false } = receipt
  const [row] = await sql<{ pushDeviceId: number }[]>`
    update deliveries d set shown_at = coalesce(d.shown_at, now()), delivered_at = coalesce(d.delivered_at, now()),
      failed_at = null, opened_at = case when ${opened} then coalesce(d.opened_at, now()) else d.opened_at end
    from push_devices p
    where d.id = ${deliveryId} and p.id = d.push_device_id and p.device_key = ${deviceKey}
    returning d.push_device_id as "pushDeviceId"`
  if (!row) return false
  await sql`
    update push_devices set last_shown_at = now(), last_opened_at = case when ${opened} then now() else last_opened_at end,
      state = case when state = 'doubtful' then 'ok' else state end
    where id = ${row.pushDeviceId}`
  return true
}

/** Sends a visible test to one device, now or not at all. Null when the operator has no such device or it is lost. */
export async function queueTestPush(userId: number, pushDeviceId: number): Promise<{ deliveryId: number } | null> {
  return transaction(async (tx) => {
    const [row] = await tx<{ deliveryId: number }[]>`
      insert into deliveries (event, push_device_id, message)
      select 'test', id, jsonb_build_object('event', 'test', 'name', name) from push_devices
      where id = ${pushDeviceId} and user_id = ${userId} and endpoint is not null
      returning id::float8 as "deliveryId"`
    await tx`select pg_notify('beatline_outbox', '')`
    return row ?? null
  })
}

/** How a test went, for the page that asked for it; null when it is not that operator's. */
export async function findTestPush(userId: number, deliveryId: number) {
  const [row] = await sql<
    {
      createdAt: Date
      deliveredAt: Date | null
      failedAt: Date | null
      shownAt: Date | null
      attempts: { at: string; status: number | null; answer: string }[]
    }[]
  >`
    select d.created_at as "createdAt", d.delivered_at as "deliveredAt", d.failed_at as "failedAt", d.shown_at as "shownAt", d.attempts
    from deliveries d join push_devices p on p.id = d.push_device_id
    where d.id = ${deliveryId} and d.event = 'test' and p.user_id = ${userId}`
  return row ?? null
}
