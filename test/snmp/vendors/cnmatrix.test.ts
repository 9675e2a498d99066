import { describe, expect, test } from 'vitest'
import { recordedRows, recordingsHint, snmpFolder } from '../recordings'
import { generated, system } from './generated'
import { told } from './told'

describe.skipIf(snmpFolder === null)(`cnMatrix, recorded (${recordingsHint})`, () => {
  test('a TX1012-P-DC and its forwarding table', () => {
    const facts = told(recordedRows('cnmatrix'))
    expect(facts).toMatchObject({
      os: 'cnmatrix',
      model: 'TX1012-P-DC',
      firmware: '5.0.1-r4',
      serial: 'ABCDEF0123456789',
      role: 'switch',
      addresses: ['10.36.24.3'],
    })
    expect(facts.forwarding).toHaveLength(8)
  })
})

test('cnMatrix, generated: one whose description is user text has its model from LLDP-MED', () => {
  const rows = generated(system('core switch', '1.3.6.1.4.1.17713.24'), {
    '1.0.8802.1.1.2.1.5.4795.1.2.4.0': '4.6-r3',
    '1.0.8802.1.1.2.1.5.4795.1.2.5.0': 'W8VC01',
    '1.0.8802.1.1.2.1.5.4795.1.2.7.0': 'EX2028-P',
  })
  expect(told(rows)).toMatchObject({ os: 'cnmatrix', model: 'EX2028-P', firmware: '4.6-r3', serial: 'W8VC01' })
})
