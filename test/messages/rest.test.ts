import { afterAll, beforeAll, expect, test } from 'vitest'
import { POST as cancel } from '@/app/api/messages/[id]/cancel/route'
import { GET as recipients } from '@/app/api/messages/[id]/recipients/route'
import { GET as one } from '@/app/api/messages/[id]/route'
import { POST as send } from '@/app/api/messages/[id]/send/route'
import { POST as preview } from '@/app/api/messages/preview/route'
import { GET as list, POST as make } from '@/app/api/messages/route'
import { optOut } from '@/lib/store/opt-outs'
import { call, settingsForSignIn, somebody } from '../setup/credentials'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice } from '../workers/keeper/scene'
import { addClient, addOutage, openIncident, outboxAt, standInTwilio } from './scene'

let database: TestDatabase
let headers: Record<string, string>
beforeAll(async () => {
  settingsForSignIn()
  database = await testDatabase()
  headers = (await somebody('operator')).bearer
})
afterAll(() => database?.stop())

/** A node with a client of each kind, and an incident that began so long ago. */
async function node(name: string, minutesAgo: number) {
  const { sql } = database
  const root = await addDevice(sql, name, [], 'North Ridge')
  const clients = {
    en: await addClient(sql, `${name} One`, root),
    de: await addClient(sql, `${name} Zwei`, root, { language: 'de' }),
    mail: await addClient(sql, `${name} Three`, root, { phone: null, email: `three@${name}.example` }),
    none: await addClient(sql, `${name} Four`, root, { phone: null }),
    out: await addClient(sql, `${name} Five`, root),
  }
  await optOut({ medium: 'sms', address: clients.out.phone ?? '', how: 'STOP by text' })
  const began = new Date(Date.now() - minutesAgo * 60_000)
  return { root, clients, incident: await openIncident(sql, root, name, began) }
}
const path = (id: number) => ({ id: `${id}` })

test('a preview tells whom, what, what it costs, who is left out and why, and how long to wait; nothing is sent', async () => {
  const { clients, incident, root } = await node('alpha', 2)
  for (const [n, minutes] of [3, 4, 5, 6, 7, 8, 9, 9, 40, 90].entries()) {
    const at = new Date(Date.now() - (n + 2) * 86_400_000)
    await addOutage(database.sql, root, null, at, new Date(at.getTime() + (minutes + 2) * 60_000))
  }
  const answer = await call(preview, { headers, body: { incident_id: incident } })
  expect(answer.status).toBe(200)
  expect(answer.body.estimate).toEqual({ clients: 5, told: 3, sms_parts: 2, cost: 0.0166, currency: 'USD' })
  expect(answer.body.told.map((told: { client: string; medium: string }) => [told.client, told.medium])).toEqual([
    ['alpha One', 'sms'],
    ['alpha Three', 'email'],
    ['alpha Zwei', 'sms'],
  ])
  expect(answer.body.left_out).toEqual([
    { client_id: clients.out.id, client: 'alpha Five', why: 'opted out of texts; no e-mail address' },
    { client_id: clients.none.id, client: 'alpha Four', why: 'no phone; no e-mail address' },
  ])
  expect(answer.body.samples).toHaveLength(6)
  expect(answer.body.advice).toEqual({
    wait_minutes: 10,
    why: '8 of the last 10 outages of alpha that lasted this long were over within 9 min more: wait 10 min.',
  })
  expect(await database.sql`select 1 from client_messages where incident_id = ${incident}`).toHaveLength(0)
})

test('the advice falls back to the role at the site, then anywhere', async () => {
  const { incident, root } = await node('beta', 1)
  const { sql } = database
  await sql`update devices set role = 'ap' where id = ${root}`
  const said = async () => (await call(preview, { headers, body: { incident_id: incident } })).body.advice
  expect(await said()).toBeNull()
  const far = await addDevice(sql, 'far ap')
  await sql`update devices set role = 'ap' where id = ${far}`
  const past = (target: number, minutes: number, daysAgo: number) => {
    const at = new Date(Date.now() - daysAgo * 86_400_000)
    return addOutage(sql, target, null, at, new Date(at.getTime() + minutes * 60_000))
  }
  for (let n = 1; n <= 6; n++) await past(far, 120, n)
  expect((await said())?.why).toBe(
    'None of the last 6 outages of access points that lasted this long were over within 30 min more: tell them now.',
  )
  const near = await addDevice(sql, 'near ap', [], 'North Ridge')
  await sql`update devices set role = 'ap' where id = ${near}`
  for (let n = 1; n <= 6; n++) await past(near, 4, n)
  expect((await said())?.why).toBe(
    '6 of the last 6 outages of access points at North Ridge that lasted this long were over within 3 min more: wait 5 min.',
  )
})

test('draft, wait, now, cancel and the history', async () => {
  const { sql } = database
  const { incident } = await node('gamma', 3)
  const draft = await call(make, { headers, body: { incident_id: incident } })
  expect(draft.status).toBe(201)
  expect(draft.headers.get('location')).toBe(`/api/messages/${draft.body.id}`)
  expect(draft.body).toMatchObject({ state: 'draft', created_by: 'operator', estimate: { told: 3, clients: 5 } })
  const id = draft.body.id

  const waiting = await call(send, { headers, body: { wait_minutes: 10 } }, path(id))
  expect(waiting.body).toMatchObject({ state: 'waiting', counts: { clients: 5, waiting: 3, left_out: 2, told: 0 } })
  expect(Date.parse(waiting.body.send_at) - Date.now()).toBeGreaterThan(9 * 60_000)
  expect((await call(list, { headers, path: '/?live=1' })).body.items).toMatchObject([{ id, state: 'waiting' }])

  const twilio = await standInTwilio()
  const { outbox } = outboxAt(new Date(), twilio)
  await outbox.step()
  expect(twilio.asked).toBe(0)
  expect((await call(send, { headers, method: 'POST' }, path(id))).body).toMatchObject({ state: 'waiting' })
  const soon = outboxAt(new Date(), twilio)
  await soon.pass(3, 1)
  expect(twilio.texts.map(({ body }) => body.slice(0, 12)).sort()).toEqual(['Ihr Internet', 'Your interne'])
  expect((await call(one, { headers }, path(id))).body).toMatchObject({ state: 'done', counts: { told: 2, failed: 1 } })
  expect((await call(cancel, { headers, method: 'POST' }, path(id))).status).toBe(409)

  const first = await call(recipients, { headers, path: '/?limit=2' }, path(id))
  const rest = await call(recipients, { headers, path: `/?limit=10&cursor=${first.body.next}` }, path(id))
  const all = [...first.body.items, ...rest.body.items]
  expect(all).toHaveLength(5)
  expect(all.find(({ client }) => client === 'gamma Three')).toMatchObject({
    medium: 'email',
    state: 'failed',
    why: 'No mail server is set in SMTP_URL',
  })
  const { incident: other } = await node('delta', 1)
  const waits = await call(make, { headers, body: { incident_id: other, send: 'wait', wait_minutes: 5 } })
  expect((await call(cancel, { headers, method: 'POST' }, path(waits.body.id))).body).toMatchObject({
    state: 'cancelled',
    why: 'Cancelled by operator',
  })
  expect((await call(list, { headers, path: `/?incident=${incident}` })).body.items).toHaveLength(1)
  expect(
    (await sql`select 1 from incident_notes where incident_id = ${incident} and what like 'operator has%'`).length,
  ).toBe(2)
})

test.each([
  [{}, 422, 'incident_id'],
  [{ incident_id: 2_000_000 }, 404, 'No incident'],
  [{ incident_id: 1, send: 'wait' }, 422, 'wait_minutes'],
  [{ incident_id: 1, send: 'now', wait_minutes: 5 }, 422, 'wait_minutes'],
  [{ incident_id: 1, send: 'wait', wait_minutes: 100_000 }, 422, 'wait_minutes'],
  [{ incident_id: 1, media: ['fax'] }, 422, 'media'],
  [{ incident_id: 1, media: ['sms', 'sms'] }, 422, 'each medium once'],
  [{ incident_id: 1, template: 'No such' }, 422, 'template: found No such'],
])('%j is answered %i: %s', async (body, status, words) => {
  const answer = await call(make, { headers, body })
  expect(answer.status).toBe(status)
  expect(answer.body.detail).toContain(words)
})
