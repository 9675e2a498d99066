import { keepShown, readShown } from '@/app/ui/push/push-memory'
import { browserOf, drawingOf } from './drawing'
import { inTurn } from './in-turn'
import { type Notice, readNotice } from './notice'

declare const self: ServiceWorkerGlobalScope

// lib.webworker knows neither; browsers that do not either ignore them.
type Options = NotificationOptions & { renotify?: boolean; actions?: { action: string; title: string }[] }

/**
 * Shows an arrived push, whatever it holds, and returns what it said. One at a time: what is sent again while the first
 * is still being drawn must see that it was, or a slow phone rings twice.
 */
export function showPush(text: string | null): Promise<Notice> {
  return inTurn(() => show(readNotice(text)))
}

async function show(arrived: Notice): Promise<Notice> {
  const [before, displayed] = await Promise.all([shownBefore(arrived.tag), onDisplay()])
  const drawing = drawingOf(arrived, before, {
    browser: browserOf(self.navigator.userAgent),
    onDisplay: displayed.length,
    now: Date.now(),
  })
  if (drawing.how !== 'nothing') await draw(drawing.notice, { silent: drawing.how === 'silent' }, displayed)
  if (drawing.how !== 'nothing' && drawing.notice === arrived) await remember(arrived)
  await setBadge(arrived.openIncidents)
  return arrived
}

/** Draws a notice in the place of the one with its tag. */
export async function draw(notice: Notice, { silent }: { silent: boolean }, displayed?: Notification[]): Promise<void> {
  closeOlder(notice, displayed ?? (await onDisplay()))
  const options: Options = {
    body: notice.body,
    tag: notice.tag,
    data: { ...notice, delivery_id: notice.deliveryId, incident_id: notice.incidentId },
    icon: '/icons/icon-192.png',
    badge: '/icons/badge-96.png',
    lang: 'en',
    dir: 'ltr',
    silent,
    renotify: !silent,
    requireInteraction: notice.incidentId !== null && notice.event !== 'resolved' && notice.event !== 'acknowledged',
    actions: notice.actions,
  }
  const drawnAt = Date.now()
  try {
    await self.registration.showNotification(notice.title, options)
  } catch {
    // Firefox also refuses what a newer notice replaced before it came on the screen: that one must stay.
    const newest = await shownBefore(notice.tag)
    if (newest && newest.at >= drawnAt) return
    // A browser that refuses an option must still show the words.
    await self.registration.showNotification(notice.title, { body: notice.body, tag: notice.tag, data: options.data })
  }
}

/** Safari ignores tags, so the older ones of the incident are closed by hand; elsewhere the tag replaces without a gap. */
function closeOlder(notice: Notice, displayed: Notification[]): void {
  if (browserOf(self.navigator.userAgent) !== 'webkit') return
  for (const old of displayed) {
    const sameIncident = notice.incidentId !== null && old.data?.incident_id === notice.incidentId
    if (sameIncident || old.tag === notice.tag) old.close()
  }
}

async function onDisplay(): Promise<Notification[]> {
  try {
    return await self.registration.getNotifications()
  } catch {
    return []
  }
}

async function shownBefore(tag: string) {
  try {
    const shown = await readShown(tag)
    return shown ? { notice: shown.notice as Notice, at: shown.at } : null
  } catch {
    return null // without a memory a notice is rather seen twice than not at all
  }
}

async function remember(notice: Notice): Promise<void> {
  try {
    await keepShown({ tag: notice.tag, deliveryId: notice.deliveryId, notice, at: Date.now() })
  } catch {
    // Seen twice at worst.
  }
}

/** The app's icon counts open incidents, where it can. */
export async function setBadge(openIncidents: number | null): Promise<void> {
  if (openIncidents === null || !('setAppBadge' in self.navigator)) return
  try {
    await (openIncidents === 0 ? self.navigator.clearAppBadge() : self.navigator.setAppBadge(openIncidents))
  } catch {
    // Not installed, or not allowed to.
  }
}
