import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPushService } from '../../push/push-service.mjs'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { addChannel, standInMedium } from './outbox-scene'
import { addDevice, addPhone, addUser, comeBack, goDark, startKeeper, until } from './scene'

let database: TestDatabase
let service: Awaited<ReturnType<typeof startPushService>>
const sql = () => database.sql

beforeAll(async () => {
  process.env.ALLOW_PRIVATE_WEBHOOKS = 'yes' // before the settings are first read
  database = await testDatabase()
  service = await startPushService()
})
afterAll(async () => {
  await service?.stop()
  await database?.stop()
})

test('a whole keeper tells phones and channels alike, at once and each in its own way', async () => {
  const medium = await standInMedium()
  await addChannel(sql(), 'webhook', { url: medium.url() })
  const phone = await addPhone(sql(), service, await addUser(sql()))
  const device = await addDevice(sql(), 'Ridge-3', [], 'North Ridge')
  const keeper = await startKeeper(database.url, service)
  await goDark(sql(), device)
  await until('both to be told', () => medium.taken.length === 1 && phone.messages().length === 1)
  await comeBack(sql(), device)
  await until('both to be told of the end', () => medium.taken.length === 2 && phone.messages().length === 2)
  await keeper.stop()
  expect(medium.taken.map(({ type, data }) => [type, data.title, data.site])).toEqual([
    ['incident.opened', 'Ridge-3 is down', 'North Ridge'],
    ['incident.resolved', 'Ridge-3 is back', 'North Ridge'],
  ])
  expect(new Set(medium.taken.map(({ data }) => data.key)).size).toBe(1)
})
