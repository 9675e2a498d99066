import { describe, expect, test } from 'vitest'
import { factLimits, noFacts } from '@/lib/domain/device-facts'
import { bounded, factsOf, firstScalars, identify, planOf } from '@/lib/snmp/identify'
import { rowsOf } from '@/lib/snmp/rows'
import { vendors } from '@/lib/snmp/vendors'
import { generic } from '@/lib/snmp/vendors/generic'

const words = (some: string) => Buffer.from(some)

describe('the vendors', () => {
  test('have one system each, and end with the one that is always there', () => {
    expect(new Set(vendors.map((one) => one.os)).size).toBe(vendors.length)
    expect(vendors.at(-1)).toBe(generic)
  })

  test('ask little first: the system group and their signs fit one request', () => {
    const scalars = firstScalars(vendors)
    expect(new Set(scalars).size).toBe(scalars.length)
    expect(scalars.length).toBeLessThanOrEqual(40)
    for (const oid of scalars) expect(oid).toMatch(/^1(\.\d+)+$/)
  })

  test.each(vendors.map((one) => [one.os, one] as const))(
    '%s asks for columns, none twice, none within another',
    (_os, vendor) => {
      const { tables } = planOf(vendor)
      expect(new Set(tables).size).toBe(tables.length)
      const within = tables.filter((oid) => tables.some((other) => other !== oid && oid.startsWith(`${other}.`)))
      expect(within).toEqual([])
      for (const oid of tables) expect(oid).toMatch(/^1(\.\d+)+$/)
    },
  )
})

describe('a device of no known vendor', () => {
  const rows = rowsOf([
    ['1.3.6.1.2.1.1.2.0', '1.3.6.1.4.1.9.1.1208'],
    ['1.3.6.1.2.1.1.5.0', words('core-sw')],
    ['1.3.6.1.2.1.47.1.1.1.1.5.1001', 3],
    ['1.3.6.1.2.1.47.1.1.1.1.10.1001', words('15.2(7)E8')],
    ['1.3.6.1.2.1.47.1.1.1.1.11.1001', words('FOC1234X0AB')],
    ['1.3.6.1.2.1.47.1.1.1.1.13.1001', words('WS-C2960X-24TS-L')],
  ])

  test('is generic: its standard tables, model and serial number by ENTITY-MIB', () => {
    expect(identify(rows, vendors)).toBe(generic)
    const facts = factsOf(rows, generic)
    expect(facts).toMatchObject({
      vendor: null,
      os: null,
      model: 'WS-C2960X-24TS-L',
      firmware: '15.2(7)E8',
      serial: 'FOC1234X0AB',
      system: { name: 'core-sw' },
    })
  })

  test('is generic even where nothing answers, and where nobody is asked', () => {
    expect(identify(rowsOf([]), vendors)).toBe(generic)
    expect(identify(rows, [])).toBe(generic)
  })
})

test('stations and far ends without an address have the only one that ARP knows of their MAC', () => {
  const [one, two, none] = ['00:15:99:00:00:01', '00:15:99:00:00:02', '00:15:99:00:00:03']
  const station = (mac: string, ip: string | null = null) => ({ ...emptyStation, mac, ip })
  const link = {
    ifIndex: 1,
    remoteMac: one,
    remoteIp: null,
    remoteName: null,
    up: true,
    signalDbm: null,
    capacityBps: null,
    distanceM: null,
  }
  const arp = (ip: string, mac: string) => ({ ip, mac, ifIndex: 2 })
  const said = {
    ...noFacts(),
    stations: [station(one), station(two), station(none), station(two, '10.0.0.9')],
    links: [link],
    arp: [arp('10.0.0.1', one), arp('10.0.0.1', one), arp('fe80::1', one), arp('10.0.0.2', two), arp('10.0.0.3', two)],
  }
  const facts = factsOf(rowsOf([]), { ...generic, facts: () => said })
  expect(facts.stations.map((found) => found.ip)).toEqual(['10.0.0.1', null, null, '10.0.0.9'])
  expect(facts.links[0]?.remoteIp).toBe('10.0.0.1')
})

test('lists at their limit are whole; one row more is left out and said, among at most as many faults as are kept', () => {
  const faults = Array.from({ length: factLimits.faults }, (_, n) => `fault ${n}`)
  const stations = (count: number) => Array.from({ length: count }, () => ({ ...emptyStation }))
  expect(bounded({ ...noFacts(), stations: stations(factLimits.stations) }).faults).toEqual([])
  const over = bounded({ ...noFacts(), stations: stations(factLimits.stations + 1) })
  expect([over.stations.length, over.faults]).toEqual([
    factLimits.stations,
    [`stations: ${factLimits.stations + 1} found, the first ${factLimits.stations} kept`],
  ])
  const full = bounded({ ...noFacts(), faults, stations: stations(factLimits.stations + 1) }).faults
  expect([full.length, full[0]]).toEqual([factLimits.faults, over.faults[0]])
})

const emptyStation = {
  mac: null,
  ip: null,
  name: null,
  ifIndex: null,
  signalDbm: null,
  snrDb: null,
  distanceM: null,
  uptimeSeconds: null,
  txBps: null,
  rxBps: null,
}
