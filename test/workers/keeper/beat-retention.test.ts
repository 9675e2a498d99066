import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { dayOf, keptFrom } from '@/lib/domain/job-day'
import { sumUpDay } from '@/lib/store/job-days'
import { ensurePartitions } from '@/lib/store/partitions'
import { beatRetention } from '@/workers/keeper/beat-retention'
import { deadlines } from '@/workers/keeper/deadlines'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { addJob, settle } from './job-scene'
import { quiet } from './scene'

let database: TestDatabase
const sql = () => database.sql
const dayMs = 86_400_000
const today = Math.floor(Date.now() / dayMs) * dayMs
const go = () => beatRetention({ log: quiet, months: 3 })(new AbortController().signal)

beforeAll(async () => {
  database = await testDatabase()
  await ensurePartitions(sql(), new Date())
})
afterAll(() => database?.stop())
afterEach(async () => {
  for (const table of ['targets', 'beats', 'beat_runs', 'job_days', 'settings', 'intakes', 'blackouts'])
    await sql()`delete from ${sql()(table)}`
})

const beats = async (jobId: number, at: readonly number[], signal = 'success') => {
  await sql()`
    insert into beats (job_id, at, signal) select ${jobId}, to_timestamp(a / 1000), ${signal} from unnest(${[...at]}::float8[]) a`
  await sql()`update job_states set first_beat_at = least(first_beat_at, ${new Date(Math.min(...at))}) where job_id = ${jobId}`
}
const from = (start: number, count: number, step: number) => Array.from({ length: count }, (_, i) => start + i * step)
const kept = async (jobId: number) =>
  (await sql()<{ at: Date }[]>`select at from beats where job_id = ${jobId} order by at`).map((row) => row.at.getTime())
const monthName = (at: number) => `beats_${dayOf(at).slice(0, 7).replace('-', '')}`
const tables = async () =>
  (
    await sql()<
      { name: string }[]
    >`select relname as name from pg_class where relname ~ '^beats_[0-9]{6}$' and relkind = 'r' order by 1`
  ).map((row) => row.name)

/** A month that is older than is kept, with its table. */
async function oldMonth(): Promise<{ start: number; name: string }> {
  const start = keptFrom(keptFrom(Date.now(), 3) - 1, 0)
  const name = monthName(start)
  const end = keptFrom(Date.now(), 3)
  await sql().unsafe(
    `create table ${name} partition of beats for values from ('${new Date(start).toISOString()}') to ('${new Date(end).toISOString()}')`,
  )
  return { start, name }
}

test('a day is summed up when it is finished, once or twice', async () => {
  const job = await addJob(sql(), 'backup')
  const yesterday = today - dayMs
  await sql()`
    insert into beats (job_id, at, signal, timing, duration_ms) values
      (${job}, ${new Date(yesterday)}, 'success', 'on_time', 100), (${job}, ${new Date(yesterday + 1000)}, 'success', 'on_time', 200),
      (${job}, ${new Date(yesterday + 2000)}, 'success', 'late', 300), (${job}, ${new Date(yesterday + 3000)}, 'fail', null, 1000),
      (${job}, ${new Date(yesterday + 3500)}, 'start', null, null), (${job}, ${new Date(yesterday + 4000)}, 'missed', null, null),
      (${job}, ${new Date(today)}, 'success', 'on_time', 5), (${job}, ${new Date(yesterday - 1)}, 'success', 'on_time', 5)`
  await sql()`update job_states set first_beat_at = ${new Date(yesterday - 1)} where job_id = ${job}`
  await settle(sql(), today - 10_000) // a web still has beats of yesterday
  await go()
  expect(await sql()`select day::text from job_days order by day`).toEqual([{ day: dayOf(yesterday - 1) }])
  await settle(sql(), today + 1000)
  for (let i = 0; i < 2; i++) await go()
  await sumUpDay(dayOf(yesterday), job, job + 1)
  const days = await sql()`
    select day::text, count, on_time, late, missed, failed, duration_median_ms::int as median, duration_p95_ms::int as p95
    from job_days order by day`
  expect(days[1]).toEqual({
    day: dayOf(yesterday),
    count: 5,
    on_time: 2,
    late: 1,
    missed: 1,
    failed: 1,
    median: 250,
    p95: 895,
  })
  expect(days).toHaveLength(2)
})

test('what is missed only when its day is summed up already is counted in it', async () => {
  const job = await addJob(sql(), 'backup', { period: 3600, grace: 12 * 3600 })
  await beats(job, [today - 3600_000 * 2])
  await sql()`
    update job_states set phase = 'up', anchor_at = ${new Date(today - 3600_000 * 2)}, alarm_at = ${new Date(today)} where job_id = ${job}`
  await settle(sql(), today + 1000)
  await go()
  await settle(sql(), today + 11.5 * 3600_000)
  await deadlines({ log: quiet })(new AbortController().signal)
  expect(await sql()`select count, missed from job_days`).toEqual([{ count: 1, missed: 1 }])
})

test('an old month goes when its days are summed up; the last hundred beats of each job stay', async () => {
  const { start, name } = await oldMonth()
  const [dense, sparse, gone] = [
    await addJob(sql(), 'dense'),
    await addJob(sql(), 'sparse'),
    await addJob(sql(), 'gone'),
  ]
  const recent = Date.now() - 3600_000
  await beats(dense, [...from(start, 300, 60_000), ...from(recent, 150, 1000)])
  await beats(sparse, [...from(start, 300, 60_000), ...from(recent, 5, 1000)])
  await beats(gone, from(start, 10, 60_000))
  await sql()`delete from targets where id = ${gone}`
  await go() // no intake has settled: nothing is summed up, so nothing goes
  expect(await tables()).toContain(name)

  await settle(sql(), Date.now())
  for (let i = 0; i < 8; i++) await go() // 31 days a step
  expect(await tables()).not.toContain(name)
  expect(await kept(dense)).toEqual(from(recent, 150, 1000))
  expect(await kept(sparse)).toEqual([...from(start + 205 * 60_000, 95, 60_000), ...from(recent, 5, 1000)])
  expect(await kept(gone)).toEqual([])
  const [day] = await sql()`select count from job_days where job_id = ${sparse} and day = ${dayOf(start)}`
  expect(day?.count).toBe(300)

  await beats(sparse, from(recent + 10_000, 60, 1000))
  await go()
  expect(await kept(sparse)).toHaveLength(100)
})

test('a keeper that died in the middle: the next one goes on, and nothing is kept twice', async () => {
  const { start, name } = await oldMonth()
  const job = await addJob(sql(), 'backup')
  await beats(job, from(start, 130, 60_000))
  await sql().unsafe(`alter table beats detach partition ${name}`)
  await sql().unsafe(
    `with moved as (delete from ${name} where at >= '${new Date(start + 70 * 60_000).toISOString()}' returning *) insert into beats select * from moved`,
  )
  await go()
  expect(await kept(job)).toEqual(from(start + 30 * 60_000, 100, 60_000))
  expect(await tables()).not.toContain(name)
})

test('run ids and ranges that are over do not pile up', async () => {
  const job = await addJob(sql(), 'backup')
  await sql()`
    insert into beat_runs (job_id, run, signal, at) values (${job}, 'old', 'success', now() - interval '73 h'), (${job}, 'new', 'success', now())`
  await sql()`
    insert into blackouts (kind, covers_all, from_at, until_at) values ('range', true, now() - interval '2 h', now() - interval '1 h')`
  await go()
  expect(await sql()`select run from beat_runs`).toEqual([{ run: 'new' }])
  expect(await sql()`select 1 from blackouts where ended_at is null`).toHaveLength(0)
})
