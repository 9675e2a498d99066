import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { holdFrame, joinParts, lastMinuteOf, listMinutes, saveFrame } from '@/lib/store/frames'
import { createProbe } from '@/lib/store/probes'
import { type FrameRow, packFrame } from '@/lib/wire/frame'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice } from '../workers/web/gate'

const row = (targetId: number, sent: number, lost: number, rttUs: number): FrameRow => ({
  targetId,
  sent,
  lost,
  rttMinUs: rttUs,
  rttMedianUs: rttUs,
  rttMaxUs: rttUs,
})

describe('joinParts', () => {
  test('sums the pings, keeps the extremes and the median of the part with more hits', () =>
    expect(joinParts([row(1, 4, 1, 900)], [row(1, 2, 0, 1500)])).toEqual([
      { targetId: 1, sent: 6, lost: 1, rttMinUs: 900, rttMedianUs: 900, rttMaxUs: 1500 },
    ]))
  test('a part in which nothing answered adds its misses alone', () =>
    expect(joinParts([row(1, 2, 2, -1)], [row(1, 3, 0, 700)])).toEqual([row(1, 5, 2, 700)]))
  test('a target of one part alone stays as it is', () =>
    expect(joinParts([row(1, 1, 0, 5)], [row(2, 1, 0, 6)])).toEqual([row(1, 1, 0, 5), row(2, 1, 0, 6)]))
})

describe('frames', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(async () => database?.stop())

  test('the two parts of a minute in which the probe was started anew are one minute', async () => {
    const [{ id: probeId }, id] = [await createProbe({ name: 'one' }), await addDevice(database, 'Radio')]
    const minuteAt = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 60_000)
    for (const part of [row(id, 2, 1, 800), row(id, 4, 0, 1000)]) {
      await database.sql.begin((tx) => saveFrame(tx, probeId, minuteAt, packFrame([part]), 1))
    }
    const minutes = await listMinutes(id, { from: minuteAt, to: new Date(minuteAt.getTime() + 60_000) })
    expect(minutes).toEqual([
      { at: minuteAt, probeId, sent: 6, lost: 1, rttMinUs: 800, rttMedianUs: 1000, rttMaxUs: 1000 },
    ])
  })

  test('a minute dated by a wrong clock is stored, too', async () => {
    const { id: probeId } = await createProbe({ name: 'adrift' })
    for (const at of [new Date('1970-01-01T00:00:00Z'), new Date('2200-06-01T00:00:00Z')]) {
      await database.sql.begin((tx) => saveFrame(tx, probeId, at, packFrame([row(1, 1, 0, 9)]), 1))
    }
    expect(await database.sql`select 1 from frames where probe_id = ${probeId}`).toHaveLength(2)
  })

  test('a web without a probe of its own goes on reading the newest minutes from the database', async () => {
    const [{ id: probeId }, id] = [await createProbe({ name: 'elsewhere' }), await addDevice(database, 'Far radio')]
    const minute = Math.floor(Date.now() / 60_000) * 60_000
    const save = (at: number, rttUs: number) =>
      database.sql.begin((tx) => saveFrame(tx, probeId, new Date(at), packFrame([row(id, 6, 0, rttUs)]), 1))
    await save(minute - 5 * 60_000, 800)
    vi.useFakeTimers({ toFake: ['Date'], now: minute })
    holdFrame(probeId, minute - 5 * 60_000, [row(id, 6, 0, 800)])
    expect((await lastMinuteOf([id])).get(id)?.rttMedianUs).toBe(800)
    await save(minute - 60_000, 1200)
    vi.setSystemTime(minute + 31_000)
    expect((await lastMinuteOf([id])).get(id)?.rttMedianUs).toBe(1200)
    vi.useRealTimers()
  })
})
