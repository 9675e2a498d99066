import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { POST as merge } from '@/app/api/clients/[id]/merge/route'
import { DELETE, GET, PATCH, PUT } from '@/app/api/clients/[id]/route'
import { POST as importThem } from '@/app/api/clients/import/route'
import { POST as add, GET as list } from '@/app/api/clients/route'
import { PATCH as changeDevice } from '@/app/api/devices/[id]/route'
import { POST as addDevice } from '@/app/api/devices/route'
import { GET as listOutages } from '@/app/api/outages/route'
import { ClientAnswer } from '@/lib/wire/rest-clients'
import { call, settingsForSignIn, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'

let database: TestDatabase
let headers: Record<string, string>
let reader: Record<string, string>
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  headers = (await somebody('operator')).bearer
  reader = (await somebody('viewer')).bearer
})
afterAll(() => database?.stop())
beforeEach(() => database.sql`truncate targets, clients restart identity cascade`)

const post = (body: object) => call(add, { body, headers })
const at = (id: number) => ({ id: String(id) })
const patch = (id: number, body: object) => call(PATCH, { method: 'PATCH', body, headers }, at(id))
const search = (query: string) => call(list, { path: `/api/clients?${query}`, headers: reader })

describe('a client', () => {
  test('is made with what is said, the rest at its default, and read back in the exact shape', async () => {
    const device = await call(addDevice, { body: { name: 'CPE-1', address: '203.0.113.5', site: 'Ridge' }, headers })
    const made = await post({
      name: 'Example Feed Co (Robin Placeholder)',
      kind: 'company',
      number: '1042',
      contacts: [{ name: 'Robin', email: 'r@x.example', phone: '+1 (555) 010-0123' }],
      devices: ['CPE-1'],
    })
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe(`/api/clients/${made.body.id}`)
    expect(made.body).toEqual({
      id: made.body.id,
      name: 'Example Feed Co (Robin Placeholder)',
      kind: 'company',
      company: null,
      person: null,
      number: '1042',
      address: null,
      note: null,
      language: 'en',
      time_zone: null,
      sms_allowed: true,
      email_allowed: true,
      archived: false,
      contacts: [
        {
          id: expect.any(Number),
          name: 'Robin',
          email: 'r@x.example',
          phone: '+15550100123',
          is_contact: true,
          is_billing: false,
          sms_ok: true,
          from_source: false,
          sms_stopped: false,
          email_stopped: false,
        },
      ],
      services: [],
      status: expect.any(String),
      status_since: expect.stringMatching(/^\d{4}-.*Z$/),
      device_count: 1,
      dark_devices: 0,
      sites: ['Ridge'],
      sources: [],
      vanished_at: null,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    })
    expect(ClientAnswer.safeParse(made.body).error).toBeUndefined()
    expect(
      (await call(changeDevice, { method: 'PATCH', body: { client: null }, headers }, at(device.body.id))).body,
    ).toMatchObject({
      client: null,
      client_id: null,
    })
  })

  test('what was read can be sent back and changes nothing', async () => {
    await call(addDevice, { body: { name: 'CPE-1', address: '203.0.113.5' }, headers })
    const { body } = await post({ name: 'Acme', contacts: [{ email: 'a@x.example' }], devices: ['CPE-1'] })
    const back = await call(PUT, { method: 'PUT', body, headers }, at(body.id))
    expect(back.status).toBe(200)
    expect(back.body).toEqual({ ...body, updated_at: expect.any(String) })
  })

  test('PATCH leaves what it does not name', async () => {
    const { body } = await post({ name: 'Acme', number: '1', language: 'es' })
    expect((await patch(body.id, { number: null })).body).toMatchObject({ name: 'Acme', number: null, language: 'es' })
  })

  test.each([
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: 'a\u0000b' }, 'name'],
    [{ name: 'a', language: 'english' }, 'found "english", expected a language'],
    [{ name: 'a', time_zone: 'Mars/Base' }, 'time_zone'],
    [{ name: 'a', contacts: [{ email: 'nobody' }] }, 'found "nobody", expected an e-mail address'],
    [{ name: 'a', contacts: [{ phone: 'no' }] }, 'expected a telephone number'],
    [{ name: 'a', contacts: [{ name: '\u0000' }] }, 'without control characters'],
    [{ name: 'a', devices: ['no'] }, 'devices: found "no", expected names or ids of devices'],
    [{ name: 'a', colour: 'red' }, 'colour'],
  ])('%o is refused by name and changes nothing', async (body, fault) => {
    const answer = await post(body)
    expect(answer.status).toBe(422)
    expect(JSON.stringify(answer.body)).toContain(JSON.stringify(fault).slice(1, -1))
    expect((await search('')).body.items).toEqual([])
  })

  test('a name that another has is a conflict; who may read only is refused', async () => {
    await post({ name: 'Acme' })
    expect((await post({ name: 'Acme' })).status).toBe(409)
    expect((await call(add, { body: { name: 'Bolt' }, headers: reader })).status).toBe(403)
  })

  test('is gone once it is removed', async () => {
    const { body } = await post({ name: 'Acme' })
    expect((await call(DELETE, { method: 'DELETE', headers }, at(body.id))).status).toBe(204)
    expect((await call(GET, { headers }, at(body.id))).status).toBe(404)
    expect((await patch(body.id, { number: '1' })).status).toBe(404)
  })
})

describe('the list', () => {
  test('pages on with next, and a filter that is none is refused', async () => {
    for (const name of ['Acme 2', 'Acme 10', 'Bolt']) await post({ name })
    const first = await search('limit=2')
    expect(first.body.items.map(({ name }: { name: string }) => name)).toEqual(['Acme 2', 'Acme 10'])
    const second = await search(`limit=2&cursor=${first.body.next}`)
    expect(second.body).toMatchObject({ items: [{ name: 'Bolt' }], next: null })
    expect((await search('state=none&search=bolt')).body.items).toHaveLength(1)
    for (const bad of ['state=gone', 'cursor=abc', 'sort=age', 'incident=x', 'colour=red'])
      expect((await search(bad)).status).toBe(422)
  })
})

test('two are merged by id, and what came over is told', async () => {
  const [into, from] = [
    await post({ name: 'Acme' }),
    await post({ name: 'Acme Dental', contacts: [{ phone: '+15550100' }] }),
  ]
  const asked = (body: object) => call(merge, { body, headers }, at(into.body.id))
  expect((await asked({ from: into.body.id })).status).toBe(422)
  const answer = await asked({ from: from.body.id })
  expect(answer).toMatchObject({
    status: 200,
    body: { name: 'Acme', merged: { devices: 0, contacts: 1, services: 0, messages: 0 } },
  })
  expect((await call(GET, { headers }, at(from.body.id))).status).toBe(404)
})

describe('import', () => {
  const send = (body: string | object, query = '', type = 'text/csv') =>
    call(importThem, { path: `/api/clients/import${query}`, body, headers: { ...headers, 'content-type': type } })

  test('CSV in any spelling, with what is left out by line', async () => {
    const csv = 'Name;E-Mail;Colour\nAcme;a@x.example;red\nBolt;nobody;blue\n'
    expect((await send(csv, '?preview=1')).body).toEqual({
      created: 1,
      updated: 0,
      rejected: [{ line: 3, reason: expect.stringContaining('email: found "nobody"') }],
      ignored_columns: ['Colour'],
      preview: true,
    })
    expect((await send(csv, '?atomic=1')).status).toBe(422)
    expect((await search('')).body.items).toEqual([])
    expect((await send(csv)).body).toMatchObject({ created: 1, preview: false })
  })

  test('a JSON array by line', async () => {
    const answer = await send(
      [{ name: 'Acme', devices: ['no'] }, 7, { name: 'Bolt', number: 5 }],
      '',
      'application/json',
    )
    expect(answer.body).toMatchObject({ created: 1, rejected: [{ line: 1 }, { line: 2 }] })
    expect((await search('search=bolt')).body.items).toMatchObject([{ number: '5' }])
  })

  test('what is no list is refused', async () => {
    expect((await send('{}', '', 'application/json')).status).toBe(422)
    expect((await send('{', '', 'application/json')).status).toBe(400)
    expect((await send('a,b\n1,2')).status).toBe(422)
    expect((await send('name\nx', '', 'image/png')).status).toBe(415)
  })
})

test('outages are asked for by client', async () => {
  const [one, other] = [
    await call(addDevice, { body: { name: 'CPE-1', address: '203.0.113.5', client: 'Acme' }, headers }),
    await call(addDevice, { body: { name: 'CPE-2', address: '203.0.113.6' }, headers }),
  ]
  for (const { body } of [one, other])
    await database.sql`
      insert into outages (target_id, began_at, isolated_at, opened_evidence) values (${body.id}, now(), now(), '{}')`
  const answer = await call(listOutages, { path: `/api/outages?client=${one.body.client_id}`, headers })
  expect(answer.body.items.map(({ target }: { target: { name: string } }) => target.name)).toEqual(['CPE-1'])
})
