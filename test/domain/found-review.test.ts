import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Found, type FoundFacts, type Known, reviewFound } from '@/lib/domain/found-review'
import { roles } from '@/lib/domain/status'

const facts = (change: Partial<FoundFacts> = {}): FoundFacts => ({
  vendor: null,
  model: null,
  serial: null,
  role: null,
  macs: [],
  addresses: [],
  name: null,
  apMacs: [],
  stations: [],
  links: [],
  neighbours: [],
  ...change,
})
let lastId = 0
const at = (address: string, change: Partial<FoundFacts> | null = {}, deviceId: number | null = null): Found => ({
  id: ++lastId,
  address,
  deviceId,
  facts: change && facts(change),
})
const known = (id: number, name: string, change: Partial<Known> = {}): Known => ({
  id,
  name,
  address: `192.168.0.${id}`,
  role: 'router',
  facts: null,
  ...change,
})
const one = (found: Found[], devices: Known[] = []) => reviewFound(found, devices)[0]
const ap = 'aa:00:00:00:00:01'
const cpe = 'aa:00:00:00:00:02'

test('a chain of devices that each list the addresses before is one device, however long it is', () => {
  const [chain, step] = [19_000, 1000]
  const rows = Array.from({ length: chain }, (_, i) => at(`10.1.${i >> 8}.${i & 255}`))
  const addresses = rows.map((row) => row.address).reverse()
  const liars = Array.from({ length: chain / step }, (_, i) =>
    at(`10.2.0.${i}`, { addresses: addresses.slice(Math.max(0, i * step - 1), (i + 1) * step) }),
  )
  expect(new Set(reviewFound([...rows, ...liars], []).map((row) => row.sameAs?.address))).toEqual(
    new Set([undefined, '10.1.0.0']),
  )
})

describe('names', () => {
  test('its own name', () => expect(one([at('10.0.0.1', { name: ' Ridge-3 ' })])?.name).toBe('Ridge-3'))
  test('what a factory gave tells nothing: the model and the address', () =>
    expect(one([at('10.0.0.1', { name: 'MikroTik', model: 'RB760iGS' })])?.name).toBe('RB760iGS 10.0.0.1'))
  test('of what answers pings only, as the access point calls it', () => {
    const stations = [{ mac: cpe, ip: '10.0.0.9', name: 'Acme Dental' }]
    expect(one([at('10.0.0.9', null), at('10.0.0.1', { stations })])).toMatchObject({
      name: 'Acme Dental',
      role: 'cpe',
    })
  })
  test('two of one name are told apart by their addresses, and from what is watched', () => {
    const found = [at('10.0.0.1', { name: 'AP' }), at('10.0.0.2', { name: 'AP' }), at('10.0.0.3', { name: 'Core' })]
    expect(reviewFound(found, [known(1, 'Core')]).map(({ name }) => name)).toEqual([
      'AP (10.0.0.1)',
      'AP (10.0.0.2)',
      'Core (10.0.0.3)',
    ])
  })
  test('nothing known: the address', () => expect(one([at('10.0.0.1', null)])?.name).toBe('10.0.0.1'))
})

describe('upstream', () => {
  test('a station hangs on the access point that lists it', () => {
    const found = [
      at('10.0.0.9', { macs: [cpe], role: 'cpe' }),
      at('10.0.0.1', { name: 'AP-1', role: 'ap', stations: [{ mac: cpe, ip: null, name: null }] }),
    ]
    expect(one(found)?.upstream).toEqual({ found: found[1]?.id, device: null, name: 'AP-1', how: 'registered there' })
  })
  test('or on the one that its radio names, be it watched already', () =>
    expect(
      one([at('10.0.0.9', { apMacs: [ap] })], [known(4, 'AP-4', { role: 'ap', facts: facts({ macs: [ap] }) })])
        ?.upstream,
    ).toEqual({ found: null, device: 4, name: 'AP-4', how: 'its radio says so' }))
  test('an access point hangs on its switch, not on the router that is heard behind it', () => {
    const neighbours = [
      { mac: null, name: null, addresses: ['192.168.0.1'] },
      { mac: null, name: null, addresses: ['192.168.0.2'] },
    ]
    const review = one(
      [at('10.0.0.1', { role: 'ap', neighbours })],
      [known(1, 'Core'), known(2, 'Switch', { role: 'switch' })],
    )
    expect(review?.upstream?.name).toBe('Switch')
  })
  test('between two of one kind nothing says who is above', () =>
    expect(
      one(
        [at('10.0.0.1', { role: 'router', neighbours: [{ mac: null, name: null, addresses: ['192.168.0.1'] }] })],
        [known(1, 'Core')],
      )?.upstream,
    ).toBeNull())
  test('a MAC that two have points nowhere', () => {
    const found = [at('10.0.0.9', { apMacs: [ap] }), at('10.0.0.1', { macs: [ap] }), at('10.0.0.2', { macs: [ap] })]
    expect(one(found)?.upstream).toBeNull()
  })
})

describe('one device at several addresses', () => {
  test('is the row that was found first', () => {
    const found = [at('10.0.0.1', { addresses: ['10.0.0.1', '10.0.1.1'] }), at('10.0.1.1', null)]
    expect(reviewFound(found, [])[1]?.sameAs).toEqual({ id: found[0]?.id, address: '10.0.0.1' })
  })
  test('or has one serial number', () => {
    const found = [
      at('10.0.0.1', { vendor: 'Juniper', serial: 'X1' }),
      at('10.0.1.1', { vendor: 'Juniper', serial: 'X1' }),
    ]
    expect(reviewFound(found, [])[1]?.sameAs?.address).toBe('10.0.0.1')
  })
})

const text = fc.constantFrom('a', 'b', 'MikroTik', '', 'x'.repeat(200), 'a\u0000b', '(10.0.0.1)')
const address = fc.integer({ min: 0, max: 8 }).map((n) => `10.0.0.${n}`)
const mac = fc.integer({ min: 0, max: 5 }).map((n) => `aa:00:00:00:00:0${n}`)
const few = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 3 })
const anyFacts: fc.Arbitrary<FoundFacts> = fc.record({
  vendor: fc.option(text),
  model: fc.option(text),
  serial: fc.option(fc.constantFrom('1', '2', '')),
  role: fc.option(fc.constantFrom(...roles)),
  macs: few(mac),
  addresses: few(address),
  name: fc.option(text),
  apMacs: few(mac),
  stations: few(fc.record({ mac: fc.option(mac), ip: fc.option(address), name: fc.option(text) })),
  links: few(fc.record({ mac: fc.option(mac), ip: fc.option(address) })),
  neighbours: few(fc.record({ mac: fc.option(mac), name: fc.option(text), addresses: few(address) })),
})
const anyFound = fc
  .uniqueArray(
    fc.record({ address, deviceId: fc.option(fc.integer({ min: 1, max: 3 })), facts: fc.option(anyFacts) }),
    {
      selector: (row) => row.address,
      maxLength: 8,
    },
  )
  .map((rows) => rows.map((row, i) => ({ ...row, id: i + 1 })))
const anyKnown = few(
  fc.record({ name: text, address, role: fc.constantFrom(...roles), facts: fc.option(anyFacts) }),
).map((rows) => rows.map((row, i) => ({ ...row, id: i + 1, name: `${row.name}${i}`.slice(-110) })))

test('whatever is found: names are free and fit, none hangs on itself, twins point at what can be accepted', () =>
  fc.assert(
    fc.property(anyFound, anyKnown, (found, devices) => {
      const review = reviewFound(found, devices)
      expect(review.map(({ id }) => id)).toEqual(found.map(({ id }) => id))
      const open = review.filter(({ sameAs }, i) => sameAs === null && found[i]?.deviceId === null)
      const names = [...devices.map(({ name }) => name), ...open.map(({ name }) => name)]
      expect(new Set(names).size).toBe(new Set(devices.map(({ name }) => name)).size + open.length)
      for (const { name } of open) expect(name).toMatch(/^[^\p{Cc}]{1,120}$/u)
      const openIds = new Set(open.map(({ id }) => id))
      for (const { id, upstream, sameAs } of review) {
        expect(upstream?.found).not.toBe(id)
        if (upstream?.found != null) expect(openIds.has(upstream.found)).toBe(true)
        if (sameAs) expect(openIds.has(sameAs.id)).toBe(true)
        const back = review.find((other) => other.id === upstream?.found)
        expect(back?.upstream?.found).not.toBe(id)
      }
    }),
    { numRuns: Number(process.env.FC ?? 300) },
  ))
