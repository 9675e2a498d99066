import { knownPath, knownShelf } from '@/app/ui/offline/forget-known'

declare const self: ServiceWorkerGlobalScope

/** What is kept for the time without a network. Files of a build are named by their content, so one shelf serves all builds. */
const files = 'beatline-files'
const pages = knownShelf
const mostFiles = 300
const offlinePath = '/offline'

/** Puts the offline page and what it loads on the shelf. Never fails: a worker without it still brings notices. */
export async function stockShelf(): Promise<void> {
  try {
    const response = await fetch(offlinePath, { credentials: 'same-origin', cache: 'reload' })
    if (!response.ok || response.redirected) return
    const html = await response.clone().text()
    await (await caches.open(pages)).put(offlinePath, response)
    const paths = new Set(
      [...html.matchAll(/["'(](\/(?:_next\/static|icons)\/[^"'()\\\s?#]+)/g)].map((match) => match[1]),
    )
    const shelf = await caches.open(files)
    await Promise.all([...paths].map((path) => (path ? shelf.add(path).catch(() => {}) : undefined)))
  } catch {
    // Tried again by the next version, and by each page that is loaded.
  }
}

/** Keeps what the board showed, for the offline page. */
export async function keepKnown(board: unknown): Promise<void> {
  const body = new Response(JSON.stringify(board), { headers: { 'content-type': 'application/json' } })
  await (await caches.open(pages)).put(knownPath, body)
}

/** Answers what the shelf is for; undefined leaves the request to the browser. */
export function answerFor(event: FetchEvent): Promise<Response> | undefined {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return undefined
  if (request.mode === 'navigate') return navigation(event)
  if (url.pathname === knownPath) return known()
  if (url.pathname.startsWith('/_next/static/') || url.pathname.startsWith('/icons/')) return file(request, url)
  return undefined
}

async function navigation(event: FetchEvent): Promise<Response> {
  try {
    // Without navigation preload: when that fails, Firefox 153 shows its own error page over our answer.
    const response = await fetch(event.request)
    // A proxy whose server is away answers for it.
    if (![502, 503, 504].includes(response.status)) {
      event.waitUntil(restock())
      return response
    }
    return (await offlinePage()) ?? response
  } catch (error) {
    const page = await offlinePage()
    if (page) return page
    throw error
  }
}

async function offlinePage(): Promise<Response | undefined> {
  return (await caches.open(pages)).match(offlinePath)
}

/** The first install may have met a server that was not ready. */
async function restock(): Promise<void> {
  if (!(await offlinePage())) await stockShelf()
}

async function known(): Promise<Response> {
  return (await (await caches.open(pages)).match(knownPath)) ?? Response.json(null)
}

async function file(request: Request, url: URL): Promise<Response> {
  const shelf = await caches.open(files)
  // Content-named files never change; icons do, so the network is asked first.
  const lasting = url.pathname.startsWith('/_next/static/')
  const held = await shelf.match(request)
  if (held && lasting) return held
  try {
    const response = await fetch(request)
    if (response.ok && response.status !== 206) await shelf.put(request, response.clone())
    return response
  } catch (error) {
    if (held) return held
    throw error
  }
}

/** Lets the oldest files go: builds come and go. */
export async function tidyShelf(): Promise<void> {
  const known = [files, pages]
  for (const name of await caches.keys()) {
    if (name.startsWith('beatline-') && !known.includes(name)) await caches.delete(name)
  }
  const shelf = await caches.open(files)
  const kept = await shelf.keys()
  for (const request of kept.slice(0, Math.max(0, kept.length - mostFiles))) await shelf.delete(request)
}
