import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { POST } from '@/app/api/devices/import/route'
import { listDevices } from '@/lib/store/devices'
import { listSites } from '@/lib/store/sites'
import { createProfile, listProfiles, listProfilesForProbes } from '@/lib/store/snmp-profiles'
import { call, settingsForSignIn, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
let headers: Record<string, string>
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  headers = (await somebody('operator')).bearer
})
afterAll(() => database.stop())
beforeEach(async () => {
  await database.sql`delete from targets`
  await database.sql`delete from sites`
  await database.sql`delete from snmp_profiles`
})

const send = (body: string, query = '', type = 'text/csv') =>
  call(POST, { path: `/api/devices/import${query}`, body, headers: { ...headers, 'content-type': type } })

const device = (id: number, fields: Record<string, unknown>) => ({
  device_id: id,
  hostname: `h${id}.example.net`,
  sysName: `D${id}`,
  ip: `10.9.0.${id}`,
  snmpver: 'v2c',
  community: 'ridge community',
  port: 161,
  ...fields,
})
const answer = JSON.stringify({
  status: 'ok',
  devices: [
    device(1, { sysName: 'Core', location: 'North Ridge [47.1, 8.2]', os: 'edgeos' }),
    device(2, {
      dependency_parent_id: '1',
      dependency_parent_hostname: 'h1.example.net',
      community: 'other community',
    }),
    device(3, { disabled: 1 }),
    device(4, { dependency_parent_id: '77', dependency_parent_hostname: 'far.example.net', snmp_disable: 1 }),
  ],
})
const byName = async () => new Map((await listDevices()).items.map((one) => [one.name, one]))

describe('what LibreNMS lists', () => {
  test('is looked at first, and then written once, with sites, upstream and profiles', async () => {
    const preview = await send(answer, '?preview=1', 'application/json')
    expect(preview).toMatchObject({
      status: 200,
      body: {
        format: 'librenms',
        created: 3,
        updated: 0,
        new_sites: ['North Ridge'],
        new_profiles: ['LibreNMS v2c', 'LibreNMS v2c (2)'],
        rejected: [{ line: 3 }],
        notes: [{ line: 4, name: 'D4', reason: 'upstream: "far.example.net" is neither here nor in the list' }],
      },
    })
    expect(JSON.stringify(preview.body)).not.toContain('community')
    expect([(await listDevices()).items, await listProfiles()]).toEqual([[], []])

    const { body } = await send(answer, '', 'application/json')
    expect({ ...body, preview: true }).toEqual(preview.body)
    const devices = await byName()
    expect(devices.get('Core')).toMatchObject({
      address: '10.9.0.1',
      role: 'router',
      siteName: 'North Ridge',
      snmpProfile: 'LibreNMS v2c',
    })
    expect(devices.get('D2')).toMatchObject({ upstream: [{ name: 'Core' }], snmpProfile: 'LibreNMS v2c (2)' })
    expect(devices.get('D4')).toMatchObject({ upstream: [], snmpProfile: 'none' })
    expect(await listSites()).toMatchObject([{ name: 'North Ridge', latitude: 47.1, longitude: 8.2 }])
    expect((await listProfilesForProbes()).map(({ credentials }) => credentials)).toEqual([
      { version: '2c', community: 'ridge community' },
      { version: '2c', community: 'other community' },
    ])
    const again = await send(answer, '', 'application/json')
    expect(again.body).toMatchObject({ created: 0, updated: 3, new_sites: [], new_profiles: [] })
    expect(await listProfiles()).toHaveLength(2)
    expect(await byName()).toEqual(devices)
  })
  test('opens devices as profiles that are here do, whatever those are called, and a placed site stays', async () => {
    await createProfile(
      { name: 'Ridge', port: 161, timeoutMs: 500, retries: 1 },
      { version: '2c', community: 'ridge community' },
    )
    await createProfile(
      { name: 'LibreNMS v2c (2)', port: 161, timeoutMs: 500, retries: 1 },
      { version: '2c', community: 'a third one' },
    )
    await database.sql`insert into sites (name, latitude, longitude) values ('North Ridge', 1, 2)`
    const { body } = await send(answer, '', 'application/json')
    expect(body.new_profiles).toEqual(['LibreNMS v2c (2) (2)'])
    const devices = await byName()
    expect(devices.get('Core')?.snmpProfile).toBe('Ridge')
    expect(devices.get('D2')?.snmpProfile).toBe('LibreNMS v2c (2) (2)')
    expect(await listSites()).toMatchObject([{ latitude: 1, longitude: 2 }])
  })
  test('that finds no place for a profile is taken without one, and told', async () => {
    for (let i = 0; i < 63; i++) {
      await createProfile(
        { name: `P${i}`, port: 161, timeoutMs: 500, retries: 1 },
        { version: '1', community: `c${i}` },
      )
    }
    const { body } = await send(answer, '', 'application/json')
    expect(body).toMatchObject({ created: 3, new_profiles: ['LibreNMS v2c'] })
    expect(body.notes).toContainEqual({
      line: 2,
      name: 'D2',
      reason: 'snmp: there is no place for another profile, so the devices of "LibreNMS v2c (2)" are taken without',
    })
    expect((await byName()).get('D2')?.snmpProfile).toBeNull()
  })
  test('is all or nothing when asked: profiles and sites as well', async () => {
    const { status, body } = await send(answer, '?atomic=1', 'application/json')
    expect(status).toBe(422)
    expect(body).toMatchObject({ created: 0, new_profiles: [], new_sites: [] })
    expect([(await listDevices()).items, await listProfiles(), await listSites()]).toEqual([[], [], []])
  })
  test('that was saved to a file is recognised as text too, and said to be something else is refused', async () => {
    expect((await send(answer, '?preview=1', 'text/plain')).body).toMatchObject({ format: 'librenms', created: 3 })
    expect((await send(answer, '?format=the_dude')).status).toBe(422)
    expect((await send(answer, '?format=cacti')).status).toBe(422)
  })
})

describe('what a router lists', () => {
  const secrets =
    '/ppp secret\nadd comment="Example Feed Co" name=feed remote-address=10.70.0.21\nadd comment="Example Feed Co" name=feed-2 remote-address=10.70.0.22'
  test('has its clients by comment, and hangs on what is said, which has to be here', async () => {
    const before = await send(secrets, '?upstream=BNG-1')
    expect(before.body.notes).toHaveLength(2)
    expect(before.body.notes[0].reason).toBe('upstream: "BNG-1" is neither here nor in the list')
    await send('name,address,role\nBNG-1,10.70.0.1,router')
    const { body } = await send(secrets, '?upstream=BNG-1')
    expect(body).toMatchObject({ format: 'mikrotik', created: 0, updated: 2, notes: [] })
    const devices = await byName()
    expect(devices.get('feed')).toMatchObject({ role: 'cpe', client: 'Example Feed Co', upstream: [{ name: 'BNG-1' }] })
    const clients = await database.sql`select distinct client_id from devices where client_id is not null`
    expect(clients).toHaveLength(1)
  })
  test('tells of an address that another device has already', async () => {
    await send('name,address\nOld name,10.70.0.21')
    const { body } = await send(secrets, '?preview=1')
    expect(body.notes).toEqual([{ line: 2, name: 'feed', reason: 'address: "Old name" has it here already' }])
  })
})

test('The Dude: devices without an address are named, and their children are taken', async () => {
  const text = 'Name,Addresses,Type,Maps,Parents\nSwitch,,Switch,Ridge,\nAP,10.1.1.2,,Ridge,Switch\nCPE,10.1.1.3,,,AP'
  const { body } = await send(text)
  expect(body).toMatchObject({ format: 'the_dude', created: 2, rejected: [{ line: 2 }], new_sites: ['Ridge'] })
  expect((await byName()).get('CPE')?.upstream).toMatchObject([{ name: 'AP' }])
  expect((await byName()).get('AP')?.upstream).toEqual([])
})
