/** What a push says, as far as it could be read. */
export type Notice = {
  title: string
  body: string
  /** One an incident: a newer notice of it takes the place of the older one. */
  tag: string
  /** Path on our own site; opened by a click. */
  url: string
  /** null when the message could not be read. */
  deliveryId: number | null
  incidentId: number | null
  /** opened, grew, escalated, reminded, resolved, test; 'unread' when the message could not be read. */
  event: string
  openIncidents: number | null
  /** It changes words and rings for nobody. */
  silent?: true
  actions: { action: string; title: string }[]
}

/** Shown when a message cannot be read: a push must always show something, and this still brings the operator to the board. */
export const unreadNotice: Notice = {
  title: 'Beatline has news',
  body: 'The message could not be read here. Open Beatline to see what is dark.',
  tag: 'unread',
  url: '/',
  deliveryId: null,
  incidentId: null,
  event: 'unread',
  openIncidents: null,
  actions: [],
}

/** Reads a push message. Whatever is wrong with it, the answer can be shown; what is right in it is kept. */
export function readNotice(text: string | null): Notice {
  const message = parsed(text)
  const notification = record(message?.notification)
  const title = words(notification?.title, 200)
  if (!notification || title === null) return unreadNotice
  const data = record(notification.data) ?? {}
  const incidentId = wholeNumber(data.incident_id)
  return {
    title,
    body: words(notification.body, 1000) ?? '',
    tag: words(notification.tag, 100) ?? (incidentId === null ? 'beatline' : `incident-${incidentId}`),
    url: ownPath(data.url),
    deliveryId: wholeNumber(data.delivery_id),
    incidentId,
    event: words(data.event, 30) ?? 'unread',
    openIncidents: wholeNumber(data.open_incidents),
    ...(notification.silent === true ? { silent: true as const } : {}),
    actions: readActions(notification.actions),
  }
}

function readActions(value: unknown): Notice['actions'] {
  if (!Array.isArray(value)) return []
  return value.slice(0, 2).flatMap((item) => {
    const action = words(record(item)?.action, 30)
    const title = words(record(item)?.title, 40)
    return action === null || title === null ? [] : [{ action, title }]
  })
}

function parsed(text: string | null): Record<string, unknown> | null {
  try {
    return record(JSON.parse(text ?? ''))
  } catch {
    return null
  }
}

/** A path of this site. Another site's address, a scheme or a protocol-relative one becomes the board. */
function ownPath(value: unknown): string {
  const path = words(value, 500)
  return path !== null && /^\/(?![/\\])/.test(path) ? path : '/'
}

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
}

const words = (value: unknown, most: number): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.slice(0, most) : null

const wholeNumber = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
