import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BerFault, BerReader, tags } from '@/lib/snmp/ber'
import { BerWriter } from '@/lib/snmp/ber-writer'
import { decodeResponse, encodeQuestion } from '@/lib/snmp/message'
import { type AgentReply, type AgentValue, encodeReply } from './generated-agent'

const question = { version: 1, kind: 'bulk', requestId: 77, oids: [], repetitions: 1 } as const
const answerOf = (varbinds: AgentReply['varbinds'], status = 0, index = 0) =>
  encodeReply({ ...question, oids: [] }, { status, index, varbinds })
const part = fc.oneof(fc.nat(127), fc.nat(20_000), fc.integer({ min: 0, max: 0xff_ff_ff_ff }))
const oid = fc
  .tuple(fc.constantFrom('1.3', '0.39', '1.0', '2.999', '2.0'), fc.array(part, { maxLength: 20 }))
  .map(([root, parts]) => [root, ...parts].join('.'))

describe('decodeResponse', () => {
  test('reads each kind of value as the rows of a walk hold it', () => {
    const of = (tag: number, ...octets: number[]) => ({ tag, octets: Buffer.from(octets) })
    const values: [AgentValue | null, unknown][] = [
      [42, 42],
      [-71, -71],
      [-2_147_483_648, -2_147_483_648],
      ['ap-1', Buffer.from('ap-1')],
      [of(tags.ipAddress, 10, 0, 0, 1), Buffer.from([10, 0, 0, 1])],
      [of(tags.counter, 0, 0xff, 0xff, 0xff, 0xff), 4_294_967_295],
      [of(tags.gauge, 0xff, 0xff, 0xff, 0xff), 4_294_967_295], // the zero before the high bit left out
      [of(tags.ticks, 1, 0), 256],
      [of(tags.counter64, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), 0xffff_ffff_ffff_ffffn],
      [of(tags.counter64, 5), 5n],
      [of(tags.oid, 0x2b, 6, 1), '1.3.6.1'],
      [of(tags.oid), Buffer.alloc(0)],
      [of(tags.integer), Buffer.alloc(0)], // some agents send numbers of no octets
      [of(tags.opaque, 1, 2), Buffer.from([1, 2])],
      [of(0x99, 7), Buffer.from([7])],
      [of(tags.noSuchObject), null],
      [of(tags.noSuchInstance), null],
      [null, null],
    ]
    const found = decodeResponse(answerOf(values.map(([value], i) => [`1.3.6.${i}`, value])), '2c')
    expect(found).toMatchObject({ requestId: 77, status: 0, index: 0 })
    expect('varbinds' in found && found.varbinds).toEqual(values.map(([, value], i) => ({ oid: `1.3.6.${i}`, value })))
  })

  test('reads any object ids, whatever was read before them', () => {
    fc.assert(
      fc.property(fc.array(oid, { maxLength: 12 }), fc.nat(5), (oids, repeat) => {
        const all = [...oids, ...oids.slice(0, repeat), ...oids.map((one) => `${one}.1`)]
        const found = decodeResponse(answerOf(all.map((one) => [one, 1])), '2c')
        expect('varbinds' in found && found.varbinds.map((one) => one.oid)).toEqual(all)
      }),
    )
  })

  test('says what is wrong with a datagram that is cut, at whatever octet, also between two instances', () => {
    const whole = answerOf([
      ['1.3.6.1.2', 5],
      ['1.3.6.1.3', 'abc'],
      ['1.3.6.1.4', -1],
    ])
    expect(decodeResponse(whole, '2c')).not.toHaveProperty('fault')
    for (let length = 0; length < whole.length; length++)
      expect(decodeResponse(whole.subarray(0, length), '2c')).toHaveProperty('fault')
  })

  test('never throws and never goes astray on octets of any kind', () => {
    const whole = answerOf([
      ['1.3.6.1.2', 5],
      ['1.3.6.1.3', 'abc'],
      ['2.999.4294967295', -1],
    ])
    const damaged = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 })
    fc.assert(
      fc.property(damaged, fc.uint8Array({ maxLength: 80 }), (changes, noise) => {
        const changed = Buffer.from(whole)
        for (const [at, octet] of changes) changed[at] = octet
        for (const bytes of [changed, Buffer.from(noise), Buffer.concat([whole.subarray(0, 20), noise])]) {
          const found = decodeResponse(bytes, '2c')
          if ('varbinds' in found) expect(found.varbinds.length).toBeLessThanOrEqual(bytes.length)
        }
        expect(decodeResponse(whole, '2c')).not.toHaveProperty('fault') // what was read before leaves nothing behind
      }),
    )
  })

  test('an object id of more than 128 parts, or that ends within one, is a fault', () => {
    expect(decodeResponse(answerOf([[`1.3${'.1'.repeat(127)}`, 1]]), '2c')).toHaveProperty('fault')
    expect(decodeResponse(answerOf([[`1.3${'.1'.repeat(126)}`, 1]]), '2c')).not.toHaveProperty('fault')
    expect(
      decodeResponse(answerOf([['1.3', { tag: tags.oid, octets: Buffer.from([0x2b, 0x81]) }]]), '2c'),
    ).toHaveProperty('fault')
  })

  test('an answer of another version is a fault', () => {
    expect(decodeResponse(answerOf([]), '1')).toEqual({ fault: 'version 1 found, 0 expected' })
  })
})

describe('encodeQuestion', () => {
  test('is read back as it was asked', () => {
    const kinds = fc.constantFrom('get' as const, 'next' as const, 'bulk' as const)
    const id = fc.integer({ min: 1, max: 0x7f_ff_ff_ff })
    fc.assert(
      fc.property(
        kinds,
        fc.array(oid, { minLength: 1, maxLength: 40 }),
        id,
        fc.nat(200),
        (kind, oids, requestId, repetitions) => {
          const bytes = encodeQuestion('2c', Buffer.from('public'), requestId, { kind, oids, repetitions })
          const reader = new BerReader(bytes)
          expect(reader.open(tags.sequence)).toBe(bytes.length)
          expect(reader.integer()).toBe(1)
          expect(reader.octets(reader.open(tags.octets)).toString()).toBe('public')
          expect(reader.open(tags[kind])).toBe(bytes.length)
          expect([reader.integer(), reader.integer(), reader.integer()]).toEqual([
            requestId,
            0,
            kind === 'bulk' ? repetitions : 0,
          ])
          reader.open(tags.sequence)
          for (const one of oids) {
            const stop = reader.open(tags.sequence)
            expect(reader.oid()).toBe(one)
            expect(reader.open(tags.nothing)).toBe(stop)
          }
          expect(reader.at).toBe(bytes.length)
        },
      ),
    )
  })

  test('numbers of 32 bits come back with their sign, lengths of every form as they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.nat(70_000), (number, length) => {
        const out = new BerWriter(4)
        out.octets(Buffer.alloc(length, 7))
        out.integer(number)
        const reader = new BerReader(out.done())
        expect(reader.integer()).toBe(number)
        expect(reader.octets(reader.open(tags.octets)).length).toBe(length)
        expect(() => reader.open(tags.octets)).toThrow(BerFault)
      }),
      { numRuns: 50 },
    )
  })
})
