import { describe, expect, test } from 'vitest'
import { rowsOf, type SnmpValue } from '@/lib/snmp/rows'
import { walkOfRows } from '../recordings'

// Generated rows: CAPsMAN, the wifi package of RouterOS 7, stations of an AP, full MNDP rows are in no recording.
const hex = (octets: string) => Buffer.from(octets, 'hex')
const words = (some: string) => Buffer.from(some)
const mikrotik = '1.3.6.1.4.1.14988.1.1'
const version = { [`${mikrotik}.4.4.0`]: words('7.16.1') }

const walk = (rows: Record<string, SnmpValue>) => walkOfRows(rowsOf(Object.entries(rows))).facts

describe('what a MikroTik is', () => {
  test('RouterOS by its own version, though the description is the text of an administrator', () => {
    const facts = walk({
      ...version,
      '1.3.6.1.2.1.1.1.0': words('router'),
      '1.3.6.1.2.1.1.2.0': '1.3.6.1.4.1.8072.3.2.10',
      [`${mikrotik}.7.3.0`]: words('HF80AAAAAAA'),
      [`${mikrotik}.7.9.0`]: words('RB5009UG+S+'),
    })
    expect(facts).toMatchObject({
      vendor: 'MikroTik',
      os: 'routeros',
      model: 'RB5009UG+S+',
      firmware: '7.16.1',
      serial: 'HF80AAAAAAA',
      role: 'router',
    })
  })

  test('SwOS and SwOS Lite by sysObjectID or by description', () => {
    const at = (description: string) => {
      const { os, model, firmware, role } = walk({
        '1.3.6.1.2.1.1.1.0': words(description),
        '1.3.6.1.2.1.1.2.0': '1.3.6.1.4.1.14988.2',
        [`${mikrotik}.7.4.0`]: words('2.13'),
      })
      return [os, model, firmware, role]
    }
    expect(at('CSS326-24G-2S+ SwOS v2.18')).toEqual(['swos', 'CSS326-24G-2S+', '2.18', 'switch'])
    expect(at('MikroTik CSS610-8G-2S+ SwOS Lite v2.19')).toEqual(['swos', 'CSS610-8G-2S+', '2.19', 'switch'])
    expect(at('SwOS')).toEqual(['swos', null, '2.13', 'switch'])
    expect(at('roof switch')).toEqual(['swos', null, '2.13', 'switch'])
  })
})

describe('radios of RouterOS', () => {
  const legacy = `${mikrotik}.1.2.1`

  test('a CPE names its AP', () => {
    const facts = walk({
      ...version,
      [`${mikrotik}.1.1.1.4.3`]: -61,
      [`${mikrotik}.1.1.1.5.3`]: words('Ridge-3'),
      [`${mikrotik}.1.1.1.6.3`]: hex('b869f47f4170'),
      [`${mikrotik}.1.1.1.7.3`]: 5500,
    })
    expect(facts.role).toBe('cpe')
    expect(facts.radios).toEqual([
      {
        ifIndex: 3,
        mode: 'station',
        ssid: 'Ridge-3',
        frequencyMhz: 5500,
        apMac: 'b8:69:f4:7f:41:70',
        signalDbm: -61,
        noiseDbm: null,
      },
    ])
  })

  test('a registration is known by its index alone, and has a name where the radio has', () => {
    const facts = walk({
      ...version,
      [`${legacy}.3.0.21.153.0.0.1.5`]: -70,
      [`${legacy}.20.0.21.153.0.0.1.5`]: words('Acme Dental'),
      [`${legacy}.3.0.21.153.0.0.2.4294967291`]: 0,
      [`${mikrotik}.1.4.0`]: 2,
    })
    expect(facts.role).toBe('ap')
    expect(facts.stationCount).toBe(2)
    expect(facts.stations.map(({ mac, ifIndex, name, signalDbm }) => [mac, ifIndex, name, signalDbm])).toEqual([
      ['00:15:99:00:00:01', 5, 'Acme Dental', -70],
      ['00:15:99:00:00:02', 4_294_967_291, null, null],
    ])
  })

  test('CAPsMAN and the wifi package have tables of their own; who is in two of them is told once', () => {
    const facts = walk({
      ...version,
      [`${legacy}.3.0.21.153.0.0.1.9`]: -55,
      [`${mikrotik}.1.5.1.3.0.21.153.0.0.1.9`]: 12_000,
      [`${mikrotik}.1.5.1.3.0.21.153.0.0.3.9`]: 12_000,
      [`${mikrotik}.1.5.1.8.0.21.153.0.0.3.9`]: 130_000_000,
      [`${mikrotik}.1.5.1.11.0.21.153.0.0.3.9`]: -66,
      [`${mikrotik}.21.4.1.2.0.21.153.0.0.4.2`]: 6,
      [`${mikrotik}.21.4.1.4.0.21.153.0.0.4.2`]: 9_900,
      [`${mikrotik}.21.4.1.6.0.21.153.0.0.4.2`]: -58,
      [`${mikrotik}.1.4.0`]: 1,
      [`${mikrotik}.1.6.0`]: 2,
    })
    const stations = facts.stations.map((one) => [one.mac, one.ifIndex, one.signalDbm, one.uptimeSeconds, one.txBps])
    expect(stations).toEqual([
      ['00:15:99:00:00:01', 9, -55, null, null],
      ['00:15:99:00:00:03', 9, -66, 120, 130_000_000],
      ['00:15:99:00:00:04', 6, -58, 99, null],
    ])
    expect(facts.stationCount).toBe(3)
  })

  test('60 GHz is an AP with stations, a station with an AP, or one end of a bridge', () => {
    const mode = (value: number) => {
      const { role, radios, links, stations } = walk({
        ...version,
        [`${mikrotik}.1.8.1.2.1`]: value,
        [`${mikrotik}.1.8.1.4.1`]: 1,
        [`${mikrotik}.1.8.1.5.1`]: hex('b869f47f4170'),
        [`${mikrotik}.1.9.1.2.7`]: 1,
        [`${mikrotik}.1.9.1.3.7`]: hex('b869f47f4170'),
        [`${mikrotik}.1.9.1.2.8`]: 0,
        [`${mikrotik}.1.9.1.3.8`]: hex('b869f47f4171'),
      })
      return [role, radios[0]?.mode, radios[0]?.apMac, links.map((one) => one.remoteMac), stations.length]
    }
    expect(mode(0)).toEqual(['ap', 'ap', null, [], 1])
    expect(mode(1)).toEqual(['cpe', 'station', 'b8:69:f4:7f:41:70', ['b8:69:f4:7f:41:70'], 0])
    expect(mode(3)).toEqual(['backhaul', 'ptp', null, ['b8:69:f4:7f:41:70'], 1])
  })
})

test('MNDP tells neighbours with address and identity, and lends LLDP the port that it does not know', () => {
  const facts = walk({
    ...version,
    '1.3.6.1.2.1.2.2.1.2.4': words('ether4'),
    [`${mikrotik}.11.1.1.2.3`]: hex('0a000009'),
    [`${mikrotik}.11.1.1.3.3`]: hex('b869f47f4170'),
    [`${mikrotik}.11.1.1.4.3`]: words('7.15 (stable)'),
    [`${mikrotik}.11.1.1.5.3`]: words('MikroTik'),
    [`${mikrotik}.11.1.1.6.3`]: words('tower-2'),
    [`${mikrotik}.11.1.1.8.3`]: 4,
    [`${mikrotik}.11.1.1.8.5`]: 4,
    '1.0.8802.1.1.2.1.4.1.1.4.0.0.3': 4,
    '1.0.8802.1.1.2.1.4.1.1.5.0.0.3': words('B8:69:F4:7F:41:70'),
    '1.0.8802.1.1.2.1.4.1.1.9.0.0.3': words('tower-2'),
  })
  expect(facts.neighbours).toEqual([
    {
      protocol: 'lldp',
      ifIndex: 4,
      localPort: 'ether4',
      mac: 'b8:69:f4:7f:41:70',
      chassis: 'b8:69:f4:7f:41:70',
      port: null,
      name: 'tower-2',
      platform: null,
      addresses: [],
    },
    {
      protocol: 'mndp',
      ifIndex: 4,
      localPort: 'ether4',
      mac: 'b8:69:f4:7f:41:70',
      chassis: 'b8:69:f4:7f:41:70',
      port: null,
      name: 'tower-2',
      platform: 'MikroTik 7.15 (stable)',
      addresses: ['10.0.0.9'],
    },
  ])
})

test('its table without VLANs counts interfaces, the one with VLANs bridge ports', () => {
  const { forwarding } = walk({
    ...version,
    '1.3.6.1.2.1.2.2.1.2.2': words('ether1'),
    '1.3.6.1.2.1.2.2.1.2.4': words('wlan60'),
    '1.3.6.1.2.1.17.1.4.1.2.1': 2,
    '1.3.6.1.2.1.17.1.4.1.2.2': 4,
    '1.3.6.1.2.1.17.4.3.1.2.0.21.153.0.0.1': 2,
    '1.3.6.1.2.1.17.4.3.1.2.0.21.153.0.0.2': 4,
    '1.3.6.1.2.1.17.7.1.2.2.1.2.0.0.21.153.0.0.2': 2,
  })
  expect(forwarding.map((one) => [one.mac, one.ifIndex])).toEqual([
    ['00:15:99:00:00:02', 4],
    ['00:15:99:00:00:01', 2],
  ])
})
