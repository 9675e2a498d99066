import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { tellings } from '@/workers/keeper/tellings'
import { startPushService } from '../../push/push-service.mjs'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { addChannel, decided, onItsWay, round } from '../../store/telling-scene'
import { addDevice, addPhone, addUser, goDark, quiet, startKeeper, until } from './scene'

let database: TestDatabase
let service: Awaited<ReturnType<typeof startPushService>>
const sql = () => database.sql

beforeAll(async () => {
  database = await testDatabase()
  service = await startPushService()
})
afterAll(async () => {
  await service?.stop()
  await database?.stop()
})
afterEach(async () => {
  for (const table of ['users', 'incidents', 'targets', 'channels', 'events']) await sql()`delete from ${sql()(table)}`
})

test('what comes together reaches a phone as one message, that counts and leads to all of them', async () => {
  const phone = await addPhone(sql(), service, await addUser(sql(), 'Anna'))
  for (let i = 1; i <= 3; i++) await goDark(sql(), await addDevice(sql(), `Ridge-${i}`))
  // As a night would do it: all wait for the same moment.
  await sql()`insert into channels (kind, name, user_id) select 'web_push', name, id from users`
  await sql()`update channels set breaker_until = now() + interval '1 hour'`
  await round(new Date())
  await sql()`update channels set breaker_until = null`
  const keepers = [await startKeeper(database.url, service), await startKeeper(database.url, service)]
  const digest = await until('the digest', () => phone.messages()[0])
  expect(digest).toMatchObject({
    title: '3 incidents: 3 down',
    body: 'Ridge-1, Ridge-2, Ridge-3.',
    navigate: 'https://beatline.example.net/incidents',
    data: { event: 'digest', incident_id: null, open_incidents: 3 },
  })
  await Promise.all(keepers.map((keeper) => keeper.stop()))
  expect(phone.messages()).toHaveLength(1)
})

test('a lost phone gets the digest when it heals', async () => {
  const phone = await addPhone(sql(), service, await addUser(sql(), 'Anna'))
  const other = await addPhone(sql(), service, await addUser(sql(), 'Bob'))
  await sql()`update push_devices set endpoint = null where id = ${phone.id}`
  await sql()`insert into channels (kind, name, user_id) select 'web_push', name, id from users`
  await sql()`update channels set breaker_until = now() + interval '1 hour'`
  for (let i = 1; i <= 3; i++) await goDark(sql(), await addDevice(sql(), `Ridge-${i}`))
  await round(new Date())
  await sql()`update channels set breaker_until = null`
  await round(new Date())
  const rows = await sql()<{ id: number; failed: boolean }[]>`
    select push_device_id as id, failed_at is not null as failed from deliveries where event = 'digest' order by 1`
  expect([...rows]).toEqual([
    { id: phone.id, failed: true },
    { id: other.id, failed: false },
  ])
  const { healDevice } = await import('@/lib/store/push-device-rows')
  await sql().begin((tx) => healDevice(tx, phone.id))
  expect(await sql()`select 1 from deliveries where failed_at is not null`).toEqual([])
})

test('an incident that cannot be asked again stops no other, and is set aside', async () => {
  await addChannel(sql(), 'Ops', { coolOffMinutes: 1 })
  for (const name of ['Good', 'Bad', 'Fine']) await goDark(sql(), await addDevice(sql(), name))
  await round(new Date())
  await sql()`update pending_tellings set ask_at = now() - interval '1 s'`
  await sql()`update decisions set at = at - interval '1 hour'`
  await sql()`create function refuse() returns trigger language plpgsql as $$ begin
    if (select root_name from incidents where id = new.incident_id) = 'Bad' then raise exception 'bad'; end if; return new;
  end $$`
  await sql()`create trigger refuse before insert on decisions for each row execute function refuse()`
  const step = tellings({ log: quiet })
  await step()
  expect((await onItsWay(sql())).filter((one) => one === 'Ops reminded 2')).toHaveLength(2)
  const [left] = await sql()`
    select i.root_name as name, lease_until > now() + interval '4 minutes' as aside
    from pending_tellings p join incidents i on i.id = p.incident_id where outcome is null and ask_at < now()`
  expect(left).toEqual({ name: 'Bad', aside: true })
  await step()
  expect((await decided(sql())).filter((one) => one.includes('reminded sent'))).toHaveLength(2)
  await sql()`drop function refuse cascade`
})
