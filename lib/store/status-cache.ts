import type { LinkedClient } from './status-links'
import { findClientByToken } from './status-links'
import { findStatusPageBySlug, listPublicPages, type StatusPage } from './status-pages'
import { readClientView, readPageView, type StatusView } from './status-view'

// A page is read by everybody at once, just when much is dark: what it shows is put together once in some seconds.
const pageHoldsMs = 2000
const viewHoldsMs = 10_000
const viewServesMs = 60_000 // while the next one is put together
const mostKept = 500

type Kept = { at: number; value: Promise<unknown> }
// Pages and route handlers are bundled apart: one cache of the process hangs on globalThis.
const held = globalThis as typeof globalThis & { beatlineStatus?: Map<string, Kept> }

/** An older value is answered for up to `servesMs` while a newer one is found. */
function cached<T>(key: string, holdsMs: number, find: () => Promise<T>, servesMs = holdsMs): Promise<T> {
  held.beatlineStatus ??= new Map()
  const entries = held.beatlineStatus
  const known = entries.get(key)
  const age = known ? Date.now() - known.at : Number.POSITIVE_INFINITY
  if (known && age < holdsMs) return known.value as Promise<T>
  entries.delete(key)
  if (entries.size >= mostKept) entries.delete(entries.keys().next().value ?? '')
  const isServed = known !== undefined && age < servesMs
  const next = find()
  // Until the newer one is there, everybody gets the older one, and nobody asks once more.
  const entry: Kept = { at: Date.now(), value: isServed ? known.value : next }
  entries.set(key, entry)
  const isOurs = () => entries.get(key) === entry
  next.then(
    (found) => {
      entry.value = next
      // What is not there is not kept: whoever asks for a thousand names must not push out those that are.
      if (found === null && isOurs()) entries.delete(key)
    },
    () => isOurs() && entries.delete(key),
  )
  return entry.value as Promise<T>
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
