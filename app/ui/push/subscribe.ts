/** Why a subscription could not be made, for push-problem.ts to put into words. */
export class SubscribeError extends Error {
  override name = 'SubscribeError'
  constructor(
    readonly reason: 'not_allowed' | 'timeout' | 'push_service',
    cause?: unknown,
  ) {
    super(`Cannot subscribe to push: ${reason}`, { cause })
  }
}

export const subscribeTimeoutMs = 15_000

/**
 * The subscription of this browser under `vapidKey`: the one it has, or a new one when it has none, has one under
 * another key, or `renew` says that the push service no longer knows it. No step waits longer than 15 s: subscribe()
 * never settles where a push service cannot be reached.
 */
export function subscriptionFor(
  registration: ServiceWorkerRegistration,
  vapidKey: string,
  { renew = false } = {},
): Promise<PushSubscription> {
  return alone(async () => {
    const held = await within(registration.pushManager.getSubscription(), subscribeTimeoutMs)
    if (held && !renew && sameKey(held, vapidKey)) return held
    if (held) await within(held.unsubscribe(), subscribeTimeoutMs)
    return subscribe(registration, vapidKey)
  })
}

/** Subscribes at once: called from a click, the browser asks for the permission. The time of its question does not count. */
export async function subscribe(registration: ServiceWorkerRegistration, vapidKey: string): Promise<PushSubscription> {
  const options = { userVisibleOnly: true, applicationServerKey: vapidKey }
  return within(registration.pushManager.subscribe(options), subscribeTimeoutMs)
}

/** True when the subscription was made with this VAPID public key, or the browser does not tell. */
export function sameKey(subscription: PushSubscription, vapidKey: string): boolean {
  const bytes = subscription.options?.applicationServerKey
  if (!bytes) return true
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)))
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') === vapidKey.replace(/=+$/, '')
}

/** One at a time among the tabs and the worker: when the permission returns, all of them are told at once. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return work()
  let begun = false
  try {
    return await navigator.locks.request('beatline-push', { signal: AbortSignal.timeout(20_000) }, () => {
      begun = true
      return work()
    })
  } catch (error) {
    if (begun) throw error
    return work() // a tab that sleeps with the lock in its hand must not keep this one from healing
  }
}

/** Settles as `promise` does, or with a timeout after `ms` in which the browser was not asking its user. */
function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const tickMs = 250
    let leftMs = ms
    const timer = setInterval(() => {
      if (Notification.permission !== 'default') leftMs -= tickMs
      if (leftMs > 0) return
      clearInterval(timer)
      reject(new SubscribeError('timeout'))
    }, tickMs)
    promise.then(resolve, (error) => reject(asSubscribeError(error))).finally(() => clearInterval(timer))
  })
}

function asSubscribeError(error: unknown): SubscribeError {
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  return new SubscribeError(name === 'NotAllowedError' ? 'not_allowed' : 'push_service', error)
}
