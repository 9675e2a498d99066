import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { hostname } from 'node:os'
import { join } from 'node:path'
import next from 'next'
import { Server } from 'socket.io'
import { env } from '@/lib/env'
import { createLog } from '@/lib/log'
import { sessionSecret } from '@/lib/session'
import { closeDatabase, openDatabase } from '@/lib/store/database'
import { setSecurityHeaders, stampAddress } from './web/headers'
import { answerHealth } from './web/health'
import { answerBadge, answerScript } from './web/heartbeat-badge'
import { type HeartbeatIntake, openHeartbeatIntake } from './web/heartbeat-intake'
import { claimBeatSpools } from './web/heartbeat-spool'
import { openLive } from './web/live'
import { openProbeGate } from './web/probe-gate'
import { noteVisit } from './web/visit'

const log = createLog('web')
const settings = env()
const shutdown = new AbortController()
process.env.NEXTAUTH_URL ??= settings.siteUrl
process.env.NEXTAUTH_SECRET ??= sessionSecret()
process.env.NEXT_TELEMETRY_DISABLED ??= '1'
openDatabase(process.env.DATABASE_URL ?? '', { poolSize: 8 })

const https = settings.siteUrl.startsWith('https:')
const server =
  settings.tlsCert && settings.tlsKey
    ? createTlsServer({ cert: readFileSync(settings.tlsCert), key: readFileSync(settings.tlsKey) }, answer)
    : createServer(answer)
server.requestTimeout = 120_000
server.headersTimeout = 30_000

const isDevelopment = process.env.NODE_ENV === 'development'
const app = next({ dev: isDevelopment, hostname: settings.host, port: settings.port })
const answerPage = app.getRequestHandler()
// Sockets that are not Socket.IO's belong to Next.js (its development server has one of its own).
const io = new Server(server, {
  path: '/live',
  destroyUpgrade: false,
  serveClient: false,
  maxHttpBufferSize: 8 * 1024 * 1024, // the largest is a minute of 200,000 devices
  pingInterval: 10_000,
  pingTimeout: 10_000,
})
server.on('upgrade', (request, socket) => {
  const isOurs = request.url?.startsWith('/live/') || isDevelopment // the slash is Socket.IO's, too
  if (!isOurs) socket.destroy() // nobody else would ever end it
})
let heartbeats: HeartbeatIntake | undefined
const ready = (async () => {
  await app.prepare()
  const live = openLive({ io: io.of('/'), log, signal: shutdown.signal })
  heartbeats = openHeartbeatIntake({
    spools: claimBeatSpools(join(settings.dataDir, 'intake')),
    databaseUrl: process.env.DATABASE_URL ?? '',
    name: `${hostname()}:${settings.port}`,
    trustProxy: settings.trustProxy,
    live,
    log,
    signal: shutdown.signal,
  })
  openProbeGate({ io: io.of('/probe'), live, log, signal: shutdown.signal })
})()

for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    log.info(`${name}: finishing the requests in hand`)
    void stop()
  })
}
server.once('error', (error: NodeJS.ErrnoException) => {
  log.error(error, `Cannot listen on ${settings.host}, port ${settings.port} (${error.code})`)
  process.exit(1)
})
await ready
server.listen(settings.port, settings.host, () => log.info({ host: settings.host, port: settings.port }, 'serving'))

function answer(request: IncomingMessage, response: ServerResponse): void {
  try {
    if (heartbeats?.take(request, response)) return // before anything that costs, a promise included
    void respond(request, response).catch((error) => fail(response, error))
  } catch (error) {
    fail(response, error)
  }
}

function fail(response: ServerResponse, error: unknown): void {
  log.error(error, 'a request failed')
  if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' })
  response.end('Something failed on our side\n')
}

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  stampAddress(request, settings.trustProxy)
  setSecurityHeaders(request, response, { https, isDevelopment })
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
  if (path === '/health') return answerHealth(response, false)
  if (path === '/api/status') return answerHealth(response, true)
  if (path.startsWith('/badge/') && (await answerBadge(request, response, path))) return
  if (path.startsWith('/heartbeat/') && (await answerScript(request, response, path))) return
  if (path === '/sw.js') response.setHeader('cache-control', 'no-cache') // an old worker would outlive its fix
  await noteVisit(request, response)
  await answerPage(request, response)
}

/** Stops taking requests, gives those in hand 8 s, and ends. */
async function stop(): Promise<void> {
  const forced = setTimeout(() => process.exit(0), 8000)
  shutdown.abort()
  await new Promise<void>((done) => void io.close(() => done()))
  await heartbeats?.stop()
  server.closeAllConnections?.()
  await app.close().catch(() => {})
  await closeDatabase()
  clearTimeout(forced)
  process.exit(0)
}
