import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseAp } from '@/lib/domain/choose-ap'
import { type Claim, claimsOf } from '@/lib/domain/claims'
import { type DeviceFacts, noFacts } from '@/lib/domain/device-facts'
import { addressKey, Directory, type Key, nameKey, type Weight } from '@/lib/domain/directory'
import { macNumber, macText, ownMac } from '@/lib/domain/mac-number'
import { isBridged, saysTheSame, sightingsOf } from '@/lib/domain/sightings'

const now = Date.parse('2026-03-17T12:00:00Z')
const mac = (n: number) => `02:00:00:00:00:${n.toString(16).padStart(2, '0')}`
const number = (n: number) => macNumber(mac(n)) ?? 0

describe('a MAC', () => {
  test.each<[string, string | null, boolean]>([
    ['names one device', '00:27:22:aa:bb:cc', true],
    ['made by the device itself names it as well', '02:27:22:aa:bb:cc', true],
    ['of zeros names none', '00:00:00:00:00:00', false],
    ['of a group names none', '01:80:c2:00:00:0e', false],
    ['of everybody names none', 'ff:ff:ff:ff:ff:ff', false],
    ['that routers share names none', '00:00:5e:00:01:0a', false],
    ['that is masked is none', 'aa:bb:cc:**:**:**', false],
    ['in capitals is none', 'AA:BB:CC:00:11:22', false],
    ['that is missing is none', null, false],
  ])('%s', (_, text, names) => expect(ownMac(text) !== null).toBe(names))

  test('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (mac) => {
        expect(macNumber(macText(mac))).toBe(mac)
      }),
    )
  })
})

describe('whose a key is', () => {
  const anyWord = fc.record({
    weight: fc.constantFrom<Weight>('sure', 'heard'),
    key: fc.constantFrom<Key>(1, 2, 'i10.0.0.1', 'nab'),
    device: fc.constantFrom(1, 2, 3),
  })
  test('the one of the surest words, else nobody, whatever was said and taken back', () => {
    fc.assert(
      fc.property(fc.array(anyWord, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 12 }), (words, taken) => {
        const directory = new Directory()
        const left = [...words]
        for (const word of words) directory.add(word.weight, word.key, word.device)
        for (const i of taken) {
          const [word] = left.splice(i % Math.max(1, left.length), 1)
          if (word) directory.remove(word.weight, word.key, word.device)
        }
        for (const key of [1, 2, 'i10.0.0.1', 'nab'] as Key[]) {
          const of = (weight: Weight) =>
            new Set(left.filter((one) => one.key === key && one.weight === weight).map((one) => one.device))
          const owners = of('sure').size > 0 ? of('sure') : of('heard')
          expect(directory.find(key)).toBe(owners.size === 1 ? [...owners][0] : null)
        }
      }),
    )
  })

  test.each([
    [null, null],
    ['  MikroTik ', null],
    ['ubnt', null],
    ['AP', null],
    [' Tower-1 ', 'ntower-1'],
  ])('the name %s is the key %s', (name, key) => expect(nameKey(name)).toBe(key))
})

describe('what a walk says of others', () => {
  const facts = (part: Partial<DeviceFacts>): DeviceFacts => ({ ...noFacts(), ...part })
  const directory = new Directory()
  for (const id of [1, 2, 3, 4, 5]) {
    directory.add('sure', number(id), id)
    directory.add('sure', addressKey(`10.0.0.${id}`), id)
  }
  directory.add('sure', 'ntower-4', 4)
  const claims = (part: Partial<DeviceFacts>, role: 'ap' | 'router' | 'cpe' | 'switch' = 'switch') =>
    claimsOf(1, (id) => (id === 1 ? role : id === 5 ? 'cpe' : 'switch'), sightingsOf(facts(part), now), directory)
  const short = (part: Partial<DeviceFacts>, role?: 'ap' | 'router' | 'cpe') =>
    claims(part, role).claims.map(
      (one) => `${one.how} ${one.other} by ${one.by}${one.shared ? ' shared' : ''} @${one.port}`,
    )
  const station = {
    mac: null,
    ip: null,
    name: null,
    ifIndex: 7,
    signalDbm: null,
    snrDb: null,
    distanceM: null,
    uptimeSeconds: null,
    txBps: null,
    rxBps: null,
  }
  const heard = {
    protocol: 'mndp' as const,
    ifIndex: 1,
    localPort: null,
    mac: null,
    chassis: null,
    port: null,
    name: null,
    platform: null,
    addresses: [],
  }
  const bridged = { port: 3, ifIndex: null, vlan: null }

  test.each<[string, Partial<DeviceFacts>, string[], ('ap' | 'router' | 'cpe')?]>([
    ['a station by its MAC', { stations: [{ ...station, mac: mac(2), ip: '10.0.0.3' }] }, ['station 2 by mac @7']],
    [
      'a station by its address where its MAC is masked',
      { stations: [{ ...station, ip: '10.0.0.3' }] },
      ['station 3 by address @7'],
    ],
    [
      'a station by its name where there is nothing else',
      { stations: [{ ...station, ip: '0.0.0.0', name: 'Tower-4' }] },
      ['station 4 by name @7'],
    ],
    ['not a station that is nobody', { stations: [{ ...station, mac: mac(99) }] }, []],
    ['not itself', { neighbours: [{ ...heard, mac: mac(1) }] }, []],
    [
      'its access point',
      {
        radios: [
          {
            ifIndex: 2,
            mode: 'station',
            ssid: null,
            frequencyMhz: null,
            apMac: mac(3),
            signalDbm: null,
            noiseDbm: null,
          },
        ],
      },
      ['ap 3 by mac @2'],
    ],
    [
      'not its own cell',
      {
        radios: [
          { ifIndex: 2, mode: 'ap', ssid: null, frequencyMhz: null, apMac: mac(3), signalDbm: null, noiseDbm: null },
        ],
      },
      [],
    ],
    ['a neighbour by the chassis', { neighbours: [{ ...heard, chassis: mac(2) }] }, ['mndp 2 by mac @1']],
    [
      'neighbours that share a port',
      {
        neighbours: [
          { ...heard, mac: mac(2) },
          { ...heard, mac: mac(3) },
        ],
      },
      ['mndp 2 by mac shared @1', 'mndp 3 by mac shared @1'],
    ],
    [
      'a neighbour beside one that is not ours',
      {
        neighbours: [
          { ...heard, mac: mac(2) },
          { ...heard, mac: mac(77) },
        ],
      },
      ['mndp 2 by mac shared @1'],
    ],
    [
      'a neighbour once for a port and once for its bridge',
      {
        neighbours: [
          { ...heard, mac: mac(2) },
          { ...heard, ifIndex: 9, mac: mac(2) },
          { ...heard, ifIndex: 9, mac: mac(3) },
          { ...heard, ifIndex: 4, mac: mac(3) },
        ],
      },
      ['mndp 2 by mac @1', 'mndp 2 by mac @9', 'mndp 3 by mac @9', 'mndp 3 by mac @4'],
    ],
    [
      'not a station that floods the network',
      {
        neighbours: [
          { ...heard, mac: mac(2) },
          { ...heard, mac: mac(5) },
        ],
      },
      ['mndp 2 by mac shared @1'],
    ],
    [
      'what it forwards to, a port without an interface below zero',
      {
        forwarding: [
          { ...bridged, mac: mac(2) },
          { ...bridged, mac: mac(3), ifIndex: 8 },
        ],
      },
      ['bridge 2 by mac @-4', 'bridge 3 by mac @8'],
    ],
    ['not what is on no port', { forwarding: [{ ...bridged, mac: mac(2), port: 0 }] }, []],
    ['not what a CPE forwards to', { forwarding: [{ ...bridged, mac: mac(2) }] }, [], 'cpe'],
    [
      'what is in the ARP table of a router',
      { arp: [{ ip: '10.0.0.2', mac: mac(66), ifIndex: 5 }] },
      ['arp 2 by address @5'],
      'router',
    ],
    ['not what is in the ARP table of others', { arp: [{ ip: '10.0.0.2', mac: mac(66), ifIndex: 5 }] }, []],
  ])('%s', (_, part, expected, role) => expect(short(part, role).sort()).toEqual([...expected].sort()))

  test('stands beside a port: what LLDP says, and what is alone there', () => {
    const { heard: beside } = claims({
      neighbours: [
        { ...heard, protocol: 'lldp', mac: mac(2) },
        { ...heard, mac: mac(3) },
        { ...heard, ifIndex: 2, mac: mac(4) },
        { ...heard, ifIndex: 3, mac: mac(78) },
        { ...heard, ifIndex: 4, mac: mac(2) },
        { ...heard, ifIndex: 4, mac: mac(3) },
      ],
    })
    expect([...beside].map(([port, who]) => [port, ...who])).toEqual([
      [1, 2],
      [2, 4],
      [3, null],
    ])
  })

  test('a bridge table is searched by halves and found as by looking at all of it', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 })), fc.integer({ min: 1, max: 60 }), (all, one) => {
        const { bridge } = sightingsOf(facts({ forwarding: all.map((n) => ({ ...bridged, mac: mac(n) })) }), now)
        expect(isBridged(bridge, number(one))).toBe(all.includes(one))
      }),
    )
  })

  test('a walk says the same as another one though its stations have been there for longer', () => {
    const walk = (at: number, uptimeSeconds: number, more: Partial<DeviceFacts> = {}) =>
      sightingsOf(facts({ stations: [{ ...station, mac: mac(2), uptimeSeconds }], ...more }), at)
    expect(saysTheSame(walk(now, 100), walk(now + 300_000, 401))).toBe(true)
    expect(saysTheSame(walk(now, 100), walk(now + 300_000, 5))).toBe(false)
    expect(saysTheSame(walk(now, 100), walk(now, 100, { forwarding: [{ ...bridged, mac: mac(9) }] }))).toBe(false)
  })
})

describe('the access point of a station that several claim', () => {
  const claim = (ap: number, since: number | null): Claim => ({
    reporter: ap,
    other: 9,
    how: 'station',
    by: 'mac',
    port: null,
    since,
    shared: false,
    keptAt: null,
  })
  const own = (ap: number): Claim => ({ ...claim(9, null), how: 'ap', reporter: 9, other: ap })
  const minutes = 60_000
  test.each<[string, [Claim, number][], number | null]>([
    ['none', [], null],
    ['the only one', [[claim(1, null), now]], 1],
    [
      'the one joined last, though the table of the other lingers',
      [
        [claim(1, now - 9e8), now],
        [claim(2, now - 2 * minutes), now - minutes],
      ],
      2,
    ],
    [
      'the one that said so last, where a word is hours old',
      [
        [own(1), now - 300 * minutes],
        [claim(2, now - 9e8), now],
      ],
      2,
    ],
    [
      'the one that both ends name',
      [
        [claim(1, null), now],
        [claim(2, null), now],
        [own(2), now],
      ],
      2,
    ],
  ])('%s', (_, said, expected) => {
    const at = new Map(said)
    expect(chooseAp([...at.keys()], (one) => at.get(one) ?? 0)).toBe(expected)
  })
})
