import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { round } from '../../store/telling-scene'
import { addChannel, outboxAt, standInMedium } from './outbox-scene'

let database: TestDatabase
const sql = () => database.sql

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.stop())

test('5,000 incidents in 10 s: each of four media gets at most 12 messages in a minute, and hears of all', async () => {
  const media = [await standInMedium(), await standInMedium(), await standInMedium(), await standInMedium()]
  const channels: number[] = []
  for (const medium of media) channels.push(await addChannel(sql(), 'webhook', { url: medium.url() }))
  const start = new Date()
  const { settle, pass, now } = outboxAt(start)
  const work = async () => {
    await round(now())
    await settle()
  }
  for (let second = 0; second < 10; second++) {
    await sql()`
      with made as (
        insert into targets (kind, name, status) select 'device', 'Radio ' || n, 'down'
        from generate_series(${second * 500 + 1}::int, ${second * 500 + 500}::int) n returning id
      ), device as (insert into devices (id, address) select id, '10.0.0.1' from made)
      insert into outages (target_id, began_at, isolated_at, opened_evidence) select id, ${now()}, ${now()}, '{}' from made`
    await work()
    await pass(1000)
  }
  while (now().getTime() < start.getTime() + 59_000) {
    await work()
    await pass(1000)
  }
  for (const medium of media) expect(medium.taken.length).toBeLessThanOrEqual(12)
  for (let second = 0; second < 40; second++) {
    await work()
    await pass(1000)
  }
  for (const channelId of channels) {
    const [told] = await sql()<{ incidents: number }[]>`
      select count(distinct incident_id)::int as incidents from (
        select n.incident_id from channel_deliveries d join notices n on n.id = d.notice_id
        where d.channel_id = ${channelId} and d.delivered_at is not null
        union all
        select (item->>'incident_id')::int from channel_deliveries d, jsonb_array_elements(d.message->'items') item
        where d.channel_id = ${channelId} and d.delivered_at is not null) each`
    expect(told?.incidents).toBe(5000)
  }
  expect(media.map((medium) => medium.taken.some(({ type }) => type === 'digest'))).toEqual([true, true, true, true])
  expect(await sql()`select 1 from channel_deliveries where delivered_at is null`).toEqual([])
}, 720_000)
