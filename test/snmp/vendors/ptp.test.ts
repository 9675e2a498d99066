import { describe, expect, test } from 'vitest'
import { recordedRows, recordingsHint, snmpFolder } from '../recordings'
import { generated, ipOctets, macOctets, system } from './generated'
import { told } from './told'

describe.skipIf(snmpFolder === null)(`PTP, recorded (${recordingsHint})`, () => {
  test('a PTP 670; its far end was left out of the recording', () => {
    const facts = told(recordedRows('ptp670'))
    expect(facts).toMatchObject({ os: 'ptp', model: 'PTP 50670', firmware: '50670-02-00', role: 'backhaul' })
    expect(facts.addresses).toEqual(['10.0.0.1']) // from the value: the row is numbered
    expect(facts.radios).toMatchObject([{ ifIndex: 1, mode: 'ptp', signalDbm: -52.8 }])
    expect(facts.links).toMatchObject([{ ifIndex: 1, signalDbm: -52.8, capacityBps: 161_340_000 }])
  })
})

const host = (family: number) => system('radio', `1.3.6.1.4.1.17713.${family}`)

describe('PTP, generated as no recording holds the far end', () => {
  test.each([11, 7])('of family %i: the far end by MAC, address and name, and whether the link is up', (family) => {
    const root = `1.3.6.1.4.1.17713.${family}`
    const rows = (status: number) =>
      generated(host(family), {
        [`${root}.5.14.0`]: 'ridge-mill',
        [`${root}.5.25.0`]: ipOctets('10.1.11.3'),
        [`${root}.5.36.0`]: 'mill-670',
        [`${root}.12.10.0`]: 5_742_000,
        [`${root}.12.12.0`]: -481,
        [`${root}.12.17.0`]: macOctets('00:04:56:58:00:02'),
        [`${root}.19.1.0`]: '670-02-65',
        [`${root}.20.5.0`]: status,
        [`${root}.28.1.0`]: macOctets('00:04:56:58:00:01'),
        [`${root}.28.3.0`]: 'M9UC01',
      })
    expect(told(rows(0))).toMatchObject({ os: 'ptp', firmware: '670-02-65', serial: 'M9UC01', role: 'backhaul' })
    expect(told(rows(0)).macs).toEqual(['00:04:56:58:00:01'])
    expect(told(rows(0)).radios).toMatchObject([{ ssid: 'ridge-mill', frequencyMhz: 5742, signalDbm: -48.1 }])
    expect(told(rows(0)).links).toMatchObject([
      { remoteMac: '00:04:56:58:00:02', remoteIp: '10.1.11.3', remoteName: 'mill-670', up: true },
    ])
    expect(told(rows(3)).links).toMatchObject([{ up: false }])
  })

  test('a 670 with several far ends has a link to each', () => {
    const root = '1.3.6.1.4.1.17713.11'
    const facts = told(
      generated(host(11), {
        [`${root}.12.19.1.10.1`]: macOctets('00:04:56:58:00:02'),
        [`${root}.12.19.1.11.1`]: -502,
        [`${root}.5.33.1.4.1`]: 'mill',
        [`${root}.12.19.1.10.2`]: macOctets('00:04:56:58:00:03'),
        [`${root}.5.33.1.3.2`]: ipOctets('10.1.11.4'),
        [`${root}.12.19.1.10.3`]: macOctets('00:00:00:00:00:00'),
      }),
    )
    expect(facts.links).toMatchObject([
      { remoteMac: '00:04:56:58:00:02', remoteName: 'mill', signalDbm: -50.2 },
      { remoteMac: '00:04:56:58:00:03', remoteIp: '10.1.11.4' },
    ])
  })

  test.each([
    [1, true],
    [0, false],
  ])('a PTP 250 counts the other way: status %i is up: %s', (status, up) => {
    const root = '1.3.6.1.4.1.17713.250'
    const rows = generated(host(250), {
      [`${root}.1.4.0`]: macOctets('00:04:56:58:00:02'),
      [`${root}.1.10.0`]: ipOctets('10.1.11.5'),
      [`${root}.11.4.0`]: status,
    })
    expect(told(rows)).toMatchObject({
      model: 'PTP 250',
      links: [{ remoteMac: '00:04:56:58:00:02', remoteIp: '10.1.11.5', up }],
    })
  })
})
