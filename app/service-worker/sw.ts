import { readPushMemory } from '@/app/ui/push/push-memory'
import { acknowledge, noticeOf, openPage } from './click'
import { setBadge, showPush } from './display'
import { runErrands, sendReceipt } from './errands'
import { resubscribe } from './resubscribe'
import { answerFor, keepKnown, stockShelf, tidyShelf } from './shelf'

declare const self: ServiceWorkerGlobalScope

self.addEventListener('install', (event) => {
  // At once: pages do not depend on the worker's version, and a mended push must not wait for every tab to close.
  event.waitUntil(Promise.all([self.skipWaiting(), stockShelf()]))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(Promise.allSettled([self.clients.claim(), tidyShelf(), runErrands()]))
})

self.addEventListener('push', (event) => event.waitUntil(onPush(event)))

async function onPush(event: PushEvent): Promise<void> {
  const notice = await showPush(textOf(event.data))
  await receipt(notice.deliveryId, 'shown')
  await runErrands()
}

/** null when there is no text, or none that can be decoded. */
function textOf(data: PushMessageData | null): string | null {
  try {
    return data?.text() ?? null
  } catch {
    return null
  }
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const notice = noticeOf(event.notification)
  const act = event.action === 'acknowledge' ? acknowledge(notice) : openPage(notice.url)
  // The receipt goes beside the act: a click may open a window only for a moment.
  event.waitUntil(Promise.allSettled([act, receipt(notice.deliveryId, 'opened')]))
})

self.addEventListener('notificationclose', (event) => event.waitUntil(runErrands()))

self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(resubscribe(event)))

async function receipt(deliveryId: number | null, kind: 'shown' | 'opened'): Promise<void> {
  if (deliveryId === null) return
  try {
    const { deviceKey } = await readPushMemory()
    await sendReceipt(deviceKey, deliveryId, kind)
  } catch {
    // The notice was seen; the server calls this device doubtful until the next receipt.
  }
}

self.addEventListener('message', (event) => {
  const data = event.data as { type?: string; board?: unknown; open_incidents?: unknown } | null
  if (data?.type === 'snapshot') event.waitUntil(keepKnown(data.board))
  if (data?.type === 'errands.run') event.waitUntil(runErrands())
  if (data?.type === 'badge.set' && typeof data.open_incidents === 'number')
    event.waitUntil(setBadge(data.open_incidents))
})

self.addEventListener('sync' as 'message', (event) => event.waitUntil(runErrands()))

self.addEventListener('fetch', (event) => {
  const answer = answerFor(event)
  if (answer) event.respondWith(answer)
})
