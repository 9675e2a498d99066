import { afterAll, beforeAll, expect, test } from 'vitest'
import { listHours, listHoursToRollUp } from '@/lib/store/hours'
import { dropOldFrames, ensurePartitions, wantedPartitions } from '@/lib/store/partitions'
import { packFrame } from '@/lib/wire/frame'
import { rollUpHour } from '@/workers/keeper/rollup'
import { type TestDatabase, testDatabase } from '../../setup/database'
import { quiet } from './scene'

let database: TestDatabase
const sql = () => database.sql
const signal = new AbortController().signal
const hourMs = 3_600_000
const hourAt = new Date(Math.floor(Date.now() / hourMs) * hourMs - 2 * hourMs)
const minute = (n: number, from = hourAt) => new Date(from.getTime() + n * 60_000)

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.stop())

const saveFrame = (at: Date, ids: number[], lost = 0) => {
  const rows = ids.map((targetId) => ({
    targetId,
    sent: 6,
    lost,
    rttMinUs: lost === 6 ? -1 : 100,
    rttMedianUs: lost === 6 ? -1 : 150,
    rttMaxUs: lost === 6 ? -1 : 300,
  }))
  return sql()`
    insert into frames (probe_id, minute_at, columns, target_count) values (1, ${at}, ${Buffer.from(packFrame(rows))}, ${ids.length})`
}

test('an hour of frames becomes a row a device; a late frame has it done again; the running hour is left alone', async () => {
  for (let i = 0; i < 60; i++) if (i !== 30) await saveFrame(minute(i), [7, 8], i === 10 ? 6 : 0)
  await saveFrame(minute(0, new Date(hourAt.getTime() + 2 * hourMs)), [7])
  const [due, ...others] = await listHoursToRollUp(new Date(), 10)
  expect(others).toEqual([])
  expect(due).toEqual({ hourAt, probeId: 1, frames: 59 })
  if (due) await rollUpHour(due, { log: quiet, signal })
  expect(await listHoursToRollUp(new Date(), 10)).toEqual([])
  const whole = { from: hourAt, to: minute(60) }
  const minutes = await listHours(7, whole)
  expect(minutes).toHaveLength(59)
  expect(minutes[10]).toEqual({
    at: minute(10),
    probeId: 1,
    sent: 6,
    lost: 6,
    rttMinUs: -1,
    rttMedianUs: -1,
    rttMaxUs: -1,
  })
  expect(minutes[30]).toMatchObject({ at: minute(31), rttMedianUs: 150 })
  expect(await listHours(7, { from: minute(5), to: minute(8) })).toHaveLength(3)

  await saveFrame(minute(30), [7])
  const [again] = await listHoursToRollUp(new Date(), 10)
  if (again) await rollUpHour(again, { log: quiet, signal })
  expect(await listHours(7, whole)).toHaveLength(60)
  expect(await listHours(8, whole)).toHaveLength(59)
})

test('partitions are made ahead; a day of frames goes only when all its hours stand verified', async () => {
  expect(await ensurePartitions(sql(), new Date())).toEqual([])
  const inTwoWeeks = new Date(Date.now() + 14 * 24 * hourMs)
  expect((await ensurePartitions(sql(), inTwoWeeks)).length).toBeGreaterThanOrEqual(6)
  expect(await ensurePartitions(sql(), inTwoWeeks)).toEqual([])

  const today = wantedPartitions(hourAt)[2]
  const tomorrow = new Date((today?.to.getTime() ?? 0) + 1)
  await saveFrame(minute(0, new Date(hourAt.getTime() + hourMs)), [7])
  expect(await dropOldFrames(sql(), tomorrow)).not.toContain(today?.name)
  for (const hour of await listHoursToRollUp(new Date(Date.now() + 2 * hourMs), 100))
    await rollUpHour(hour, { log: quiet, signal })
  expect(await dropOldFrames(sql(), tomorrow)).toContain(today?.name)
  expect(await listHours(7, { from: hourAt, to: minute(60) })).toHaveLength(60)
})

test('a frame from a wrong clock is taken, into the default partition', async () => {
  await saveFrame(new Date('2001-01-01T00:00:00Z'), [7])
  expect(await sql()`select 1 from frames_default`).toHaveLength(1)
})
