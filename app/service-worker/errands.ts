import { type Errand, forgetErrand, keepErrand, listErrands } from '@/app/ui/push/push-memory'

const requestMs = 10_000
const lifetimeMs = { receipt: 24 * 3600_000, subscription: 7 * 24 * 3600_000 }
const mostAttempts = 20
const pausesMs = [500, 2_000, 5_000] // within one event; browsers end a worker that lingers
const permanent = [400, 403, 404, 405, 410, 413, 422]

/** Keeps a receipt and tries to hand it in. One a delivery and kind, however often it is asked for. */
export function sendReceipt(deviceKey: string, deliveryId: number, kind: 'shown' | 'opened'): Promise<void> {
  return run({
    key: `receipt:${deliveryId}:${kind}`,
    path: '/api/push/receipts',
    body: { device_key: deviceKey, delivery_id: deliveryId, [kind]: true },
    attempts: 0,
    createdAt: Date.now(),
  })
}

/** Keeps a new state of the subscription and tries to hand it in; only the newest is kept. */
export function sendSubscription(body: Record<string, unknown>): Promise<void> {
  return run({ key: 'subscription', path: '/api/push/subscriptions', body, attempts: 0, createdAt: Date.now() })
}

/** Tries once more whatever is waiting. */
export async function runErrands(): Promise<void> {
  try {
    for (const errand of await listErrands()) await attempt(errand)
  } catch {
    // Without IndexedDB nothing is waiting.
  }
}

async function run(errand: Errand): Promise<void> {
  try {
    await keepErrand(errand)
  } catch {
    // It still goes out now; only a later try is lost.
  }
  if (await attempt(errand)) return
  for (const pauseMs of pausesMs) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    // Another event may have handed it in meanwhile, or brought a newer one.
    const waiting = (await listErrands().catch(() => [errand])).find(({ key }) => key === errand.key)
    if (!waiting || (await attempt(waiting))) return
  }
  await askForSync()
}

const underWay = new Map<string, Promise<boolean>>() // events overlap

/** True when it is done with: arrived, refused for good, or too old to matter. */
function attempt(errand: Errand): Promise<boolean> {
  const name = `${errand.key} ${errand.createdAt}`
  const trying = underWay.get(name) ?? attemptNow(errand).finally(() => underWay.delete(name))
  underWay.set(name, trying)
  return trying
}

async function attemptNow(errand: Errand): Promise<boolean> {
  const lifetime = errand.key === 'subscription' ? lifetimeMs.subscription : lifetimeMs.receipt
  const spent = errand.attempts >= mostAttempts || Date.now() - errand.createdAt > lifetime
  if (spent || (await post(errand))) {
    await forgetErrand(errand.key).catch(() => {})
    return true
  }
  await keepErrand({ ...errand, attempts: errand.attempts + 1 }).catch(() => {})
  return false
}

async function post(errand: Errand): Promise<boolean> {
  try {
    const response = await fetch(errand.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(errand.body),
      credentials: 'same-origin',
      signal: AbortSignal.timeout(requestMs),
    })
    return response.ok || permanent.includes(response.status)
  } catch {
    return false
  }
}

declare const self: ServiceWorkerGlobalScope

/** Where the browser can wake us once it is online again. */
async function askForSync(): Promise<void> {
  const { sync } = self.registration as ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } }
  await sync?.register('errands').catch(() => {})
}
