import { describe, expect, test } from 'vitest'
import { recordedRows, recordingsHint, snmpFolder } from '../recordings'
import { generated, interfaces, ipOctets, macIndex, macOctets, system } from './generated'
import { told } from './told'

describe.skipIf(snmpFolder === null)(`LTU, recorded (${recordingsHint})`, () => {
  test('an airFiber 5XHD that calls itself net-snmp: its far end, with the address that ARP knows', () => {
    const facts = told(recordedRows('airos-af-ltu'))
    expect(facts).toMatchObject({
      os: 'ltu',
      model: 'airFiber 5XHD',
      firmware: '.v1.1.1-BETA2.00015.180314.0503',
      role: 'backhaul',
      stationCount: 1,
    })
    const far = { signalDbm: -47, distanceM: 10_955, ifIndex: 4 }
    expect(facts.stations).toMatchObject([
      { ...far, mac: '18:e8:29:1e:30:de', ip: '10.60.254.11', txBps: 63_488_000, rxBps: 161_280_000 },
    ])
    expect(facts.links).toMatchObject([
      { ...far, remoteMac: '18:e8:29:1e:30:de', remoteIp: '10.60.254.11', up: true, capacityBps: 63_488_000 },
    ])
  })
})

const root = '1.3.6.1.4.1.41112.1.10.1'
const apMac = '18:e8:29:00:00:01'
const rows = (role: number, model: string) =>
  generated(
    system('Linux 3.14.65 armv7l', '1.3.6.1.4.1.8072.3.2.10'),
    interfaces({ 4: ['ath0', '18:e8:29:00:00:02'] }),
    {
      [`${root}.2.1.0`]: role,
      [`${root}.2.2.0`]: 5840,
      [`${root}.2.5.0`]: 'ridge',
      [`${root}.3.1.0`]: macOctets('18:e8:29:00:00:03'),
      [`${root}.3.2.0`]: model,
      [`${root}.3.4.0`]: '2.3.1',
      [`${root}.4.1.5.${macIndex(apMac)}`]: -51,
      [`${root}.4.1.6.${macIndex(apMac)}`]: -49,
      [`${root}.4.1.13.${macIndex(apMac)}`]: 'ridge-ltu',
      [`${root}.4.1.24.${macIndex(apMac)}`]: 86_400n,
      [`${root}.4.1.25.${macIndex(apMac)}`]: ipOctets('10.1.5.2'),
    },
  )

describe('LTU, generated as no recording holds it', () => {
  test('an access point lists its stations by name and address', () => {
    const facts = told(rows(0, 'LTU-Rocket'))
    expect(facts).toMatchObject({ os: 'ltu', role: 'ap', links: [], radios: [{ mode: 'ap', ssid: 'ridge' }] })
    expect(facts.stations).toMatchObject([
      { mac: apMac, ip: '10.1.5.2', name: 'ridge-ltu', signalDbm: -49, uptimeSeconds: 86_400 },
    ])
    expect(facts.macs).toContain('18:e8:29:00:00:03')
  })

  test('a CPE names its access point', () => {
    const facts = told(rows(1, 'LTU-LR'))
    expect(facts).toMatchObject({ role: 'cpe', stations: [], stationCount: null, links: [] })
    expect(facts.radios).toMatchObject([{ mode: 'station', apMac, signalDbm: -49 }])
  })
})
