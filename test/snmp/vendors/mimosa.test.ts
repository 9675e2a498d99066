import { describe, expect, test } from 'vitest'
import { recordedRows, recordingsHint, snmpFolder } from '../recordings'
import { generated, interfaces, ipOctets, macOctets, system } from './generated'
import { told } from './told'

describe.skipIf(snmpFolder === null)(`Mimosa, recorded (${recordingsHint})`, () => {
  const facts = () => told(recordedRows('mimosa_b5'))

  test('a B5c: two radios of two chains each, in tenths of dBm', () => {
    expect(facts()).toMatchObject({ os: 'mimosa', model: 'B5c', firmware: '2.3.3', serial: null, role: 'backhaul' })
    expect(facts().radios).toMatchObject([
      { mode: 'ptp', frequencyMhz: 5760, signalDbm: -58.9, noiseDbm: -85.4 },
      { mode: 'ptp', frequencyMhz: 5630, signalDbm: -59, noiseDbm: -89.9 },
    ])
  })

  test('its far end is whom ARP knows on the network between the two', () => {
    expect(facts().links).toMatchObject([
      { remoteMac: '20:b5:c6:54:46:06', remoteIp: null, signalDbm: -58.9, capacityBps: 600_000_000 },
    ])
  })

  test('what every unit has is not its own: the address of the console, a placeholder MAC', () => {
    expect(facts().addresses).toEqual(['10.10.8.3'])
    expect(facts().macs).not.toContain('00:02:03:04:05:06')
    expect(facts().macs).toContain('20:b5:c6:01:8e:4d')
  })
})

const wireless = '1.3.6.1.4.1.43356.2.1.2'
const ownMac = '20:b5:c6:00:00:01'
const host = (description: string, product: number) => ({
  ...system(description, `1.3.6.1.4.1.43356.1.1.${product}`),
  ...interfaces({ 5: ['br0', ownMac] }),
  [`${wireless}.1.2.0`]: '5002130045',
  [`${wireless}.1.3.0`]: '2.8.1',
  [`${wireless}.3.1.0`]: 'mill-link',
})
const chain = {
  [`${wireless}.6.1.1.3.1`]: -512,
  [`${wireless}.6.1.1.4.1`]: -901,
  [`${wireless}.6.1.1.6.1`]: 5500,
  [`${wireless}.6.1.1.3.2`]: -1000,
  [`${wireless}.6.1.1.6.2`]: 0,
}

describe('Mimosa, generated as no recording holds it', () => {
  test('an A5 lists its clients; signals are joined by MAC, as rows move', () => {
    const facts = told(
      generated(host('Mimosa A5 Firmware v1', 3), {
        [`${wireless}.9.1.1.2.1`]: 'hotspot',
        [`${wireless}.9.1.1.3.1`]: 0,
        [`${wireless}.9.1.1.2.2`]: 'ridge',
        [`${wireless}.9.1.1.3.2`]: 1,
        [`${wireless}.9.3.3.1.2.1`]: 'MIMOSA-5Ghz-1',
        [`${wireless}.9.3.3.1.7.1`]: 5690,
        [`${wireless}.9.3.3.1.2.2`]: 'MIMOSA-2Ghz-1',
        [`${wireless}.9.3.3.1.7.2`]: 2437,
        [`${wireless}.9.5.1.1.2.1`]: macOctets('20:b5:c6:00:00:11'),
        [`${wireless}.9.5.1.1.3.1`]: 'acme-dental',
        [`${wireless}.9.5.1.1.5.1`]: ipOctets('10.1.8.11'),
        [`${wireless}.9.5.1.1.2.2`]: macOctets('20:b5:c6:00:00:12'),
        [`${wireless}.9.6.1.1.2.1`]: macOctets('20:b5:c6:00:00:12'),
        [`${wireless}.9.6.1.1.11.1`]: -643,
        [`${wireless}.9.6.1.1.2.2`]: macOctets('20:b5:c6:00:00:11'),
        [`${wireless}.9.6.1.1.11.2`]: -581,
        [`${wireless}.9.6.1.1.2.3`]: macOctets('20:b5:c6:00:00:13'),
        [`${wireless}.9.6.1.1.11.3`]: -702,
      }),
    )
    expect(facts).toMatchObject({ model: 'A5', serial: '5002130045', role: 'ap', stationCount: 3, links: [] })
    expect(facts.radios).toMatchObject([{ mode: 'ap', ssid: 'ridge', frequencyMhz: 5690 }])
    expect(facts.stations).toMatchObject([
      { mac: '20:b5:c6:00:00:11', ip: '10.1.8.11', name: 'acme-dental', signalDbm: -58.1 },
      { mac: '20:b5:c6:00:00:12', ip: null, signalDbm: -64.3 },
      { mac: '20:b5:c6:00:00:13', signalDbm: -70.2 },
    ])
  })

  test('a C5 is a CPE; the MAC of the wireless link is its AP, where it is not its own', () => {
    const rows = (linkMac: string) =>
      generated(host('Mimosa C5 Firmware v1', 4), chain, { [`${wireless}.3.2.0`]: macOctets(linkMac) })
    expect(told(rows('20:b5:c6:00:00:99'))).toMatchObject({
      role: 'cpe',
      radios: [
        { mode: 'station', ssid: 'mill-link', apMac: '20:b5:c6:00:00:99', frequencyMhz: 5500, signalDbm: -51.2 },
      ],
    })
    expect(told(rows(ownMac)).radios).toMatchObject([{ apMac: null }])
  })

  test.each([
    [1, true],
    [2, false],
    [3, null],
  ])('a B5 whose status is %i: its link is up: %s', (status, up) => {
    const rows = generated(host('Mimosa B5 Firmware v1', 1), chain, { [`${wireless}.3.3.0`]: status })
    expect(told(rows).links).toMatchObject([{ up, signalDbm: -51.2, capacityBps: null }])
  })

  test('one that says no model in its description has it from its object id', () => {
    expect(told(generated(host('generated', 2)))).toMatchObject({ model: 'B5-Lite', role: 'backhaul' })
  })
})
