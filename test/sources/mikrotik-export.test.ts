import { describe, expect, test } from 'vitest'
import { readDeviceList } from '@/lib/sources/device-list'
import { readRouterOs } from '@/lib/sources/routeros-text'

const read = (text: string, upstream?: string) => {
  const list = readDeviceList(text, { upstream })
  if ('fault' in list) throw new Error(list.fault)
  return list
}
const cellsOf = (text: string) => read(text).records.map(({ cells }) => cells)

describe('neighbours', () => {
  const rows = ` 0 interface=ether1 address=10.0.0.2 address4=10.0.0.2 mac-address=64:D1:54:00:00:01 identity=Ridge-Router platform=MikroTik version=7.16.2 (stable) 2024-11-26 12:41:31 unpack=none age=12s uptime=3w2d board=CCR2004-16G-2S+ interface-name=sfp1 system-caps=bridge,router system-caps-enabled=bridge,router
 1 interface=ether2 address=10.0.0.3 mac-address=64:D1:54:00:00:02 identity=MikroTik platform=MikroTik version=6.49.10 (long-term) board=CRS326-24G-2S+ interface-name=bridge/ether1
 2 interface=ether3 address=10.0.0.4 mac-address=64:D1:54:00:00:03 identity=MikroTik platform=MikroTik board=RBLHG-5nD
 3 interface=ether4 address=fe80::66d1:54ff:fe00:4 mac-address=64:D1:54:00:00:04 identity=Far platform=MikroTik
 4 interface=ether5 mac-address=64:D1:54:00:00:05 platform=MikroTik
 5 interface=vlan9 address=10.0.0.2 mac-address=64:D1:54:00:00:01 identity=Ridge-Router platform=MikroTik board=CCR2004-16G-2S+
 6 interface=ether6 address=10.0.0.7 mac-address=00:27:22:00:00:06 identity=Office Wi-Fi platform=UAP-AC-Pro system-caps-enabled=bridge,wlan-ap`
  test('are known by their keys; factory names have their MAC beside them', () => {
    const list = read(rows)
    expect(list.format).toBe('mikrotik')
    expect(list.records).toEqual([
      { line: 1, cells: { name: 'Ridge-Router', address: '10.0.0.2', role: 'router' } },
      { line: 2, cells: { name: 'MikroTik 64:D1:54:00:00:02', address: '10.0.0.3', role: 'switch' } },
      { line: 3, cells: { name: 'MikroTik 64:D1:54:00:00:03', address: '10.0.0.4' } },
      { line: 7, cells: { name: 'Office Wi-Fi', address: '10.0.0.7', role: 'ap' } },
    ])
    expect(list.rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [4, 'address: found fe80::66d1:54ff:fe00:4, which is good on one link only'],
      [5, 'address: found none, heard by its MAC alone: give it an address first'],
    ])
  })
  test('hang on what is said, which does not hang on itself', () => {
    const list = read(rows, 'Ridge-Router')
    expect(list.records.map(({ cells }) => cells.upstream)).toEqual([undefined, ...Array(3).fill(['Ridge-Router'])])
  })
  test('of print detail are read as well, and the prompt says who listed them', () => {
    const list = read(`[noc@Ridge-Router] > /ip/neighbor/print detail
 0 interface=ether1 address=10.0.0.9 address4=10.0.0.9
   mac-address=64:D1:54:00:00:09 identity="Valley \\"West\\"" platform="MikroTik"
   version="7.1" unpack=none

[noc@Ridge-Router] > `)
    expect(list.records).toEqual([{ line: 2, cells: { name: 'Valley "West"', address: '10.0.0.9' } }])
    expect(list.notes[0]?.reason).toContain('"Ridge-Router"')
  })
})

describe('PPP secrets', () => {
  const text = `# 2026-11-20 10:00:00 by RouterOS 7.16.2
# software id = ABCD-EFGH
#
/interface bridge
add name=bridge1
/ip pool
add name=pool1 ranges=10.77.0.2-10.77.3.254
/ppp secret
add comment="Example Feed Co" local-address=10.70.0.1 name=feed@example.net \\
    password="not to be kept" profile="20 Mbps" remote-address=10.70.0.21 \\
    service=pppoe
add comment="Caf\\C3\\A9 Zur Lin\\
    de" name=cafe password=x remote-address=10.70.0.22 service=pppoe
add name=nobody password=x remote-address=10.70.0.23
add comment=Pool name=floating password=x profile=dyn remote-address=pool1
add comment=Profile name=dynamic password=x profile=dyn
add comment=Gone disabled=yes name=gone password=x remote-address=10.70.0.24
/system identity
set name=BNG-1`
  test('are devices of their clients, by comment', () => {
    const list = read(text)
    expect(list.records).toEqual([
      { line: 9, cells: { name: 'feed@example.net', address: '10.70.0.21', role: 'cpe', client: 'Example Feed Co' } },
      { line: 12, cells: { name: 'cafe', address: '10.70.0.22', role: 'cpe', client: 'Café Zur Linde' } },
      { line: 14, cells: { name: 'nobody', address: '10.70.0.23', role: 'cpe' } },
    ])
    expect(list.ignored).toEqual(['/interface bridge', '/ip pool'])
    expect(list.rejected).toEqual([
      {
        line: 15,
        name: 'floating',
        reason:
          'remote-address: found the pool "pool1", expected an address of its own: its profile gives it another one each time',
      },
      {
        line: 16,
        name: 'dynamic',
        reason:
          'remote-address: found none, expected an address of its own: its profile gives it another one each time',
      },
      { line: 17, name: 'gone', reason: 'disabled: the login is disabled there' },
    ])
    expect(list.notes.map(({ line, reason }) => [line, reason])).toEqual([
      [9, 'they were listed by "BNG-1": say it as what they hang on to have it above them all'],
      [14, 'comment: found none, so it has no client'],
    ])
    expect(JSON.stringify(list)).not.toContain('not to be kept')
  })
  test('of an export in one line each, and of a print, are the same', () => {
    expect(
      cellsOf('/ppp secret add comment="Example Feed Co" name=feed remote-address=10.70.0.21 service=pppoe'),
    ).toEqual([{ name: 'feed', address: '10.70.0.21', role: 'cpe', client: 'Example Feed Co' }])
    const printed = ` 0   comment=Example Feed Co name=feed service=pppoe caller-id= password=x profile=default remote-address=10.70.0.21 routes=
 1 X comment=Gone name=gone service=pppoe profile=default remote-address=10.70.0.22`
    expect(read(printed)).toMatchObject({
      records: [{ cells: { name: 'feed', client: 'Example Feed Co' } }],
      rejected: [{ name: 'gone', reason: 'disabled: the login is disabled there' }],
    })
    expect(
      cellsOf('/ppp secret\n 0   ;;; Example Feed Co\n     name="feed" service=pppoe remote-address=10.70.0.21'),
    ).toEqual([{ name: 'feed', address: '10.70.0.21', role: 'cpe', client: 'Example Feed Co' }])
  })
})

describe('registrations', () => {
  test('are stations with the address last heard through them', () => {
    const list = read(
      `[noc@Ridge-3] > /interface wireless registration-table print terse
 0 comment=Example Feed Co interface=wlan1 radio-name=feed-cpe mac-address=4C:5E:0C:00:00:01 ap=no wds=no bridge=no rx-rate=130Mbps tx-rate=117Mbps uptime=4d3h signal-strength=-61dBm@6Mbps last-ip=10.60.3.21 tx-ccq=92
 1 interface=wlan1 radio-name=4C5E0C000002 mac-address=4C:5E:0C:00:00:02 ap=no signal-strength=-70 last-ip=10.60.3.22
 2 interface=wlan1 radio-name=silent mac-address=4C:5E:0C:00:00:03 ap=no signal-strength=-80 last-ip=0.0.0.0
 3 interface=wlan2 radio-name=Tower mac-address=4C:5E:0C:00:00:04 ap=yes signal-strength=-50 last-ip=10.60.0.1`,
      'Ridge-3',
    )
    const upstream = ['Ridge-3']
    expect(list.records.map(({ cells }) => cells)).toEqual([
      { name: 'feed-cpe', address: '10.60.3.21', role: 'cpe', client: 'Example Feed Co', upstream },
      { name: 'Station 4C:5E:0C:00:00:02', address: '10.60.3.22', role: 'cpe', upstream },
      { name: 'Tower', address: '10.60.0.1', upstream },
    ])
    expect(list.rejected).toEqual([
      { line: 4, name: 'silent', reason: 'last-ip: found none, expected the address that was last heard through it' },
    ])
  })
})

test('the console of The Dude knows names alone, and that is said', () => {
  expect(read('/dude/device/print terse\n 0 name=Core\n 1 name=Ridge-3 address=10.50.1.7')).toMatchObject({
    records: [{ cells: { name: 'Ridge-3', address: '10.50.1.7' } }],
    rejected: [{ name: 'Core', reason: expect.stringContaining("csv button of The Dude's device list") }],
  })
})

test.each([
  [
    '/ip firewall filter\nadd chain=input action=accept',
    'Found only /ip firewall filter, expected /ip neighbor print terse, /ppp secret export, or /interface wireless registration-table print terse',
  ],
  [
    '[a@b] > /ip neighbor print\nColumns: INTERFACE, ADDRESS\n',
    'Found no row, expected /ip neighbor print terse, /ppp secret export, or /interface wireless registration-table print terse',
  ],
])('%j is refused in words', (text, fault) => expect(readDeviceList(text)).toEqual({ fault }))

describe('a statement', () => {
  const valuesOf = (text: string) => Object.fromEntries(readRouterOs(text).statements[0]?.values ?? [])
  test.each([
    ['/a b add x=1 y="2 3" z=', { x: '1', y: '2 3', z: '' }],
    ['/a b add x="a=b c=d" y=2', { x: 'a=b c=d', y: '2' }],
    ['/a b add x="\\"q\\" \\\\ \\$ \\_" y=\\E4', { x: '"q" \\ $  ', y: 'ä' }],
    ['/a b add x="never closed y=2', { x: 'never closed y=2' }],
    ['/a b add x=1 x=2', { x: '1' }],
    ['/a b\n 0 D X x=one two y=3', { x: 'one two', y: '3' }],
    ['\u001b[m\u001b[1m/a b add\u001b[0m x=1\r\n', { x: '1' }],
    ['/a b add __proto__=1 constructor=2 x=3', { constructor: '2', x: '3' }],
  ])('%j says %j', (text, values) => expect(valuesOf(text)).toEqual(values))
})
