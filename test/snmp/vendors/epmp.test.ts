import { describe, expect, test } from 'vitest'
import { secondsOfSession } from '@/lib/snmp/vendors/epmp'
import { recordedRows, recordingsHint, snmpFolder } from '../recordings'
import { generated, interfaces, ipOctets, system } from './generated'
import { told } from './told'

describe.skipIf(snmpFolder === null)(`ePMP, recorded (${recordingsHint})`, () => {
  test('an access point with six subscriber modules, their MACs as text', () => {
    const facts = told(recordedRows('epmp_epmp-ap-connected-sta'))
    expect(facts).toMatchObject({ os: 'epmp', model: 'ePMP AP', firmware: '5.10.3', role: 'ap', stationCount: 6 })
    expect(facts.system.uptimeSeconds).toBeNull()
    expect(facts.radios).toMatchObject([{ ifIndex: 1, mode: 'ap', frequencyMhz: 5190, apMac: null }])
    expect(facts.stations).toHaveLength(6)
    expect(facts.stations[0]).toMatchObject({
      mac: 'aa:bb:cc:dd:ee:f1',
      ip: '10.0.0.11',
      name: 'Subscriber-1',
      signalDbm: -54, // as the access point hears it
      snrDb: 32,
      distanceM: 1798,
    })
  })
})

const root = '1.3.6.1.4.1.17713.21'
const host = {
  ...system('Linux ePMP 3.14.77', '1.3.6.1.4.1.17713.21.9.37'),
  ...interfaces({ 1: ['WLAN interface 1', '00:04:56:aa:00:02'] }),
  [`${root}.1.1.17.0`]: '4.7.0.1',
  [`${root}.1.2.1.0`]: 5580,
}

describe('ePMP, generated as no recording holds it', () => {
  test('a subscriber module names its access point', () => {
    const facts = told(
      generated(host, {
        [`${root}.3.8.2.1.0`]: 2,
        [`${root}.1.2.8.0`]: 'ridge-epmp',
        [`${root}.1.2.3.0`]: -58,
        [`${root}.1.2.19.0`]: '00:04:56:BB:00:01',
      }),
    )
    expect(facts).toMatchObject({ model: 'ePMP SM', role: 'cpe', stations: [], stationCount: null })
    expect(facts.radios).toMatchObject([
      { mode: 'station', ssid: 'ridge-epmp', apMac: '00:04:56:bb:00:01', signalDbm: -58, frequencyMhz: 5580 },
    ])
  })

  test('a subscriber module that lost its access point is a CPE all the same', () => {
    const rows = generated(host, { [`${root}.3.8.2.1.0`]: 2, [`${root}.1.2.19.0`]: 'Not Associated' })
    expect(told(rows)).toMatchObject({ role: 'cpe', radios: [{ mode: 'station', apMac: null }] })
  })

  test('an access point says "Not Associated" for its own AP, and a signal of 0', () => {
    const facts = told(
      generated(host, {
        [`${root}.3.8.2.1.0`]: 1,
        [`${root}.1.1.11.0`]: 'ridge-epmp',
        [`${root}.1.2.3.0`]: 0,
        [`${root}.1.2.19.0`]: 'Not Associated',
      }),
    )
    expect(facts.radios).toMatchObject([{ mode: 'ap', ssid: 'ridge-epmp', apMac: null, signalDbm: null }])
  })

  test('where the mode is not said, a MAC of an AP makes a subscriber and rows make an access point', () => {
    const subscriber = generated(host, { [`${root}.1.2.19.0`]: '00-04-56-BB-00-01' })
    expect(told(subscriber)).toMatchObject({ role: 'cpe', radios: [{ apMac: '00:04:56:bb:00:01' }] })
    const serving = generated(host, {
      [`${root}.1.2.30.1.1.4`]: '00:04:56:cc:00:01',
      [`${root}.1.2.30.1.10.4`]: ipOctets('10.1.9.4'),
      [`${root}.1.2.30.1.27.4`]: '2 days, 03:04:05',
      [`${root}.1.2.30.1.28.4`]: '117.5',
    })
    expect(told(serving)).toMatchObject({
      role: 'ap',
      stations: [{ mac: '00:04:56:cc:00:01', ip: '10.1.9.4', uptimeSeconds: 183_845, txBps: 117_500_000 }],
    })
  })

  test('a row of nothing is no station', () => {
    const rows = generated(host, {
      [`${root}.3.8.2.1.0`]: 1,
      [`${root}.1.2.30.1.1.1`]: '',
      [`${root}.1.2.30.1.4.1`]: 0,
    })
    expect(told(rows).stations).toEqual([])
  })

  test.each([
    ['00:00:59', 59],
    ['27:00:00', 97_200],
    ['1 day, 00:00:01', 86_401],
    ['3d 01:00:00', 262_800],
    ['soon', null],
    ['', null],
  ])('a session of %j lasts %s s', (words, seconds) => {
    expect(secondsOfSession(Buffer.from(words))).toBe(seconds)
  })
})
