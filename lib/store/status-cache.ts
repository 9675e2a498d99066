import type { LinkedClient } from './status-links'
import { findClientByToken } from './status-links'
import { findStatusPageBySlug, listPublicPages, type StatusPage } from './status-pages'
import { readClientView, readPageView, type StatusView } from './status-view'

// A page is read by everybody at once, just when much is dark: what it shows is put together once in some seconds.
const pageHoldsMs = 2000
const viewHoldsMs = 10_000
const viewServesMs = 60_000 // while the next one is put together
const givenUpMs = 60_000 // a reading that takes longer is begun once more beside it
const mostKept = 500

/** `at`: when the reading began of which `value` came; `next`: the one under way since `nextAt`. */
type Kept = { at: number; value: Promise<unknown> | null; nextAt: number; next: Promise<unknown> | null }
// Pages and route handlers are bundled apart: one cache of the process hangs on globalThis.
const held = globalThis as typeof globalThis & { beatlineStatus?: Map<string, Kept> }

/** An older value is answered for up to `servesMs` while a newer one is found, and by nobody else at the same time. */
function cached<T>(key: string, holdsMs: number, find: () => Promise<T>, servesMs = holdsMs): Promise<T> {
  held.beatlineStatus ??= new Map()
  const entries = held.beatlineStatus
  const now = Date.now()
  const known = entries.get(key)
  if (known?.value && now - known.at < holdsMs) return known.value as Promise<T>
  const entry = known ?? { at: 0, value: null, nextAt: 0, next: null }
  if (!entry.next || now - entry.nextAt >= givenUpMs) {
    entries.delete(key)
    if (entries.size >= mostKept) entries.delete(entries.keys().next().value ?? '')
    entries.set(key, entry)
    findNext(entries, key, entry, find)
  }
  return (entry.value && now - entry.at < servesMs ? entry.value : entry.next) as Promise<T>
}

function findNext(entries: Map<string, Kept>, key: string, entry: Kept, find: () => Promise<unknown>): void {
  const nextAt = Date.now()
  const next = find()
  Object.assign(entry, { nextAt, next })
  const forget = () => void (entries.get(key) === entry && entries.delete(key))
  next.then(
    (found) => {
      if (entry.next === next) entry.next = null
      if (nextAt >= entry.at) Object.assign(entry, { at: nextAt, value: next })
      // What is not there is not kept: whoever asks for a thousand names must not push out those that are.
      if (found === null) forget()
    },
    () => {
      if (entry.next === next) entry.next = null
      if (entry.value === null) forget()
    },
  )
}

/** After a page was changed here, it shows at once; another web follows within 2 s, in what it shows within 10. */
export function forgetStatusViews(): void {
  held.beatlineStatus?.clear()
}

export const cachedPage = (slug: string): Promise<StatusPage | null> =>
  cached(`page ${slug}`, pageHoldsMs, () => findStatusPageBySlug(slug))

export const cachedPublicPages = (): Promise<{ slug: string; title: string }[]> =>
  cached('pages', pageHoldsMs, listPublicPages)

export const cachedPageView = (page: StatusPage): Promise<StatusView> =>
  cached(`view ${JSON.stringify(page)}`, viewHoldsMs, () => readPageView(page, new Date()), viewServesMs)

/** The client of a link is looked up each time: one that was revoked opens nothing any more. */
export const clientOfLink = (token: string): Promise<LinkedClient | null> => findClientByToken(token)

export const cachedClientView = (client: LinkedClient): Promise<StatusView> =>
  cached(`client ${client.id} ${client.timeZone}`, viewHoldsMs, () =>
    readClientView(client, { historyDays: 90, now: new Date() }),
  )
