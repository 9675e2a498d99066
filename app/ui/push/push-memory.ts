/** What this browser remembers of its push, shared by the pages and the service worker (IndexedDB). */
export type PushMemory = {
  /** Made at random once; names this device to the server, and is the credential of its receipts. */
  deviceKey: string
  /** Alerts are wanted here. Permission is not intent: it comes and goes by itself. */
  intent: boolean
  /** The button was pressed and the server has not heard of it yet: only that undoes a removal from elsewhere. */
  asked: boolean
  /** The server's id of this device; null until it was saved once. */
  deviceId: number | null
  /** The VAPID public key subscribed with, for a worker that wakes without a page. */
  vapidKey: string | null
  /** Epoch ms of the last time browser and server agreed. */
  healedAt: number | null
}

/** A request that has to arrive, kept until it did: a receipt, or a changed subscription. One a key; the newest wins. */
export type Errand = {
  key: string
  path: string
  body: unknown
  attempts: number
  createdAt: number // epoch ms
}

/** The newest push shown under a tag. */
export type ShownNotice = { tag: string; deliveryId: number | null; notice: unknown; at: number }

const stores = { memory: { keyPath: 'id' }, errands: { keyPath: 'key' }, shown: { keyPath: 'tag' } } as const
type StoreName = keyof typeof stores

/** What this browser remembers; a device key is made the first time. */
export async function readPushMemory(): Promise<PushMemory> {
  // Read and made in one transaction: a page and the worker that start together must agree on the key.
  return withStore('memory', 'readwrite', async (store) => {
    const held = (await answer(store.get('push'))) as Partial<PushMemory> | undefined
    const memory: PushMemory = {
      deviceKey: held?.deviceKey ?? crypto.randomUUID(),
      intent: held?.intent ?? false,
      asked: held?.asked ?? false,
      deviceId: held?.deviceId ?? null,
      vapidKey: held?.vapidKey ?? null,
      healedAt: held?.healedAt ?? null,
    }
    if (!held?.deviceKey) store.put({ id: 'push', ...memory })
    return memory
  })
}

/** Changes some of it and returns all of it. */
export async function changePushMemory(change: Partial<PushMemory>): Promise<PushMemory> {
  await readPushMemory()
  return withStore('memory', 'readwrite', async (store) => {
    const memory = { ...((await answer(store.get('push'))) as PushMemory), ...change }
    store.put({ ...memory, id: 'push' })
    return memory
  })
}

export const listErrands = () =>
  withStore('errands', 'readonly', async (store) => (await answer(store.getAll())) as Errand[])

export const keepErrand = (errand: Errand) => withStore('errands', 'readwrite', async (store) => void store.put(errand))

export const forgetErrand = (key: string) => withStore('errands', 'readwrite', async (store) => void store.delete(key))

export const readShown = (tag: string) =>
  withStore('shown', 'readonly', async (store) => (await answer(store.get(tag))) as ShownNotice | undefined)

/** Remembers what is on display under a tag; of more than `most` tags the oldest are forgotten. */
export function keepShown(shown: ShownNotice, most = 100): Promise<void> {
  return withStore('shown', 'readwrite', async (store) => {
    store.put(shown)
    const all = (await answer(store.getAll())) as ShownNotice[]
    const old = all.sort((a, b) => b.at - a.at).slice(most)
    for (const { tag } of old) store.delete(tag)
  })
}

export const forgetShown = () => withStore('shown', 'readwrite', async (store) => void store.clear())

/** Resolves to the result of a request. */
function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('IndexedDB gave no reason'))
  })
}

/** Runs `work` in one transaction and resolves to its result once that is committed. */
async function withStore<T>(
  name: StoreName,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => Promise<T>,
): Promise<T> {
  const opening = indexedDB.open('beatline', 1)
  opening.onupgradeneeded = () => {
    for (const [store, options] of Object.entries(stores)) opening.result.createObjectStore(store, options)
  }
  const database = await answer(opening)
  try {
    const transaction = database.transaction(name, mode)
    const committed = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB gave the transaction up'))
    })
    const [result] = await Promise.all([work(transaction.objectStore(name)), committed])
    return result
  } finally {
    database.close()
  }
}
