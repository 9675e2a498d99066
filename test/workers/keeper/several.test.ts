import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimDeliveries } from '@/lib/store/deliveries'
import { startPushService } from '../../push/push-service.mjs'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { addDevice, addPhone, addUser, comeBack, goDark, startKeeper, until } from './scene'

let database: TestDatabase
let service: Awaited<ReturnType<typeof startPushService>>
const sql = () => database.sql
const empty = async () => {
  for (const table of ['users', 'targets', 'incidents']) await sql()`delete from ${sql()(table)}`
}

beforeAll(async () => {
  database = await testDatabase()
  service = await startPushService()
})
afterAll(async () => {
  await service?.stop()
  await database?.stop()
})

test('two keepers, five devices there and back, 16 operators: each notice once, each end after its beginning', async () => {
  const phones: Awaited<ReturnType<typeof addPhone>>[] = []
  for (let i = 0; i < 16; i++) phones.push(await addPhone(sql(), service, await addUser(sql())))
  const devices: number[] = []
  // Ten notices a minute to each of them are no storm yet.
  for (let i = 0; i < 5; i++) devices.push(await addDevice(sql(), `Node-${i}`))
  const keepers = [
    await startKeeper(database.url, service, { name: 'one' }),
    await startKeeper(database.url, service, { name: 'two' }),
  ]
  for (const id of devices) await goDark(sql(), id)
  await until('all told', () => phones.every((phone) => phone.messages().length === 5))
  for (const id of devices) await comeBack(sql(), id)
  await until('all ends told', () => phones.every((phone) => phone.messages().length === 10))
  await until('both to have gone round', async () => (await sql()`select 1 from keepers`).length === 2)
  await Promise.all(keepers.map((keeper) => keeper.stop()))
  for (const phone of phones) {
    const order = new Map<number | null, string[]>()
    for (const one of phone.messages())
      order.set(one.data.incident_id, [...(order.get(one.data.incident_id) ?? []), one.data.event])
    expect(new Set([...order.values()].map((events) => events.join(' ')))).toEqual(new Set(['opened resolved']))
    expect(order.size).toBe(5)
  }
})

test('a keeper killed in the middle of a send: another sends the same notice when the lease is over', async () => {
  await empty()
  const phone = await addPhone(sql(), service, await addUser(sql(), 'Dora'))
  const device = await addDevice(sql(), 'Ridge-3')
  const { fileOutages } = await import('@/lib/store/filing')
  await goDark(sql(), device)
  await fileOutages(new Date())
  const [claimed] = await claimDeliveries(new Date(), { limit: 16, leaseMs: 1500 }) // and then it died
  expect(await claimDeliveries(new Date(), { limit: 16, leaseMs: 1500 })).toEqual([])
  const keeper = await startKeeper(database.url, service)
  await until('the notice', () => phone.messages().length === 1)
  expect(phone.messages()[0]?.data.delivery_id).toBe(claimed?.id)
  expect(Date.now()).toBeGreaterThanOrEqual(claimed?.leaseUntil.getTime() ?? Number.POSITIVE_INFINITY)
  await keeper.stop()
})

test('a device that never answers does not keep the others waiting', async () => {
  await empty()
  const slow = await addPhone(sql(), service, await addUser(sql()))
  const quick = await addPhone(sql(), service, await addUser(sql()))
  service.fault({ endpoint: slow.stub.endpoint, mode: 'hang' })
  for (let i = 0; i < 10; i++) await goDark(sql(), await addDevice(sql(), `Far-${i}`))
  const keeper = await startKeeper(database.url, service, { attemptMs: 5000 })
  await until('the quick one to have all', () => quick.messages().length === 10, 4000)
  expect(service.received(slow.stub.endpoint).length).toBeLessThanOrEqual(4)
  service.clearFaults()
  await keeper.stop()
})

test('the listening connection is cut: notices still arrive, by polling and then at once again', async () => {
  await empty()
  const phone = await addPhone(sql(), service, await addUser(sql()))
  const keeper = await startKeeper(database.url, service)
  await goDark(sql(), await addDevice(sql(), 'Before'))
  await until('the first', () => phone.messages().length === 1)
  await sql()`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'beatline listener'`
  await goDark(sql(), await addDevice(sql(), 'After'))
  await until('the second', () => phone.messages().length === 2)
  await keeper.stop()
})
