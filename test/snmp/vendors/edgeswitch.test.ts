import { describe, expect, test } from 'vitest'
import { recordedRows, recordingsHint, snmpFolder } from '../recordings'
import { generated, system } from './generated'
import { told } from './told'

describe.skipIf(snmpFolder === null)(`EdgeSwitch, recorded (${recordingsHint})`, () => {
  test("an EdgeSwitch 24, whose object id is that of its chip's maker", () => {
    const facts = told(recordedRows('edgeswitch_es-24-250w'))
    expect(facts).toMatchObject({
      os: 'edgeswitch',
      role: 'switch',
      model: 'EdgeSwitch 24-Port 250W',
      firmware: '1.8.0.5106045',
      serial: 'F03E34F342C3',
    })
    expect(facts.macs).toContain('f0:3e:34:f3:42:c3')
    expect(facts.neighbours).toHaveLength(2)
  })

  test('a UniFi US-8: its serial number is "System MAC: .."', () => {
    const facts = told(recordedRows('edgeswitch_us-8'))
    expect(facts).toMatchObject({
      os: 'edgeswitch',
      model: 'USW GigaBit Ethernet Switch',
      firmware: '5.76.7.13442',
      serial: 'FCECDABF6955',
    })
    expect(facts.forwarding.length).toBeGreaterThan(300)
  })
})

describe('EdgeSwitch, generated as no recording holds it', () => {
  test.each([
    ['US-24-250W, 4.3.20.11298, Linux 3.6.5', '1.3.6.1.4.1.4413', 'US-24-250W', '4.3.20.11298'],
    ['USW-24-PoE, 6.2.14.13855, Linux 3.6.5', '1.3.6.1.4.1.8072.3.2.10', 'USW-24-PoE', '6.2.14.13855'],
    ['EdgePoint Switch R8', '1.3.6.1.4.1.4413', 'EdgePoint Switch R8', null],
  ])('%s is told by its description', (description, objectId, model, firmware) => {
    expect(told(generated(system(description, objectId)))).toMatchObject({ os: 'edgeswitch', model, firmware })
  })

  test("another maker's switch on the same chip is not one", () => {
    expect(told(generated(system('GS728TPv2 ProSafe', '1.3.6.1.4.1.4413'))).vendor).toBeNull()
  })
})
