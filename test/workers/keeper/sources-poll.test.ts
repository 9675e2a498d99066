import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadJobIndex } from '@/lib/store/job-index'
import { listJobs } from '@/lib/store/jobs'
import { ensurePartitions } from '@/lib/store/partitions'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { badGateway, type UispStandIn, uispStandIn } from '../../sources/uisp-stand-in'
import { until } from './scene'
import { addSource, poller, takeOver, uispAt } from './source-scene'

let database: TestDatabase
let uisp: UispStandIn
let sourceId = 0
const sql = () => database.sql

beforeAll(async () => {
  database = await testDatabase()
  await ensurePartitions(sql(), new Date())
})
afterAll(() => database?.stop())
beforeEach(async () => {
  for (const table of ['sources', 'targets', 'incidents']) await sql()`delete from ${sql()(table)}`
  await uisp?.close()
  uisp = await uispStandIn()
  sourceId = await addSource(sql(), uispAt(uisp.url))
  await takeOver(sql(), sourceId, uispAt(uisp.url))
  uisp.asked.length = 0
})
afterAll(() => uisp?.close())

const asks = () => uisp.asked.filter(({ path }) => path.endsWith('/devices')).length
const due = () => sql()`update sources set next_poll_at = now() - interval '1 second'`
const source = async () => (await sql()`select * from sources where id = ${sourceId}`)[0] ?? {}

test('two keepers and an answer that takes long: one question at a time, whoever asks', async () => {
  uisp.fault({ kind: 'slow', ms: 1500 }, /devices$/)
  const keepers = [poller(sql(), { leaseMs: 600 }), poller(sql(), { leaseMs: 600 })]
  await due()
  const end = Date.now() + 3500
  while (Date.now() < end) {
    await due() // it would be due all the time
    await Promise.all(keepers.map((keeper) => keeper.step()))
    await sleep(50)
  }
  uisp.fault(null)
  await Promise.all(keepers.map((keeper) => keeper.stop()))
  expect(asks()).toBeGreaterThanOrEqual(2)
  expect(asks()).toBeLessThanOrEqual(3)
  expect(uisp.concurrency.most).toBe(1)
})

test('a keeper that stops in the middle of a poll leaves it to the next, at once and without a fault', async () => {
  uisp.fault({ kind: 'hang' }, /devices$/)
  const first = poller(sql())
  await due()
  await first.step()
  await until('the question', () => asks() === 1)
  await first.stop()
  uisp.fault(null)
  const second = poller(sql())
  await second.step()
  await second.settled()
  await second.stop()
  expect(await source()).toMatchObject({ faults: 0, fault: null, poll_lease_until: null })
  expect((await source()).last_poll_at).not.toBeNull()
})

test('a source that is slow keeps no other waiting', async () => {
  const other = await uispStandIn()
  try {
    await addSource(sql(), uispAt(other.url), {}, 'Other')
    uisp.fault({ kind: 'hang' }, /devices$/)
    const keeper = poller(sql(), { longestMs: 60_000 })
    await due()
    await keeper.step()
    await until('the other one', () => keeper.answers.length === 1)
    await keeper.stop()
  } finally {
    await other.close()
  }
})

test('one that never answers is given up, and that is its fault', async () => {
  uisp.fault({ kind: 'stall' }, /devices$/)
  const keeper = poller(sql(), { longestMs: 300 })
  await keeper.poll()
  expect(await source()).toMatchObject({ faults: 1, fault: 'it had not answered after 0.3 s' })
  uisp.fault(null)
  await keeper.poll()
  expect(await source()).toMatchObject({ faults: 0, fault: null })
  await keeper.stop()
})

describe('the job of a source', () => {
  const job = async () => (await listJobs({ search: 'Source' })).items[0]

  test('goes down after so many faults in a row, since the first of them, and comes back with the next good answer', async () => {
    const keeper = poller(sql())
    await keeper.poll()
    expect(await job()).toBeUndefined()
    uisp.fault(badGateway, /devices$/)
    await keeper.poll()
    const { failing_since: since } = await source()
    expect(await job()).toBeUndefined()
    await keeper.poll(3)
    expect(await job()).toMatchObject({ name: 'Source UISP', status: 'down', tags: ['self-check'] })
    uisp.fault(null)
    await keeper.poll(2)
    await keeper.stop()
    expect(await job()).toMatchObject({ status: 'up', beatCount: 2, selfCheck: 'source' })
    expect(await loadJobIndex()).toEqual([]) // it has no address: nobody else beats for it
    const rows = await sql()`
      select o.began_at, o.opened_evidence as evidence from outages o join jobs j on j.id = o.target_id`
    expect(rows).toHaveLength(1)
    expect(rows[0]?.began_at).toEqual(since)
    expect(rows[0]?.evidence.beat.message).toContain('502 Bad Gateway')
  })

  test('is quiet once the source is asked no more, and goes with it', async () => {
    const keeper = poller(sql())
    uisp.fault(badGateway, /devices$/)
    await keeper.poll(2)
    await keeper.stop()
    expect(await job()).toMatchObject({ status: 'down' })
    await sql()`update sources set enabled = false`
    const next = poller(sql())
    await next.step()
    expect(await job()).toMatchObject({ status: 'up' })
    await next.stop()
    await sql()`delete from sources`
    const last = poller(sql())
    await last.step()
    await last.stop()
    expect(await job()).toBeUndefined()
  })
})

test('settings that cannot be read are a fault of the source', async () => {
  await sql()`update sources set config = 'v1.AAAA.AAAA.AAAA'`
  const keeper = poller(sql())
  await keeper.poll()
  await keeper.stop()
  expect((await source()).fault).toMatch(/^its settings cannot be read/)
})

test('what a UISP remembers is read once, after the first good poll', async () => {
  await sql()`update sources set history_read_at = null`
  const keeper = poller(sql())
  await keeper.poll(2)
  await keeper.stop()
  expect(uisp.asked.filter(({ path }) => path.endsWith('/outages'))).toHaveLength(1)
  const rows = await sql()`
    select o.remembered, o.state, t.name, o.ended_at <= t.created_at as before from outages o join targets t on t.id = o.target_id
    where o.opened_evidence #>> '{source,remembered}' = 'true'`
  expect(rows.length).toBeGreaterThan(5)
  expect(rows.every((row) => row.before && row.remembered)).toBe(true)
})

test('every ten minutes the log says how many polls there were, and what they said', async () => {
  const lines: string[] = []
  const log = pino({ level: 'info' }, { write: (line) => void lines.push(line) })
  const keeper = poller(sql(), { log, countEveryMs: 1 })
  await keeper.poll(2)
  uisp.fault(badGateway, /devices$/)
  await keeper.poll()
  uisp.fault(null)
  await keeper.step()
  await keeper.stop()
  const counts = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'source polled')
  expect(counts.map(({ polls }) => polls).reduce((a, b) => a + b)).toBe(3)
  expect(counts.find(({ isolated }) => isolated > 0)).toMatchObject({ source: 'UISP', good: 1, faulty: 1, isolated: 9 })
  expect(counts.at(-1)).toMatchObject({ faults: 1 })
})
