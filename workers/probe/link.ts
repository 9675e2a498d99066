import { io, type Socket } from 'socket.io-client'
import { z } from 'zod'
import {
  Assignment,
  type ProbeAuth,
  type ProbeToWeb,
  topologyNames,
  type UpAck,
  type UpMessage,
  Watch,
  type WebToProbe,
} from '@/lib/wire/probe'
import { Discover, DiscoverCancel, WalkNow } from '@/lib/wire/walk'
import type { Spool } from './spool'

const windowMessages = 8
const ackTimeoutMs = 40_000 // the web gives up on a commit after 30 s
const retryFromMs = 500
const retryToMs = 30_000

const redialMs = 5000
const replacedMs = 120_000 // two that take turns should not take them every few seconds

const Ack = z.union([
  z.object({ committed: z.number() }),
  z.object({ rejected: z.number(), error: z.string() }),
  z.object({ retry: z.number(), error: z.string() }),
])

export type LinkOptions = {
  hub: string // ws or http address of the web
  /** The web is on this machine: its certificate is for a name, not for the address dialled. */
  ownHub?: boolean
  auth: ProbeAuth
  spool: Spool
  onAssignment: (body: Assignment) => Promise<void>
  onWatch: (targetIds: readonly number[]) => void
  onWalkNow: (targetIds: readonly number[]) => void
  onDiscover: (order: Discover) => void
  onDiscoverCancel: (id: number) => void
  onConnected: () => void
  log: {
    info(fields: object, text: string): void
    warn(fields: object, text: string): void
    error(fields: object, text: string): void
  }
  signal: AbortSignal
  /** First wait before a message is sent again, ms; doubles up to 30 s. */
  retryMs?: number
}

/**
 * The probe's line to the web: dials, dials again with jitter, and sends the spool in order, up to 8 messages ahead of
 * the web's acknowledgement. A message stays in the spool until the web has committed it; after a failure everything
 * from it on is sent again, so the web sees numbers out of order only if it has already refused a lower one.
 */
export function openLink(options: LinkOptions) {
  const { spool, log, signal } = options
  const socket: Socket<WebToProbe, ProbeToWeb> = io(new URL('/probe', options.hub).href, {
    path: '/live',
    transports: ['websocket'],
    auth: options.auth,
    reconnectionDelay: 500,
    reconnectionDelayMax: 10_000,
    randomizationFactor: 0.5,
    timeout: 10_000,
    autoConnect: false,
    ...(options.ownHub ? { rejectUnauthorized: false } : {}),
  })
  let takes: ReadonlySet<string> | null = null // up messages that the web of this connection knows; null: not said yet
  let sentTo = 0 // the highest number sent on this connection
  let inFlight = 0
  let round = 0 // a failure starts a new one: answers of an older round free no place in the window
  let wait = options.retryMs ?? retryFromMs
  let timer: NodeJS.Timeout | undefined
  let isReplaced = false
  let complained = false
  let applying: Promise<void> = Promise.resolve()

  function fill(): void {
    if (!socket.connected || timer || signal.aborted || inFlight >= windowMessages) return
    for (const message of spool.after(sentTo, windowMessages - inFlight)) {
      const name: string = message.name
      if (isTopology(name)) {
        if (!takes) return // the web's first word is on its way
        if (!takes.has(name)) {
          drop(message)
          return
        }
      }
      sentTo = message.body.seq
      inFlight++
      void send(message, round)
    }
  }

  /** An older web would never answer it. */
  function drop(message: UpMessage): void {
    if (!complained)
      log.warn({ message: message.name }, 'the web is older than this probe: what it does not know is dropped')
    complained = true
    sentTo = message.body.seq
    void spool.committed(message.body.seq).then(fill, fill)
  }

  async function send(message: UpMessage, ofRound: number): Promise<void> {
    const answer = await emit(message)
    const failure = 'retry' in answer ? answer.error : await settle(message, answer)
    if (ofRound !== round) return
    inFlight--
    if (failure !== null) return again(message, failure)
    wait = options.retryMs ?? retryFromMs
    fill()
  }

  /** Lets go of an answered message. Why not, when the spool cannot be written: then it is sent again, and stored once. */
  async function settle(message: UpMessage, answer: Exclude<UpAck, { retry: number }>): Promise<string | null> {
    const { seq } = message.body
    try {
      if ('committed' in answer) await spool.committed(seq)
      else {
        log.error({ seq, message: message.name, error: answer.error }, 'the web rejected a message, kept aside')
        await spool.rejected(seq, answer.error, Date.now())
      }
      return null
    } catch (error) {
      return String(error)
    }
  }

  async function emit(message: UpMessage): Promise<UpAck> {
    const { seq } = message.body
    try {
      // The event and its body belong together by UpMessage; emitWithAck cannot see that they vary as one.
      const waiting = socket.timeout(ackTimeoutMs) as unknown as {
        emitWithAck(name: string, body: object): Promise<unknown>
      }
      const answer = Ack.safeParse(await waiting.emitWithAck(message.name, message.body))
      return answer.success ? answer.data : { retry: seq, error: 'the web gave an answer that is none' }
    } catch (error) {
      return { retry: seq, error: socket.connected ? `no answer in ${ackTimeoutMs / 1000} s` : String(error) }
    }
  }

  function again(message: UpMessage, error: string): void {
    startRound()
    if (!socket.connected) return // the next connection sends everything anew
    log.warn({ seq: message.body.seq, message: message.name, error, wait_ms: wait }, 'sending again later')
    timer = setTimeout(
      () => {
        timer = undefined
        fill()
      },
      wait * (0.75 + Math.random() / 2),
    )
    // A web that still waits for a number that was dropped here starts afresh with a new connection.
    if (wait >= retryToMs) socket.disconnect().connect()
    wait = Math.min(wait * 2, retryToMs)
  }

  function startRound(): void {
    round++
    sentTo = 0
    inFlight = 0
    clearTimeout(timer)
    timer = undefined
  }

  /** Socket.IO does not dial again by itself when the web refused it or hung up. */
  function redial(): void {
    if (socket.active || signal.aborted) return
    const timeout = setTimeout(() => socket.connect(), (isReplaced ? replacedMs : redialMs) * (0.5 + Math.random()))
    isReplaced = false
    signal.addEventListener('abort', () => clearTimeout(timeout), { once: true })
  }

  socket.on('connect', () => {
    log.info({ hub: options.hub, waiting: spool.size().messages }, 'connected')
    startRound()
    takes = null
    options.onConnected()
    fill()
  })
  socket.on('disconnect', (reason) => {
    log.warn({ reason }, 'link lost, measuring on')
    startRound()
    redial()
  })
  let lastComplaint = ''
  socket.on('connect_error', (error) => {
    const complaint = complaintOf(error)
    if (complaint !== lastComplaint) log.warn({ error: complaint, hub: options.hub }, 'cannot reach the web')
    lastComplaint = complaint
    redial()
  })
  socket.on('replaced', () => {
    isReplaced = true
    log.error({}, 'another process came with the token of this probe: stop one of them, or give each its own')
  })
  socket.on('assignment', (body, done) => {
    const parsed = Assignment.safeParse(body)
    if (!parsed.success) return log.error({ error: parsed.error.message.slice(0, 500) }, 'an assignment that is none')
    applying = applying
      .then(() => options.onAssignment(parsed.data))
      .then(done, (error: unknown) => log.error({ error: String(error) }, 'an assignment could not be applied'))
  })
  socket.on('watch', (body) => {
    const parsed = Watch.safeParse(body)
    if (!parsed.success) return
    takes = new Set(parsed.data.takes ?? [])
    fill()
    options.onWatch(parsed.data.target_ids)
  })
  socket.on('walk.now', (body) => {
    const parsed = WalkNow.safeParse(body)
    if (parsed.success) options.onWalkNow(parsed.data.target_ids)
  })
  socket.on('discover', (body) => {
    const parsed = Discover.safeParse(body)
    if (parsed.success) options.onDiscover(parsed.data)
    else log.error({ error: parsed.error.message.slice(0, 300) }, 'a discovery that is none')
  })
  socket.on('discover.cancel', (body) => {
    const parsed = DiscoverCancel.safeParse(body)
    if (parsed.success) options.onDiscoverCancel(parsed.data.id)
  })
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    socket.disconnect()
  })
  socket.connect()

  return {
    /** Something was spooled. */
    wake: fill,
    connected: () => socket.connected,
    // Not `volatile`: that also drops what follows another message in the same instant.
    moments(body: Parameters<ProbeToWeb['moments']>[0]) {
      if (socket.connected) socket.emit('moments', body)
    },
    pings(body: Parameters<ProbeToWeb['pings']>[0]) {
      if (socket.connected) socket.emit('pings', body)
    },
    /** Resolves when the spool is empty, or after `ms`. */
    async drained(ms: number): Promise<void> {
      const until = Date.now() + ms
      while (spool.size().messages > 0 && socket.connected && Date.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
  }
}

const isTopology = (name: string) => topologyNames.some((one) => one === name)

/** "websocket error" says nothing; the transport keeps what its socket said. */
function complaintOf(error: Error): string {
  const { description } = error as Error & { description?: { message?: unknown } }
  return typeof description?.message === 'string' && description.message !== '' ? description.message : error.message
}
