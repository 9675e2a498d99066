import { describe, expect, test } from 'vitest'
import { readDeviceList } from '@/lib/sources/device-list'

const header = 'Flag,Name,Addresses,MAC,Type,Maps,Services Down,Notes,DNS,Status,Parents'
const read = (text: string) => {
  const list = readDeviceList(text)
  if ('fault' in list) throw new Error(list.fault)
  return list
}
const csv = (...lines: string[]) => read([header, ...lines].join('\r\n'))

test('the CSV of its device list is known by its header', () => {
  const list = csv(
    ',Core,10.0.0.1,AA:BB:CC:00:00:01,Router,Local,0,,,up,',
    ',"Ridge, sector 3","10.50.1.7,10.50.1.8",AA:BB:CC:00:00:02,MikroTik Device,"Local,North Ridge",0,Key under the mat.,,up,Core',
  )
  expect(list).toMatchObject({
    format: 'the_dude',
    rejected: [],
    ignored: ['MAC', 'Services Down', 'Status'],
    records: [
      { line: 2, cells: { name: 'Core', address: '10.0.0.1', role: 'router' } },
      { line: 3, cells: { name: 'Ridge, sector 3', address: '10.50.1.7', site: 'North Ridge', upstream: ['Core'] } },
    ],
    notes: [
      { line: 3, name: 'Ridge, sector 3', reason: 'addresses: 10.50.1.8 not watched beside it; notes: are not kept' },
    ],
  })
  expect(list.records[0]?.cells).not.toHaveProperty('site')
  expect(list.records[1]?.cells).not.toHaveProperty('role')
})

test.each([
  ['Name;Addresses;Type;Parents', 'Core;10.0.0.1;Switch;'],
  ['name\taddresses\tmaps', 'Core\t10.0.0.1\tRidge'],
])('with %j as well', (head, line) => expect(read(`${head}\n${line}`)).toMatchObject({ format: 'the_dude' }))
test.each(['name,address', 'name,ip,site', 'Device,Host'])('but %j is our own', (head) =>
  expect(readDeviceList(`${head}\nCore,10.0.0.1,x`)).toMatchObject({ format: 'csv' }),
)

describe('a device', () => {
  test.each([
    ['disabled', 'disabled,Core,10.0.0.1,,,,,,,,', 'flag: it is disabled there; enable it there, or add it by hand'],
    [
      'drawn without an address',
      ',Core,,,,,,,,,',
      'addresses: found none, expected an address: drawn on a map alone, nothing can be watched of it',
    ],
    [
      'known by a DNS name',
      ',Core,,,,,,,core.example.net,,',
      'addresses: found none, and a DNS name "core.example.net": expected an address',
    ],
    [
      'without one yet',
      ',Core,0.0.0.0,,,,,,,,',
      'addresses: found "0.0.0.0", the unspecified address: expected an IPv4 or IPv6 address such as 10.0.0.1 or 2001:db8::1',
    ],
  ])('%s is named and left out', (_, line, reason) =>
    expect(csv(line)).toMatchObject({ records: [], rejected: [{ line: 2, name: 'Core', reason }] }),
  )
  test('on several maps is listed several times and taken once', () => {
    const list = csv(',AP,10.0.0.1,,,North Ridge,,,,,Core', ',AP,10.0.0.1,,,South Ridge,,,,,Switch')
    expect(list.records).toEqual([
      { line: 2, cells: { name: 'AP', address: '10.0.0.1', site: 'North Ridge', upstream: ['Core', 'Switch'] } },
    ])
    expect(list.notes[0]?.reason).toBe('maps: it is on 2, and belongs to "North Ridge" here')
  })
  test('of a name that several have has its address beside it', () => {
    expect(csv(',ubnt,10.0.0.1,,,,,,,,', ',ubnt,10.0.0.2,,,,,,,,').records.map(({ cells }) => cells.name)).toEqual([
      'ubnt (10.0.0.1)',
      'ubnt (10.0.0.2)',
    ])
  })
  test('is its own parent nowhere', () =>
    expect(csv(',AP,10.0.0.1,,,,,,,,AP').records[0]?.cells).not.toHaveProperty('upstream'))
})

test('XML is read by what its device elements hold, however they are written', () => {
  const list = read(`<?xml version="1.0"?>
<!-- <device name="no"/> -->
<dude><devices>
  <Device name="Core" address="10.0.0.1" type="Router"/>
  <Device><sys-name>Ridge &amp; Sons</sys-name><addresses>10.50.1.7</addresses><parents><![CDATA[Core]]></parents></Device>
  <Device name="Old" address="10.0.0.3" enabled="false"/>
  <device><name>Number</name><addresses>34384064</addresses></device>
</devices></dude>`)
  expect(list).toMatchObject({
    format: 'the_dude',
    records: [
      { line: 4, cells: { name: 'Core', address: '10.0.0.1', role: 'router' } },
      { line: 5, cells: { name: 'Ridge & Sons', address: '10.50.1.7', upstream: ['Core'] } },
    ],
    rejected: [{ name: 'Old' }, { name: 'Number', reason: expect.stringContaining('34384064') }],
  })
  expect(readDeviceList('<html><body>Sign in</body></html>')).toEqual({
    fault: 'Found XML without an element called device, expected one for each',
  })
})
