import { describe, expect, test } from 'vitest'
import { readDeviceList } from '@/lib/sources/device-list'

const device = (fields: Record<string, unknown>) => ({
  device_id: 1,
  hostname: 'ridge-3.example.net',
  sysName: 'Ridge-3',
  ip: '10.50.1.7',
  overwrite_ip: null,
  snmpver: 'v2c',
  community: null,
  port: 161,
  transport: 'udp',
  os: 'airos',
  type: 'wireless',
  hardware: 'Rocket Prism',
  location: 'North Ridge',
  lat: null,
  lng: null,
  status: 1,
  ignore: 0,
  disabled: 0,
  snmp_disable: 0,
  dependency_parent_id: null,
  dependency_parent_hostname: null,
  ...fields,
})
const read = (...devices: unknown[]) => {
  const list = readDeviceList(JSON.stringify({ status: 'ok', devices, count: devices.length }))
  if ('fault' in list) throw new Error(list.fault)
  return list
}
const cellsOf = (fields: Record<string, unknown>) => read(device(fields)).records[0]?.cells

test('the answer of LibreNMS is known by its shape, as a whole and as a bare list', () => {
  expect(read(device({}))).toMatchObject({
    format: 'librenms',
    records: [{ line: 1, cells: { name: 'Ridge-3', address: '10.50.1.7', site: 'North Ridge' } }],
    rejected: [],
    notes: [],
  })
  expect(readDeviceList(JSON.stringify([device({})]))).toMatchObject({ format: 'librenms' })
  expect(readDeviceList(JSON.stringify([{ name: 'a', address: '10.0.0.1' }]))).toMatchObject({ format: 'json' })
})

describe('a device is called', () => {
  test.each([
    ['by what it calls itself', {}, 'Ridge-3'],
    ['by its hostname when it calls itself nothing', { sysName: '' }, 'ridge-3.example.net'],
    ['by the name that somebody gave it', { display: 'Ridge sector 3' }, 'Ridge sector 3'],
    ['never by a template', { display: '{{ $sysName }} ({{ $ip }})' }, 'Ridge-3'],
  ])('%s', (_, fields, name) => expect(cellsOf(fields)).toMatchObject({ name }))
  test('with its hostname beside a name that several have, whichever comes first', () => {
    const [a, b] = [
      device({ sysName: 'ubnt', hostname: '10.0.0.5' }),
      device({ sysName: 'ubnt', hostname: '10.0.0.6' }),
    ]
    const namesOf = (...list: unknown[]) => read(...list).records.map(({ cells }) => cells.name)
    expect(namesOf(a, b)).toEqual(['ubnt (10.0.0.5)', 'ubnt (10.0.0.6)'])
    expect(namesOf(b, a)).toEqual(['ubnt (10.0.0.6)', 'ubnt (10.0.0.5)'])
  })
})

describe('its address is', () => {
  test.each([
    ['the one that somebody set over all', { overwrite_ip: '10.9.9.9' }, '10.9.9.9'],
    ['what its hostname resolves to', {}, '10.50.1.7'],
    ['its hostname when that is one', { ip: null, hostname: '10.50.1.8' }, '10.50.1.8'],
    ['its hostname of IPv6', { ip: '', hostname: '2001:db8::1' }, '2001:db8::1'],
  ])('%s', (_, fields, address) => expect(cellsOf(fields)).toMatchObject({ address }))
  test('asked for when only a name is known', () => {
    expect(read(device({ ip: null })).rejected).toEqual([
      {
        line: 1,
        name: 'Ridge-3',
        reason: 'ip: found none, and the hostname "ridge-3.example.net" is a name: expected an address',
      },
    ])
  })
})

describe('its role is said where nothing leaves a doubt', () => {
  test.each([
    [{ os: 'airos' }, undefined],
    [{ os: 'routeros', hardware: 'CCR1036-8G-2S+', type: 'network' }, 'router'],
    [{ os: 'routeros', hardware: 'CRS328-24P-4S+', type: 'network' }, 'switch'],
    [{ os: 'routeros', hardware: 'RBLHG-5nD', type: 'network' }, undefined],
    [{ os: 'airos-af', type: 'wireless' }, 'backhaul'],
    [{ os: 'linux', type: 'server' }, 'server'],
    [{ os: 'constructor', type: 'toString' }, undefined],
  ])('%j: %s', (fields, role) => expect(cellsOf(fields)?.role).toBe(role))
})

describe('its site', () => {
  test.each([
    ['North Ridge [47.1234, -8.5]', 'North Ridge', { latitude: 47.1234, longitude: -8.5 }],
    ['[47.1, 8.2]', undefined, undefined],
    ['Unknown', undefined, undefined],
    ['', undefined, undefined],
    ['North Ridge [north, west]', 'North Ridge [north, west]', undefined],
  ])('of the location %j is %s at %j', (location, site, place) => {
    const list = read(device({ location }))
    expect(list.records[0]?.cells.site).toBe(site)
    expect(list.places).toEqual(place ? [{ site, ...place }] : [])
  })
  test.each([
    [47.5, 8.25, [{ site: 'North Ridge', latitude: 47.5, longitude: 8.25 }]],
    ['47.5', '8.25', [{ site: 'North Ridge', latitude: 47.5, longitude: 8.25 }]],
    [0, 0, []],
    ['91', '8', []],
    ['north', '8', []],
  ])('is at %j, %j when that is a place', (lat, lng, places) =>
    expect(read(device({ lat, lng })).places).toEqual(places),
  )
})

test('it hangs on its dependencies, by what they are called in the list, else by what they are said to be', () => {
  const core = device({ device_id: 7, hostname: 'core.example.net', sysName: 'Core', disabled: 1 })
  const above = { dependency_parent_id: '7,99', dependency_parent_hostname: 'core.example.net,far.example.net' }
  const upstreamOf = (fields: Record<string, unknown>) => read(core, device(fields)).records[0]?.cells.upstream
  expect(upstreamOf(above)).toEqual(['Core', 'far.example.net'])
  expect(upstreamOf({ dependency_parent_id: 7, dependency_parent_hostname: 'core.example.net' })).toEqual(['Core'])
  expect(upstreamOf({})).toBeUndefined()
})

describe('SNMP', () => {
  const profilesOf = (...list: Record<string, unknown>[]) => {
    const { profiles, records } = read(
      ...list.map((fields, i) => device({ ...fields, device_id: i, sysName: `D${i}` })),
    )
    return { profiles, named: records.map(({ cells }) => cells.snmp_profile) }
  }
  const v3 = {
    snmpver: 'v3',
    authname: 'noc',
    authlevel: 'authPriv',
    authpass: 'correct horse',
    cryptopass: 'battery staple',
  }
  test('makes one profile for each way in', () => {
    expect(
      profilesOf(
        { community: 'ridge' },
        { community: 'valley' },
        { community: 'ridge' },
        { community: 'ridge', port: '1161' },
      ),
    ).toEqual({
      profiles: [
        { name: 'LibreNMS v2c', port: 161, credentials: { version: '2c', community: 'ridge' } },
        { name: 'LibreNMS v2c (2)', port: 161, credentials: { version: '2c', community: 'valley' } },
        { name: 'LibreNMS v2c (3)', port: 1161, credentials: { version: '2c', community: 'ridge' } },
      ],
      named: ['LibreNMS v2c', 'LibreNMS v2c (2)', 'LibreNMS v2c', 'LibreNMS v2c (3)'],
    })
  })
  test.each([
    ['SHA', 'AES', 'sha', 'aes128'],
    ['SHA-256', 'AES-256', 'sha256', 'aes256'],
    ['MD5', 'DES', 'md5', 'des'],
    ['sha-512', 'AES-256-C', 'sha512', 'aes256-reeder'],
  ])('of version 3 with %s and %s is %s and %s', (authalgo, cryptoalgo, auth_protocol, priv_protocol) => {
    const { profiles } = profilesOf({ ...v3, authalgo, cryptoalgo })
    expect(profiles[0]?.credentials).toMatchObject({ version: '3', user: 'noc', auth_protocol, priv_protocol })
  })
  test('that nothing here speaks is told, and the device is taken without', () => {
    const list = read(device({ ...v3, authalgo: 'SHA', cryptoalgo: 'AES-192' }))
    expect(list).toMatchObject({ profiles: [], records: [{ cells: { name: 'Ridge-3' } }] })
    expect(list.notes[0]?.reason).toContain('priv_protocol')
    expect(JSON.stringify([list.notes, list.records])).not.toContain('battery')
  })
  test('off there is off here, and one that the token may not see says nothing', () => {
    expect(cellsOf({ snmp_disable: '1', community: 'ridge' })).toMatchObject({ snmp_profile: 'none' })
    expect(cellsOf({})).not.toHaveProperty('snmp_profile')
  })
})

test('what is disabled is left out; what is ignored, down or has notes is taken and told of', () => {
  const list = read(
    device({ disabled: '1' }),
    device({ sysName: 'Ridge-4', ignore: '1', status: '0', notes: 'Key under the mat.', transport: 'tcp' }),
  )
  expect(list.rejected).toEqual([
    { line: 1, name: 'Ridge-3', reason: 'disabled: it is not watched there; enable it there, or add it by hand' },
  ])
  expect(list.notes).toEqual([
    {
      line: 2,
      name: 'Ridge-4',
      reason:
        'status: it is down there, and will be here; ignore: nobody is told of it there; here the routes say who is told; ' +
        'transport: found tcp, SNMP is spoken over UDP here; notes: are not kept',
    },
  ])
})

test.each([
  [
    '{"status":"error","message":"API Token is missing or invalid"}',
    'Found an error that LibreNMS answered: "API Token is missing or invalid"',
  ],
  ['{"status":"ok"}', 'Expected an array of devices, or what LibreNMS answers'],
])('%s is refused in words', (text, fault) => expect(readDeviceList(text)).toEqual({ fault }))

test('an entry that is none is named, and the others are read', () => {
  const list = read(null, device({}), 'x', [1])
  expect(list.records).toHaveLength(1)
  expect(list.rejected.map(({ line }) => line)).toEqual([1, 3, 4])
})
