import { afterAll, beforeAll, expect, test } from 'vitest'
import { recordReceipt } from '@/lib/store/push-devices'
import { listChecks } from '@/lib/store/self-checks'
import { startPushService } from '../../push/push-service.mjs'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { addPhone, addUser, startKeeper, until } from './scene'

let database: TestDatabase
let service: Awaited<ReturnType<typeof startPushService>>
let keeper: Awaited<ReturnType<typeof startKeeper>>
const sql = () => database.sql

beforeAll(async () => {
  database = await testDatabase()
  service = await startPushService()
})
afterAll(async () => {
  await keeper?.stop()
  await service?.stop()
  await database?.stop()
})

test('a phone that takes pushes and shows none is an incident, told to the other operator alone; it mends when it shows one', async () => {
  const [anna, bernd] = [await addUser(sql(), 'Anna'), await addUser(sql(), 'Bernd')]
  const phones = {
    anna: await addPhone(sql(), service, anna, 'Pixel'),
    bernd: await addPhone(sql(), service, bernd, 'iPhone'),
  }
  const rows = await sql()<{ id: number }[]>`
    insert into channels (kind, name, user_id) values ('web_push', 'Anna', ${anna}), ('web_push', 'Bernd', ${bernd}) returning id`
  const key = `push:${rows[0]?.id}`
  keeper = await startKeeper(database.url, service, { selfCheckMs: 100 })
  const check = async () => (await listChecks()).find((one) => one.key === key)
  const titles = (of: 'anna' | 'bernd') => phones[of].messages().map(({ title }) => title)
  await until('the check', async () => (await check()) !== undefined)

  await sql()`update self_checks set due_at = now() where key = ${key}`
  await until('the test on the phone', () => titles('anna').includes('Test from Beatline'))
  expect(await check()).toMatchObject({ waits: true, jobId: null })

  // A day later, after three more rounds.
  await sql()`
    update self_checks set due_at = now(),
      waiting = waiting || jsonb_build_object('tries', 4, 'since', (waiting->>'since')::float8 - 86400000)
    where key = ${key}`
  await until('the incident on the other phone', () => titles('bernd').includes('Self-check: push to Anna failed'))
  expect(phones.bernd.messages()[0]?.body).toContain('Pixel showed no test in 1 d')
  expect(titles('anna')).toEqual(['Test from Beatline'])

  await sql()`update self_checks set due_at = now() where key = ${key}`
  const tests = () => phones.anna.messages().filter(({ title }) => title === 'Test from Beatline')
  await until('another test', () => tests().length === 2)
  const deliveryId = tests()[1]?.data.delivery_id ?? 0
  expect(await recordReceipt({ deliveryId, deviceKey: phones.anna.deviceKey, shown: true })).toBe(true)
  await sql()`update self_checks set due_at = now() where key = ${key} and waiting is not null`
  await until('the end on the other phone', () => titles('bernd').length === 2)
  expect(await check()).toMatchObject({ status: 'up', lastOk: true, lastWords: 'Shown on Pixel.', incidentId: null })
  expect(titles('bernd')[1]).toMatch(/^Self-check: push to Anna /)
  expect(titles('anna')).toHaveLength(2)
}, 240_000)
