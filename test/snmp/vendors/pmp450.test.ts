import { describe, expect, test } from 'vitest'
import { recordedRows, recordingsHint, snmpFolder } from '../recordings'
import { generated, interfaces, ipOctets, macOctets, system } from './generated'
import { told } from './told'

describe.skipIf(snmpFolder === null)(`PMP 450, recorded (${recordingsHint})`, () => {
  test('a 450 with 80 subscriber modules, of which the recording kept one row', () => {
    const facts = told(recordedRows('pmp_450-2018'))
    expect(facts).toMatchObject({ os: 'pmp', model: 'PMP 450', firmware: '15.1.3', role: 'ap', stationCount: 80 })
    expect(facts.radios).toMatchObject([{ ifIndex: 2, mode: 'ap', frequencyMhz: 5480 }])
    expect(facts.stations).toMatchObject([{ ifIndex: 2, signalDbm: -71.5, snrDb: 36 }])
  })

  test('without the MAC of a module, ARP of the network between the radios has it under its LUID', () => {
    const facts = told(recordedRows('pmp_450m'))
    expect(facts).toMatchObject({ model: 'PMP 450m', firmware: '16.0.0.1', stationCount: 34 })
    expect(facts.stations).toMatchObject([{ mac: '1a:00:3e:b7:b2:bd', ip: null, signalDbm: -62.8 }])
  })

  test('the address that every PMP has between its radios is not its own', () => {
    expect(told(recordedRows('pmp_450m')).addresses).toEqual(['10.10.144.4', '10.51.100.52'])
  })
})

const whisp = '1.3.6.1.4.1.161.19.3'
const link = `${whisp}.1.4.1`
const host = (description: string, kind: string) => ({
  ...system(description, '1.3.6.1.4.1.161.19.250.256'),
  ...interfaces({ 1: ['Ethernet', '0a:00:3e:00:00:01'], 2: ['Canopy MultiPoint', '1a:00:3e:00:00:01'] }),
  [`${whisp}.3.1.6.0`]: kind,
  [`${whisp}.3.1.3.0`]: '0a-00-3e-00-00-01',
})

describe('PMP 450, generated as no recording holds it', () => {
  test('modules in session by MAC, site name and address; the rows of lost ones linger and do not count', () => {
    const facts = told(
      generated(host('CANOPY 20.3 AP', '5.7GHz MIMO OFDM - Multipoint - Access Point'), {
        [`${whisp}.1.7.1.0`]: 1,
        [`${link}.3.2`]: macOctets('0a:00:3e:00:00:02'),
        [`${link}.19.2`]: 1,
        [`${link}.33.2`]: 'acme-dental',
        [`${link}.35.2`]: '-58.4',
        [`${link}.46.2`]: 360_000,
        [`${link}.66.2`]: 20_000,
        [`${link}.69.2`]: ipOctets('10.1.10.2'),
        [`${link}.3.3`]: macOctets('0a:00:3e:00:00:03'),
        [`${link}.19.3`]: 0,
      }),
    )
    expect(facts).toMatchObject({ model: 'PMP 450', firmware: '20.3', role: 'ap', stationCount: 1, links: [] })
    expect(facts.stations).toEqual([
      {
        mac: '0a:00:3e:00:00:02',
        ip: '10.1.10.2',
        name: 'acme-dental',
        ifIndex: 2,
        signalDbm: -58.4,
        snrDb: null,
        distanceM: 2998,
        uptimeSeconds: 3600,
        txBps: null,
        rxBps: null,
      },
    ])
  })

  test('a subscriber module names its access point', () => {
    const facts = told(
      generated(host('CANOPY 20.3 SM', '5.7GHz MIMO OFDM - Subscriber Module'), {
        [`${whisp}.2.2.8.0`]: '-61.5 (-64.1 B / -64.9 A) dBm',
        [`${whisp}.2.2.9.0`]: '0a-00-3e-00-00-09',
        [`${whisp}.2.2.21.0`]: -62,
      }),
    )
    expect(facts).toMatchObject({ role: 'cpe', stations: [], stationCount: null, links: [] })
    expect(facts.radios).toMatchObject([{ mode: 'station', apMac: '0a:00:3e:00:00:09', signalDbm: -62 }])
  })

  test('a pair of backhaul modules: the slave names the master, the master its only module', () => {
    const slave = told(
      generated(host('CANOPY 15.0 BHUL450-DES', '5.4GHz MIMO OFDM - Backhaul - Timing Slave'), {
        [`${whisp}.2.2.9.0`]: '0a-00-3e-00-00-09',
      }),
    )
    expect(slave).toMatchObject({ model: 'PTP 450', role: 'backhaul', stations: [] })
    expect(slave.links).toMatchObject([{ remoteMac: '0a:00:3e:00:00:09', up: true }])
    expect(slave.radios).toMatchObject([{ mode: 'ptp', apMac: '0a:00:3e:00:00:09' }])
    const master = told(
      generated(host('CANOPY 15.0 BHUL450-DES', '5.4GHz MIMO OFDM - Backhaul - Timing Master'), {
        [`${link}.3.2`]: macOctets('0a:00:3e:00:00:02'),
        [`${link}.19.2`]: 1,
      }),
    )
    expect(master).toMatchObject({ role: 'backhaul', stations: [{ mac: '0a:00:3e:00:00:02' }] })
    expect(master.links).toMatchObject([{ remoteMac: '0a:00:3e:00:00:02', up: true }])
  })
})
