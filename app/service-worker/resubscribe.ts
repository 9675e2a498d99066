import { changePushMemory, readPushMemory } from '@/app/ui/push/push-memory'
import { subscriptionFor } from '@/app/ui/push/subscribe'
import { sendSubscription } from './errands'

declare const self: ServiceWorkerGlobalScope

/**
 * The browser ended or replaced the subscription. Takes the one it offers, the one it has by now, or makes another, and
 * tells the server; the old endpoint, where the browser names it, lets the server find the device without a key.
 */
export async function resubscribe(event: PushSubscriptionChangeEvent): Promise<void> {
  const memory = await readPushMemory()
  if (!memory.intent) return // turned off here: the device is off the server's list, too
  const subscription = await currentSubscription(event, memory.vapidKey)
  await sendSubscription({
    device_key: memory.deviceKey,
    permission: Notification.permission,
    subscription: subscription?.toJSON() ?? null,
    vapid_key: memory.vapidKey,
    user_agent: self.navigator.userAgent,
    old_endpoint: event.oldSubscription?.endpoint ?? null,
  })
  if (subscription) await changePushMemory({ healedAt: Date.now() })
  // Open pages compare again: they may ask for the gesture that a worker cannot have.
  for (const client of await self.clients.matchAll({ type: 'window' })) client.postMessage({ type: 'push.changed' })
}

async function currentSubscription(event: PushSubscriptionChangeEvent, vapidKey: string | null) {
  if (event.newSubscription) return event.newSubscription
  try {
    const key = vapidKey ?? (await serverKey())
    return key === null
      ? await self.registration.pushManager.getSubscription()
      : await subscriptionFor(self.registration, key)
  } catch {
    return null // the server is told that there is none, and the next open page tries again
  }
}

async function serverKey(): Promise<string | null> {
  const response = await fetch('/api/push/key', { credentials: 'same-origin', signal: AbortSignal.timeout(10_000) })
  const body = response.ok ? ((await response.json()) as { public_key?: unknown }) : {}
  return typeof body.public_key === 'string' ? body.public_key : null
}
