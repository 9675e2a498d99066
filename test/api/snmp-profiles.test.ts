import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GET as readDevice } from '@/app/api/devices/[id]/route'
import { DELETE, GET, PATCH, PUT } from '@/app/api/snmp-profiles/[id]/route'
import { POST as add, GET as list } from '@/app/api/snmp-profiles/route'
import { createDevice } from '@/lib/store/devices'
import { createSite, findSite } from '@/lib/store/sites'
import { listProfilesForProbes } from '@/lib/store/snmp-profiles'
import { SnmpProfileAnswer } from '@/lib/wire/rest-snmp'
import { call, settingsForSignIn, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
let headers: Record<string, string>
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  headers = (await somebody('operator')).basic
})
afterAll(() => database?.stop())
beforeEach(async () => {
  await database.sql`delete from snmp_profiles`
  await database.sql`delete from targets`
  await database.sql`delete from sites`
})

const at = (id: number) => ({ id: String(id) })
const post = (body: object) => call(add, { body, headers })
const patch = (id: number, body: object) => call(PATCH, { method: 'PATCH', body, headers }, at(id))
const put = (id: number, body: object) => call(PUT, { method: 'PUT', body, headers }, at(id))
const get = (id: number) => call(GET, { headers }, at(id))
const remove = (id: number) => call(DELETE, { method: 'DELETE', headers }, at(id))
const made = async (name: string, credentials: object = { version: '2c', community: 'open-7f3a' }) =>
  (await post({ name, credentials })).body.id as number
const opens = async () => (await listProfilesForProbes()).map((one) => one.credentials)

const user = {
  version: '3',
  user: 'walker-7f3a',
  level: 'authPriv',
  auth_protocol: 'sha256',
  auth_password: 'auth-pass-7f3a',
  priv_protocol: 'aes256',
  priv_password: 'priv-pass-7f3a',
}

describe('a profile', () => {
  test('is made, read in the exact shape, and what opens devices goes to probes alone', async () => {
    const { status, body } = await post({ name: 'Radios', timeout: 1.5, credentials: user })
    expect(status).toBe(201)
    expect(SnmpProfileAnswer.strict().parse(body)).toMatchObject({
      name: 'Radios',
      position: 0,
      port: 161,
      timeout: 1.5,
      retries: 2,
      version: '3',
      security: { level: 'authPriv', auth_protocol: 'sha256', priv_protocol: 'aes256' },
      readable: true,
    })
    const [kept] = await database.sql`select credentials from snmp_profiles`
    const shown = JSON.stringify([body, (await get(body.id)).body, (await call(list, { headers })).body, kept])
    expect(shown).not.toMatch(/7f3a/)
    expect(await opens()).toEqual([{ ...user, context: '' }])
    expect(await listProfilesForProbes()).toMatchObject([{ id: body.id, port: 161, timeout_ms: 1500, retries: 2 }])
  })

  test('sent back as it was read it stays as it was, secrets too', async () => {
    const id = await made('Radios', user)
    const { body } = await get(id)
    expect((await put(id, body)).body).toEqual(body)
    expect(await opens()).toEqual([{ ...user, context: '' }])
  })

  test('what is left out of its credentials stays, as long as the version needs it', async () => {
    const id = await made('Radios', user)
    await patch(id, { credentials: { version: '3', auth_password: 'another-one' } })
    expect(await opens()).toEqual([{ ...user, auth_password: 'another-one', context: '' }])
    await patch(id, { credentials: { version: '3', level: 'authNoPriv' } })
    expect((await opens())[0]).not.toHaveProperty('priv_password')
    const { status, body } = await patch(id, { credentials: { version: '3', level: 'authPriv' } })
    expect([status, body.errors]).toEqual([
      422,
      [{ at: 'credentials.priv_password', message: 'expected one with authPriv' }],
    ])
    expect((await patch(id, { credentials: { version: '2c' } })).body.detail).toMatch(/credentials\.community/)
    await patch(id, { credentials: { version: '2c', community: 'c' } })
    await patch(id, { credentials: { version: '1' } })
    expect(await opens()).toEqual([{ version: '1', community: 'c' }])
  })

  test.each([
    [{ name: 'None', credentials: { version: '1', community: 'x' } }, 422, /^name: "None" means/],
    [
      { name: 'A', credentials: { version: '3', user: 'u', auth_password: 'short' } },
      422,
      /auth_password: expected at/,
    ],
    [{ name: 'A', credentials: { version: '4' } }, 422, /credentials\.version/],
    [{ name: 'A', port: 0, credentials: { version: '1', community: 'x' } }, 422, /port/],
    [{ name: 'A' }, 422, /credentials/],
    [{ name: 'Core', credentials: { version: '1', community: 'x' } }, 409, /^name: another profile/],
  ])('%j is refused with %i', async (body, status, words) => {
    await made('Core')
    const answer = await post(body)
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(words)])
  })

  test('is tried in its place, and moved', async () => {
    const [a, b, c] = [await made('A'), await made('B'), await made('C')]
    await patch(c, { position: 0 })
    expect((await listProfilesForProbes()).map((one) => one.id)).toEqual([c, a, b])
    await remove(a)
    expect((await call(list, { headers })).body.items.map((one: SnmpProfileAnswer) => one.name)).toEqual(['C', 'B'])
  })

  test('a page goes on where the one before ended', async () => {
    for (const name of ['A', 'B', 'C']) await made(name)
    const first = (await call(list, { headers, path: '/?limit=2' })).body
    const second = (await call(list, { headers, path: `/?limit=2&cursor=${first.next}` })).body
    expect([...first.items, ...second.items].map((one: SnmpProfileAnswer) => one.name)).toEqual(['A', 'B', 'C'])
    expect(second.next).toBeNull()
  })

  test('devices and sites that name it follow its new name, and inherit when it goes', async () => {
    const id = await made('Radios')
    const siteId = Number(await createSite({ ...plainSite, name: 'Ridge', snmpProfile: 'Radios' }))
    const device = await createDevice({ name: 'AP', address: '10.0.0.1', snmpProfile: 'Radios' })
    const deviceId = 'id' in device ? device.id : 0
    const named = async () => [
      (await findSite(siteId))?.snmpProfile,
      (await call(readDevice, { headers }, at(deviceId))).body.snmp_profile,
    ]
    expect((await get(id)).body).toMatchObject({ devices: 1, sites: 1 })
    await patch(id, { name: 'All radios' })
    expect(await named()).toEqual(['All radios', 'All radios'])
    expect((await remove(id)).status).toBe(204)
    expect(await named()).toEqual([null, null])
    expect((await remove(id)).status).toBe(404)
  })

  test('kept with another SECRET_KEY it is shown as such, and probes do without it', async () => {
    const id = await made('Radios')
    await database.sql`update snmp_profiles set credentials = 'v1.a.b.c'`
    expect((await get(id)).body.readable).toBe(false)
    expect(await opens()).toEqual([])
    await patch(id, { credentials: { version: '2c', community: 'anew' } })
    expect(await opens()).toEqual([{ version: '2c', community: 'anew' }])
  })
})

const plainSite = {
  latitude: null,
  longitude: null,
  timeZone: null,
  pingInterval: null,
  pingTimeout: null,
  isolateMisses: null,
  isolateSeconds: null,
}
