import { afterAll, beforeAll, expect, test } from 'vitest'
import { anyIncident } from '@/lib/domain/route'
import { channelFailed } from '@/lib/store/pending-tellings'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { round } from '../../store/telling-scene'
import { addChannel, outboxAt, type Payload, standInMedium } from './outbox-scene'

let database: TestDatabase
const sql = () => database.sql
const minute = 60_000

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.stop())

async function goDark(name: string, at: Date): Promise<number> {
  const [row] = await sql()<{ id: number }[]>`
    with made as (insert into targets (kind, name, status) values ('device', ${name}, 'down') returning id),
      device as (insert into devices (id, address) select id, '10.0.0.1' from made)
    insert into outages (target_id, began_at, isolated_at, opened_evidence) select id, ${at}, ${at}, '{}' from made
    returning target_id as id`
  return row?.id ?? 0
}
async function comeBack(id: number, at: Date): Promise<void> {
  await sql()`update outages set ended_at = ${at} where target_id = ${id}`
  await sql()`update targets set status = 'up' where id = ${id}`
}
/** What each message says of which incident: own ones, and the lines of digests. */
const saidIn = ({ type, data }: Payload): string[] =>
  type === 'digest'
    ? (data.data as { items: { name: string; event: string }[] }).items.map(({ name, event }) => `${name} ${event}`)
    : [`${data.name} ${type.replace('incident.', '')}`]

test('every channel refuses connections for an hour, while the policy goes on: once they answer, all is told once, late', async () => {
  const media = [await standInMedium(), await standInMedium(), await standInMedium(), await standInMedium()]
  for (const medium of media) await addChannel(sql(), 'webhook', { url: medium.url() })
  const start = new Date('2026-09-01T12:00:00Z')
  const { settle, pass, now } = outboxAt(start, { channelFailed })
  const work = async (minutes: number) => {
    for (let n = 0; n < minutes * 2; n++) {
      await round(now())
      await settle()
      await pass(minute / 2)
    }
  }
  const known = await goDark('Known', now())
  await work(1)
  for (const medium of media) await medium.refuse()
  const going: string[] = []
  const gone: string[] = []
  for (let n = 0; n < 6; n++) {
    await goDark(`Going-${n}`, now())
    going.push(`Going-${n}`)
    const passing = await goDark(`Gone-${n}`, now())
    gone.push(`Gone-${n}`)
    await work(6)
    await comeBack(passing, now())
    await work(4)
  }
  await comeBack(known, now())
  await work(1)
  for (const medium of media) expect(medium.taken).toHaveLength(1)
  for (const medium of media) await medium.listen()
  await work(30)
  for (const medium of media) {
    const messages = medium.taken.slice(1)
    const said = messages.flatMap(saidIn)
    expect(said.filter((one) => one.startsWith('Going')).sort()).toEqual(going.map((name) => `${name} opened`))
    expect(said.filter((one) => one.startsWith('Gone')).sort()).toEqual(gone.map((name) => `${name} resolved`))
    expect(said.filter((one) => one.startsWith('Known'))).toEqual(['Known resolved'])
    for (const { data } of messages) expect(data.late).not.toBeNull()
  }
  await work(60)
  for (const medium of media) expect(medium.taken.slice(1).flatMap(saidIn)).toHaveLength(13)
  expect(await sql()`select 1 from channel_deliveries where delivered_at is null and failed_at is null`).toEqual([])
}, 720_000)

test('a channel that refuses for good hands over to the channel it escalates to, at once', async () => {
  for (const table of ['incidents', 'channels', 'targets']) await sql()`delete from ${sql()(table)}`
  const [gone, next] = [await standInMedium(), await standInMedium()]
  gone.answer = { status: 410 }
  const second = await addChannel(sql(), 'webhook', { url: next.url() })
  const first = await addChannel(sql(), 'webhook', { url: gone.url() })
  await sql()`update channels set name = 'NOC', escalate_to = ${second} where id = ${first}`
  await sql()`insert into routes (name, condition, channel_ids) values ('All', ${sql().json({ ...anyIncident })}, ${[first]})`
  const { settle, pass, now } = outboxAt(new Date('2026-09-02T12:00:00Z'), { channelFailed })
  const dark = await goDark('Ridge-3', now())
  await round(now())
  await settle()
  expect(next.taken.map(({ type, data }) => [type, data.name])).toEqual([['incident.escalated', 'Ridge-3']])
  const [broken] = await sql()`select broken_since from channels where id = ${first}`
  expect(broken?.broken_since).toEqual(now())

  await pass(minute)
  await comeBack(dark, now())
  await round(now())
  await settle()
  await pass(60 * minute, 10 * minute)
  expect(gone.got).toHaveLength(1)
  expect(next.taken.map(({ type }) => type)).toEqual(['incident.escalated', 'incident.resolved'])
  // And once it is repaired, it hears in one message of what it missed.
  gone.answer = { status: 200 }
  await sql()`update channels set broken_since = null, failures = 0, failing_since = null where id = ${first}`
  await pass(minute)
  expect(gone.taken.map(({ data }) => [data.title, data.late])).toEqual([['Ridge-3 is back', '1 h 2 min']])
}, 240_000)
