import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { everyDay, type Hours } from '@/lib/domain/hours'
import { fileOutages } from '@/lib/store/filing'
import { type TestDatabase, testDatabase } from '../setup/database'
import { costOf } from '../setup/measure'
import { addChannel, round } from './telling-scene'

let database: TestDatabase
const sql = () => database.sql

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(async () => {
  await database?.stop()
})
afterEach(async () => {
  for (const table of ['users', 'incidents', 'targets', 'channels', 'events']) await sql()`delete from ${sql()(table)}`
})

/** Devices by themselves, dark since a second. */
async function darken(from: number, count: number, at: Date): Promise<void> {
  await sql()`
    with made as (
      insert into targets (kind, name, status) select 'device', 'Radio ' || n, 'down'
      from generate_series(${from + 1}::int, ${from + count}::int) n returning id
    ), device as (insert into devices (id, address, client) select id, '10.0.0.1', 'Client ' || id from made)
    insert into outages (target_id, began_at, isolated_at, opened_evidence) select id, ${at}, ${at}, '{}' from made`
}

const waking: Hours = {
  zone: 'Europe/Berlin',
  ranges: [{ weekdays: everyDay, startMinute: 420, endMinute: 1320 }],
  place: null,
}

test('1,000 incidents opened in one transaction cost about a second of work to tell to five channels', async () => {
  for (const name of ['A', 'B', 'C', 'D']) await addChannel(sql(), name, { coolOffMinutes: 30 })
  await addChannel(sql(), 'E', { hours: waking })
  const now = new Date()
  await darken(0, 1000, now)
  const { result, cpu } = await costOf(() => fileOutages(now, { limit: 1000 }))
  expect(result).toMatchObject({ filed: 1000 })
  expect(await sql()`select 1 from decisions`).toHaveLength(5000)
  console.log(`telling 1,000 incidents cost ${cpu.toFixed(1)} units of work`)
  expect(cpu).toBeLessThan(15) // twice what it takes
}, 240_000)

test('a storm: 5,000 incidents in 10 s over four channels, at most 12 messages each in a minute, and nothing lost', async () => {
  for (const name of ['A', 'B', 'C', 'D']) await addChannel(sql(), name)
  const start = Date.now()
  const at = (second: number) => new Date(start + second * 1000)
  for (let second = 0; second < 10; second++) {
    await darken(second * 500, 500, at(second))
    await round(at(second))
  }
  for (let second = 10; second < 100; second++) await round(at(second))
  const messages = await sql()<
    { channelId: number; name: string | null; event: string; items: number; late: boolean }[]
  >`
    select channel_id as "channelId", event, coalesce(jsonb_array_length(message->'items'), 1) as items,
      created_at >= ${at(60)} as late
    from channel_deliveries`
  const told = await sql()<{ channelId: number; incidents: number; all: number }[]>`
    select channel_id as "channelId", count(distinct incident_id)::int as incidents, count(*)::int as all from (
      select d.channel_id, n.incident_id from channel_deliveries d join notices n on n.id = d.notice_id
      union all
      select d.channel_id, (item->>'incident_id')::int from channel_deliveries d, jsonb_array_elements(d.message->'items') item
    ) each group by channel_id order by channel_id`
  expect(told).toHaveLength(4)
  for (const { channelId, incidents, all } of told) {
    expect(incidents).toBe(5000)
    expect(all).toBe(5000) // and nothing twice
    const mine = messages.filter((one) => one.channelId === channelId)
    expect(mine.filter(({ late }) => !late).length).toBeLessThanOrEqual(12)
    expect(mine.some(({ event, items }) => event === 'digest' && items > 1000)).toBe(true)
  }
  expect(await sql()`select 1 from digest_items`).toEqual([])
  expect(await sql()`select 1 from decisions`).toHaveLength(20_000)
}, 480_000)
