import { Workbox } from 'workbox-window'

const held: { workbox?: Workbox; registering?: Promise<ServiceWorkerRegistration> } = {}

/** Registers the service worker once a page and resolves when one is active; rejects when the browser will not have it. */
export function workerRegistration(): Promise<ServiceWorkerRegistration> {
  held.workbox ??= new Workbox('/sw.js', { scope: '/', updateViaCache: 'none' })
  held.registering ??= register(held.workbox).catch((error) => {
    delete held.registering // so that the next try is one
    throw error
  })
  return held.registering
}

async function register(workbox: Workbox): Promise<ServiceWorkerRegistration> {
  await workbox.register({ immediate: true })
  return within(navigator.serviceWorker.ready, 15_000)
}

/** Looks for a newer worker; it takes over by itself. */
export async function updateWorker(): Promise<void> {
  await held.workbox?.update().catch(() => {}) // offline: the next look finds it
}

function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no service worker became active within ${ms} ms`)), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
