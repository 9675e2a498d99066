import { draw } from './display'
import { type Notice, unreadNotice } from './notice'

declare const self: ServiceWorkerGlobalScope

/** What a shown notification was made of. */
export function noticeOf(notification: Notification): Notice {
  return {
    ...unreadNotice,
    title: notification.title,
    tag: notification.tag,
    ...(notification.data as Partial<Notice>),
  }
}

/** Acknowledges the incident, and says in the place of the notice what came of it. */
export async function acknowledge(notice: Notice): Promise<void> {
  const body = await acknowledgement(notice.incidentId)
  const event = body.startsWith('Not') ? notice.event : 'acknowledged'
  const actions = notice.actions.filter(({ action }) => event !== 'acknowledged' || action !== 'acknowledge')
  await draw({ ...notice, body, event, actions }, { silent: true })
}

async function acknowledgement(incidentId: number | null): Promise<string> {
  if (incidentId === null) return 'Not acknowledged: this notice names no incident.'
  try {
    const response = await fetch(`/api/incidents/${incidentId}/acknowledge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(10_000),
    })
    if (response.ok) return 'Acknowledged by you.'
    return (
      refusals[response.status] ?? `Not acknowledged: the server answered ${response.status}. Open it and try again.`
    )
  } catch {
    return 'Not acknowledged: the server could not be reached. Open it and try again.'
  }
}

const refusals: Record<number, string> = {
  401: 'Not acknowledged: you are signed out. Open it, sign in and acknowledge.',
  403: 'Not acknowledged: your role may only read.',
  404: 'Not acknowledged: the incident no longer exists.',
  409: 'Not acknowledged: it is resolved already.',
}

/** Brings a page of ours to the front and to `path`; opens one where none is open. */
export async function openPage(path: string): Promise<void> {
  const target = new URL(path, self.location.origin)
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const rank = (page: WindowClient) =>
    (page.url === target.href ? 4 : 0) + (page.focused ? 2 : 0) + (page.visibilityState === 'visible' ? 1 : 0)
  const [best] = pages.filter((page) => new URL(page.url).origin === target.origin).sort((a, b) => rank(b) - rank(a))
  if (!best) return void (await self.clients.openWindow(target.href))
  const page = await best.focus().catch(() => best)
  if (page.url === target.href) return
  if (await askToNavigate(page, path)) return
  // navigate() refuses a page that another worker, or none, controls.
  const moved = await page.navigate(target.href).catch(() => null)
  if (!moved) await self.clients.openWindow(target.href)
}

/** Our own page moves without a load; one that does not answer within 400 ms is not ours, or still loading. */
function askToNavigate(page: WindowClient, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => resolve(true)
    setTimeout(() => resolve(false), 400)
    page.postMessage({ type: 'navigate', path }, [port2])
  })
}
