import type { Logger } from 'pino'
import type { Namespace, Socket } from 'socket.io'
import type { DegradedRule } from '@/lib/domain/degraded'
import { env } from '@/lib/env'
import { createDegradedOpinions, createDegradedWatch, markDegraded, readDegradedRule } from '@/lib/store/degraded'
import { listenTo } from '@/lib/store/listen'
import { listStored } from '@/lib/store/outages'
import {
  findProbeByToken,
  listSeeingProbes,
  type Probe,
  probeConnected,
  probeDisconnected,
  probesSeen,
} from '@/lib/store/probes'
import { answeredIn, decideAnew, firstAnswers } from '@/lib/store/up-messages'
import type { FrameRow } from '@/lib/wire/frame'
import { Moments, ProbeAuth, type ProbeToWeb, upMessages, WatchedPings, type WebToProbe } from '@/lib/wire/probe'
import { createAssigner } from './assigner'
import { stampAddress } from './headers'
import { createIntake } from './intake'
import type { Live } from './live'
import { createProbeOrders } from './probe-orders'
import { createRefusals } from './refusals'
import { createSuspects } from './suspects'
import { within } from './within'

export type ProbeNamespace = Namespace<ProbeToWeb, WebToProbe, Record<string, never>, ProbeData>
export type ProbeSocket = Socket<ProbeToWeb, WebToProbe, Record<string, never>, ProbeData>
export type ProbeData = { probe: Probe; auth: ProbeAuth; connectedAt: Date }

const suspectMs = 5000
const oldMinuteMs = 5 * 60_000
const takes = Object.keys(upMessages)
const edgesMs = 3000 // while a network is learnt its edges change every few seconds
const lookEveryMs = 15_000
const lookMs = 60_000

type Options = { io: ProbeNamespace; live: Live; log: Logger; signal: AbortSignal }

/** Admits probes by their token, hands them what to watch, and commits what they found before it is acknowledged. */
export function openProbeGate({ io, live, log, signal }: Options): void {
  const suspects = createSuspects({ live, listStored: (ids) => within(suspectMs, listStored(ids)), signal })
  const refusals = createRefusals()
  const opinions = createDegradedOpinions()
  const { confirmInterval, reviveHits, snmpWalkInterval: walkInterval } = env()
  const assigner = createAssigner({ confirmInterval, reviveHits, walkInterval, log })
  const orders = createProbeOrders({ io, log })

  io.use((socket, next) => {
    const address = stampAddress(socket.request, env().trustProxy) // not the proxy's: one stranger would lock all out
    if (refusals.areMany(address, Date.now())) return next(new Error('too many refused tokens: wait a minute'))
    admit(socket).then(
      (refusal) => {
        if (!refusal) return next()
        refusals.add(address, Date.now())
        log.warn({ address, why: refusal }, 'a probe was refused')
        next(new Error(refusal))
      },
      () => next(new Error('the database is away: dial again later')),
    )
  })

  io.on('connection', (socket) => {
    const { probe, auth } = socket.data
    // One process a token: the newer one wins, as the older is most often a connection that died unnoticed.
    for (const other of io.sockets.values()) {
      if (other === socket || other.data.probe.id !== probe.id) continue
      if (other.data.auth.spool_id !== auth.spool_id) {
        log.error({ probe: probe.name }, 'two processes come with the token of one probe: give each its own')
        other.emit('replaced')
      }
      other.disconnect(true)
    }
    log.info({ probe: probe.name, ping_way: auth.ping_way, version: auth.version }, 'probe connected')
    const degradedWatch = createDegradedWatch()
    const intake = createIntake({
      socket,
      log,
      presentIds,
      onFrame: (rows, at) =>
        void readMinute(rows, at, (rule) =>
          opinions.settle(probe.id, degradedWatch.take(rows, at.getTime(), rule), at.getTime(), rule.windowMinutes),
        ).catch((error) => log.warn({ error: String(error) }, 'states wait for the next minute')),
      onIsolated: (ids) => suspects.isolated(socket, ids),
    })
    intake.listen()
    socket.on('moments', (body) => takeMoments(socket, body))
    socket.on('pings', (body) => {
      const parsed = WatchedPings.safeParse(body)
      if (parsed.success) live.pings(parsed.data.items)
    })
    socket.on('disconnect', (reason) => {
      assigner.forget(socket)
      suspects.lost(socket)
      log.warn({ probe: probe.name, reason }, 'probe disconnected')
      const isLast = ![...io.sockets.values()].some((other) => other.data.probe.id === probe.id)
      if (isLast) void probeDisconnected(probe.id, socket.data.connectedAt).catch(() => {})
    })
    socket.emit('watch', { target_ids: watchedIds, takes }) // the first word: what it has for us it may send now
    assigner.greet(socket)
    orders.greet(socket)
  })

  let watchedIds: number[] = []
  live.onWatch((targetIds) => {
    if (targetIds.length === watchedIds.length && targetIds.every((id, i) => id === watchedIds[i])) return
    watchedIds = targetIds
    io.emit('watch', { target_ids: targetIds, takes })
  })
  void listenTo(process.env.DATABASE_URL ?? '', {
    channels: {
      beatline_assignment: (why) => (why === 'edges' ? assigner.changed(edgesMs) : assigner.changed()),
      beatline_probe_orders: orders.take,
    },
    onListening() {
      assigner.changed()
      for (const socket of io.sockets.values()) orders.greet(socket)
    },
    signal,
  })
  const presentIds = () => [...io.sockets.values()].map((socket) => socket.data.probe.id)
  let seeing = ''
  /** A probe that went blind or absent can end nothing: the others are told of its outages. */
  async function lookRound(): Promise<void> {
    await probesSeen(presentIds())
    await decideAnew(presentIds())
    const now = (await listSeeingProbes()).join(' ')
    if (seeing !== '' && now !== seeing) assigner.changed()
    seeing = now
  }
  let isLooking = false
  const tick = setInterval(() => {
    if (isLooking) return
    isLooking = true
    within(lookMs, lookRound())
      .catch((error) => log.warn({ error: String(error) }, 'the database is away'))
      .finally(() => {
        isLooking = false
      })
  }, lookEveryMs)
  signal.addEventListener('abort', () => clearInterval(tick))

  function takeMoments(socket: ProbeSocket, body: unknown): void {
    const parsed = Moments.safeParse(body)
    if (!parsed.success) return
    const answered = parsed.data.items.filter((item) => item.status === 'answered')
    if (answered.length > 0) {
      const ids = answered.map((item) => item.target_id)
      firstAnswers(ids, new Date(Math.max(...answered.map((item) => item.since)))).catch(() => {}) // the minute says it again
    }
    suspects.take(socket, parsed.data.items)
  }
}

/** What a minute of measurements says of states: new ones that answered are up, lossy or slow ones degraded. */
async function readMinute(
  rows: FrameRow[],
  at: Date,
  judge: (rule: DegradedRule) => Parameters<typeof markDegraded>[0],
): Promise<void> {
  await firstAnswers(answeredIn(rows), at)
  const rule = await readDegradedRule()
  const found = judge(rule)
  if (Date.now() - at.getTime() > oldMinuteMs) return // from the spool: what it says is over
  await markDegraded(found, rule.windowMinutes, at)
}

/** A sentence when the probe may not come in; null when it may. Throws when the database is away. */
async function admit(socket: ProbeSocket): Promise<string | null> {
  const auth = ProbeAuth.safeParse(socket.handshake.auth)
  if (!auth.success) {
    const [issue] = auth.error.issues
    return `malformed handshake: ${issue?.path.join('.')}: ${issue?.message}`
  }
  const probe = await findProbeByToken(auth.data.token)
  if (!probe) return 'unknown probe token: make one with npm run cli -- probe create --name NAME'
  const connectedAt = await probeConnected(probe.id, auth.data)
  socket.data = { probe, auth: auth.data, connectedAt }
  return null
}
