import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { DELETE as dropLink, POST as makeLink } from '@/app/api/clients/[id]/status-link/route'
import { POST as say, GET as updates } from '@/app/api/incidents/[id]/updates/route'
import { DELETE, GET, PATCH, PUT } from '@/app/api/status-pages/[id]/route'
import { GET as list, POST } from '@/app/api/status-pages/route'
import { call, settingsForSignIn, site, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addIncident, addSubscriber, addTarget, clientId } from '../store/status-scene'

let database: TestDatabase
let headers: Record<string, string>
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  headers = (await somebody('operator')).bearer
})
afterAll(() => database.stop())
beforeEach(
  () => database.sql`truncate targets, clients, sites, incidents, outages, status_pages restart identity cascade`,
)

const page = { slug: 'north-valley', title: 'North Valley Net' }

test('a page is added, listed, changed, replaced and removed', async () => {
  const made = await call(POST, { body: { ...page, public: true, time_zone: 'Europe/Berlin' }, headers })
  expect([made.status, made.headers.get('location')]).toEqual([201, '/api/status-pages/1'])
  const standing = {
    ...{ id: 1, ...page, intro: '', public: true, sites: [], tags: [], history_days: 90, takes_subscribers: true },
    ...{ time_zone: 'Europe/Berlin', subscribers: 0, url: `${site}/status/north-valley` },
  }
  expect(made.body).toEqual(standing)
  await addSubscriber(database.sql, 1, 'robin@example.net')
  await addSubscriber(database.sql, 1, 'asked@example.net', { confirmed: null })
  const all = await call(list, { headers })
  expect(all.body).toEqual({ items: [{ ...standing, subscribers: 1 }], next: null })
  expect(JSON.stringify(all.body)).not.toContain('robin')
  expect((await call(PATCH, { method: 'PATCH', body: { history_days: 30 }, headers }, { id: '1' })).body).toMatchObject(
    {
      history_days: 30,
      public: true,
    },
  )
  // what was read can be sent back; what is left out of PUT is at its default
  expect((await call(PUT, { method: 'PUT', body: { ...standing, tags: ['core'] }, headers }, { id: '1' })).status).toBe(
    200,
  )
  expect((await call(PUT, { method: 'PUT', body: page, headers }, { id: '1' })).body).toMatchObject({
    public: false,
    tags: [],
  })
  expect((await call(DELETE, { method: 'DELETE', headers }, { id: '1' })).status).toBe(204)
  expect((await call(GET, { headers }, { id: '1' })).status).toBe(404)
  expect(await database.sql`select 1 from status_subscribers`).toEqual([])
})

test.each([
  [{ ...page, slug: 'c' }, 422, 'slug: c leads elsewhere'],
  [{ ...page, slug: 'North Valley' }, 422, 'slug: expected 1 to 60 small letters'],
  [{ ...page, time_zone: 'Mars/Olympus' }, 422, 'time_zone: '],
  [{ ...page, history_days: 4000 }, 422, 'history_days: '],
  [{ ...page, sites: ['x'] }, 422, 'sites.0: '],
  [{ ...page, title: 'a\u0000b' }, 422, 'title: '],
  [{ ...page, colour: 'red' }, 422, 'colour'],
])('%j is refused', async (body, status, words) => {
  const answer = await call(POST, { body, headers })
  expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(words)])
})

test('of one address there is one page', async () => {
  await call(POST, { body: page, headers })
  expect((await call(POST, { body: page, headers })).status).toBe(409)
  await call(POST, { body: { ...page, slug: 'other' }, headers })
  expect((await call(PATCH, { method: 'PATCH', body: { slug: 'north-valley' }, headers }, { id: '2' })).status).toBe(
    409,
  )
})

test('what is said of an incident is listed with who said it', async () => {
  const incident = String(await addIncident(database.sql, [await addTarget(database.sql, 'AP')]))
  const said = await call(say, { body: { text: '  A truck is on its way.\nBy 16:00. ' }, headers }, { id: incident })
  expect([said.status, said.body]).toEqual([
    201,
    { id: expect.any(Number), at: expect.any(String), by: 'operator', text: 'A truck is on its way.\nBy 16:00.' },
  ])
  expect((await call(updates, { headers }, { id: incident })).body).toEqual({ items: [said.body], next: null })
  expect((await call(say, { body: { text: ' ' }, headers }, { id: incident })).status).toBe(422)
  expect((await call(say, { body: { text: 'x' }, headers }, { id: '999' })).status).toBe(404)
  expect((await call(updates, { headers }, { id: '999' })).status).toBe(404)
})

test('a client’s link is made, made anew, and taken back', async () => {
  await addTarget(database.sql, 'CPE', { role: 'cpe', client: 'Acme Dental' })
  const id = String(await clientId(database.sql, 'Acme Dental'))
  const [first, second] = [
    await call(makeLink, { method: 'POST', headers }, { id }),
    await call(makeLink, { method: 'POST', headers }, { id }),
  ]
  expect(first.body.url).toMatch(/^http:\/\/beatline\.test\/status\/c\/[0-9a-z]+-[\w-]{43}$/)
  expect(second.body.url).not.toBe(first.body.url)
  expect((await call(dropLink, { method: 'DELETE', headers }, { id })).status).toBe(204)
  expect((await call(dropLink, { method: 'DELETE', headers }, { id })).status).toBe(404)
  expect((await call(makeLink, { method: 'POST', headers }, { id: '999' })).status).toBe(404)
})
