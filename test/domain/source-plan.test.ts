import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isUnchanged, sourceChanges } from '@/lib/domain/source-changes'
import { emptyFault, planSource } from '@/lib/domain/source-plan'
import type { SourceSnapshot } from '@/lib/domain/source-records'
import {
  apply,
  client,
  device,
  emptyWorld,
  link,
  noDevice,
  service,
  site,
  snapshot,
  standingOf,
  type World,
} from './source-scene'

type Pings = 'none' | 'infrastructure' | 'all'
/** Reads a source into the world; returns what it changed, in words. */
function read(world: World, said: Partial<SourceSnapshot>, { source = 'uisp', pings = 'none' as Pings } = {}) {
  const standing = standingOf(world, source, pings)
  const plan = planSource(snapshot(said), standing)
  const changes = sourceChanges(plan, standing)
  apply(world, source, plan)
  return {
    plan,
    changes,
    words: changes.items.map(({ kind, does, name, words }) => `${kind} ${does} ${name}: ${words}`),
  }
}
const named = (world: World, name: string) => [...world.devices].find(([, one]) => one.name === name)
const deviceOf = (world: World, name: string) => named(world, name)?.[1]
const macA = '00005e005301'
const macB = '00005e005302'
const addHand = (world: World, fields: Partial<typeof noDevice> & { name: string; macs?: string[] }) => {
  const id = world.next++
  world.devices.set(id, { ...noDevice, pinged: true, macs: [], isDark: false, ...fields })
  return id
}

describe('a first reading', () => {
  const said = {
    sites: [
      site('t', { name: 'Ridge', latitude: 47.1234567, longitude: -110 }),
      site('p', { name: 'Avery', parentKey: 't', isPremises: true }),
    ],
    devices: [
      device('ap', { role: 'ap', address: '203.0.113.2', siteKey: 't', mac: macA }),
      device('cpe', { role: 'cpe', siteKey: 'p', upstreamKeys: ['ap'], mac: macB }),
    ],
    clients: [
      client('1', {
        name: 'Avery Sample',
        contacts: [
          {
            key: '9',
            name: 'Avery',
            email: 'a@example.net',
            phone: null,
            isContact: true,
            isBilling: false,
            smsOk: true,
          },
        ],
      }),
    ],
    services: [service('s', '1', ['cpe'])],
  }
  test('makes sites, devices, clients, contacts and services, joined', () => {
    const world = emptyWorld()
    const { words } = read(world, said, { pings: 'infrastructure' })
    expect(words).toEqual([
      'site adds Ridge: 47.12346, -110',
      'client adds Avery Sample: person, 1 contact added',
      'device adds ap: ap, 203.0.113.2, at Ridge, pinged',
      'device adds cpe: cpe, no address known, at Ridge, of Avery Sample, behind ap, not pinged',
      'service adds Home 50: of Avery Sample, active',
    ])
    const [ridge] = world.sites.keys()
    const [avery] = world.clients.keys()
    expect(deviceOf(world, 'cpe')).toMatchObject({ site: ridge, client: avery, upstream: [named(world, 'ap')?.[0]] })
    expect([...world.contacts.values()]).toMatchObject([{ clientId: avery, email: 'a@example.net' }])
  })
  test('read again, nothing changes', () => {
    const world = emptyWorld()
    read(world, said, { pings: 'infrastructure' })
    expect(read(world, said, { pings: 'infrastructure' }).words).toEqual([])
  })
})

describe('a device that is known by its key', () => {
  const told = { mac: macA, address: '203.0.113.2', role: 'ap' as const }
  const world = () => {
    const made = emptyWorld()
    read(made, { devices: [device('k', { ...told, name: 'Ridge-3' })] })
    return made
  }
  test('keeps its identity while name, MAC and address change', () => {
    const now = world()
    const before = named(now, 'Ridge-3')?.[0]
    read(now, { devices: [device('k', { mac: macB, address: '203.0.113.9', name: 'Ridge-9', role: 'ap' })] })
    expect(named(now, 'Ridge-9')).toEqual([before, expect.objectContaining({ address: '203.0.113.9' })])
  })
  test('is pinged or not as somebody set it by hand, and that is said', () => {
    const now = world()
    const said = { devices: [device('k', { ...told, name: 'Ridge-3' })] }
    const set = (pinged: boolean) => {
      const ours = deviceOf(now, 'Ridge-3')
      if (ours) ours.pinged = pinged
    }
    set(true)
    const { changes } = read(now, said)
    expect(deviceOf(now, 'Ridge-3')?.pinged).toBe(true)
    expect(changes.kept).toMatchObject([{ words: 'pinged stays yes, it says no' }])
    read(now, said, { pings: 'all' })
    set(false)
    expect(read(now, said, { pings: 'all' }).changes.kept).toMatchObject([{ words: 'pinged stays no, it says yes' }])
    expect(deviceOf(now, 'Ridge-3')?.pinged).toBe(false)
  })
  test('disconnected it keeps the address that it had, and nobody is found by it', () => {
    const now = world()
    read(now, {
      devices: [device('k', { ...told, name: 'Ridge-3', address: null }), device('other', { address: '203.0.113.2' })],
    })
    expect(deviceOf(now, 'Ridge-3')?.address).toBe('203.0.113.2')
    expect(deviceOf(now, 'other')?.address).toBe('203.0.113.2')
    expect(now.devices.size).toBe(2)
  })
  test('edited by hand, the edit stays, and what was not edited follows', () => {
    const now = world()
    const edited = deviceOf(now, 'Ridge-3')
    if (edited) edited.name = 'My Ridge'
    const { words, changes } = read(now, { devices: [device('k', { ...told, name: 'Ridge-3 new', role: 'backhaul' })] })
    expect(words).toEqual(['device changes My Ridge: role ap becomes backhaul'])
    expect(changes.kept).toMatchObject([{ words: 'name stays "My Ridge", it says "Ridge-3 new"' }])
  })
  test('vanished it is marked and stays; back, it is as it was', () => {
    const now = world()
    expect(read(now, { devices: [device('z')] }).words).toContain(
      'device vanishes Ridge-3: is no longer listed: marked, and nothing of it is removed',
    )
    expect(deviceOf(now, 'Ridge-3')).toBeDefined()
    expect(read(now, { devices: [device('z')] }).words).toEqual([])
    expect(read(now, { devices: [device('z'), device('k', { ...told, name: 'Ridge-3' })] }).words).toEqual([
      'device returns Ridge-3: is listed again',
    ])
  })
  test('removed by hand it is not made again', () => {
    const now = world()
    now.devices.clear()
    for (const record of now.records.get('uisp')?.values() ?? []) record.id = null
    const { words, changes } = read(now, { devices: [device('k', { ...told, name: 'Ridge-3' })] })
    expect(words).toEqual([])
    expect(changes.notes).toEqual(['1 entry is left out: what stood for them was removed here'])
  })
  test('an entry that could not be read this time has not vanished', () => {
    const now = world()
    const rejected = [{ what: 'device 20 "Ridge-3"', reason: 'id: found null' }]
    expect(read(now, { devices: [device('z')], rejected }).plan.vanished).toEqual([])
  })
  test('under a new key with the same MAC it is the same, edits and all', () => {
    const now = world()
    const edited = deviceOf(now, 'Ridge-3')
    if (edited) edited.role = 'switch'
    const { words } = read(now, { devices: [device('new', { ...told, name: 'Ridge-4' })] })
    expect(words).toEqual([
      'device matches Ridge-4: has the same MAC under a new key',
      'device changes Ridge-4: name "Ridge-3" becomes "Ridge-4"',
    ])
    expect(deviceOf(now, 'Ridge-4')?.role).toBe('switch')
    expect(read(now, { devices: [device('new', { ...told, name: 'Ridge-4' })] }).words).toEqual([])
  })
})

describe('a device that was made by hand', () => {
  test('is found by the MAC of its walk, and keeps what it is called', () => {
    const world = emptyWorld()
    const id = addHand(world, { name: 'Ridge-3', address: '203.0.113.2', macs: [macA] })
    const { words } = read(world, {
      devices: [device('k', { mac: macA, name: 'ap-3', role: 'ap', address: '203.0.113.7' })],
    })
    expect(words).toEqual([
      'device matches Ridge-3: has the same MAC: taken for the same',
      'device changes Ridge-3: role other becomes ap',
    ])
    expect(world.devices.get(id)).toMatchObject({ name: 'Ridge-3', address: '203.0.113.2', role: 'ap', pinged: true })
  })
  test.each([
    ['the same address', { address: '203.0.113.2' }, { address: '203.0.113.2', mac: null }],
    ['the same name', { name: 'ap' }, { name: 'ap', mac: macA }],
    ['a MAC of zeros', { macs: ['000000000000'] }, { mac: '000000000000' }],
    ['the MAC of a router pair', { macs: ['00005e000101'] }, { mac: '00005e000101' }],
  ])('is not found by %s', (_, hand, said) => {
    const world = emptyWorld()
    addHand(world, { name: 'Ridge-3', ...hand })
    read(world, { devices: [device('k', said)] })
    expect(world.devices.size).toBe(2)
  })
  test('is not found by a MAC that two entries have, nor by one that two devices have', () => {
    const one = emptyWorld()
    addHand(one, { name: 'a', macs: [macA] })
    read(one, { devices: [device('k', { mac: macA }), device('l', { mac: macA })] })
    expect(one.devices.size).toBe(3)
    const two = emptyWorld()
    addHand(two, { name: 'a', macs: [macA] })
    addHand(two, { name: 'b', macs: [macA] })
    read(two, { devices: [device('k', { mac: macA })] })
    expect(two.devices.size).toBe(3)
  })
  test('namesakes of a source are told apart by their MACs', () => {
    const world = emptyWorld()
    read(world, { devices: [device('k', { name: 'ubnt', mac: macA }), device('l', { name: 'ubnt', mac: macB })] })
    expect([...world.devices.values()].map((one) => one.name)).toEqual(['ubnt', 'ubnt (00:00:5e:00:53:02)'])
  })
})

describe('two sources', () => {
  test('one device by its MAC: who wrote first is followed, the other fills in', () => {
    const world = emptyWorld()
    read(world, { devices: [device('k', { mac: macA, name: 'cpe-1' })] })
    const sonar = { devices: [device('7', { mac: macA, name: 'Radio', role: 'cpe' as const })] }
    expect(read(world, sonar, { source: 'sonar' }).words).toEqual([
      'device matches cpe-1: has the same MAC: taken for the same',
      'device changes cpe-1: role other becomes cpe',
    ])
    read(world, { devices: [device('k', { mac: macA, name: 'cpe-2' })] })
    expect(read(world, sonar, { source: 'sonar' }).words).toEqual([])
    expect(deviceOf(world, 'cpe-2')?.role).toBe('cpe')
  })
  test('one client by its device, when their names are alike; else two', () => {
    const world = emptyWorld()
    read(world, {
      devices: [device('k', { mac: macA, clientKey: '1' })],
      clients: [client('1', { name: 'Example Feed Co (Robin Placeholder)' })],
    })
    read(
      world,
      {
        devices: [device('7', { mac: macA, clientKey: 'a' })],
        clients: [client('a', { name: 'Robin Placeholder', number: '77' })],
      },
      { source: 'sonar' },
    )
    expect([...world.clients.values()]).toMatchObject([{ name: 'Example Feed Co (Robin Placeholder)', number: '77' }])
    const other = emptyWorld()
    read(other, {
      devices: [device('k', { mac: macA, clientKey: '1' })],
      clients: [client('1', { name: 'Robin Placeholder' })],
    })
    read(
      other,
      { devices: [device('7', { mac: macA, clientKey: 'a' })], clients: [client('a', { name: 'Avery Sample' })] },
      { source: 'sonar' },
    )
    expect(other.clients.size).toBe(2)
  })
  test('a client is gone when neither lists it, and back when one does', () => {
    const world = emptyWorld()
    const uisp = {
      devices: [device('k', { mac: macA, clientKey: '1' })],
      clients: [client('1', { name: 'Robin' }), client('2')],
    }
    const sonar = {
      devices: [device('7', { mac: macA, clientKey: 'a' })],
      clients: [client('a', { name: 'Robin' }), client('b')],
    }
    read(world, uisp)
    read(world, sonar, { source: 'sonar' })
    const [id] = world.clients.keys()
    expect(read(world, { ...uisp, clients: [client('2')] }).plan.clientsGone).toEqual([])
    expect(read(world, { ...sonar, clients: [client('b')] }, { source: 'sonar' }).plan.clientsGone).toEqual([id])
    expect(read(world, uisp).plan.clientsBack).toEqual([id])
  })
})

describe('clients', () => {
  const contact = (key: string, email: string) => ({
    key,
    name: 'N',
    email,
    phone: null,
    isContact: true,
    isBilling: false,
    smsOk: true,
  })
  test('one that was made by hand is taken over by its name, if nobody else has it', () => {
    const world = emptyWorld()
    world.clients.set(1, { ...blank, name: 'Acme', byHand: true, isVanished: false })
    world.next = 2
    const { plan } = read(world, { clients: [client('1', { name: 'Acme', number: '12' })] })
    expect(plan.clients).toMatchObject([{ id: 1, takesOver: true }])
    expect([...world.clients]).toMatchObject([[1, { number: '12', byHand: false }]])
  })
  test('two of one name stay two', () => {
    const world = emptyWorld()
    world.clients.set(1, { ...blank, name: 'J. Placeholder', byHand: true, isVanished: false })
    world.next = 2
    read(world, { clients: [client('1', { name: 'J. Placeholder' }), client('2', { name: 'J. Placeholder' })] })
    expect(world.clients.size).toBe(3)
  })
  test('a contact that the source drops goes; edited by hand it stays; removed by hand it stays away', () => {
    const world = emptyWorld()
    const said = (keys: string[]) => ({
      clients: [client('1', { contacts: keys.map((key) => contact(key, `${key}@example.net`)) })],
    })
    read(world, said(['a', 'b', 'c']))
    const [a, b, c] = world.contacts.keys()
    const edited = world.contacts.get(b ?? 0)
    if (edited) edited.email = 'mine@example.net'
    world.contacts.delete(c ?? 0)
    expect(read(world, said(['c'])).words).toEqual(['client changes 1: 1 contact removed'])
    expect([...world.contacts]).toMatchObject([[b, { email: 'mine@example.net' }]])
    expect(a).not.toBe(b)
    expect(read(world, said(['c'])).words).toEqual([])
  })
  test('a contact of the same address that was typed in is not made a second time', () => {
    const world = emptyWorld()
    read(world, { clients: [client('1')] })
    const [id = 0] = world.clients.keys()
    world.contacts.set(99, { ...contact('x', 'A@example.net'), clientId: id, sourceKey: null })
    read(world, { clients: [client('1', { contacts: [contact('a', 'a@example.net')] })] })
    expect(world.contacts.size).toBe(1)
  })
})

describe('ways up', () => {
  const chain = (links: ReturnType<typeof link>[]) => ({
    devices: [device('rtr', { role: 'router' }), device('a', { role: 'ap' }), device('b', { role: 'ap' })],
    links,
  })
  const above = (world: World, name: string) =>
    deviceOf(world, name)?.upstream.map((id) => world.devices.get(id as number)?.name)
  test('follow the source; a link that is no longer told leaves them as they are', () => {
    const world = emptyWorld()
    read(world, chain([link('rtr', 'a'), link('a', 'b')]))
    expect(above(world, 'b')).toEqual(['a'])
    read(world, chain([link('rtr', 'a'), link('rtr', 'b')]))
    expect(above(world, 'b')).toEqual(['rtr'])
    read(world, chain([link('rtr', 'a')]))
    expect(above(world, 'b')).toEqual(['rtr'])
  })
  test('made by hand they stay', () => {
    const world = emptyWorld()
    read(world, chain([link('rtr', 'a'), link('a', 'b')]))
    const b = deviceOf(world, 'b')
    if (b) b.upstream = [named(world, 'rtr')?.[0] ?? 0]
    expect(read(world, chain([link('rtr', 'a'), link('a', 'b')])).words).toEqual([])
    expect(above(world, 'b')).toEqual(['rtr'])
  })
  test('none goes while either end is dark', () => {
    const world = emptyWorld()
    read(world, chain([link('rtr', 'a'), link('a', 'b')]))
    const a = deviceOf(world, 'a')
    if (a) a.isDark = true
    read(world, chain([link('rtr', 'a'), link('rtr', 'b')]))
    expect(above(world, 'b')?.sort()).toEqual(['a', 'rtr'])
    if (a) {
      const [id, now] = named(world, 'a') ?? []
      if (id && now) world.devices.set(id, { ...now, isDark: false })
    }
    read(world, chain([link('rtr', 'a'), link('rtr', 'b')]))
    expect(above(world, 'b')).toEqual(['rtr'])
  })
  test('one that closes a circle with what was made by hand is not written', () => {
    const world = emptyWorld()
    read(world, chain([link('rtr', 'a')]))
    const [a, b] = [named(world, 'a')?.[0] ?? 0, named(world, 'b')?.[0] ?? 0]
    const router = deviceOf(world, 'rtr')
    if (router) router.upstream = [b]
    read(world, chain([link('rtr', 'a'), link('a', 'b')]))
    expect(above(world, 'b')).toEqual([])
    expect(a).not.toBe(b)
    expect(read(world, chain([link('rtr', 'a'), link('a', 'b')])).words).toEqual([])
  })
})

describe('what cannot be meant', () => {
  const many = (n: number) => ({ devices: Array.from({ length: n }, (_, i) => device(`k${i}`)) })
  test('an empty list of devices is a fault, where there were some', () => {
    const world = emptyWorld()
    expect(emptyFault(snapshot({}), standingOf(world, 'uisp'))).toBeNull()
    read(world, many(3))
    expect(emptyFault(snapshot({}), standingOf(world, 'uisp'))).toBe(
      'It lists no devices, expected some: it listed 3 at the last good reading',
    )
  })
  test('clients that are listed no more at all are taken as not said', () => {
    const world = emptyWorld()
    read(world, { ...many(2), clients: [client('1')] })
    const { plan, changes } = read(world, many(2))
    expect(plan.vanished).toEqual([])
    expect(changes.notes).toEqual(['It lists no clients though it did: taken as not said, the known ones stay'])
  })
  test('more than half gone is for somebody to look at', () => {
    const world = emptyWorld()
    read(world, many(8))
    expect(planSource(snapshot(many(4)), standingOf(world, 'uisp')).isDoubtful).toBe(false)
    expect(planSource(snapshot(many(3)), standingOf(world, 'uisp')).isDoubtful).toBe(true)
  })
})

const blank = {
  name: '',
  kind: 'person' as const,
  company: null,
  person: null,
  number: null,
  address: null,
  language: 'en',
  archived: false,
}

describe('of any readings', () => {
  const name = fc.constantFrom('x', 'y', 'z', 'x (k1)', '')
  const mac = fc.constantFrom(macA, macB, '00005e005303', '000000000000', null)
  const key = fc.constantFrom('k1', 'k2', 'k3', 'k4')
  const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null })
  const entries = <T extends { key: string }>(one: fc.Arbitrary<T>) =>
    fc.uniqueArray(one, { selector: (each) => each.key, maxLength: 4 })
  const aDevice = fc.record({
    key,
    name,
    mac,
    role: fc.constantFrom('ap' as const, 'cpe' as const, 'router' as const, 'other' as const),
    address: fc.constantFrom('203.0.113.1', '203.0.113.2', null),
    siteKey: maybe(key),
    clientKey: maybe(key),
    upstreamKeys: fc.array(key, { maxLength: 2 }),
  })
  const aContact = fc.record({
    key,
    name,
    email: fc.constantFrom('a@example.net', 'b@example.net', null),
    phone: fc.constant(null),
    isContact: fc.boolean(),
    isBilling: fc.boolean(),
    smsOk: fc.boolean(),
  })
  const aSnapshot = fc.record({
    sites: entries(
      fc.record({ key, name, parentKey: maybe(key), isPremises: fc.boolean() }).map((one) => site(one.key, one)),
    ),
    devices: entries(aDevice.map((one) => device(one.key, one))),
    clients: entries(
      fc
        .record({ key, name, isArchived: fc.boolean(), contacts: entries(aContact) })
        .map((one) => client(one.key, one)),
    ),
    services: entries(fc.tuple(key, key, fc.array(key)).map(([own, of, devices]) => service(own, of, devices))),
    links: fc.array(
      fc.tuple(key, key).map(([from, to]) => link(from, to)),
      { maxLength: 4 },
    ),
  })
  const pings = fc.constantFrom<Pings>('none', 'infrastructure', 'all')
  const step = fc.oneof(
    fc.record({ is: fc.constant('read' as const), source: fc.constantFrom('uisp', 'sonar'), said: aSnapshot, pings }),
    fc.record({
      is: fc.constant('edit' as const),
      nth: fc.nat(5),
      name: fc.constantFrom('h1', 'h2', 'x'),
      role: fc.constantFrom('ap' as const, 'server' as const),
    }),
    fc.record({ is: fc.constant('hand' as const), name: fc.constantFrom('x', 'h3'), mac }),
    fc.record({ is: fc.constant('remove' as const), nth: fc.nat(5) }),
    fc.record({ is: fc.constant('dark' as const), nth: fc.nat(5) }),
  )
  const nthDevice = (world: World, nth: number) => [...world.devices.keys()].at(nth % Math.max(1, world.devices.size))

  function take(world: World, one: typeof step extends fc.Arbitrary<infer S> ? S : never): void {
    if (one.is === 'read') {
      read(world, one.said, one)
      const again = read(world, one.said, one)
      expect(again.words).toEqual([])
      expect(isUnchanged(again.changes)).toBe(true)
      return
    }
    if (one.is === 'hand') {
      if (!named(world, one.name)) addHand(world, { name: one.name, macs: one.mac === null ? [] : [one.mac] })
      return
    }
    const id = nthDevice(world, one.nth)
    const standing = world.devices.get(id ?? 0)
    if (id === undefined || !standing) return
    if (one.is === 'dark') standing.isDark = !standing.isDark
    else if (one.is === 'edit') {
      standing.role = one.role
      if (!named(world, one.name)) standing.name = one.name
    } else {
      world.devices.delete(id)
      for (const other of world.devices.values()) other.upstream = other.upstream.filter((up) => up !== id)
      for (const records of world.records.values())
        for (const record of records.values()) if (record.kind === 'device' && record.id === id) record.id = null
    }
  }

  const runs = { numRuns: Number(process.env.FC ?? 100) }
  test('whatever came before, the same reading a second time changes nothing', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
        const world = emptyWorld()
        for (const one of steps) take(world, one)
      }),
      runs,
    )
  })
  test('two sources that take turns come to rest', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 3 }), aSnapshot, aSnapshot, (steps, uisp, sonar) => {
        const world = emptyWorld()
        for (const one of steps) take(world, one)
        const round = () => [...read(world, uisp).words, ...read(world, sonar, { source: 'sonar' }).words]
        round()
        round()
        round()
        expect(round()).toEqual([])
      }),
      runs,
    )
  })
  test('what an operator edited stays, whatever is read', () => {
    fc.assert(
      fc.property(aSnapshot, fc.array(aSnapshot, { maxLength: 3 }), fc.nat(3), (first, others, nth) => {
        const world = emptyWorld()
        read(world, first)
        const id = nthDevice(world, nth)
        const standing = world.devices.get(id ?? 0)
        if (id === undefined || !standing) return
        Object.assign(standing, { name: 'mine', role: 'server', address: '192.0.2.77', upstream: [] })
        for (const said of others) read(world, said, { pings: 'all' })
        expect(world.devices.get(id)).toMatchObject({ name: 'mine', role: 'server', address: '192.0.2.77' })
      }),
      runs,
    )
  })
  test('nothing is deleted, and no device has an address that no entry for it ever said', () => {
    fc.assert(
      fc.property(fc.array(aSnapshot, { minLength: 1, maxLength: 4 }), (all) => {
        const world = emptyWorld()
        let [devices, clients] = [0, 0]
        const told = new Map<number, (string | null)[]>() // what the entries that stood for a device said
        for (const said of all) {
          read(world, said)
          expect(world.devices.size).toBeGreaterThanOrEqual(devices)
          expect(world.clients.size).toBeGreaterThanOrEqual(clients)
          devices = world.devices.size
          clients = world.clients.size
          for (const { key, address } of said.devices) {
            const id = world.records.get('uisp')?.get(`device ${key}`)?.id ?? 0
            told.set(id, [...(told.get(id) ?? []), address])
          }
        }
        for (const [id, one] of world.devices) if (one.address !== '') expect(told.get(id)).toContain(one.address)
      }),
      runs,
    )
  })
})
