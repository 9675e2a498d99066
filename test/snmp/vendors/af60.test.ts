import { describe, expect, test } from 'vitest'
import { generated, interfaces, ipOctets, macIndex, macOctets, system } from './generated'
import { told } from './told'

const root = '1.3.6.1.4.1.41112.1.11.1'
const far = 'f4:92:bf:e2:a1:5a'
const rows = (role: number, model: string, index = `${macIndex(far)}.1`) =>
  generated(system('Linux 4.4', '1.3.6.1.4.1.41112.1'), interfaces({ 3: ['wlan0', 'f4:92:bf:00:00:01'] }), {
    [`${root}.1.1.1`]: role,
    [`${root}.1.2.1`]: 64_800,
    [`${root}.1.4.1`]: 'mill-60',
    [`${root}.1.5.1`]: ipOctets('10.1.6.2'),
    [`${root}.2.1.1`]: macOctets('f4:92:bf:00:00:02'),
    [`${root}.2.2.1`]: model,
    [`${root}.2.4.1`]: 'GMC.v2.6.0',
    [`${root}.3.1.3.${index}`]: -47,
    [`${root}.3.1.4.${index}`]: 20,
    [`${root}.3.1.7.${index}`]: 1_950_000,
    [`${root}.3.1.8.${index}`]: 1_820_000,
    [`${root}.3.1.14.${index}`]: 'mill-b',
    [`${root}.3.1.15.${index}`]: 740,
    [`${root}.3.1.17.${index}`]: 8_640_000,
    [`${root}.3.1.20.${index}`]: ipOctets('10.1.6.3'),
  })

describe('AF60 and Wave, generated as no recording is public', () => {
  test('an airFiber 60 LR stands in a pair: its far end is a link and a registration', () => {
    const facts = told(rows(0, 'airFiber 60 LR'))
    expect(facts).toMatchObject({ os: 'af60', model: 'airFiber 60 LR', firmware: 'GMC.v2.6.0', role: 'backhaul' })
    expect(facts.addresses).toEqual(['10.1.6.2'])
    expect(facts.macs).toContain('f4:92:bf:00:00:02')
    expect(facts.links).toEqual([
      {
        ifIndex: 3,
        remoteMac: far,
        remoteIp: '10.1.6.3',
        remoteName: 'mill-b',
        up: true,
        signalDbm: -47,
        capacityBps: 1_820_000_000,
        distanceM: 740,
      },
    ])
    expect(facts.stations).toMatchObject([{ mac: far, snrDb: 20, uptimeSeconds: 86_400 }])
  })

  test('the other of the pair names the first as what it hangs on', () => {
    const facts = told(rows(1, 'airFiber 60 LR'))
    expect(facts).toMatchObject({ role: 'backhaul', stations: [] })
    expect(facts.radios).toMatchObject([{ mode: 'ptp', apMac: far, frequencyMhz: 64_800, ssid: 'mill-60' }])
    expect(facts.links).toMatchObject([{ remoteMac: far }])
  })

  test('a Wave AP serves stations, a Wave Nano hangs on one', () => {
    expect(told(rows(0, 'Wave AP'))).toMatchObject({ role: 'ap', stationCount: 1, links: [] })
    expect(told(rows(1, 'Wave Nano'))).toMatchObject({ role: 'cpe', radios: [{ mode: 'station', apMac: far }] })
  })

  test('the MAC is read from an index with its length before it, too', () => {
    expect(told(rows(0, 'Wave AP', `6.${macIndex(far)}.1`)).stations).toMatchObject([{ mac: far }])
  })
})
