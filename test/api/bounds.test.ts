import { NextRequest } from 'next/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PATCH as changeDevice } from '@/app/api/devices/[id]/route'
import { POST as importDevices } from '@/app/api/devices/import/route'
import { POST as addDevice, GET as listDevices } from '@/app/api/devices/route'
import { POST as addProbe } from '@/app/api/probes/route'
import { GET as findTest } from '@/app/api/push/subscriptions/[id]/test/route'
import { POST as subscribe } from '@/app/api/push/subscriptions/route'
import { PUT as setRule } from '@/app/api/settings/isolation/route'
import { PATCH as changeSite } from '@/app/api/sites/[id]/route'
import { POST as addSite, GET as listSites } from '@/app/api/sites/route'
import { GET as listUsers } from '@/app/api/users/route'
import { writeCursor } from '@/lib/wire/cursor'
import { call, settingsForSignIn, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
let headers: Record<string, string>
let person: Record<string, string>
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  const admin = await somebody('admin')
  headers = admin.bearer
  person = admin.basic
})
afterAll(() => database.stop())

const refused = { type: '/problems/invalid-input', status: 422 }

describe('what PostgreSQL cannot hold is the fault of the request', () => {
  test.each(['?search=%00', '?tag=a%00', '?site=%00b'])('in a filter: %s', async (query) => {
    const answer = await call(listDevices, { path: `/api/devices${query}`, headers })
    expect(answer.body).toMatchObject(refused)
  })
  test('in a cursor', async () => {
    for (const list of [listSites, listUsers]) {
      const path = `/?cursor=${writeCursor(['a\u0000'])}`
      expect((await call(list, { path, headers })).body).toMatchObject(refused)
    }
  })
  test('in what a browser says of itself', async () => {
    const body = { device_key: crypto.randomUUID(), subscription: null, permission: 'granted', user_agent: 'a\u0000b' }
    expect((await call(subscribe, { body, headers: person })).body).toMatchObject(refused)
  })
  test('as a number', async () => {
    const answer = await call(findTest, { path: `/?delivery=${2 ** 53 - 1}`, headers: person }, { id: '1' })
    expect([404, 422]).toContain(answer.status)
  })
  test('a probe called as another is a conflict, also when two ask at the same time', async () => {
    const made = await Promise.all([1, 2, 3].map(() => call(addProbe, { body: { name: 'twice' }, headers })))
    expect(made.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  })
})

describe('a body has a bound before anybody is known', () => {
  test('at the sign-in', async () => {
    const { POST } = await import('@/app/api/auth/[...nextauth]/route')
    const request = new NextRequest('http://beatline.test/api/auth/callback/credentials', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `email=${'a'.repeat(3_000_000)}`,
    })
    const answer = await POST(request, { params: Promise.resolve({ nextauth: ['callback', 'credentials'] }) })
    expect(answer.status).toBe(413)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  })
})

test('an address that does not exist is a problem, too, and tells strangers nothing', async () => {
  const { GET, POST } = await import('@/app/api/[...path]/route')
  const params = { path: ['nothing', 'here'] }
  expect((await call(GET, { path: '/api/nothing/here', headers }, params)).body).toMatchObject({ status: 404 })
  expect((await call(POST, { path: '/api/nothing/here', body: {}, headers }, params)).body.detail).toContain('openapi')
  expect((await call(GET, { path: '/api/nothing/here' }, params)).status).toBe(401)
})

describe('a rule that can never isolate is refused', () => {
  const impossible = { misses: 20, seconds: 5 }
  const device = (name: string, more: object) => ({ name, address: '203.0.113.5', ...more })
  const found = '20 misses cannot fall within 5 s'

  test('of a device, with what is needed', async () => {
    const answer = await call(addDevice, { body: device('one', { isolate: impossible }), headers })
    expect(answer.body).toMatchObject(refused)
    expect(answer.body.detail).toContain(found)
    expect(answer.body.detail).toContain('need more than 20 s')
    const list = await call(listDevices, { path: '/api/devices?search=one', headers })
    expect(list.body.items).toEqual([])
  })
  test('of a device that is changed, and of one that is moved under a rule that does not go with its own', async () => {
    const made = await call(addDevice, { body: device('two', { isolate: { misses: 4, seconds: null } }), headers })
    const id = { id: String(made.body.id) }
    const change = (body: object) => call(changeDevice, { method: 'PATCH', body, headers }, id)
    expect((await change({ isolate: { seconds: 1 } })).body.detail).toContain('4 misses cannot fall within 1 s')
    const site = { name: 'quick', isolate: { misses: 2, seconds: 3 } }
    expect((await call(addSite, { body: site, headers })).status).toBe(201)
    expect((await change({ site: 'quick' })).body.detail).toContain('4 misses cannot fall within 3 s')
    expect((await change({ site: 'quick', isolate: { misses: null } })).status).toBe(200)
    expect((await change({ client: 'anybody' })).status).toBe(200)
  })
  test('of a site, alone or with what a device there says', async () => {
    const answer = await call(addSite, { body: { name: 'never', isolate: impossible }, headers })
    expect(answer.body.detail).toContain(found)
    const made = await call(addSite, { body: { name: 'slow' }, headers })
    const id = { id: String(made.body.id) }
    const many = device('many', { site: 'slow', isolate: { misses: 10, seconds: null } })
    expect((await call(addDevice, { body: many, headers })).status).toBe(201)
    const change = (body: object) => call(changeSite, { method: 'PATCH', body, headers }, id)
    expect((await change({ isolate: impossible })).body.detail).toContain(found)
    const narrowed = await change({ isolate: { misses: 3, seconds: 8 } })
    expect(narrowed.body).toMatchObject(refused)
    expect(narrowed.body.detail).toContain('"many"')
    expect((await change({ isolate: { misses: 3, seconds: 12 } })).status).toBe(200)
  })
  test('of everything, when it does not go with what a site or a device says', async () => {
    const rule = { interval: 10, timeout: 1, misses: 3, seconds: 15 }
    const put = (body: object) => call(setRule, { method: 'PUT', body, headers })
    const lonely = device('lonely', { isolate: { misses: 12, seconds: null } })
    expect((await call(addDevice, { body: lonely, headers })).status).toBe(201)
    const answer = await put({ ...rule, seconds: 9 })
    expect(answer.body).toMatchObject(refused)
    expect(answer.body.detail).toContain('"lonely"')
    expect((await put({ ...rule, seconds: 14 })).status).toBe(200)
    // What could never be met before does not stand in the way of everything else.
    await database.sql`update devices set isolate_misses = 100 from targets t where t.id = devices.id and t.name = 'lonely'`
    expect((await put({ ...rule, seconds: 15 })).status).toBe(200)
  })
  test('of lines of an import, by their line; the others are taken', async () => {
    const csv =
      'name,address,site,misses,seconds,upstream\nA1,203.0.113.7,,20,5,\nA2,203.0.113.8,quick,2,,\nA3,203.0.113.9,quick,9,,\nA4,203.0.113.10,,,,A1'
    const answer = await call(importDevices, { body: csv, headers: { ...headers, 'content-type': 'text/csv' } })
    expect(answer.body).toMatchObject({ created: 1 })
    expect(answer.body.rejected.map(({ line }: { line: number }) => line)).toEqual([2, 4, 5])
    expect(answer.body.rejected[0].reason).toContain(found)
    expect(answer.body.rejected[1].reason).toContain('9 misses cannot fall within 3 s')
  })
})
