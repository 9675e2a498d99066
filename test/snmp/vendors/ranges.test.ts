import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DeviceFacts } from '@/lib/domain/device-facts'
import { factsOf, planOf } from '@/lib/snmp/identify'
import { type Rows, rowsOf, type SnmpValue } from '@/lib/snmp/rows'
import type { Vendor } from '@/lib/snmp/vendor'
import { vendors } from '@/lib/snmp/vendors'
import { expectSane } from '../sane-facts'

const { FC } = process.env
const numRuns = Number(FC ?? 100)
const radios = new Set(['airos', 'airfiber', 'ltu', 'af60', 'unifi', 'mimosa', 'epmp', 'pmp', 'cnwave', 'ptp'])
const ours = vendors.filter((vendor) => radios.has(vendor.os))

/** Numbers as radios say them and as they do not, also as text; MACs and addresses so that rows count as stations. */
const anyValue: fc.Arbitrary<SnmpValue> = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 4, -1, -64, -128, -640, 127, 5780, 5_785_000, 86_700, 86_700_000),
  fc.constantFrom(2 ** 31 - 1, -(2 ** 31), 2 ** 32 - 1),
  fc.integer(),
  fc.constantFrom(0n, 2n ** 63n, 2n ** 64n - 1n),
  fc
    .constantFrom('-71.5', '1e9', '-0', '99999999999999', '00:04:56:aa:00:02', '10.1.2.3', '9999 days, 00:00:01', 'a')
    .map((words) => Buffer.from(words)),
  fc.constant(Buffer.from('000456aa0002', 'hex')),
  fc.uint8Array({ minLength: 4, maxLength: 6 }).map((octets) => Buffer.from(octets)),
)
const anyIndex = fc.constantFrom('1', '2', '7', '1.104.114.81.0.52.37', '104.114.81.0.52.37', '24.232.41.30.48.222.1')

function anyRows(vendor: Vendor): fc.Arbitrary<Rows> {
  const { scalars, tables } = planOf(vendor)
  const scalar = fc.tuple(fc.constantFrom(...scalars), anyValue)
  const cell = fc.tuple(fc.constantFrom(...tables), anyIndex, anyValue)
  return fc
    .tuple(fc.array(scalar, { maxLength: 30 }), fc.array(cell, { maxLength: 90 }))
    .map(([some, cells]) =>
      rowsOf([...some, ...cells.map(([oid, index, value]) => [`${oid}.${index}`, value] as const)]),
    )
}

const outside = (values: readonly (number | null)[], least: number, most: number) =>
  values.filter((value) => value !== null && !(value >= least && value <= most))

function expectInRange({ radios, stations, links, stationCount }: DeviceFacts) {
  const heard = [...radios, ...stations, ...links]
  expect(outside([...heard.map((one) => one.signalDbm), ...radios.map((one) => one.noiseDbm)], -120, -1)).toEqual([])
  expect(
    outside(
      stations.map((one) => one.snrDb),
      -120,
      120,
    ),
  ).toEqual([])
  expect(
    outside(
      [...stations, ...links].map((one) => one.distanceM),
      1,
      1_000_000,
    ),
  ).toEqual([])
  expect(
    outside(
      radios.map((one) => one.frequencyMhz),
      100,
      300_000,
    ),
  ).toEqual([])
  const rates = [...stations.flatMap((one) => [one.txBps, one.rxBps]), ...links.map((one) => one.capacityBps)]
  expect(outside(rates, 1, Number.MAX_SAFE_INTEGER)).toEqual([])
  expect(
    outside(
      stations.map((one) => one.uptimeSeconds),
      0,
      2 ** 40,
    ),
  ).toEqual([])
  expect(outside([stationCount], 0, 2 ** 20)).toEqual([])
}

describe.each(ours.map((vendor) => [vendor.os, vendor] as const))(
  '%s, of generated rows with any numbers',
  (_, vendor) => {
    test('numbers stay in the range of what they measure, or are unknown', () => {
      fc.assert(
        fc.property(anyRows(vendor), (rows) => {
          const facts = factsOf(rows, vendor)
          expectSane(facts)
          expectInRange(facts)
        }),
        { numRuns },
      )
    })

    test('an access point above is named by stations and pairs alone, and nothing hangs on itself', () => {
      fc.assert(
        fc.property(anyRows(vendor), (rows) => {
          const facts = factsOf(rows, vendor)
          const hanging = facts.radios.filter((radio) => radio.apMac !== null)
          expect(hanging.map((radio) => radio.mode).filter((mode) => mode === 'ap' || mode === null)).toEqual([])
          const others = [...hanging.map((one) => one.apMac), ...facts.links.map((one) => one.remoteMac)]
          const behind = facts.stations.map((one) => one.mac)
          expect([...others, ...behind].filter((one) => facts.macs.includes(one ?? ''))).toEqual([])
        }),
        { numRuns },
      )
    })
  },
)
