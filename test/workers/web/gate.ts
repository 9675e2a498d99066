import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import pino from 'pino'
import { Server } from 'socket.io'
import { io as dial, type Socket } from 'socket.io-client'
import { createProbe } from '@/lib/store/probes'
import type { AssignedTarget, Assignment, Evidence, ProbeToWeb, UpAck, UpName, WebToProbe } from '@/lib/wire/probe'
import { openLive } from '@/workers/web/live'
import { openProbeGate } from '@/workers/web/probe-gate'
import type { TestDatabase } from '../../setup/database'
import { until } from '../../setup/product'

/** The web's two namespaces on a free port, without Next.js. */
export async function openGate() {
  const shutdown = new AbortController()
  const server = createServer()
  const io = new Server(server, { path: '/live', maxHttpBufferSize: 8 * 1024 * 1024 }) // as workers/web.ts
  const log = pino({ level: 'silent' })
  const live = openLive({ io: io.of('/'), log, signal: shutdown.signal })
  openProbeGate({ io: io.of('/probe'), live, log, signal: shutdown.signal })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      shutdown.abort()
      await io.close()
    },
  }
}

export type FakeProbe = {
  socket: Socket<WebToProbe, ProbeToWeb>
  id: number
  assigned: Map<number, AssignedTarget>
  send: (name: UpName, body: object) => Promise<UpAck>
  isolate: (seq: number, targetId: number, beganAt?: number, round?: number) => Promise<UpAck>
  revive: (seq: number, targetId: number, endedAt?: number) => Promise<UpAck>
}

/** A probe of our own: what it measures is what the test says. */
export async function dialAsProbe(url: string, name: string, siteIds: number[] = []): Promise<FakeProbe> {
  const { id, token } = await createProbe({ name, siteIds })
  const socket = dialWith(url, token)
  const assigned = new Map<number, AssignedTarget>()
  let isWhole = false
  socket.on('assignment', (body: Assignment, done) => {
    for (const target of body.targets) assigned.set(target.id, target)
    for (const target of body.removed) assigned.delete(target)
    isWhole ||= body.last
    done()
  })
  const send = (event: UpName, body: object): Promise<UpAck> =>
    // The event and its body are the test's business, malformed ones included.
    (socket.timeout(10_000) as unknown as { emitWithAck(name: string, body: object): Promise<UpAck> }).emitWithAck(
      event,
      body,
    )
  await until(`${name} to be connected and assigned`, async () => socket.connected && isWhole)
  return {
    socket,
    id,
    assigned,
    send,
    isolate(seq, targetId, beganAt = Date.now() - 3000, round) {
      const item = { target_id: targetId, began_at: beganAt, isolated_at: beganAt + 3000 }
      return send('outage.isolated', { seq, items: [{ ...item, round, evidence: evidence(beganAt, null) }] })
    },
    revive: (seq, targetId, endedAt = Date.now()) =>
      send('outage.revived', {
        seq,
        items: [{ target_id: targetId, ended_at: endedAt, decided_at: endedAt + 1000, evidence: evidence(endedAt, 2) }],
      }),
  }
}

export function dialWith(url: string, token: string): Socket<WebToProbe, ProbeToWeb> {
  return dial(`${url}/probe`, {
    path: '/live',
    transports: ['websocket'],
    auth: { token, spool_id: randomUUID(), version: 'test', ping_way: 'raw' },
    forceNew: true,
    reconnection: false,
  })
}

const evidence = (sentAt: number, rttMs: number | null): Evidence => ({
  rule: rttMs === null ? '3 misses in 15 s' : '2 hits in a row',
  address: '192.0.2.1',
  way: 'raw',
  pings: [0, 1, 2].map((n) => ({ sent_at: sentAt + n * 1000, rtt_ms: rttMs })),
})

export async function addDevice({ sql }: TestDatabase, name: string, siteId: number | null = null): Promise<number> {
  const [target] = await sql<{ id: number }[]>`
    insert into targets (kind, name, site_id, status) values ('device', ${name}, ${siteId}, 'up') returning id`
  if (!target) throw new Error('No device')
  await sql`insert into devices (id, address) values (${target.id}, '192.0.2.1')`
  return target.id
}
