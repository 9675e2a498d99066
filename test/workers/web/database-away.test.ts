import { io as dial, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeDatabase, openDatabase } from '@/lib/store/database'
import { createKey } from '@/lib/store/keys'
import type { ClientToServer, LiveEvent, ServerToClient } from '@/lib/wire/live'
import { healthBody } from '@/workers/web/health'
import { cuttable } from '../../setup/cuttable'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { until } from '../../setup/product'
import { addDevice, dialAsProbe, type FakeProbe, openGate } from './gate'

describe('while the database is away', () => {
  let database: TestDatabase
  let line: Awaited<ReturnType<typeof cuttable>>
  let gate: Awaited<ReturnType<typeof openGate>>
  let probe: FakeProbe
  let page: Socket<ServerToClient, ClientToServer>
  const opened: LiveEvent[] = []

  beforeAll(async () => {
    database = await testDatabase()
    await closeDatabase()
    line = await cuttable(database.url)
    process.env.DATABASE_URL = line.url
    database.sql = openDatabase(line.url).sql
    gate = await openGate()
    probe = await dialAsProbe(gate.url, 'one')
    const { key } = await createKey({ name: 'page', role: 'viewer' })
    page = dial(gate.url, { path: '/live', transports: ['websocket'], auth: { token: key }, forceNew: true })
    page.on('outage.opened', (event) => opened.push(event))
    await until('the page', async () => page.connected)
    await new Promise((done) => page.emit('follow', 'all', done))
  })
  afterAll(async () => {
    probe?.socket.disconnect()
    page?.disconnect()
    await gate?.close()
    line?.heal()
    await database?.stop()
    line?.close()
  })

  test('a probe is told to send again, stays connected, and all is stored and shown once it is back', async () => {
    const ids = [await addDevice(database, 'A'), await addDevice(database, 'B')]
    expect(await probe.isolate(1, ids[0] ?? 0)).toEqual({ committed: 1 })
    line.cut()
    expect(await probe.isolate(2, ids[1] ?? 0)).toMatchObject({ retry: 2 })
    expect(await probe.isolate(3, ids[0] ?? 0)).toMatchObject({ retry: 3 })
    expect(probe.socket.connected).toBe(true)

    line.heal()
    const healedAt = Date.now()
    await until('the message to be stored', async () => 'committed' in (await probe.isolate(2, ids[1] ?? 0)), 60_000)
    expect(Date.now() - healedAt).toBeLessThan(10_000)
    await until('the page to hear of both', async () => opened.length >= 2, 30_000)
    expect(opened.map((event) => event.target_id)).toEqual(ids)
    expect(page.connected).toBe(true)
  }, 480_000)
})

describe('health', () => {
  const now = new Date('2026-03-29T00:59:55Z')
  const health = (secondsAgo: number) => ({ keeperCycleAt: new Date(now.getTime() - secondsAgo * 1000), probes: [] })
  test.each([
    ['a keeper at work', health(30), true, 'OK'],
    ['a keeper that has not finished for over 30 s', health(31), false, 'keeper away'],
    ['no keeper ever', { keeperCycleAt: null, probes: [] }, false, 'keeper away'],
    ['no database', null, false, 'database away'],
  ])('%s', (_, found, ok, status) =>
    expect(healthBody(found, now, false)).toMatchObject({ ok, body: { status, database: found ? 'ok' : 'away' } }),
  )
  test('the last good cycle is written yyyymmddhhmmss', () =>
    expect(healthBody(health(0), now, true).body).toMatchObject({ last_good_cycle: '20260329005955' }))
})
