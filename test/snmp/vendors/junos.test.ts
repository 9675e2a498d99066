import { describe, expect, test } from 'vitest'
import { rowsOf, type SnmpValue } from '@/lib/snmp/rows'
import { walkOfRows } from '../recordings'

// Generated rows, beside the seven recordings of expected.test.ts.
const hex = (octets: string) => Buffer.from(octets, 'hex')
const words = (some: string) => Buffer.from(some)
const juniper = '1.3.6.1.4.1.2636'

const walk = (rows: Record<string, SnmpValue>) => walkOfRows(rowsOf(Object.entries(rows))).facts

describe('what a Juniper is', () => {
  test('by its own description, where sysDescr is the text of an administrator', () => {
    expect(
      walk({
        '1.3.6.1.2.1.1.1.0': words('community list'),
        [`${juniper}.3.1.2.0`]: words('Juniper SRX240H Internet Router'),
        [`${juniper}.3.1.3.0`]: words('AG3213AK0210'),
        '1.3.6.1.2.1.25.6.3.1.2.2': words('JUNOS Software Release [12.1X46-D86]'),
      }),
    ).toMatchObject({
      vendor: 'Juniper',
      os: 'junos',
      model: 'SRX240H',
      firmware: '12.1X46-D86',
      serial: 'AG3213AK0210',
      role: 'router',
    })
  })

  test.each([
    [
      'Juniper Networks, Inc. mx204 internet router, kernel JUNOS 18.4R1.8, Build date: 2018-12-17',
      'mx204',
      '18.4R1.8',
      'router',
    ],
    [
      'Juniper Networks, Inc. ex4300-48p Ethernet Switch, kernel JUNOS 21.4R3-S5.4, Build date',
      'ex4300-48p',
      '21.4R3-S5.4',
      'switch',
    ],
    [
      'Juniper Networks, Inc. qfx5100-48s-6q Ethernet Switch, kernel JUNOS 14.1X53-D40.8 #0: 2016',
      'qfx5100-48s-6q',
      '14.1X53-D40.8',
      'switch',
    ],
  ])('by sysDescr: %s', (description, model, firmware, role) => {
    const facts = walk({ '1.3.6.1.2.1.1.1.0': words(description), '1.3.6.1.2.1.1.2.0': `${juniper}.1.1.1.4.1` })
    expect(facts).toMatchObject({ os: 'junos', model, firmware, role })
  })

  test('by ENTITY-MIB, where a cluster says no serial number', () => {
    const facts = walk({
      '1.3.6.1.2.1.1.2.0': `${juniper}.1.1.1.2.96`,
      [`${juniper}.3.1.3.0`]: words(''),
      '1.3.6.1.2.1.47.1.1.1.1.5.3': 9,
      '1.3.6.1.2.1.47.1.1.1.1.11.3': words('a card'),
      '1.3.6.1.2.1.47.1.1.1.1.5.7': 3,
      '1.3.6.1.2.1.47.1.1.1.1.11.7': words('CZ1234AF0001'),
      '1.3.6.1.2.1.47.1.1.1.1.13.7': words('SRX345'),
    })
    expect([facts.serial, facts.model]).toEqual(['CZ1234AF0001', 'SRX345'])
  })
})

test('the network inside the chassis is no address, no MAC and no neighbour of its own', () => {
  const facts = walk({
    '1.3.6.1.2.1.1.2.0': `${juniper}.1.1.1.2.29`,
    '1.3.6.1.2.1.4.20.1.2.128.0.0.4': 18,
    '1.3.6.1.2.1.4.20.1.2.10.0.0.4': 18,
    '1.3.6.1.2.1.4.20.1.2.10.20.0.4': 13,
    '1.3.6.1.2.1.4.22.1.2.18.10.0.0.1': hex('020000000004'),
    '1.3.6.1.2.1.4.22.1.2.13.10.20.0.1': hex('0090690000aa'),
    '1.3.6.1.2.1.2.2.1.2.17': words('em0'),
    '1.3.6.1.2.1.2.2.1.6.17': hex('020000000004'),
    '1.3.6.1.2.1.2.2.1.2.13': words('fxp0'),
    '1.3.6.1.2.1.2.2.1.6.13': hex('00906900bbcc'),
  })
  expect(facts.addresses).toEqual(['10.20.0.4'])
  expect(facts.arp.map((one) => one.ip)).toEqual(['10.20.0.1'])
  expect(facts.macs).toEqual(['00:90:69:00:bb:cc'])
})
