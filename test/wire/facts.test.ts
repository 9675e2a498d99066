import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DeviceFacts, factLimits, noFacts } from '@/lib/domain/device-facts'
import { mostPackedFacts, packFacts, unpackFacts } from '@/lib/wire/facts'
import { costOf } from '../setup/measure'

const packed = (value: unknown) => gzipSync(JSON.stringify(value))
const mac = (i: number) =>
  `02:00:${[24, 16, 8, 0].map((shift) => ((i >> shift) & 255).toString(16).padStart(2, '0')).join(':')}`
const macs = (count: number) => Array.from({ length: count }, (_, i) => mac(i * 2_654_435))

describe('packed facts', () => {
  test('come back as they were', () => {
    const facts: DeviceFacts = {
      ...noFacts(),
      vendor: 'MikroTik',
      role: 'ap',
      macs: ['00:0c:42:aa:bb:cc'],
      addresses: ['10.0.0.1', 'fe80::1'],
      stationCount: 1,
      arp: [{ ip: '10.0.0.2', mac: '00:27:22:00:00:01', ifIndex: null }],
      neighbours: [
        {
          protocol: 'mndp',
          ifIndex: 2,
          localPort: null,
          mac: null,
          chassis: 'B8:69:F4',
          port: 'ether1',
          name: '中文',
          platform: null,
          addresses: ['10.0.0.3'],
        },
      ],
    }
    expect(unpackFacts(packFacts(facts))).toEqual(facts)
  })

  test('lose what a database or a page cannot take, and the rows that cannot be read', () => {
    const read = unpackFacts(
      packed({
        ...noFacts(),
        model: 'RB\u0000760\ud800\u001b',
        macs: ['00:0c:42:aa:bb:cc', 'not a MAC', 7],
        arp: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2', mac: '00:27:22:00:00:01', ifIndex: 'x' }],
        unheard: { of: 'a later version' },
      }),
    )
    expect(read.model).toBe('RB760')
    expect(read.macs).toEqual(['00:0c:42:aa:bb:cc'])
    expect(read.arp).toEqual([{ ip: '10.0.0.2', mac: '00:27:22:00:00:01', ifIndex: null }])
    expect(read).not.toHaveProperty('unheard')
  })

  test('with more rows than are kept lose those behind', () => {
    expect(unpackFacts(packed({ ...noFacts(), macs: macs(5000) })).macs).toHaveLength(factLimits.macs)
  })

  test('of a list that an older version did not know have none of it', () => {
    const { links: _, ...older } = noFacts()
    expect(unpackFacts(packed(older)).links).toEqual([])
  })

  test.each([
    ['nothing', new Uint8Array()],
    ['no gzip', new Uint8Array([1, 2, 3])],
    ['no JSON', gzipSync('{')],
    ['no facts', packed([])],
    ['a bomb', gzipSync(Buffer.alloc(9 << 20, 32))],
    ['too many bytes', new Uint8Array(mostPackedFacts + 1)],
  ])('are refused with a RangeError when they are %s', (_, bytes) => {
    expect(() => unpackFacts(bytes)).toThrow(RangeError)
  })

  test('of a device with everything at its limit still fit, and say what was left out', () => {
    const long = 'x'.repeat(255)
    const facts: DeviceFacts = {
      ...noFacts(),
      forwarding: macs(factLimits.forwarding).map((one, i) => ({ mac: one, port: i, ifIndex: i, vlan: 1 })),
      arp: macs(factLimits.arp).map((one, i) => ({
        ip: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
        mac: one,
        ifIndex: i,
      })),
      interfaces: Array.from({ length: factLimits.interfaces }, (_, index) => ({
        ...{ index, name: long, alias: long, type: 6, mac: null, admin: 'up' as const, oper: 'up' as const },
        speedBps: 1e9,
      })),
      neighbours: Array.from({ length: factLimits.neighbours }, (_, i) => ({
        ...{ protocol: 'lldp' as const, ifIndex: i, localPort: long, mac: null, chassis: long, port: long, name: long },
        platform: long,
        addresses: Array.from({ length: 64 }, (_, k) => `10.1.${i & 255}.${k}`),
      })),
    }
    const read = unpackFacts(packFacts(facts))
    expect(read.faults.join(' ')).toContain('too long to send')
    expect(read.interfaces.length).toBeGreaterThan(1000)
  })

  test('never make anything but a RangeError, whatever the bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.anything().map((value) => packed(value ?? null)),
      fc
        .record({ macs: fc.anything(), system: fc.anything(), vendor: fc.anything() })
        .map((some) => packed({ ...noFacts(), ...some })),
    )
    fc.assert(
      fc.property(bytes, (some) => {
        try {
          unpackFacts(some)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
      { numRuns: Number(process.env.FC) || 200 },
    )
  })
})

test('a list of four million things that are no rows takes no time', async () => {
  const json = JSON.stringify(noFacts()).replace('"arp":[]', `"arp":[${'0,'.repeat(4_000_000)}0]`)
  const packed = gzipSync(json)
  const { result, cpu } = await costOf(() => unpackFacts(packed))
  expect(result.arp).toEqual([])
  expect(cpu).toBeLessThan(20) // reading them all takes three times as long
})
