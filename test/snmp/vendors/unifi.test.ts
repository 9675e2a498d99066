import { describe, expect, test } from 'vitest'
import { mhzOfChannel } from '@/lib/snmp/vendors/unifi'
import { recordedRows, recordingsHint, snmpFolder } from '../recordings'
import { generated, interfaces, ipOctets, macOctets, system } from './generated'
import { told } from './told'

describe.skipIf(snmpFolder === null)(`UniFi, recorded (${recordingsHint})`, () => {
  test('a nanoHD that calls itself net-snmp: its networks, and how many are on them', () => {
    const facts = told(recordedRows('unifi_nanohd'))
    expect(facts).toMatchObject({
      os: 'unifi',
      model: 'UAP-nanoHD',
      firmware: '5.43.36.12724',
      role: 'ap',
      stationCount: 18,
      stations: [],
    })
    expect(facts.radios.map((radio) => [radio.ssid, radio.frequencyMhz])).toEqual([
      ['homewifi_ac', 2437],
      ['vwire-d4aebb3212a82cd8', 2437],
      ['homewifi_ac', 5785],
      ['vwire-d4aebb3212a82cd8', 5785],
    ])
  })
})

describe('UniFi, generated as no recording holds it', () => {
  test('BSSIDs are MACs of its own, and a network stands on the interface of its name', () => {
    const network = '1.3.6.1.4.1.41112.1.6.1.2.1'
    const facts = told(
      generated(system('Linux', '1.3.6.1.4.1.8072.3.2.10'), interfaces({ 3: ['ra0', 'b4:fb:e4:00:00:01'] }), {
        '1.3.6.1.4.1.41112.1.6.3.1.0': ipOctets('10.1.7.2'),
        '1.3.6.1.4.1.41112.1.6.3.3.0': 'U6-LR',
        [`${network}.2.1`]: macOctets('b6:fb:e4:00:00:01'),
        [`${network}.4.1`]: 36,
        [`${network}.6.1`]: 'office',
        [`${network}.7.1`]: 'ra0',
        [`${network}.9.1`]: 'na',
      }),
    )
    expect(facts).toMatchObject({ model: 'U6-LR', addresses: ['10.1.7.2'], stationCount: null })
    expect(facts.macs).toEqual(['b4:fb:e4:00:00:01', 'b6:fb:e4:00:00:01'])
    expect(facts.radios).toMatchObject([{ ifIndex: 3, mode: 'ap', ssid: 'office', frequencyMhz: 5180 }])
  })

  test('one that answers only the standard tables is told by its description', () => {
    expect(told(generated(system('UAP-LR 4.0.66.10832', '1.3.6.1.4.1.10002.1')))).toMatchObject({
      os: 'unifi',
      model: 'UAP-LR',
      firmware: '4.0.66.10832',
    })
  })

  test.each([
    [1, 'ng', 2412],
    [13, 'ng', 2472],
    [14, 'ng', 2484],
    [36, 'na', 5180],
    [165, 'na', 5825],
    [37, '6e', 6135],
    [8, 'na', 5040],
    [0, 'ng', null],
    [null, 'na', null],
  ])('channel %s of radio %s is at %s MHz', (channel, radio, mhz) => {
    expect(mhzOfChannel(channel, radio)).toBe(mhz)
  })
})
