import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { previewMessage } from '@/lib/client-message-preview'
import * as words from '@/lib/delivery/client-words'
import { shippedTemplate } from '@/lib/domain/message-words'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice } from '../workers/keeper/scene'
import { addClient, addOutage, openIncident } from './scene'

vi.mock('@/lib/delivery/client-words', { spy: true })
let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.stop())

const now = new Date('2026-09-01T12:00:00Z')

/** An incident of 1,000 clients, of whom two in five have a name that takes a text of its own part. */
async function crowd(name: string): Promise<number> {
  const { sql } = database
  const root = await addDevice(sql, name)
  const long = 'Very Long Name '.repeat(11).trim()
  await sql`
    insert into clients (name, person)
    select ${name} || ' ' || n, case when n % 5 < 2 then ${long} else 'Al' end from generate_series(1, 1000) n`
  await sql`
    insert into client_contacts (client_id, phone)
    select id, '+1406' || lpad(id::text, 7, '0') from clients where name like ${`${name} %`}`
  await sql`
    with made as (insert into targets (kind, name) select 'device', 'CPE ' || name from clients where name like ${`${name} %`} returning id, name),
      device as (insert into devices (id, address, client_id)
        select m.id, '203.0.113.9', c.id from made m join clients c on m.name = 'CPE ' || c.name returning id)
    insert into upstream_edges (device_id, upstream_id, provenance, confidence, effective)
    select id, ${root}, 'manual', 1, true from device`
  return openIncident(sql, root, name, now)
}
const template = (body: string) => ({
  ...shippedTemplate,
  first: [{ language: 'en', medium: 'sms' as const, subject: '', body }],
})

test('the cost of many is that of all of them, parts of a part among it', async () => {
  const incident = await crowd('Costly')
  const preview = await previewMessage(incident, { template: template('{{ client.name }}'), media: ['sms'] }, now)
  expect(preview?.estimate.told).toBe(1000)
  const parts = preview?.estimate.smsParts ?? 0
  expect(parts).toBeGreaterThan(1370)
  expect(parts).toBeLessThan(1430)
})

test('words that cannot be made are tried once, not for each client', async () => {
  const incident = await crowd('Broken')
  vi.mocked(words.composeWords).mockClear()
  const preview = await previewMessage(
    incident,
    { template: template('{{ client.name | nosuch }}'), media: ['sms'] },
    now,
  )
  expect(preview?.faults).toHaveLength(1)
  expect(preview?.estimate.told).toBe(1000)
  expect(vi.mocked(words.composeWords).mock.calls.length).toBeLessThan(10)
})

test('of a client with another device that answers it is said that it may have service', async () => {
  const { sql } = database
  const root = await addDevice(sql, 'Half')
  const [half] = [await addClient(sql, 'Half dark', root), await addClient(sql, 'Dark', root)]
  const other = await addDevice(sql, 'Other way of Half dark')
  await sql`update devices set client_id = ${half.id} where id = ${other}`
  const incident = await openIncident(sql, root, 'Half', now)
  const notes = async () => (await previewMessage(incident, { template: shippedTemplate, media: ['sms'] }, now))?.notes
  expect(await notes()).toContain('1 of them has another device that answers, and may have service.')
  await addOutage(sql, other, null, now)
  expect((await notes())?.join()).not.toContain('another device')
})
