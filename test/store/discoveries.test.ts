import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type DeviceFacts, noFacts } from '@/lib/domain/device-facts'
import { transaction } from '@/lib/store/database'
import { findWalk, listEdgesUp } from '@/lib/store/device-facts'
import { createDevice } from '@/lib/store/devices'
import {
  cancelDiscovery,
  createDiscovery,
  type DiscoveryInput,
  deleteDiscovery,
  type FoundItem,
  findDiscovery,
  listOpenDiscoveries,
  readDiscoveryOrder,
  saveFound,
  walkNow,
} from '@/lib/store/discoveries'
import { writeAllowedRanges } from '@/lib/store/discovery-ranges'
import { acceptFound, countFound, dismissFound, listFound, reconsiderFound } from '@/lib/store/found-devices'
import { createProbe } from '@/lib/store/probes'
import { createProfile } from '@/lib/store/snmp-profiles'
import { suggestRanges } from '@/lib/store/suggested-ranges'
import { settingsForSignIn } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
let probeId: number
let profileId: number
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  probeId = (await createProbe({ name: 'north' })).id
  const made = await createProfile(
    { name: 'Radios', port: 161, timeoutMs: 2000, retries: 2 },
    { version: '2c', community: 'secret-7f3a' },
  )
  if ('fault' in made) throw new Error(made.fault)
  profileId = made.id
})
afterAll(() => database?.stop())
beforeEach(async () => {
  await database.sql`delete from discoveries`
  await database.sql`delete from targets`
  await database.sql`delete from sites`
  await database.sql`delete from settings`
})

const asked = (change: Partial<DiscoveryInput> = {}): DiscoveryInput => ({
  probeId,
  ranges: ['10.9.0.0/24'],
  seeds: [],
  site: null,
  profileIds: [profileId],
  ratePerSecond: 250,
  ...change,
})
async function begun(change: Partial<DiscoveryInput> = {}): Promise<number> {
  const made = await createDiscovery(asked(change), 'Sam')
  if ('fault' in made) throw new Error(made.fault)
  return made.id
}
const faultOf = async (change: Partial<DiscoveryInput>) => {
  const made = await createDiscovery(asked(change), 'Sam')
  return 'fault' in made ? made.fault : null
}
const facts = (change: Partial<DeviceFacts>): DeviceFacts => ({ ...noFacts(), ...change })
const item = (address: string, change: Partial<DeviceFacts> | null = null): FoundItem => ({
  address,
  rttMs: 1.5,
  profileId: change && profileId,
  facts: change && facts(change),
})
const told = (discoveryId: number, items: FoundItem[], change: object = {}) =>
  transaction((tx) =>
    saveFound(tx, probeId, { discoveryId, asked: 10, total: 254, ended: false, failure: null, items, ...change }),
  )
const system = (name: string) => ({ ...noFacts().system, name, uptimeSeconds: 3600 })
const mac = 'aa:bb:cc:00:00:07'
const network = () => [
  item('10.9.0.1', {
    vendor: 'MikroTik',
    model: 'RB760iGS',
    serial: 'S1',
    role: 'ap',
    system: system('AP-1'),
    addresses: ['10.9.0.1', '10.9.0.2'],
    stations: [{ ...noStation(), mac, ip: '10.9.0.7', name: 'Acme Dental' }],
  }),
  item('10.9.0.2'),
  item('10.9.0.7'),
]
function noStation() {
  return {
    mac: null,
    ip: null,
    name: null,
    ifIndex: null,
    signalDbm: -61,
    snrDb: null,
    distanceM: null,
    uptimeSeconds: null,
    txBps: null,
    rxBps: null,
  }
}

describe('where it may look', () => {
  test('private networks, unless said otherwise, and never outside of what is', async () => {
    expect(await faultOf({ ranges: ['8.8.8.0/24', '10.0.0.0/24'] })).toMatch(/^ranges: 8\.8\.8\.0\/24 is outside/)
    await writeAllowedRanges(['10.9.0.0/16'])
    expect(await faultOf({ ranges: ['10.8.0.0/24'] })).toMatch(/outside/)
    expect(await faultOf({ ranges: ['10.9.4.0/24'] })).toBeNull()
    await writeAllowedRanges([])
    expect(await faultOf({})).toMatch(/outside/)
  })
  test('a sweep has its bound, a search from a seed stays within its ranges', async () => {
    expect(await faultOf({ ranges: ['10.0.0.0/8'] })).toMatch(/found 16777216 addresses, expected at most 262144/)
    expect(await faultOf({ ranges: ['10.0.0.0/8'], seeds: ['10.0.0.1'] })).toBeNull()
    expect(await faultOf({ seeds: ['10.8.0.1'] })).toMatch(/^seeds: 10\.8\.0\.1 is outside/)
  })
  test('what it names has to exist', async () => {
    expect(await faultOf({ probeId: 999_999 })).toMatch(/^probe: /)
    expect(await faultOf({ profileIds: [profileId, 999_999] })).toMatch(/^profiles: found 999999/)
    expect(await faultOf({ site: 999_999 })).toMatch(/^site: /)
  })
  test('a range is suggested where the probe stands, where devices are and where routers have an address', async () => {
    await createDevice({ name: 'Core', address: '10.9.1.1', role: 'router' })
    await database.sql`
      insert into device_walks (device_id, tried_at, walked_at, facts)
      select id, now(), now(), ${database.sql.json(facts({ addresses: ['10.9.2.1', '8.8.8.8'] }) as never)} from targets`
    const suggested = await suggestRanges({ networks: ['10.9.0.0/24', '203.0.113.0/24', 'nonsense'] })
    expect(suggested).toEqual([
      { range: '10.9.0.0/24', why: 'own', devices: 0, of: null },
      { range: '10.9.1.0/24', why: 'devices', devices: 1, of: null },
      { range: '10.9.2.0/24', why: 'routed', devices: 0, of: 'Core' },
    ])
  })
})

describe('a search', () => {
  test('is told to its probe with what opens devices, until it has ended', async () => {
    const id = await begun()
    const order = await readDiscoveryOrder(id)
    expect(order).toMatchObject({ id, probeId, ranges: ['10.9.0.0/24'], ratePerSecond: 250, cancelled: false })
    expect(order?.profiles[0]?.credentials).toEqual({ version: '2c', community: 'secret-7f3a' })
    expect((await listOpenDiscoveries(probeId)).map((one) => one.id)).toEqual([id])
    await told(id, [], { ended: true, asked: 254 })
    expect(await findDiscovery(id)).toMatchObject({ state: 'done', asked: 254, total: 254, found: 0 })
    expect(await readDiscoveryOrder(id)).toBeNull()
  })
  test('keeps what it is told once by address, and nothing from outside its ranges or of another probe', async () => {
    const id = await begun()
    await told(id, [item('10.9.0.5'), item('10.8.0.5')])
    await told(id, [item('10.9.0.5', { model: 'LHG' })], { asked: 20 })
    await transaction((tx) =>
      saveFound(tx, probeId + 1, {
        discoveryId: id,
        asked: 99,
        total: 99,
        ended: true,
        failure: null,
        items: [item('10.9.0.6')],
      }),
    )
    expect(await findDiscovery(id)).toMatchObject({ state: 'running', asked: 20, found: 1, opened: 1, waiting: 1 })
    expect((await listFound(id))[0]).toMatchObject({ address: '10.9.0.5', model: 'LHG', profile: 'Radios' })
  })
  test('ends as it is told: cancelled before it began at once, else when the probe has heard', async () => {
    const id = await begun()
    expect(await cancelDiscovery(id)).toBe(true)
    expect(await findDiscovery(id)).toMatchObject({ state: 'cancelled' })
    await database.sql`update probes set connected_at = now(), disconnected_at = null`
    const running = await begun()
    await told(running, [])
    await cancelDiscovery(running)
    expect(await findDiscovery(running)).toMatchObject({ state: 'running', cancelled: true })
    expect(await deleteDiscovery(running)).toMatchObject({ conflict: true })
    await told(running, [], { ended: true })
    expect(await findDiscovery(running)).toMatchObject({ state: 'cancelled' })
    const failed = await begun()
    await told(failed, [], { ended: true, failure: 'no socket' })
    expect(await findDiscovery(failed)).toMatchObject({ state: 'failed', failure: 'no socket' })
    expect(await deleteDiscovery(failed)).toEqual({ id: failed })
    expect(await deleteDiscovery(failed)).toBeNull()
  })
  test('of a probe that is away ends at once, and the probe hears of it when it is back', async () => {
    await database.sql`update probes set connected_at = now() - interval '1 hour', disconnected_at = now()`
    const id = await begun()
    await told(id, [])
    await cancelDiscovery(id)
    expect(await findDiscovery(id)).toMatchObject({ state: 'cancelled' })
    expect(await listOpenDiscoveries(probeId)).toMatchObject([{ id, cancelled: true }])
    expect(await deleteDiscovery(id)).toEqual({ id })
  })
})

describe('what was found', () => {
  test('has a name, a role and a likely upstream', async () => {
    const id = await begun()
    await told(id, network())
    const found = await listFound(id, { show: 'waiting' })
    expect(found.map((one) => one.suggested)).toMatchObject([
      { name: 'AP-1', role: 'ap', upstream: null, sameAs: null },
      { sameAs: { address: '10.9.0.1' } },
      { name: 'Acme Dental', role: 'cpe', upstream: { name: 'AP-1', how: 'registered there' } },
    ])
    expect(await countFound(id)).toEqual({ waiting: 3, opened: 1, pings: 2, known: 0, decided: 0, all: 3 })
  })
  test('accepted whole it is watched, at the site of the search, with what was read as its first walk', async () => {
    const id = await begun({ site: 'Ridge' })
    await told(id, network())
    const done = await acceptFound(id, { show: 'waiting' }, 'Sam')
    if (!done || 'fault' in done) throw new Error('not accepted')
    expect(done.accepted).toHaveLength(2)
    expect(done.skipped).toBe(1)
    const devices = await database.sql`
      select t.name, d.address, d.role, s.name as site from targets t join devices d on d.id = t.id
      join sites s on s.id = t.site_id order by d.address`
    expect(devices.map((row) => ({ ...row }))).toEqual([
      { name: 'AP-1', address: '10.9.0.1', role: 'ap', site: 'Ridge' },
      { name: 'Acme Dental', address: '10.9.0.7', role: 'cpe', site: 'Ridge' },
    ])
    const found = await listFound(id, { show: 'decided' })
    expect(found.map((one) => [one.address, one.device?.name])).toEqual([
      ['10.9.0.1', 'AP-1'],
      ['10.9.0.2', 'AP-1'],
      ['10.9.0.7', 'Acme Dental'],
    ])
    const walk = await findWalk(found[0]?.device?.id ?? 0)
    expect(walk).toMatchObject({ failure: null, profile: { name: 'Radios' }, facts: { model: 'RB760iGS' } })
    expect(await findWalk(found[2]?.device?.id ?? 0)).toBeNull()
    expect(await acceptFound(id, { show: 'waiting' }, 'Sam')).toEqual({ accepted: [], skipped: 0 })
  })
  test('in part, under names and roles of one’s own; a name that is taken keeps all of it back', async () => {
    const id = await begun()
    await told(id, network())
    await createDevice({ name: 'Taken', address: '10.9.9.9' })
    const [ap, , cpe] = await listFound(id)
    const ids = [ap?.id ?? 0, cpe?.id ?? 0]
    const refusal = await acceptFound(id, { ids }, 'Sam', new Map([[ap?.id ?? 0, { name: 'Taken' }]]))
    expect(refusal).toMatchObject({ conflict: true, fault: expect.stringContaining('"Taken"') })
    expect(await countFound(id)).toMatchObject({ waiting: 3 })
    const done = await acceptFound(
      id,
      { ids: [ap?.id ?? 0] },
      'Sam',
      new Map([[ap?.id ?? 0, { name: 'Ridge', role: 'router' }]]),
    )
    expect(done).toMatchObject({ accepted: [expect.any(Number)] })
    const [row] = await database.sql`select d.role from targets t join devices d on d.id = t.id where t.name = 'Ridge'`
    expect(row?.role).toBe('router')
    expect(await countFound(id)).toMatchObject({ waiting: 1, decided: 2 })
  })
  test('dismissed it is gone from the list, and can be decided again', async () => {
    const id = await begun()
    await told(id, network())
    expect(await dismissFound(id, { show: 'pings' }, 'Sam')).toBe(2)
    expect(await countFound(id)).toMatchObject({ waiting: 1, decided: 2 })
    const [one] = await listFound(id, { show: 'decided' })
    expect(await reconsiderFound(id, [one?.id ?? 0])).toBe(1)
    expect(await countFound(id)).toMatchObject({ waiting: 2, decided: 1 })
  })
  test('a device that is watched is known by any of its addresses', async () => {
    const made = await createDevice({ name: 'Core', address: '10.9.5.1' })
    const id = await begun()
    await told(id, [item('10.9.0.1', { addresses: ['10.9.5.1'] }), item('10.9.0.9')])
    expect((await listFound(id)).map((one) => one.device)).toEqual([
      { id: 'id' in made ? made.id : 0, name: 'Core', role: 'other' },
      null,
    ])
    expect(await countFound(id)).toMatchObject({ waiting: 1, known: 1 })
  })
  test('of two searches that found the same address, only the first accepted makes a device of it', async () => {
    const [first, second] = [await begun(), await begun()]
    for (const id of [first, second]) await told(id, [item('10.9.0.1'), item(`10.9.0.${id === first ? 2 : 3}`)])
    await acceptFound(first, { show: 'waiting' }, 'Sam')
    const done = await acceptFound(second, { show: 'waiting' }, 'Sam')
    expect(done && 'accepted' in done && done.accepted).toHaveLength(1)
    const rows = await database.sql`select address from devices order by address`
    expect(rows.map((row) => row.address)).toEqual(['10.9.0.1', '10.9.0.2', '10.9.0.3'])
  })
  test('that says it is up for a million years is accepted, without a time of boot', async () => {
    const id = await begun()
    await told(id, [item('10.9.0.1', { system: { ...system('Old'), uptimeSeconds: 4.5e13 } })])
    const done = await acceptFound(id, { show: 'waiting' }, 'Sam')
    const [device = 0] = done && 'accepted' in done ? done.accepted : []
    expect(await findWalk(device)).toMatchObject({ bootedAt: null })
  })
  test('a thousand are accepted at once, each once, however often two people press it', async () => {
    const id = await begun({ ranges: ['10.9.0.0/16'] })
    const many = Array.from({ length: 1000 }, (_, i) => item(`10.9.${i >> 8}.${i & 255}`, { system: system('CPE') }))
    for (let i = 0; i < many.length; i += 64) await told(id, many.slice(i, i + 64))
    const both = await Promise.all([1, 2].map(() => acceptFound(id, { show: 'waiting' }, 'Sam')))
    const accepted = both.map((one) => (one && 'accepted' in one ? one.accepted.length : -1))
    expect(accepted.sort((a, b) => a - b)).toEqual([0, 1000])
    const [row] = await database.sql`select count(*)::int as n, count(distinct name)::int as names from targets`
    expect(row).toMatchObject({ n: 1000, names: 1000 })
  })
})

test('the web tells the gate what was asked, after the commit', async () => {
  const heard: string[] = []
  const listening = await database.sql.listen('beatline_probe_orders', (text) => heard.push(text))
  const id = await begun()
  await cancelDiscovery(id)
  await expect.poll(() => heard.map((text) => JSON.parse(text))).toEqual([{ discovery: id }, { cancel: id }])
  await listening.unlisten()
})

test('a thousand walks are asked for, however long their ids', async () => {
  const heard: string[] = []
  const listening = await database.sql.listen('beatline_probe_orders', (text) => heard.push(text))
  const ids = Array.from({ length: 1000 }, (_, i) => 2_147_480_000 + i)
  await walkNow(ids)
  await expect.poll(() => heard.flatMap((text) => JSON.parse(text).walk)).toEqual(ids)
  await listening.unlisten()
})

test('ways up are listed with how they are known', async () => {
  const [top, low] = [
    await createDevice({ name: 'Top', address: '10.9.0.1' }),
    await createDevice({ name: 'Low', address: '10.9.0.2', upstream: ['Top'] }),
  ]
  if (!('id' in top) || !('id' in low)) throw new Error('not made')
  expect(await listEdgesUp(low.id)).toMatchObject([{ id: top.id, name: 'Top', provenance: 'hand', effective: true }])
})
