import { askServer, PushApiError, readServerKey, type SavedDevice } from './push-api'
import { changePushMemory, forgetShown, type PushMemory, readPushMemory } from './push-memory'
import { type BrowserFacts, type PushProblem, supportProblem } from './push-problem'
import { SubscribeError, subscribe, subscriptionFor } from './subscribe'
import { workerRegistration } from './worker-registration'

/** How it stands with alerts in this browser. */
export type PushState =
  | { is: 'looking' }
  | { is: 'off' } // not wanted here, or not yet
  | { is: 'on'; deviceId: number }
  | { is: 'hindered'; problem: PushProblem; wanted: boolean; deviceId: number | null }

const running: { ensuring?: Promise<PushState> } = {}

/**
 * Compares what the browser has, what the server has and the VAPID key, and makes them one again where alerts are wanted.
 * Run on load, on return to the page, when the permission changes, after sign-in and once a day. Never asks and never
 * throws: whatever needs the operator comes back as a problem.
 */
export function ensurePush(): Promise<PushState> {
  running.ensuring ??= ensure().finally(() => {
    delete running.ensuring
  })
  return running.ensuring
}

async function ensure(): Promise<PushState> {
  const hindrance = supportProblem(browserFacts())
  const memory = await readPushMemory().catch(() => null)
  const hindered = (problem: PushProblem): PushState => ({
    is: 'hindered',
    problem,
    wanted: memory?.intent ?? false,
    deviceId: memory?.deviceId ?? null,
  })
  if (hindrance) return hindered(hindrance)
  if (!memory) return hindered('no_memory')
  try {
    if (!memory.intent) return (await stayOff()) ? { is: 'off' } : hindered('denied')
    if (Notification.permission !== 'granted') return hindered(await saveMuted(memory, Notification.permission))
    return await heal(memory)
  } catch (error) {
    return hindered(problemOf(error))
  }
}

/** The worker is registered all the same: it keeps the offline page. False when turning on could not succeed. */
async function stayOff(): Promise<boolean> {
  await workerRegistration()
  return Notification.permission !== 'denied'
}

async function saveMuted(memory: PushMemory, permission: 'denied' | 'default'): Promise<PushProblem> {
  await save(memory, null, memory.vapidKey).catch((error) => {
    if (!(error instanceof PushApiError)) throw error // the operator's remedy is the same, whether the server knows or not
  })
  return permission === 'denied' ? 'denied' : 'ask'
}

async function heal(memory: PushMemory): Promise<PushState> {
  const [registration, vapidKey] = await Promise.all([workerRegistration(), readServerKey()])
  if (memory.vapidKey !== null && memory.vapidKey !== vapidKey) await forgetShown() // another database counts anew
  const subscription = await subscriptionFor(registration, vapidKey)
  const saved = await save(memory, subscription, vapidKey)
  if (saved.removed) return await forgetHere(subscription)
  if (saved.dead) await save(memory, await subscriptionFor(registration, vapidKey, { renew: true }), vapidKey)
  await changePushMemory({ vapidKey, deviceId: saved.id, healedAt: Date.now(), asked: false })
  return { is: 'on', deviceId: saved.id }
}

function save(memory: PushMemory, subscription: PushSubscription | null, vapidKey: string | null) {
  return askServer<SavedDevice>('/api/push/subscriptions', 'POST', {
    device_key: memory.deviceKey,
    permission: Notification.permission,
    subscription: subscription?.toJSON() ?? null,
    vapid_key: vapidKey,
    user_agent: navigator.userAgent,
    asked: memory.asked,
  })
}

/** This device was taken off the list from another one: it does not come back by itself. */
async function forgetHere(subscription: PushSubscription | null): Promise<PushState> {
  await changePushMemory({ intent: false, deviceId: null, healedAt: null })
  await subscription?.unsubscribe()
  return { is: 'off' }
}

/** What the button needs in its hands before it is pressed, as nothing may be awaited between the press and subscribe(). */
export type ReadyToSubscribe = { registration: ServiceWorkerRegistration; vapidKey: string }

export async function readyToSubscribe(): Promise<ReadyToSubscribe> {
  const [registration, vapidKey] = await Promise.all([workerRegistration(), readServerKey()])
  return { registration, vapidKey }
}

/** Turns alerts on. Call it straight from a click: it subscribes before it waits for anything. */
export async function turnOn({ registration, vapidKey }: ReadyToSubscribe): Promise<PushState> {
  const before = Notification.permission
  const subscribing = subscribe(registration, vapidKey)
  try {
    // Under an older key the browser refuses: replacing what it has is ensurePush's work.
    await subscribing.catch((error) => {
      if (Notification.permission !== 'granted' || !isPushService(error)) throw error
    })
    await changePushMemory({ intent: true, asked: true, vapidKey })
    void navigator.storage?.persist?.().catch(() => {}) // so that the browser does not evict worker and memory
    return await ensurePush()
  } catch (error) {
    const memory = await readPushMemory().catch(() => null)
    const [wanted, deviceId] = [memory?.intent ?? false, memory?.deviceId ?? null]
    return { is: 'hindered', problem: clickProblem(error, before), wanted, deviceId }
  }
}

/** Turns alerts off on this device and takes it off the list. */
export async function turnOff(): Promise<PushState> {
  const memory = await changePushMemory({ intent: false, asked: false })
  const registration = await workerRegistration()
  await (await registration.pushManager.getSubscription())?.unsubscribe()
  if (memory.deviceId !== null) await askServer(`/api/push/subscriptions/${memory.deviceId}`, 'DELETE')
  await changePushMemory({ deviceId: null, healedAt: null })
  return { is: 'off' }
}

const isPushService = (error: unknown) => error instanceof SubscribeError && error.reason === 'push_service'

function clickProblem(error: unknown, before: NotificationPermission): PushProblem {
  if (!(error instanceof SubscribeError) || error.reason !== 'not_allowed') return problemOf(error)
  // Denied just now is an answer; denied without a question, or still open after one, is the browser's doing.
  if (Notification.permission === 'denied') return 'denied'
  return before === 'granted' ? 'blocked' : 'ask'
}

function problemOf(error: unknown): PushProblem {
  if (error instanceof PushApiError) return error.problem
  if (error instanceof SubscribeError) return error.reason === 'not_allowed' ? 'gesture' : error.reason
  return 'worker'
}

function browserFacts(): BrowserFacts {
  const apple = navigator as Navigator & { standalone?: boolean }
  return {
    secure: window.isSecureContext,
    serviceWorker: 'serviceWorker' in navigator,
    pushManager: 'PushManager' in window,
    notification: 'Notification' in window,
    userAgent: navigator.userAgent,
    touchPoints: navigator.maxTouchPoints,
    standalone: apple.standalone === true || window.matchMedia('(display-mode: standalone)').matches,
  }
}
