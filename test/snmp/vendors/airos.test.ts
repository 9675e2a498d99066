import { describe, expect, test } from 'vitest'
import { recordedRows, recordingsHint, snmpFolder } from '../recordings'
import { generated, interfaces, ipOctets, macIndex, macOctets, system } from './generated'
import { told } from './told'

const airmax = '1.3.6.1.4.1.41112.1.4'
const ownMac = '04:18:d6:2a:0a:92'
const otherMac = '68:72:51:00:34:25'

describe.skipIf(snmpFolder === null)(`airOS, recorded (${recordingsHint})`, () => {
  test('a NanoStation M5 that serves one station', () => {
    const facts = told(recordedRows('airos_nanostation-m5'))
    expect(facts).toMatchObject({
      os: 'airos',
      model: 'NanoStation M5',
      firmware: 'XW.ar934x.v5.6-beta4.22359.140521.1836',
      role: 'ap',
      stationCount: 1,
    })
    expect(facts.radios).toEqual([
      {
        ifIndex: 5,
        mode: 'ap',
        ssid: 'patrikeevo',
        frequencyMhz: 5860,
        apMac: null,
        signalDbm: -64,
        noiseDbm: -101,
      },
    ])
    expect(facts.stations).toEqual([
      {
        mac: otherMac,
        ip: null, // it says 0.0.0.0, as for any bridge
        name: 'patrikeevo_skl', // padded with NULs
        ifIndex: 5,
        signalDbm: -64,
        snrDb: 37,
        distanceM: 630,
        uptimeSeconds: null,
        txBps: 162_000_000, // it says kbit/s
        rxBps: 108_000_000,
      },
    ])
  })

  test('a LiteBeam AC that does not say its mode is a CPE by its model', () => {
    expect(told(recordedRows('airos_airos8'))).toMatchObject({
      model: 'LiteBeam 5AC Gen2',
      firmware: 'WA.ar934x.v8.7.4.45112.210415.1103',
      role: 'cpe',
      radios: [{ ifIndex: 7, mode: null, frequencyMhz: 5780, signalDbm: -70, noiseDbm: -91 }],
    })
  })
})

const radio = (mode: number | null, apMac: string, count: number) => ({
  [`${airmax}.1.1.1.1`]: 7,
  ...(mode === null ? {} : { [`${airmax}.1.1.2.1`]: mode }),
  [`${airmax}.1.1.4.1`]: 5780,
  [`${airmax}.5.1.2.1`]: 'ridge-3',
  [`${airmax}.5.1.4.1`]: macOctets(apMac),
  [`${airmax}.5.1.5.1`]: -61,
  [`${airmax}.5.1.8.1`]: -96,
  [`${airmax}.5.1.15.1`]: count,
})
const station = (mac: string, name: string, address: string) => ({
  [`${airmax}.7.1.2.1.${macIndex(mac)}`]: name,
  [`${airmax}.7.1.3.1.${macIndex(mac)}`]: -66,
  [`${airmax}.7.1.5.1.${macIndex(mac)}`]: 2400,
  [`${airmax}.7.1.10.1.${macIndex(mac)}`]: ipOctets(address),
  [`${airmax}.7.1.11.1.${macIndex(mac)}`]: 86_700_000,
  [`${airmax}.7.1.15.1.${macIndex(mac)}`]: 360_000,
})
const host = [
  system('Linux 2.6.32.68 mips', '1.3.6.1.4.1.10002.1'),
  interfaces({ 1: ['lo', '00:00:00:00:00:00'], 7: ['ath0', ownMac] }),
] as const

describe('airOS, generated as no recording holds it', () => {
  test('an access point with several stations, whose MAC column is not accessible', () => {
    const facts = told(
      generated(
        ...host,
        radio(2, ownMac, 2),
        station(otherMac, 'acme-dental', '10.1.4.20'),
        station('68:72:51:00:34:26', 'smith', '0.0.0.0'),
      ),
    )
    expect(facts).toMatchObject({ role: 'ap', stationCount: 2 })
    expect(facts.stations).toMatchObject([
      { mac: otherMac, ip: '10.1.4.20', name: 'acme-dental', ifIndex: 7, txBps: 86_700_000, uptimeSeconds: 3600 },
      { mac: '68:72:51:00:34:26', ip: null, name: 'smith' },
    ])
  })

  test('a station names its access point, and does not take it for a station of its own', () => {
    const facts = told(generated(...host, radio(1, otherMac, 1), station(otherMac, 'AP-2', '10.1.4.2')))
    expect(facts).toMatchObject({ role: 'cpe', stations: [], stationCount: null })
    expect(facts.radios).toMatchObject([{ mode: 'station', apMac: otherMac, ssid: 'ridge-3', signalDbm: -61 }])
  })

  test('a station without the MAC of its AP has it from the only row of its table', () => {
    const facts = told(generated(...host, radio(1, ownMac, 1), station(otherMac, 'AP-2', '10.1.4.2')))
    expect(facts.radios).toMatchObject([{ mode: 'station', apMac: otherMac }])
  })

  test.each([
    ['its own is that of an access point', ownMac, 'ap', null],
    ['another is that of a station', otherMac, 'station', otherMac],
  ])('where the mode is not said, the MAC of the AP tells it: %s', (_, apMac, mode, heard) => {
    expect(told(generated(...host, radio(null, apMac, 1))).radios).toMatchObject([{ mode, apMac: heard }])
  })

  test('an access point with a BSSID of its own has that MAC too; a repeater may name another device there', () => {
    const virtual = '0a:18:d6:2a:0a:92'
    expect(told(generated(...host, radio(2, virtual, 0))).macs).toContain(virtual)
    expect(told(generated(...host, radio(3, otherMac, 0))).macs).not.toContain(otherMac)
  })

  test('an address that the table does not say comes from ARP, where that knows one alone', () => {
    const arp = (address: string) => ({ [`1.3.6.1.2.1.4.22.1.2.7.${address}`]: macOctets(otherMac) })
    const rows = [...host, radio(2, ownMac, 1), station(otherMac, 'acme-dental', '0.0.0.0')]
    expect(told(generated(...rows, arp('10.1.4.20'))).stations[0]?.ip).toBe('10.1.4.20')
    expect(told(generated(...rows, arp('10.1.4.20'), arp('10.1.4.21'))).stations[0]?.ip).toBeNull()
  })
})
