import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { listIncidents } from '@/lib/store/incidents'
import { startPushService } from '../../push/push-service.mjs'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { addJob, beatAt } from './job-scene'
import { addDevice, addPhone, addUser, comeBack, goDark, startKeeper, until } from './scene'

let database: TestDatabase
let service: Awaited<ReturnType<typeof startPushService>>
let keeper: Awaited<ReturnType<typeof startKeeper>> | undefined
let refreshing: NodeJS.Timeout
const sql = () => database.sql

beforeAll(async () => {
  database = await testDatabase()
  service = await startPushService()
  // A web that has stored all that ever came.
  const spoolId = crypto.randomUUID()
  const { settleIntakes } = await import('@/lib/store/intakes')
  refreshing = setInterval(
    () => void settleIntakes([{ spoolId, name: 'web', settledAt: Date.now() }]).catch(() => {}),
    200,
  )
})
afterEach(async () => {
  await keeper?.stop()
  for (const table of ['users', 'incidents', 'targets', 'events', 'blackouts', 'beats'])
    await sql()`delete from ${sql()(table)}`
})
afterAll(async () => {
  clearInterval(refreshing)
  await service?.stop()
  await database?.stop()
})

const titles = (phone: Awaited<ReturnType<typeof addPhone>>) => phone.messages().map((one) => one.title)
const stored = async (id: number) =>
  (
    await sql()<{ state: string; incident: string | null }[]>`
    select o.state, i.root_name as incident from outages o left join incidents i on i.id = o.incident_id where o.target_id = ${id}`
  )[0]

test('a job goes quiet and beats again: told once of each', async () => {
  const phone = await addPhone(sql(), service, await addUser(sql()))
  const job = await addJob(sql(), 'backup-db', { period: 1, grace: 1, permissible: 2 })
  await beatAt(sql(), job, Date.now())
  keeper = await startKeeper(database.url, service, { checkSeconds: 1 })
  await until('the notice', () => phone.messages().length === 1)
  expect(titles(phone)).toEqual(['backup-db has missed 3 beats'])
  await beatAt(sql(), job, Date.now())
  await until('its end', () => phone.messages().length === 2)
  expect(titles(phone)[1]).toBe('backup-db beats again')
  expect(new Set(phone.messages().map((one) => one.tag)).size).toBe(1)
})

test('a job misses its beat while the device is dark that it runs behind: filed under that one, told to nobody', async () => {
  const phone = await addPhone(sql(), service, await addUser(sql()))
  const router = await addDevice(sql(), 'Router')
  const job = await addJob(sql(), 'backup-db', { period: 2, grace: 1 }, router)
  await beatAt(sql(), job, Date.now())
  keeper = await startKeeper(database.url, service, { checkSeconds: 1 })
  await goDark(sql(), router, 1)
  await until('the miss', async () => (await stored(job))?.incident === 'Router')
  expect(await stored(job)).toEqual({ state: 'unreachable', incident: 'Router' })
  expect(titles(phone)).toEqual(['Router is down'])
  const [note] = await sql()`select what from incident_notes where what like '%behind it%'`
  expect(note?.what).toBe('1 job behind it is silent: backup-db.')
  const [target] = await sql()`select status from targets where id = ${job}`
  expect(target?.status).toBe('unreachable')

  await comeBack(sql(), router)
  await beatAt(sql(), job, Date.now())
  await until('the end', () => phone.messages().length === 2)
  expect(titles(phone)).toEqual(['Router is down', 'Router is back'])
  expect((await listIncidents()).items.map((one) => [one.root.name, one.affectedTargets])).toEqual([['Router', 2]])
})

test('a job that fails is told at once, by what it said; a new one in its first hour is not', async () => {
  const phone = await addPhone(sql(), service, await addUser(sql()))
  const job = await addJob(sql(), 'backup-db', { period: 3600 })
  const fresh = await addJob(sql(), 'new-one', { period: 3600 })
  await sql()`
    insert into blackouts (kind, reason, target_ids, from_at, until_at)
    values ('range', 'First hour of a new job', array[${fresh}::int], now(), now() + interval '1 hour')`
  keeper = await startKeeper(database.url, service, { checkSeconds: 1 })
  for (const id of [fresh, job]) await beatAt(sql(), id, Date.now(), 'fail', { exitStatus: 3, message: 'disk full' })
  await until('the notice', () => phone.messages().length === 1)
  expect(phone.messages()[0]).toMatchObject({
    title: 'backup-db failed with exit status 3',
    body: expect.stringContaining('disk full'),
  })
  await until('the decision', async () => (await sql()`select 1 from decisions where rule = 'blackout'`).length === 1)
  await sql()`update blackouts set ended_at = now()`
  await until('the other notice', () => phone.messages().length === 2)
  expect(titles(phone)[1]).toBe('new-one failed with exit status 3')
})

test('a blackout over the next three periods passes three, then it is told', async () => {
  const phone = await addPhone(sql(), service, await addUser(sql()))
  const job = await addJob(sql(), 'backup-db', { period: 1, grace: 0 })
  const startedAt = Date.now()
  await beatAt(sql(), job, startedAt)
  await sql()`
    insert into blackouts (kind, target_ids, from_at, periods_left) values ('periods', array[${job}::int], now(), 3)`
  keeper = await startKeeper(database.url, service, { checkSeconds: 1 })
  await until('the notice', () => phone.messages().length === 1)
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(3000)
  const rows = await sql()<{ outcome: string; left: number }[]>`
    select d.outcome, (select periods_left from blackouts) as left from decisions d order by d.id`
  expect(rows.map((row) => row.outcome)).toEqual(['suppressed', 'sent'])
  expect(rows[0]?.left).toBe(0)
})
