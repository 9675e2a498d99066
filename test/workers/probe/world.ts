import { createServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, isIP } from 'node:net'
import { Server } from 'socket.io'
import type { Pinger, PingResults } from '@/lib/ping/pinger'
import {
  type AssignedTarget,
  type Assignment,
  type ProbeToWeb,
  topologyNames,
  type UpAck,
  type UpMessage,
  type UpName,
  upMessages,
  type WebToProbe,
} from '@/lib/wire/probe'
import type { Clock } from '@/workers/probe/clock'

/** A clock that stands until it is moved; timers run in order as it passes them. */
export function standingClock(startMs = Date.parse('2026-03-02T04:00:00.000Z')) {
  let mono = 1000
  let wallOffset = startMs - mono
  let timers: { at: number; run: () => void }[] = []
  return {
    wallMs: () => mono + wallOffset,
    monoMs: () => mono,
    after(ms: number, run: () => void) {
      const timer = { at: mono + ms, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    advance(ms: number) {
      const until = mono + ms
      for (;;) {
        let next: { at: number; run: () => void } | undefined
        for (const timer of timers) if (timer.at <= until && (!next || timer.at < next.at)) next = timer
        if (!next) break
        timers.splice(timers.indexOf(next), 1)
        mono = Math.max(mono, next.at)
        next.run()
      }
      mono = until
    },
    /** Someone sets the wall clock. */
    jump(ms: number) {
      wallOffset += ms
    },
  } satisfies Clock & Record<string, unknown>
}
export type StandingClock = ReturnType<typeof standingClock>

/** A network in memory: every address answers in 2 ms but for the dark ones; refused ones cannot even be sent to. */
export function fakeNetwork(clock: Clock) {
  const dark = new Set<string>()
  const refused = new Set<string>()
  const sent = new Map<string, number[]>()
  let cut = false
  let stuck = false
  const pinger = (onResults: (results: PingResults) => void): Pinger => {
    const targets = new Map<number, { address: string; timeoutMs: number }>()
    const answer = (slot: number, sentAt: number, rttMs: number, text?: string) =>
      onResults({
        count: 1,
        slot: Uint32Array.of(slot),
        sentAt: Float64Array.of(sentAt),
        rttMs: Float64Array.of(rttMs),
        answers: text ? new Map([[0, text]]) : null,
      })
    return {
      way: 'raw',
      assign(list) {
        for (const { address } of list) if (!isIP(address)) throw new RangeError(`Cannot ping '${address}'`)
        for (const target of list) targets.set(target.slot, target)
      },
      release(slots) {
        for (const slot of slots) targets.delete(slot)
      },
      ping(slots) {
        for (const slot of slots) {
          const target = targets.get(slot)
          const sentAt = clock.wallMs()
          if (!target) {
            answer(slot, sentAt, Number.NaN, 'not sent: nothing is assigned to it')
            continue
          }
          if (stuck) continue // it waits to leave, for ever
          sent.set(target.address, [...(sent.get(target.address) ?? []), sentAt])
          if (refused.has(target.address))
            answer(slot, sentAt, Number.NaN, 'not sent: no route to the network (ENETUNREACH)')
          else if (cut || dark.has(target.address))
            clock.after(target.timeoutMs, () => answer(slot, sentAt, Number.NaN))
          else clock.after(2, () => answer(slot, sentAt, 2))
        }
      },
      close: async () => {},
    }
  }
  return {
    pinger,
    sent,
    mute(...addresses: string[]) {
      for (const address of addresses) dark.add(address)
    },
    unmute(...addresses: string[]) {
      for (const address of addresses) dark.delete(address)
    },
    refuse(...addresses: string[]) {
      for (const address of addresses) refused.add(address)
    },
    accept(...addresses: string[]) {
      for (const address of addresses) refused.delete(address)
    },
    stick: () => {
      stuck = true
    },
    cutLink: () => {
      cut = true
    },
    healLink: () => {
      cut = false
    },
  }
}

export const target = (id: number, overrides: Partial<AssignedTarget> = {}): AssignedTarget => ({
  id,
  address: `10.50.${id >> 8}.${id & 255}`,
  interval: 10,
  timeout: 1,
  misses: 3,
  within: 15,
  open: null,
  ...overrides,
})

type Stored = UpMessage & { spoolId: string }
type Head = Pick<Assignment, 'confirm_interval' | 'revive_hits' | 'anchors' | 'snmp_profiles'>
const isTopology = (name: UpName) => topologyNames.some((one) => one === name)
type Answer = 'commit' | 'lose the answer' | 'retry' | 'reject'

/** The web, as far as a probe can see it: assigns, stores each number once, acknowledges; or fails as it is told to. */
export async function fakeWeb({ knowsTopology = true } = {}) {
  const stored: Stored[] = []
  const received: { name: UpName; seq: number }[] = []
  const moments: unknown[] = []
  const pings: unknown[] = []
  let targets: AssignedTarget[] = []
  let head: Head = { confirm_interval: 1, revive_hits: 2, anchors: [] }
  let decide: (message: UpMessage) => Answer = () => 'commit'
  let http: HttpServer | null = null
  let io: Server<ProbeToWeb, WebToProbe> | null = null
  let port = 0
  let version = 0
  let assigned = 0

  const full = (): Assignment => ({
    ...head,
    version: ++version,
    kind: 'full',
    first: true,
    last: true,
    targets,
    removed: [],
  })
  const namespace = () => io?.of('/probe')

  async function open(): Promise<void> {
    const server = createServer()
    http = server
    io = new Server(server, { path: '/live', transports: ['websocket'] })
    io.of('/probe').on('connection', (socket) => {
      const spoolId = String(socket.handshake.auth.spool_id)
      let refusedFrom = Number.POSITIVE_INFINITY // after a refusal nothing later is taken until that came again
      const on = <N extends UpName>(name: N) =>
        // The listener's type depends on N, which the library cannot follow for a generic name.
        (
          socket as unknown as {
            on(name: string, take: (body: UpMessage['body'], ack: (answer: UpAck) => void) => void): void
          }
        ).on(name, (body, ack) => {
          const message = { name, body } as UpMessage
          received.push({ name, seq: body.seq })
          const answer = body.seq > refusedFrom ? 'retry' : decide(message)
          if (answer === 'retry') {
            refusedFrom = Math.min(refusedFrom, body.seq)
            return ack({ retry: body.seq, error: 'the database is away' })
          }
          refusedFrom = Number.POSITIVE_INFINITY
          if (answer === 'reject') return ack({ rejected: body.seq, error: 'no such thing' })
          const known = stored.some((one) => one.spoolId === spoolId && one.body.seq === body.seq)
          if (!known) stored.push({ ...message, spoolId })
          if (answer === 'commit') ack({ committed: body.seq })
          else socket.conn.close()
        })
      const names = (Object.keys(upMessages) as UpName[]).filter((name) => knowsTopology || !isTopology(name))
      for (const name of names) on(name)
      socket.emit('watch', { target_ids: [], ...(knowsTopology ? { takes: names } : {}) })
      socket.on('moments', (body) => moments.push(...body.items))
      socket.on('pings', (body) => pings.push(...body.items))
      socket.emit('assignment', full(), () => assigned++)
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port // a TCP server's address is never a path
  }

  await open()
  return {
    stored,
    received,
    moments,
    pings,
    hub: () => `http://127.0.0.1:${port}`,
    assigned: () => assigned,
    open,
    async cut() {
      await io?.close()
      http?.closeAllConnections()
      io = null
    },
    answer(how: (message: UpMessage) => Answer) {
      decide = how
    },
    assign(list: AssignedTarget[], change: Partial<Head> = {}) {
      targets = list
      head = { ...head, ...change }
      for (const socket of namespace()?.sockets.values() ?? []) socket.emit('assignment', full(), () => assigned++)
    },
    /** Another process comes with the same token. */
    replace() {
      for (const socket of namespace()?.sockets.values() ?? []) {
        socket.emit('replaced')
        socket.disconnect(true)
      }
    },
    /** What a page asked of the probe. */
    order: namespace,
    watch: (ids: number[]) => namespace()?.emit('watch', { target_ids: ids }),
    isolated: () => stored.flatMap((one) => (one.name === 'outage.isolated' ? one.body.items : [])),
    revived: () => stored.flatMap((one) => (one.name === 'outage.revived' ? one.body.items : [])),
    blind: () => stored.flatMap((one) => (one.name === 'blind' ? [one.body] : [])),
    frames: () => stored.flatMap((one) => (one.name === 'frame' ? [one.body] : [])),
  }
}
export type FakeWeb = Awaited<ReturnType<typeof fakeWeb>>

/** Waits in real time until something holds. */
export async function until(holds: () => boolean, what: string, ms = 100_000): Promise<void> {
  const end = Date.now() + ms
  while (!holds()) {
    if (Date.now() > end) throw new Error(`Waited ${ms} ms in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
