import { describe, expect, test } from 'vitest'
import { recordedRows, recordingsHint, snmpFolder } from '../recordings'
import { generated, interfaces, system } from './generated'
import { told } from './told'

describe.skipIf(snmpFolder === null)(`airFiber, recorded (${recordingsHint})`, () => {
  test('an airFiber 11 and its link; its far end was left out of the recording', () => {
    const facts = told(recordedRows('airos-af'))
    expect(facts).toMatchObject({ os: 'airfiber', firmware: 'v4.0.3', role: 'backhaul', stations: [] })
    expect(facts.radios).toMatchObject([{ ifIndex: 4, mode: 'ptp', frequencyMhz: 11_485, signalDbm: -42 }])
    expect(facts.links).toEqual([
      {
        ifIndex: 4,
        remoteMac: null,
        remoteIp: null,
        remoteName: null,
        up: null,
        signalDbm: -42,
        capacityBps: 684_856_960,
        distanceM: 11_450,
      },
    ])
  })
})

const status = '1.3.6.1.4.1.41112.1.3.2.1'
const rows = (more: Record<string, string | number>) =>
  generated(
    system('Linux 2.6.33 armv5tejl', '1.3.6.1.4.1.10002.1'),
    interfaces({ 4: ['air0', '7a:8a:20:af:56:43'] }),
    { '1.3.6.1.4.1.41112.1.3.1.1.5.1': 24_100, '1.3.6.1.4.1.41112.1.3.1.1.14.1': 'ridge-mill' },
    { [`${status}.40.1`]: 'v3.2', [`${status}.11.1`]: -58, [`${status}.14.1`]: -55 },
    more,
  )

describe('airFiber, generated as no recording holds the far end', () => {
  test('the far end by MAC and address, both text; the stronger chain is the signal', () => {
    const facts = told(
      rows({ [`${status}.26.1`]: 1, [`${status}.45.1`]: '7A:8A:20:AF:99:01', [`${status}.46.1`]: '10.0.0.6' }),
    )
    expect(facts.links).toMatchObject([
      { remoteMac: '7a:8a:20:af:99:01', remoteIp: '10.0.0.6', up: true, signalDbm: -55, ifIndex: 4 },
    ])
    expect(facts.radios).toMatchObject([{ ssid: 'ridge-mill', frequencyMhz: 24_100 }])
  })

  test('a link that is down says so, and an unknown far end is none', () => {
    const facts = told(
      rows({ [`${status}.26.1`]: 0, [`${status}.45.1`]: '00:00:00:00:00:00', [`${status}.46.1`]: '0.0.0.0' }),
    )
    expect(facts.links).toMatchObject([{ remoteMac: null, remoteIp: null, up: false }])
  })
})
