import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { factLimits } from '@/lib/domain/device-facts'
import { factsOf, firstScalars, identify, planOf } from '@/lib/snmp/identify'
import { rowsOf, type SnmpValue } from '@/lib/snmp/rows'
import type { Vendor } from '@/lib/snmp/vendor'
import { vendors } from '@/lib/snmp/vendors'
import { instancesOf, recordingNames, recordingsHint, snmpFolder } from './recordings'
import { expectSane } from './sane-facts'

const { FC } = process.env
const numRuns = Number(FC ?? 60)

const macOctets = fc.constantFrom('0015999f07ef', '000000000000', 'ffffffffffff', '01005e000001', '00005e000105')
const anyValue: fc.Arbitrary<SnmpValue> = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((octets) => Buffer.from(octets)),
  fc.uint8Array({ minLength: 4, maxLength: 4 }).map((octets) => Buffer.from(octets)),
  macOctets.map((hex) => Buffer.from(hex, 'hex')),
  fc
    .constantFrom('00:15:99:9f:07:ef', '20-4C-9E-6E-08-FE', '10.0.0.7', '0.0.0.0', '-71.5', '', ' \0\0')
    .map((words) => Buffer.from(words)),
  fc.string({ unit: 'binary', maxLength: 400 }).map((words) => Buffer.from(words)),
  fc.integer({ min: -0x80_00_00_00, max: 0xff_ff_ff_ff }),
  fc.integer({ min: -2, max: 9 }),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom('1.3.6.1.4.1.14988.1', '0.0', '', 'zero'),
)

const subId = fc.oneof(
  fc.integer({ min: 0, max: 5 }),
  fc.integer({ min: 0, max: 255 }),
  fc.integer({ min: 0, max: 0xff_ff_ff_ff }),
)
const anyIndex = fc.oneof(
  fc.constantFrom(
    '1',
    '2',
    '1.1',
    '0.0.1',
    '0.2.1',
    '0.21.153.159.7.239.2',
    '1.104.114.81.0.52.37',
    '2.1.4.10.0.0.9',
    '1.10.0.0.9',
  ),
  fc.array(subId, { minLength: 1, maxLength: 24 }).map((parts) => parts.join('.')),
)

/** Rows at the object ids that a vendor asks for, with whatever in them. */
function rowsFor(vendor: Vendor) {
  const { scalars, tables } = planOf(vendor)
  const scalar = fc.tuple(fc.constantFrom(...firstScalars(vendors), ...scalars), anyValue)
  const cell = fc.tuple(fc.constantFrom(...tables), anyIndex, anyValue)
  return fc
    .tuple(fc.array(scalar, { maxLength: 20 }), fc.array(cell, { maxLength: 120 }))
    .map(([some, cells]) =>
      rowsOf([...some, ...cells.map(([oid, index, value]) => [`${oid}.${index}`, value] as const)]),
    )
}

describe('rows of any content', () => {
  test.each(vendors.map((vendor) => [vendor.os, vendor] as const))(
    'make sane facts of %s, and never throw',
    (_os, vendor) => {
      fc.assert(
        fc.property(rowsFor(vendor), (rows) => {
          expect(vendor.recognises(rows)).toBeGreaterThanOrEqual(0)
          expectSane(factsOf(rows, vendor))
        }),
        { numRuns },
      )
    },
  )

  test.each(vendors.map((vendor) => [vendor.os, vendor] as const))(
    'keep within the limits for %s where a device says more',
    (_os, vendor) => {
      const { tables } = planOf(vendor)
      const shapes = [
        (n: number) => `${n}`,
        (n: number) => `${n}.0.39.34.${(n >> 8) & 255}.${n & 255}.9`,
        (n: number) => `0.${n}.1`,
      ]
      const value = (oid: string, n: number): SnmpValue =>
        /\.(4\.22\.1\.2|2\.2\.1\.6)$/.test(oid) ? Buffer.from([0, 0x27, 0x22, 0, (n >> 8) & 255, n & 255]) : n
      const instances = tables.flatMap((oid) =>
        Array.from({ length: 2200 }, (_, n) => [`${oid}.${(shapes[n % 3] ?? String)(n + 1)}`, value(oid, n)] as const),
      )
      expectSane(factsOf(rowsOf(instances), vendor))
    },
  )

  test('keep as many rows of each table as the limits say, and say what was left out', () => {
    const many = Array.from(
      { length: factLimits.interfaces + 9 },
      (_, n) => [`1.3.6.1.2.1.2.2.1.2.${n + 1}`, Buffer.from(`e${n}`)] as const,
    )
    const learnt = Array.from({ length: factLimits.forwarding + 5 }, (_, n) => {
      return [`1.3.6.1.2.1.17.4.3.1.2.0.39.34.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, 3] as const
    })
    const rows = rowsOf([...many, ...learnt])
    const facts = factsOf(rows, identify(rows, vendors))
    expect(facts.interfaces).toHaveLength(factLimits.interfaces)
    expect(facts.forwarding).toHaveLength(factLimits.forwarding)
    expect(facts.faults).toEqual([
      `interfaces: ${factLimits.interfaces + 9} found, the first ${factLimits.interfaces} kept`,
      `forwarding: ${factLimits.forwarding + 5} found, the first ${factLimits.forwarding} kept`,
    ])
  })
})

describe.skipIf(snmpFolder === null)(`recordings with damage (${recordingsHint})`, () => {
  // The one of 88,000 rows is read as it is in expected.test.ts.
  test.each(recordingNames().filter((name) => !name.startsWith('junos_mx960')))(
    '%s makes sane facts whatever is lost',
    (name) => {
      const whole = instancesOf(name)
      const damage = fc.record({
        kept: fc.integer({ min: 0, max: 100 }),
        changed: fc.integer({ min: 0, max: 40 }),
        seed: fc.nat(),
        values: fc.array(anyValue, { minLength: 1, maxLength: 8 }),
      })
      fc.assert(
        fc.property(damage, ({ kept, changed, seed, values }) => {
          const dice = diceOf(seed)
          const rows = whole
            .filter(() => dice() * 100 <= kept)
            .map(
              ([oid, value]) =>
                [
                  oid,
                  dice() * 100 < changed ? (values[Math.floor(dice() * values.length)] ?? value) : cut(value, dice()),
                ] as const,
            )
          const damaged = rowsOf(rows)
          expectSane(factsOf(damaged, identify(damaged, vendors)))
        }),
        { numRuns: Math.ceil(numRuns / 10) },
      )
    },
  )
})

/** One value in ten is cut short. */
function cut(value: SnmpValue, dice: number): SnmpValue {
  return Buffer.isBuffer(value) && dice < 0.1 ? value.subarray(0, Math.floor(value.length * dice * 10)) : value
}

// mulberry32: the same damage for the same seed.
function diceOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
