import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { noFacts } from '@/lib/domain/device-facts'
import { cancelDiscovery, createDiscovery, findDiscovery, walkNow } from '@/lib/store/discoveries'
import { createProbe } from '@/lib/store/probes'
import { createProfile, deleteProfile } from '@/lib/store/snmp-profiles'
import { packFacts } from '@/lib/wire/facts'
import { type Assignment, upMessages } from '@/lib/wire/probe'
import type { SnmpProfile } from '@/lib/wire/snmp'
import { type Discover, mostWalkItems } from '@/lib/wire/walk'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { until } from '../../setup/product'
import { addDevice, dialAsProbe, dialWith, type FakeProbe, openGate } from './gate'

describe('the gate for probes, of topology', () => {
  let database: TestDatabase
  let gate: Awaited<ReturnType<typeof openGate>>
  let probe: FakeProbe
  let other: FakeProbe
  let seq = 0
  const cleanups: (() => void)[] = []

  beforeAll(async () => {
    database = await testDatabase()
    gate = await openGate()
    probe = await dialAsProbe(gate.url, 'one')
    other = await dialAsProbe(gate.url, 'two')
  })
  afterEach(() => {
    for (const clean of cleanups.splice(0)) clean()
  })
  afterAll(async () => {
    probe?.socket.disconnect()
    other?.socket.disconnect()
    await gate?.close()
    await database?.stop()
  })

  let profiles = 0
  async function newProfile(): Promise<number> {
    const settings = { name: `profile ${++profiles}`, port: 161, timeoutMs: 1000, retries: 1 }
    const made = await createProfile(settings, { version: '2c', community: 'a community' })
    if (!('id' in made)) throw new Error(made.fault)
    return made.id
  }
  const walk = (targetId: number, change: object = {}) => ({
    ...{ target_id: targetId, at: Date.now(), profile_id: null, duration_ms: 12, failure: null },
    facts: Buffer.from(packFacts({ ...noFacts(), model: 'RB760iGS' })),
    ...change,
  })
  const search = async (probeId: number) => {
    const asked = { probeId, ranges: ['10.0.0.0/30'], seeds: [], site: null, profileIds: [], ratePerSecond: 10 }
    const made = await createDiscovery(asked, 'somebody')
    if (!('id' in made)) throw new Error(made.fault)
    return made.id
  }
  const walksOf = (id: number) =>
    database.sql<{ model: string; n: number }[]>`
      select model, (select count(*)::int from device_hints) as n from device_walks where device_id = ${id}`

  test('a probe hears of profiles when they change, and not with every device', async () => {
    const heard: (SnmpProfile[] | undefined)[] = []
    const take = (body: Assignment) => heard.push(body.snmp_profiles)
    probe.socket.on('assignment', take)
    cleanups.push(() => probe.socket.off('assignment', take))
    const id = await newProfile()
    await until('it is told', async () => heard.some((list) => list?.some((one) => one.id === id)))
    expect(heard.at(-1)).toMatchObject([{ id, port: 161, credentials: { version: '2c', community: 'a community' } }])
    heard.length = 0
    await addDevice(database, 'Radio 1')
    await database.sql`select pg_notify('beatline_assignment', '')`
    await until('the device is told', async () => heard.length > 0)
    expect(heard).toEqual([undefined])
    await deleteProfile(id)
    await until('that it is gone is told', async () => heard.at(-1)?.length === 0)
  })

  test('edges that were learnt are told within seconds, and a change of a device does not wait for them', async () => {
    const [child, up] = [await addDevice(database, 'Radio 10'), await addDevice(database, 'Radio 11')]
    await database.sql`insert into upstream_edges (device_id, upstream_id) values (${child}, ${up})`
    await database.sql`select pg_notify('beatline_assignment', 'edges')`
    await database.sql`select pg_notify('beatline_assignment', '')`
    const startedAt = Date.now()
    await until('both are told', async () => probe.assigned.get(child)?.upstream?.[0] === up)
    expect(Date.now() - startedAt).toBeLessThan(2500)
    await database.sql`update upstream_edges set effective = false where device_id = ${child}`
    await database.sql`select pg_notify('beatline_assignment', 'edges')`
    await until('that it does not count is told', async () => !probe.assigned.get(child)?.upstream)
  })

  test('what it takes is its first word on a connection', async () => {
    const { token } = await createProbe({ name: 'three', siteIds: [] })
    const socket = dialWith(gate.url, token)
    cleanups.push(() => socket.disconnect())
    const words: string[] = []
    socket.onAny((name: string, body: { takes?: string[] }) => words.push(body.takes ? `${name}: ${body.takes}` : name))
    await until('its words', async () => words.length >= 2)
    expect(words[0]).toBe(`watch: ${Object.keys(upMessages)}`)
  })

  test('a walk sent three times is stored once, and acknowledged each time', async () => {
    const id = await addDevice(database, 'Radio 2')
    const number = ++seq
    for (let i = 0; i < 3; i++) {
      const item = walk(id, { at: 1_700_000_000_000 + i })
      expect(await probe.send('walk', { seq: number, items: [item] })).toEqual({ committed: number })
    }
    const [row] = await database.sql`select model, walked_at from device_walks where device_id = ${id}`
    expect(row).toEqual({ model: 'RB760iGS', walked_at: new Date(1_700_000_000_000) })
  })

  test('facts that nobody can read, and a device that is gone, keep no other walk from being stored', async () => {
    const id = await addDevice(database, 'Radio 3')
    const items = [
      ...Array.from({ length: mostWalkItems - 3 }, () => walk(1_999_999_999)),
      walk(id),
      walk(2_000_000_000),
      walk(await addDevice(database, 'Radio 4'), { facts: Buffer.from([1, 2]) }),
    ]
    expect(await probe.send('walk', { seq: ++seq, items })).toEqual({ committed: seq })
    expect(await walksOf(id)).toHaveLength(1)
  })

  test('text that was cut within a character keeps nothing else of its message from being stored', async () => {
    const id = await addDevice(database, 'Radio 5')
    const hints = ['ether1', `cut \ud83d`].map((detail) => ({
      target_id: id,
      at: Date.now(),
      kind: 'link_down',
      detail,
    }))
    expect(await probe.send('hints', { seq: ++seq, items: hints })).toEqual({ committed: seq })
    const items = [walk(id, { facts: null, failure: 'cut \ud83d' })]
    expect(await probe.send('walk', { seq: ++seq, items })).toEqual({ committed: seq })
    const details = await database.sql`select detail from device_hints where device_id = ${id} order by id`
    expect(details.map((row) => row.detail).sort()).toEqual(['cut ', 'ether1'])
  })

  test('a walk and a hint of a probe whose clock was years ahead keep no later ones out', async () => {
    const id = await addDevice(database, 'Radio 8')
    const ahead = Date.now() + 5 * 365 * 86_400_000
    const later = walk(id, { facts: Buffer.from(packFacts({ ...noFacts(), model: 'hAP' })) })
    expect(await probe.send('walk', { seq: ++seq, items: [walk(id, { at: ahead })] })).toEqual({ committed: seq })
    expect(await probe.send('walk', { seq: ++seq, items: [{ ...later, at: Date.now() + 2 }] })).toEqual({
      committed: seq,
    })
    expect(await walksOf(id)).toMatchObject([{ model: 'hAP' }])
    const hint = { target_id: id, at: ahead, kind: 'rebooted', detail: '' }
    expect(await probe.send('hints', { seq: ++seq, items: [hint] })).toEqual({ committed: seq })
    const [row] = await database.sql`select max(at) <= now() as past from device_hints where device_id = ${id}`
    expect(row).toEqual({ past: true })
  })

  test('a device that says it is up for a million years keeps no other walk from being stored', async () => {
    const [old, id] = [await addDevice(database, 'Radio 6'), await addDevice(database, 'Radio 7')]
    const uptimeSeconds = 4.5e13
    const facts = Buffer.from(packFacts({ ...noFacts(), system: { ...noFacts().system, uptimeSeconds } }))
    expect(await probe.send('walk', { seq: ++seq, items: [walk(old, { facts }), walk(id)] })).toEqual({
      committed: seq,
    })
    expect(await walksOf(id)).toHaveLength(1)
  })

  test.each([
    ['too many walks', 'walk', { items: Array.from({ length: mostWalkItems + 1 }, () => walk(1)) }],
    ['facts that are too long', 'walk', { items: [walk(1, { facts: Buffer.alloc(3 << 20) })] }],
    ['facts that are no bytes', 'walk', { items: [walk(1, { facts: 'text' })] }],
    ['a hint of no kind', 'hints', { items: [{ target_id: 1, at: 1, kind: 'gossip', detail: '' }] }],
    ['a found address that is a story', 'found', { discovery_id: 1, items: [{ address: 'x'.repeat(200) }] }],
  ] as const)('%s is rejected, and the next message is taken', async (_, name, body) => {
    const answer = await probe.send(name, { seq: ++seq, ...body })
    expect(answer).toMatchObject({ rejected: seq })
    const hint = { target_id: 2_000_000_000, at: 1, kind: 'link_up', detail: 'a device that is gone' }
    expect(await probe.send('hints', { seq: ++seq, items: [hint] })).toEqual({ committed: seq })
  })

  test('orders reach their probe alone; a walk reaches all, as each knows its own', async () => {
    const heard: string[] = []
    const listen = (one: FakeProbe, name: string) => {
      const told = (event: string, body: { id?: number; target_ids?: number[] }) =>
        heard.push(`${name} ${event} ${body.id ?? body.target_ids}`)
      one.socket.onAny(told)
      cleanups.push(() => one.socket.offAny(told))
    }
    listen(probe, 'one')
    listen(other, 'two')
    await walkNow([7, 8])
    await until('all hear of the walk', async () => heard.filter((line) => line.includes('walk.now 7,8')).length === 2)
    const id = await search(other.id)
    await until('it is told to search', async () => heard.includes(`two discover ${id}`))
    await cancelDiscovery(id)
    await until('it is told to stop', async () => heard.includes(`two discover.cancel ${id}`))
    expect(heard.filter((line) => line.startsWith('one discover'))).toEqual([])
  })

  test('a probe that comes back is told of its searches that have not ended; what it finds is kept once', async () => {
    const { id: probeId, token } = await createProbe({ name: 'four', siteIds: [] })
    const id = await search(probeId)
    const orders: Discover[] = []
    const socket = dialWith(gate.url, token)
    cleanups.push(() => socket.disconnect())
    socket.on('discover', (order) => orders.push(order))
    await until('it is told', async () => orders.length === 1)
    expect(orders[0]).toMatchObject({ id, ranges: ['10.0.0.0/30'], seeds: [], profiles: [], rate: 10 })
    expect(orders[0]?.allowed).toContain('10.0.0.0/8')
    const item = { address: '10.0.0.1', rtt_ms: 1.5, profile_id: null, facts: Buffer.from([1]) }
    const outside = { ...item, address: '192.0.2.1', facts: null }
    const found = { discovery_id: id, asked: 4, total: 4, ended: true, failure: null, items: [item, outside] }
    for (let i = 0; i < 2; i++)
      expect(await socket.emitWithAck('found', { seq: 1, ...found })).toEqual({ committed: 1 })
    expect(await findDiscovery(id)).toMatchObject({ state: 'done', asked: 4, found: 1, opened: 0 })
    // Another probe has no say in it.
    expect(await probe.send('found', { seq: ++seq, ...found })).toEqual({ committed: seq })
    expect(await findDiscovery(id)).toMatchObject({ state: 'done', found: 1 })
  })

  test('an order that is none is passed over', async () => {
    await database.sql`select pg_notify('beatline_probe_orders', '{"walk": "all"}')`
    await database.sql`select pg_notify('beatline_probe_orders', 'nonsense')`
    const heard: number[][] = []
    const take = (body: { target_ids: number[] }) => heard.push(body.target_ids)
    probe.socket.on('walk.now', take)
    cleanups.push(() => probe.socket.off('walk.now', take))
    await walkNow([9])
    await until('the next one comes', async () => heard.length > 0)
    expect(heard).toEqual([[9]])
  })
})
