import { describe, expect, test } from 'vitest'
import { factsOf } from '@/lib/snmp/identify'
import { rowsOf, type SnmpValue } from '@/lib/snmp/rows'
import { generic } from '@/lib/snmp/vendors/generic'

// Generated rows: a neighbour at port 1, one MAC learnt at `learntAt`; where is it told to be?
const hex = (octets: string) => Buffer.from(octets, 'hex')
const stack = '1.3.6.1.2.1.31.1.2.1.3'
const bundle = 161

function placeOf(learntAt: number, more: Record<string, SnmpValue>) {
  const rows: Record<string, SnmpValue> = {
    '1.3.6.1.2.1.2.2.1.2.1': Buffer.from('ge-0/0/1'),
    '1.3.6.1.2.1.2.2.1.2.2': Buffer.from('ge-0/0/2'),
    '1.0.8802.1.1.2.1.4.1.1.5.0.1.1': hex('b869f47f4170'),
    '1.0.8802.1.1.2.1.4.1.1.4.0.1.1': 4,
    '1.3.6.1.2.1.17.1.4.1.2.5': learntAt,
    '1.3.6.1.2.1.17.4.3.1.2.0.21.153.0.0.1': 5,
    ...more,
  }
  return factsOf(rowsOf(Object.entries(rows)), generic).forwarding[0]?.ifIndex
}

describe('where a neighbour is heard', () => {
  test('is where the MACs of a unit of that port are', () => {
    expect(placeOf(501, { [`${stack}.501.1`]: 1 })).toBe(1)
    expect(placeOf(502, { [`${stack}.502.501`]: 1, [`${stack}.501.1`]: 1 })).toBe(1)
    expect(placeOf(502, { [`${stack}.502.2`]: 1 })).toBe(502)
  })

  test('is where the MACs of a bundle of that port are, by the stack, by LACP or by the MAC', () => {
    const lag = { '1.3.6.1.2.1.2.2.1.2.9': Buffer.from('ae0'), '1.3.6.1.2.1.2.2.1.3.9': bundle }
    expect(placeOf(9, { ...lag, [`${stack}.9.1`]: 1, [`${stack}.9.2`]: 1 })).toBe(1)
    expect(placeOf(9, { ...lag, '1.2.840.10006.300.43.1.2.1.1.13.1': 9 })).toBe(1)
    expect(placeOf(509, { ...lag, '1.2.840.10006.300.43.1.2.1.1.13.1': 9, [`${stack}.509.9`]: 1 })).toBe(1)
    const shared = { '1.3.6.1.2.1.2.2.1.6.1': hex('cc2de0a33de3'), '1.3.6.1.2.1.2.2.1.6.9': hex('cc2de0a33de3') }
    expect(placeOf(9, { ...lag, ...shared })).toBe(1)
    expect(placeOf(9, lag)).toBe(9)
  })

  test('is not where a bridge over many ports, or a VLAN with the MAC of a port, has MACs', () => {
    const shared = { '1.3.6.1.2.1.2.2.1.6.1': hex('cc2de0a33de3'), '1.3.6.1.2.1.2.2.1.6.7': hex('cc2de0a33de3') }
    expect(placeOf(7, { [`${stack}.7.1`]: 1, [`${stack}.7.2`]: 1 })).toBe(7)
    expect(
      placeOf(7, { '1.3.6.1.2.1.2.2.1.2.7': Buffer.from('bridge'), '1.3.6.1.2.1.2.2.1.3.7': 209, ...shared }),
    ).toBe(7)
  })

  test('is itself, where it has MACs of its own, though the stack goes round', () => {
    expect(placeOf(1, { [`${stack}.1.2`]: 1, [`${stack}.2.1`]: 1 })).toBe(1)
    expect(placeOf(501, { [`${stack}.501.502`]: 1, [`${stack}.502.501`]: 1 })).toBe(501)
  })
})
