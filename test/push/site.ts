import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Agent } from 'node:https'
import { build } from 'esbuild'
import webPush from 'web-push'

export type Asked = { method: string; path: string; body: Record<string, unknown>; refused: boolean }
export type Saved = { endpoint: string; keys: { p256dh: string; auth: string } }

const page = `<!doctype html><title>Site</title><button disabled>Tell this phone</button><script src="/page.js"></script>`
const offline = `<!doctype html><title>Offline</title><p id="known">nothing</p><img src="/icons/icon-192.png">
<script>fetch('/offline/known.json').then((r) => r.json()).then((board) => { document.getElementById('known').textContent = JSON.stringify(board) })</script>`

/** The worker and the page's push code as they are built, on a server whose answers the test decides. */
export async function openSite() {
  const [worker, script] = await Promise.all([
    bundled('app/service-worker/sw.ts', 'app/service-worker/tsconfig.json'),
    bundled('test/push/site-page.ts', 'tsconfig.json'),
  ])
  const asked: Asked[] = []
  const site = {
    url: '',
    vapid: webPush.generateVAPIDKeys(),
    /** Every request to /api and /told, oldest first. */
    asked,
    /** Statuses to answer instead, by path; 0 cuts the connection. */
    refuse: new Map<string, number>(),
    /** Says dead to the next save, once. */
    dead: false,
    /** The newest subscription saved; null when the browser said that it has none. */
    saved: null as Saved | null,
    askedFor: (path: string) => asked.filter((one) => one.path === path),
    /** Deliveries whose receipt was taken. */
    receipts: (kind: 'shown' | 'opened') =>
      asked
        .filter(({ path, body, refused }) => path === '/api/push/receipts' && body[kind] && !refused)
        .map(({ body }) => body.delivery_id),
    /** Sends as the keeper does. */
    async push(message: unknown, agent: Agent) {
      if (!site.saved) throw new Error('no subscription was saved')
      const vapidDetails = { subject: 'mailto:noc@example.net', ...site.vapid }
      const content = typeof message === 'string' ? message : JSON.stringify(message)
      return webPush.sendNotification(site.saved, content, { vapidDetails, TTL: 60, urgency: 'high', agent }).then(
        (answer) => answer.statusCode,
        (error: { statusCode: number }) => error.statusCode,
      )
    },
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done)) // closed before: says so, and that is well
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const body = await readJson(request)
    const refusal = site.refuse.get(path) ?? site.refuse.get('*')
    if (path.startsWith('/api/') || path === '/told')
      asked.push({ method: request.method ?? 'GET', path, body, refused: refusal !== undefined })
    if (refusal === 0) return void request.socket.destroy()
    const send = (status: number, type: string, text: string) =>
      response.writeHead(status, { 'content-type': type }).end(text)
    const json = (value: unknown) => send(200, 'application/json', JSON.stringify(value))
    if (refusal) return send(refusal, 'application/problem+json', '{"detail":"as the test wants it"}')
    if (path === '/sw.js') return send(200, 'text/javascript', worker)
    if (path === '/page.js') return send(200, 'text/javascript', script)
    if (path === '/offline') return send(200, 'text/html', offline)
    if (path === '/icons/icon-192.png') return send(200, 'image/png', '')
    if (path === '/api/push/key') return json({ public_key: site.vapid.publicKey })
    if (path === '/api/push/subscriptions') {
      site.saved = body.subscription as Saved | null
      const dead = site.dead
      site.dead = false
      return json({ id: 1, known: true, dead })
    }
    return path.startsWith('/api/') || path === '/told' ? json({ ok: true }) : send(200, 'text/html', page)
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  site.url = `http://localhost:${typeof address === 'object' ? address?.port : 0}`
  return site
}
export type Site = Awaited<ReturnType<typeof openSite>>

/** A push as lib/domain/message.ts words it. */
export function pushOf(
  deliveryId: number,
  { incidentId = 7, event = 'opened', title = 'Ridge-3 is down', body = 'Dark since 04:12:07 (UTC).' } = {},
) {
  const url = `/incidents/${incidentId}`
  const open = { action: 'open', title: 'Open', navigate: `http://localhost${url}` }
  const acknowledge = { action: 'acknowledge', title: 'Acknowledge', navigate: `http://localhost${url}?acknowledge=1` }
  return {
    web_push: 8030,
    notification: {
      title,
      body,
      navigate: open.navigate,
      tag: `incident-${incidentId}`,
      lang: 'en',
      dir: 'ltr',
      silent: false,
      data: {
        delivery_id: deliveryId,
        incident_id: incidentId,
        event,
        url,
        open_incidents: event === 'resolved' ? 0 : 1,
      },
      actions: event === 'resolved' ? [open] : [acknowledge, open],
    },
  }
}

async function bundled(entry: string, tsconfig: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    tsconfig,
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  })
  return outputFiles[0]?.text ?? ''
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text ? JSON.parse(text) : {}
}
