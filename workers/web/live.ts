import type { Logger } from 'pino'
import type { Namespace, Socket } from 'socket.io'
import { z } from 'zod'
import { env } from '@/lib/env'
import { type Session, sessionOfBearer, sessionOfCookieHeader } from '@/lib/session'
import { firstEventId, lastEventId, listEvents, type StoredEvent } from '@/lib/store/events'
import { listenTo } from '@/lib/store/listen'
import {
  type ClientToServer,
  type LiveBeats,
  type LivePings,
  type LiveStatus,
  type ServerToClient,
  Topic,
} from '@/lib/wire/live'
import { createRecentPings, type RecentPings } from './recent-pings'
import { openStream, type Stream } from './stream'

export type LiveNamespace = Namespace<ClientToServer, ServerToClient, Record<string, never>, LiveData>
type LiveSocket = Socket<ClientToServer, ServerToClient, Record<string, never>, LiveData>
type LiveData = {
  session: Session
  cookie: string | undefined
  token: string | undefined
  watched: ReadonlySet<number>
}

/** What the probe gate hands to open pages. */
export type Live = {
  moments: (changes: LiveStatus[]) => void
  pings: (batch: LivePings[]) => void
  beats: (batch: LiveBeats[]) => void
  /** The jobs that a page follows or watches now. */
  wantedJobs: () => Set<number>
  wantsJob: (id: number) => boolean
  /** Called with the devices that any page watches now, each time that set changes. */
  onWatch: (tell: (targetIds: number[]) => void) => void
}

const pageSize = 1000
const mostReplayed = 5000
const mostWatched = 200
const mostResuming = 2
const WatchedIds = z.array(z.number().int().positive()).max(mostWatched)
const AuthToken = z.object({ token: z.string().max(200) }).partial()

/** Admits pages and scripts to the live events and carries the log to them, in order and without gaps. */
export function openLive({ io, log, signal }: { io: LiveNamespace; log: Logger; signal: AbortSignal }): Live {
  const watching: ((targetIds: number[]) => void)[] = []
  const recent = createRecentPings()
  let watchedIds = new Set<number>()
  const tellWatch = () => {
    const ids = new Set<number>()
    watchedIds = ids
    for (const socket of io.sockets.values()) for (const id of socket.data.watched ?? []) ids.add(id)
    recent.keepOnly(ids)
    for (const tell of watching) tell([...ids].slice(0, 1000))
  }

  io.use(async (socket, next) => {
    const session = await admit(socket).catch(() => null)
    next(session ? undefined : new Error('unauthorized: expected a session cookie, or an API key as auth.token'))
  })
  const stream = openStream({
    lastEventId,
    listEvents,
    emit: (stored) => emit(io.to(roomsOf(stored)), stored),
    log,
  })
  io.on('connection', (socket) => serve(socket, stream, recent, tellWatch))
  void listenTo(process.env.DATABASE_URL ?? '', {
    channels: { beatline_events: () => void stream.catchUp() },
    onListening: () => void stream.catchUp(),
    onLost: (error) => log.warn({ error: String(error) }, 'live events are not heard for a moment; reading on later'),
    signal,
  })
  const every = setInterval(() => void stream.catchUp(), 5000)
  const revoked = setInterval(() => void dropRevoked(io), 60_000)
  signal.addEventListener('abort', () => {
    clearInterval(every)
    clearInterval(revoked)
  })

  return {
    moments: (changes) => void io.to('all').emit('moment', changes),
    pings(batch) {
      recent.add(batch)
      for (const socket of io.sockets.values()) {
        const wanted = batch.filter((pings) => socket.data.watched.has(pings.target_id))
        if (wanted.length > 0) socket.volatile.emit('pings', wanted)
      }
    },
    beats(batch) {
      for (const socket of io.sockets.values()) {
        const wanted = batch.filter(
          ({ target_id }) => socket.data.watched.has(target_id) || socket.rooms.has(`job:${target_id}`),
        )
        if (wanted.length > 0) socket.volatile.emit('beats', wanted)
      }
    },
    wantedJobs: () => new Set([...watchedIds, ...followedJobs(io)]),
    wantsJob: (id) => watchedIds.has(id) || io.adapter.rooms.has(`job:${id}`),
    onWatch(tell) {
      watching.push(tell)
      tellWatch()
    },
  }
}

const followedJobs = (io: LiveNamespace) =>
  [...io.adapter.rooms.keys()].flatMap((room) => (room.startsWith('job:') ? Number(room.slice(4)) : []))

async function admit(socket: LiveSocket): Promise<Session | null> {
  const given = AuthToken.safeParse(socket.handshake.auth)
  const token = given.success ? given.data.token : undefined
  const cookie = socket.handshake.headers.cookie
  // A page of another origin would bring the cookie along.
  if (!token && !isOwnOrigin(socket)) return null
  const session = token ? await sessionOfBearer(token) : await sessionOfCookieHeader(cookie)
  if (session) socket.data = { session, cookie, token, watched: new Set() }
  return session
}

/** The host that was asked, or the site's own address: a proxy may have put another host in its place. */
function isOwnOrigin(socket: LiveSocket): boolean {
  const { origin, host } = socket.handshake.headers
  if (!origin) return true // not a browser
  if (!URL.canParse(origin)) return false
  return new URL(origin).host === host || new URL(origin).origin === new URL(env().siteUrl).origin
}

function serve(socket: LiveSocket, stream: Stream, recent: RecentPings, tellWatch: () => void): void {
  socket.on('follow', (topic, done) => {
    const parsed = Topic.safeParse(topic)
    const fits = parsed.success && socket.rooms.size < 300
    if (fits) void socket.join(parsed.data)
    const error = parsed.success ? 'expected at most 300 topics a socket' : parsed.error.issues[0]?.message
    if (typeof done === 'function') done(fits ? { ok: true } : { ok: false, error: error ?? 'unknown topic' })
  })
  socket.on('unfollow', (topic) => {
    if (typeof topic === 'string') void socket.leave(topic)
  })
  let resuming = 0
  socket.on('resume', (after, done) => {
    const answer = (given: { last: number; complete: boolean }) => typeof done === 'function' && done(given)
    // Everybody's events wait for a replay: one page must not fill the line.
    if (resuming >= mostResuming) return void answer({ last: stream.last(), complete: false })
    resuming++
    void resume(socket, stream, after)
      .then(answer)
      .finally(() => {
        resuming--
      })
  })
  socket.on('watch', (ids) => {
    const parsed = WatchedIds.safeParse(ids)
    if (!parsed.success) return
    const before = socket.data.watched
    socket.data.watched = new Set(parsed.data)
    tellWatch()
    // The probe sends the recent pings only when nobody watched before.
    const known = recent.of(parsed.data.filter((id) => !before.has(id)))
    if (known.length > 0) socket.emit('pings', known)
  })
  socket.on('disconnect', tellWatch)
}

/**
 * Replays what the socket's rooms missed. The stream waits meanwhile, so that nothing newer is sent before it. Too far
 * back is not replayed: the client loads the page anew.
 */
async function resume(socket: LiveSocket, stream: Stream, after: number): Promise<{ last: number; complete: boolean }> {
  const tooFar = { last: stream.last(), complete: false }
  if (!Number.isSafeInteger(after) || after < 0) return tooFar
  try {
    return await stream.alone(async (last, isOver) => {
      if (last - after > mostReplayed || after + 1 < (await firstEventId())) return { last, complete: false }
      // Another web may be ahead of this one; what is past the log itself is of a database that is no more.
      if (after > last && after > (await lastEventId())) return { last, complete: false }
      let sent = after
      while (sent < last && socket.connected) {
        const page = await listEvents({ after: sent, limit: pageSize })
        if (page.length === 0) break
        if (isOver()) return { last, complete: false }
        for (const stored of page) {
          // What is newer than the stream comes by the stream.
          if (stored.event.event_id > last) break
          if (roomsOf(stored).some((room) => socket.rooms.has(room))) emit(socket, stored)
        }
        sent = page.at(-1)?.event.event_id ?? last
      }
      return { last, complete: true }
    })
  } catch {
    return tooFar
  }
}

type Emitter = { emit: (name: StoredEvent['type'], event: StoredEvent['event']) => unknown }
const emit = (to: Emitter, { type, event }: StoredEvent) => void to.emit(type, event)

function roomsOf({ event }: StoredEvent): string[] {
  const kind = (event.target as { kind?: string } | undefined)?.kind === 'job' ? 'job' : 'device'
  return [
    'all',
    ...(event.target_id === undefined ? [] : [`${kind}:${event.target_id}`]),
    ...(event.incident_id === undefined ? [] : [`incident:${event.incident_id}`]),
  ]
}

async function dropRevoked(io: LiveNamespace): Promise<void> {
  for (const socket of io.sockets.values()) {
    const { token, cookie } = socket.data
    const lives = await (token ? sessionOfBearer(token) : sessionOfCookieHeader(cookie)).catch(() => 'database away')
    if (!lives) socket.disconnect(true)
  }
}
