import { describe, expect, test } from 'vitest'
import { rowsOf, type SnmpValue } from '@/lib/snmp/rows'
import { standardFacts } from '@/lib/snmp/standard/facts'

// Generated rows: shapes that the standards and the recordings know, in one device each.
const hex = (octets: string) => Buffer.from(octets, 'hex')
const words = (some: string) => Buffer.from(some)
const facts = (rows: Record<string, SnmpValue>) => standardFacts(rowsOf(Object.entries(rows)))

const ifTable = '1.3.6.1.2.1.2.2.1'
const ifXTable = '1.3.6.1.2.1.31.1.1.1'
const twoPorts = {
  [`${ifTable}.2.1`]: words('Ethernet port 1'),
  [`${ifTable}.2.2`]: words('Ethernet port 2'),
  [`${ifXTable}.1.1`]: words('ether1'),
  [`${ifXTable}.1.2`]: words('ether2'),
  [`${ifTable}.6.1`]: hex('0c4244000001'),
  [`${ifTable}.6.2`]: hex('0c4244000002'),
}

describe('interfaces', () => {
  test('are whatever either table names, in the order of their index', () => {
    const { interfaces } = facts({
      [`${ifXTable}.1.1000002`]: words('GigabitEthernet 1/2'),
      [`${ifTable}.2.7`]: words('wlan0\0\0'),
      [`${ifTable}.3.7`]: 71,
      [`${ifTable}.7.7`]: 1,
      [`${ifTable}.8.7`]: 7,
      [`${ifTable}.8.9`]: 99,
    })
    expect(interfaces.map(({ index, name, oper }) => [index, name, oper])).toEqual([
      [7, 'wlan0', 'lowerLayerDown'],
      [9, '#9', null],
      [1_000_002, 'GigabitEthernet 1/2', null],
    ])
    expect(interfaces[0]).toMatchObject({ type: 71, admin: 'up', mac: null, speedBps: null })
  })

  test.each([
    ['Mbit/s where the fast gauge has any', 1000, 4_294_967_295, 1_000_000_000],
    ['bit/s where it is 0', 0, 10_000_000, 10_000_000],
    ['bit/s where an agent puts bit/s into it', 220_000_000, 4_294_967_295, 220_000_000],
    ['nothing where 32 bits cannot say', 0, 4_294_967_295, null],
  ])('have a speed in %s', (_what, high, low, expected) => {
    const { interfaces } = facts({
      [`${ifTable}.2.1`]: words('e'),
      [`${ifXTable}.15.1`]: high,
      [`${ifTable}.5.1`]: low,
    })
    expect(interfaces[0]?.speedBps).toBe(expected)
  })

  test('give the device its MACs, but not those that routers share', () => {
    const { macs } = facts({
      ...twoPorts,
      [`${ifTable}.6.3`]: hex('00005e000105'),
      [`${ifTable}.2.3`]: words('vrrp'),
      '1.3.6.1.2.1.17.1.1.0': hex('0c4244000001'),
      '1.0.8802.1.1.2.1.3.1.0': 4,
      '1.0.8802.1.1.2.1.3.2.0': hex('0c42440000ff'),
    })
    expect(macs).toEqual(['0c:42:44:00:00:ff', '0c:42:44:00:00:01', '0c:42:44:00:00:02'])
  })
})

describe('addresses', () => {
  const v6 = '32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1'

  test('are those of the old and of the new table, with or without a length in the index', () => {
    const { addresses } = facts({
      '1.3.6.1.2.1.4.20.1.2.10.0.0.1': 1,
      '1.3.6.1.2.1.4.20.1.2.127.0.0.1': 2,
      '1.3.6.1.2.1.4.34.1.3.1.4.10.0.0.1': 1,
      '1.3.6.1.2.1.4.34.1.3.1.4.10.0.0.2': 1,
      [`1.3.6.1.2.1.4.34.1.3.2.16.${v6}`]: 1,
      '1.3.6.1.2.1.4.34.1.3.1.10.0.0.3': 1,
      '1.3.6.1.2.1.4.34.1.3.4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.2': 1,
      '1.3.6.1.2.1.4.34.1.3.16.3.1.2.3': 1,
    })
    expect(addresses).toEqual(['10.0.0.1', '10.0.0.2', '2001:db8::1', '10.0.0.3'])
  })

  test('of neighbours come of ARP and of ipNetToPhysical, told once, and without a MAC not at all', () => {
    const { arp } = facts({
      '1.3.6.1.2.1.4.22.1.2.5.10.0.0.9': hex('001599000009'),
      '1.3.6.1.2.1.4.22.1.2.5.10.0.0.8': hex('000000000000'),
      '1.3.6.1.2.1.4.22.1.2.5.10.0.0.7': words(''),
      '1.3.6.1.2.1.4.35.1.4.5.1.4.10.0.0.9': hex('001599000009'),
      [`1.3.6.1.2.1.4.35.1.4.6.2.16.${v6}`]: hex('00159900000a'),
    })
    expect(arp).toEqual([
      { ip: '10.0.0.9', mac: '00:15:99:00:00:09', ifIndex: 5 },
      { ip: '2001:db8::1', mac: '00:15:99:00:00:0a', ifIndex: 6 },
    ])
  })
})

describe('forwarding', () => {
  const ports = { '1.3.6.1.2.1.17.1.4.1.2.1': 101, '1.3.6.1.2.1.17.1.4.1.2.2': 102 }

  test('goes from the bridge port to the interface; the table by VLAN comes first', () => {
    const { forwarding } = facts({
      ...ports,
      '1.3.6.1.2.1.17.7.1.4.2.1.3.0.200': 3,
      '1.3.6.1.2.1.17.7.1.2.2.1.2.3.0.21.153.0.0.1': 1,
      '1.3.6.1.2.1.17.7.1.2.2.1.2.10.0.21.153.0.0.2': 2,
      '1.3.6.1.2.1.17.7.1.2.2.1.2.262144.0.21.153.0.0.3': 2,
      '1.3.6.1.2.1.17.4.3.1.2.0.21.153.0.0.1': 1,
      '1.3.6.1.2.1.17.4.3.1.2.0.21.153.0.0.4': 9,
    })
    expect(forwarding).toEqual([
      { mac: '00:15:99:00:00:01', port: 1, ifIndex: 101, vlan: 200 },
      { mac: '00:15:99:00:00:02', port: 2, ifIndex: 102, vlan: 10 },
      { mac: '00:15:99:00:00:03', port: 2, ifIndex: 102, vlan: null },
      { mac: '00:15:99:00:00:04', port: 9, ifIndex: null, vlan: null },
    ])
  })

  test('leaves out port 0, multicast, and rows that name no MAC; numbered rows have it in the value', () => {
    const { forwarding } = facts({
      ...ports,
      '1.3.6.1.2.1.17.4.3.1.2.0.21.153.0.0.1': 0,
      '1.3.6.1.2.1.17.4.3.1.2.1.0.94.0.0.1': 1,
      '1.3.6.1.2.1.17.4.3.1.2.12': 1,
      '1.3.6.1.2.1.17.4.3.1.2.13': 2,
      '1.3.6.1.2.1.17.4.3.1.1.13': hex('001599000013'),
    })
    expect(forwarding).toEqual([{ mac: '00:15:99:00:00:13', port: 2, ifIndex: 102, vlan: null }])
  })

  test('knows no interface where no bridge port is told: 513 may be the first port of an EX, and an ifIndex of its VLANs', () => {
    const { forwarding } = facts({ ...twoPorts, '1.3.6.1.2.1.17.4.3.1.2.0.21.153.0.0.1': 2 })
    expect(forwarding).toEqual([{ mac: '00:15:99:00:00:01', port: 2, ifIndex: null, vlan: null }])
  })
})

describe('neighbours by LLDP', () => {
  const remote = '1.0.8802.1.1.2.1.4.1.1'
  const row = (index: string, more: Record<number, SnmpValue> = {}) =>
    Object.fromEntries(
      Object.entries({ 4: 4, 5: hex('b869f47f4170'), 6: 5, 7: words('ether5'), 9: words('Tower 2'), ...more }).map(
        ([number, value]) => [`${remote}.${number}.${index}`, value],
      ),
    )
  const neighbour = (rows: Record<string, SnmpValue>) => facts(rows).neighbours[0]

  test.each([
    ['TIME.LOCALPORT.N, the port an interface', '4711.2.1', 2],
    ['TIME.0.N, the port unknown', '0.0.1', null],
    ['N alone', '8', null],
  ])('of an index %s', (_what, index, ifIndex) => {
    expect(neighbour({ ...twoPorts, ...row(index) })).toEqual({
      protocol: 'lldp',
      ifIndex,
      localPort: ifIndex === null ? null : 'ether2',
      mac: 'b8:69:f4:7f:41:70',
      chassis: 'b8:69:f4:7f:41:70',
      port: 'ether5',
      name: 'Tower 2',
      platform: null,
      addresses: [],
    })
  })

  test('finds the own port by name, by MAC, and by bridge port before the index', () => {
    const own = '1.0.8802.1.1.2.1.3.7.1'
    const at = (rows: Record<string, SnmpValue>) => neighbour({ ...twoPorts, ...row('0.1.1'), ...rows })?.ifIndex
    expect(at({})).toBe(1)
    expect(at({ [`${own}.3.1`]: words('ether2') })).toBe(2)
    expect(at({ [`${own}.4.1`]: words('ether2') })).toBe(2)
    expect(at({ [`${own}.3.1`]: words('0C:42:44:00:00:02') })).toBe(2)
    expect(at({ [`${own}.3.1`]: words('01'), '1.3.6.1.2.1.17.1.4.1.2.1': 1_000_001 })).toBe(1_000_001)
  })

  test('reads MACs as text, serial numbers, addresses and names for a chassis', () => {
    const chassis = (kind: number, id: Buffer) => {
      const found = neighbour(row('0.1.1', { 4: kind, 5: id }))
      return [found?.chassis, found?.mac, found?.addresses]
    }
    expect(chassis(4, words('20-4C-9E-6E-08-FE'))).toEqual(['20:4c:9e:6e:08:fe', '20:4c:9e:6e:08:fe', []])
    expect(chassis(7, words('FOC123'))).toEqual(['FOC123', null, []])
    expect(chassis(5, hex('010a000007'))).toEqual(['10.0.0.7', null, ['10.0.0.7']])
    expect(chassis(7, hex('01020304ff'))).toEqual(['01020304ff', null, []])
    expect(neighbour(row('0.1.1', { 4: 7, 5: words('FOC123'), 6: 3, 7: hex('b869f47f4171') }))).toMatchObject({
      mac: 'b8:69:f4:7f:41:71',
      port: 'b8:69:f4:7f:41:71',
    })
  })

  test('adds management addresses by the whole index, and leaves out rows of zeros', () => {
    const { neighbours } = facts({
      ...row('9.1.1'),
      ...row('9.2.2', { 9: words('Tower 3') }),
      ...row('1', { 4: 0, 5: hex('00000000'), 7: hex('00000000'), 9: hex('00000000') }),
      '1.0.8802.1.1.2.1.4.2.1.3.9.1.1.1.4.10.0.0.1': 2,
      '1.0.8802.1.1.2.1.4.2.1.3.9.1.1.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1': 2,
      '1.0.8802.1.1.2.1.4.2.1.3.9.2.2.1.4.10.0.0.2': 2,
    })
    expect(neighbours.map((one) => [one.name, one.addresses])).toEqual([
      ['Tower 2', ['10.0.0.1', '2001:db8::1']],
      ['Tower 3', ['10.0.0.2']],
    ])
  })
})

test('neighbours by CDP have their port in the index, their address in octets', () => {
  const cache = '1.3.6.1.4.1.9.9.23.1.2.1.1'
  const { neighbours } = facts({
    ...twoPorts,
    [`${cache}.4.2.1`]: hex('0a000001'),
    [`${cache}.6.2.1`]: words('core-sw.example.net'),
    [`${cache}.7.2.1`]: words('GigabitEthernet0/1'),
    [`${cache}.8.2.1`]: words('cisco WS-C2960'),
  })
  expect(neighbours).toEqual([
    {
      protocol: 'cdp',
      ifIndex: 2,
      localPort: 'ether2',
      mac: null,
      chassis: 'core-sw.example.net',
      port: 'GigabitEthernet0/1',
      name: 'core-sw.example.net',
      platform: 'cisco WS-C2960',
      addresses: ['10.0.0.1'],
    },
  ])
})

test('a device that answers nothing has no facts, and one that says no uptime has none', () => {
  expect(facts({})).toMatchObject({ macs: [], interfaces: [], system: { uptimeSeconds: null, name: null } })
  expect(facts({ '1.3.6.1.2.1.1.3.0': 4_294_967_295 }).system.uptimeSeconds).toBe(42_949_672)
})
