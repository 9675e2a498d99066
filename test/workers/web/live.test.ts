import { io as dial, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import * as environment from '@/lib/env'
import { cookieHeaderOf } from '@/lib/session'
import { createKey } from '@/lib/store/keys'
import { publish } from '@/lib/store/publish'
import { createSession } from '@/lib/store/sessions'
import { createUser } from '@/lib/store/users'
import type { ClientToServer, LiveEvent, LivePings, ServerToClient } from '@/lib/wire/live'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { until } from '../../setup/product'
import { addDevice, dialAsProbe, type FakeProbe, openGate } from './gate'

describe('live events', () => {
  let database: TestDatabase
  let gate: Awaited<ReturnType<typeof openGate>>
  let token: string

  beforeAll(async () => {
    database = await testDatabase()
    gate = await openGate()
    token = (await createKey({ name: 'live', role: 'viewer' })).key
  })
  afterAll(async () => {
    await gate?.close()
    await database?.stop()
  })

  async function open(): Promise<{ socket: Socket<ServerToClient, ClientToServer>; ids: number[] }> {
    const socket: Socket<ServerToClient, ClientToServer> = dial(gate.url, {
      path: '/live',
      transports: ['websocket'],
      auth: { token },
      forceNew: true,
    })
    const ids: number[] = []
    socket.on('target.status', (event: LiveEvent) => ids.push(event.event_id))
    await until('the socket', async () => socket.connected)
    await new Promise((done) => socket.emit('follow', 'all', done))
    return { socket, ids }
  }
  const publishMany = (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, i) =>
        database.sql.begin((tx) =>
          publish(tx, [
            { type: 'target.status', at: new Date(), targetId: i + 1, incidentId: null, body: { status: 'up' } },
          ]),
        ),
      ),
    )
  const storedIds = async (after = 0) =>
    (await database.sql<{ id: string }[]>`select id from events where id > ${after} order by id`).map((row) =>
      Number(row.id),
    )

  test('without credentials nobody is admitted', async () => {
    const socket = dial(gate.url, { path: '/live', transports: ['websocket'], forceNew: true, reconnection: false })
    const refusal = await new Promise<Error>((done) => socket.on('connect_error', done))
    expect(refusal.message).toContain('unauthorized')
    socket.disconnect()
  })

  test('of 300 events committed at once a page gets every one, once, in order', async () => {
    const { socket, ids } = await open()
    await publishMany(300)
    await until('all events', async () => ids.length >= 300)
    expect(ids).toEqual(await storedIds())
    socket.disconnect()
  })

  describe('of the moment', () => {
    async function scene(names: readonly string[]) {
      const { socket } = await open()
      const heard: string[] = []
      socket.on('moment', (changes) => heard.push(...changes.map(({ target_id: id, status }) => `${id} ${status}`)))
      const ids = []
      for (const name of names) ids.push(await addDevice(database, name))
      const end = () => socket.disconnect()
      return { heard, ids, end, hears: (what: string) => until(what, async () => heard.includes(what)) }
    }
    const says = (probe: FakeProbe, status: 'suspect' | 'steady' | 'answered', ...ids: number[]) =>
      void probe.socket.emit('moments', { items: ids.map((target_id) => ({ target_id, status, since: Date.now() })) })

    test('a suspect that is steady is up again; one that goes dark is not, nor when its probe is lost', async () => {
      const { heard, ids, hears, end } = await scene(['Steady', 'Dark', 'Left', 'Answers'])
      const [steady = 0, dark = 0, left = 0, answers = 0] = ids
      const probe = await dialAsProbe(gate.url, 'of moments')
      says(probe, 'suspect', ...ids)
      for (const id of ids) await hears(`${id} suspect`)
      expect(await probe.isolate(1, dark)).toEqual({ committed: 1 })
      says(probe, 'steady', dark, steady) // as probes of before do
      await hears(`${steady} up`)
      says(probe, 'answered', answers) // another address, which answers at once
      await hears(`${answers} up`)
      probe.socket.disconnect()
      await hears(`${left} up`)
      expect(heard).not.toContain(`${dark} up`)
      end()
    })

    test('of two probes the last that suspects it decides; the word of one alone leaves nobody suspect', async () => {
      const { heard, ids, hears, end } = await scene(['By both', 'By one'])
      const [both = 0, one = 0] = ids
      const [first, second] = [await dialAsProbe(gate.url, 'first'), await dialAsProbe(gate.url, 'second')]
      says(first, 'suspect', both, one)
      await hears(`${one} suspect`)
      says(second, 'suspect', both)
      await until('the second to be heard', async () => heard.filter((said) => said === `${both} suspect`).length === 2)
      expect(await first.isolate(1, one)).toEqual({ committed: 1 }) // the other one sees it: no outage
      await hears(`${one} up`)
      says(first, 'steady', both)
      expect(await first.send('blind', { seq: 2, state: 'ended', at: Date.now(), reason: 'test' })).toMatchObject({})
      expect(heard).not.toContain(`${both} up`)
      says(second, 'steady', both)
      await hears(`${both} up`)
      for (const { socket } of [first, second]) socket.disconnect()
      end()
    })
  })

  test('a page that was away gets what it missed, and nothing twice', async () => {
    const before = await open()
    await publishMany(20)
    await until('the first events', async () => before.ids.length === 20)
    const last = Math.max(...before.ids)
    before.socket.disconnect()
    await publishMany(30)

    const after = await open()
    const answer = await new Promise<{ last: number; complete: boolean }>((done) =>
      after.socket.emit('resume', last, done),
    )
    expect(answer.complete).toBe(true)
    await until('what was missed', async () => after.ids.length === 30)
    expect(after.ids).toEqual(await storedIds(last))
    after.socket.disconnect()
  })

  test('resuming while others commit skips nothing, and the replay comes before what is newer', async () => {
    const start = Math.max(0, ...(await storedIds()))
    await publishMany(150)
    const { socket, ids } = await open()
    const publishing = publishMany(150)
    const { last } = await new Promise<{ last: number }>((done) => socket.emit('resume', start, done))
    await publishing
    const stored = await storedIds(start)
    await until('every event', async () => new Set(ids).size === stored.length)
    expect([...new Set(ids)].sort((a, b) => a - b)).toEqual(stored)
    const replayed = ids.slice(ids.indexOf(start + 1))
    expect(replayed, 'from the first replayed on, in order').toEqual(stored)
    expect(last).toBeGreaterThanOrEqual(start + 150)
    socket.disconnect()
  })

  test('too far back is not replayed: the page is told to load anew', async () => {
    const { socket } = await open()
    const answer = await new Promise<{ complete: boolean }>((done) => socket.emit('resume', -5, done))
    expect(answer.complete).toBe(false)
    socket.disconnect()
  })

  test('ahead of a log that was begun anew: the page is told to load anew', async () => {
    const { socket } = await open()
    const answer = await new Promise<{ complete: boolean }>((done) => socket.emit('resume', 1_000_000_000, done))
    expect(answer.complete).toBe(false)
    socket.disconnect()
  })

  test('one page that asks for many replays at once gets some; the others hear on', async () => {
    const { socket, ids } = await open()
    const answers = await Promise.all(
      Array.from(
        { length: 200 },
        () => new Promise<{ complete: boolean }>((done) => socket.emit('resume', Math.max(0, ...ids), done)),
      ),
    )
    expect(answers.filter((answer) => answer.complete).length).toBeLessThan(150)
    expect(answers.some((answer) => answer.complete)).toBe(true)
    socket.disconnect()
  })

  test.each([
    ['of the host that was asked', (url: string) => url, true],
    ['of the site, behind a proxy with a host of its own', () => 'https://monitor.example.net', true],
    ['of another site', () => 'https://elsewhere.example.net', false],
    ['that is none', () => 'null', false],
  ])('a page %s: with the cookie alone it is let in or not', async (_, originOf, expected) => {
    vi.spyOn(environment, 'env').mockReturnValue({ ...environment.env(), siteUrl: 'https://monitor.example.net' })
    const user = await createUser({
      email: `${Math.random()}@example.net`,
      name: 'A',
      password: 'long enough',
      role: 'viewer',
    })
    const sessionId = await createSession({ userId: user?.id ?? 0, userAgent: null, address: null })
    const socket = dial(gate.url, {
      path: '/live',
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: { cookie: await cookieHeaderOf(sessionId), origin: originOf(gate.url) },
    })
    const admitted = await new Promise<boolean>((done) => {
      socket.on('connect', () => done(true))
      socket.on('connect_error', () => done(false))
    })
    vi.restoreAllMocks()
    expect(admitted).toBe(expected)
    socket.disconnect()
  })

  test('a page that watches a device that another page watches already gets its recent pings at once', async () => {
    const probe = await dialAsProbe(gate.url, 'pinging')
    const hear = async () => {
      const { socket } = await open()
      const heard: LivePings[] = []
      socket.on('pings', (batch) => heard.push(...batch))
      socket.emit('watch', [7])
      return { socket, heard }
    }
    const first = await hear()
    await until('the first page to hear', async () => {
      probe.socket.emit('pings', { items: [{ target_id: 7, pings: [[1_700_000_000_000, 12]] }] })
      return first.heard.length > 0
    })
    const second = await hear()
    await until('the second page to hear', async () => second.heard.length > 0)
    expect(second.heard[0]).toEqual({ target_id: 7, pings: [[1_700_000_000_000, 12]] })
    for (const one of [first, second, probe]) one.socket.disconnect()
  })

  test('a topic that is none is refused in words', async () => {
    const { socket } = await open()
    const answer = await new Promise<{ ok: boolean; error?: string }>((done) =>
      socket.emit('follow', 'everything' as 'all', done),
    )
    expect(answer).toMatchObject({ ok: false, error: expect.stringContaining('device:ID') })
    socket.disconnect()
  })
})
