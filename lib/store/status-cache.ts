import type { LinkedClient } from './status-links'
import { findClientByToken } from './status-links'
import { findStatusPageBySlug, listPublicPages, type StatusPage } from './status-pages'
import { readClientView, readPageView, type StatusView } from './status-view'

// A page is read by everybody at once, just when much is dark: what it shows is put together once in some seconds.
const pageHoldsMs = 2000
const viewHoldsMs = 10_000
const mostKept = 500

type Kept = { at: number; value: Promise<unknown> }
// Pages and route handlers are bundled apart: one cache of the process hangs on globalThis.
const held = globalThis as typeof globalThis & { beatlineStatus?: Map<string, Kept> }

function cached<T>(key: string, holdsMs: number, find: () => Promise<T>): Promise<T> {
  held.beatlineStatus ??= new Map()
  const entries = held.beatlineStatus
  const known = entries.get(key)
  if (known && Date.now() - known.at < holdsMs) return known.value as Promise<T>
  entries.delete(key)
  if (entries.size >= mostKept) entries.delete(entries.keys().next().value ?? '')
  const value = find()
  const entry = { at: Date.now(), value }
  entries.set(key, entry)
  const forget = () => {
    if (entries.get(key) === entry) entries.delete(key)
  }
  // What is not there is not kept: whoever asks for a thousand names must not push out those that are.
  value.then((found) => found === null && forget(), forget)
  return value
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
  cached(`view ${JSON.stringify(page)}`, viewHoldsMs, () => readPageView(page, new Date()))

/** The client of a link is looked up each time: one that was revoked opens nothing any more. */
export const clientOfLink = (token: string): Promise<LinkedClient | null> => findClientByToken(token)

export const cachedClientView = (client: LinkedClient): Promise<StatusView> =>
  cached(`client ${client.id} ${client.timeZone}`, viewHoldsMs, () =>
    readClientView(client, { historyDays: 90, now: new Date() }),
  )
