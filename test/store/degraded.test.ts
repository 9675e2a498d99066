import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDegradedOpinions, createDegradedWatch, markDegraded, readDegradedRule } from '@/lib/store/degraded'
import { writeSetting } from '@/lib/store/settings'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addDevice } from '../workers/web/gate'

describe('degraded devices', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(async () => database?.stop())

  const minute = (n: number) => Math.floor(Date.now() / 60_000) * 60_000 + n * 60_000
  const row = (targetId: number, lost: number) => ({
    targetId,
    sent: 10,
    lost,
    rttMinUs: 900,
    rttMedianUs: 1000,
    rttMaxUs: 1100,
  })
  const statusOf = async (id: number) => {
    const [target] = await database.sql`select status from targets where id = ${id}`
    return target?.status
  }

  test('over 20 % lost in 5 minutes is degraded, told once, and over when the window is good again', async () => {
    const [good, lossy] = [await addDevice(database, 'Good'), await addDevice(database, 'Lossy')]
    const watch = createDegradedWatch()
    const rule = await readDegradedRule()
    const changes: number[] = []
    for (const [n, lost] of [0, 5, 5, 0, 0, 0, 0, 0].entries()) {
      const found = watch.take([row(good, 1), row(lossy, lost)], minute(n), rule)
      changes.push(await markDegraded(found, rule.windowMinutes, new Date(minute(n))))
    }
    expect(changes).toEqual([0, 1, 0, 0, 1, 0, 0, 0])
    const events = await database.sql`select target_id, body->>'status' as status from events order by id`
    expect(events).toMatchObject([
      { target_id: lossy, status: 'degraded' },
      { target_id: lossy, status: 'up' },
    ])
  })

  test('the misses of an outage that just ended are not counted against the device', async () => {
    const id = await addDevice(database, 'Back again')
    await database.sql`
      insert into outages (target_id, began_at, isolated_at, ended_at, opened_evidence)
      values (${id}, now() - interval '3 min', now() - interval '3 min', now() - interval '1 min', '{}')`
    expect(await markDegraded({ judged: [id], degraded: [id] }, 5, new Date())).toBe(0)
    expect(await statusOf(id)).toBe('up')
  })

  test('two probes of which one loses pings: degraded as long as one says so, told once and ended once', async () => {
    const id = await addDevice(database, 'Seen from two places')
    const opinions = createDegradedOpinions()
    const changes: number[] = []
    for (let n = 0; n < 8; n++)
      for (const probe of [1, 2]) {
        const found = { judged: [id], degraded: probe === 1 && n < 5 ? [id] : [] }
        changes.push(await markDegraded(opinions.settle(probe, found, minute(n), 5), 5, new Date(minute(n))))
      }
    expect(changes.filter((count) => count > 0)).toHaveLength(2)
    expect(await statusOf(id)).toBe('up')
  })

  test('what a probe said that is silent since does not hold for ever', async () => {
    const id = await addDevice(database, 'Forgotten')
    const opinions = createDegradedOpinions()
    await markDegraded(opinions.settle(1, { judged: [id], degraded: [id] }, minute(0), 5), 5, new Date(minute(0)))
    const good = { judged: [id], degraded: [] }
    await markDegraded(opinions.settle(2, good, minute(4), 5), 5, new Date(minute(4)))
    expect(await statusOf(id)).toBe('degraded')
    await markDegraded(opinions.settle(2, good, minute(6), 5), 5, new Date(minute(6)))
    expect(await statusOf(id)).toBe('up')
  })

  test('the setting names other thresholds, a threshold of null is off', async () => {
    await writeSetting('degraded', { lossPercent: null, rttMs: 80 })
    expect(await readDegradedRule()).toEqual({ windowMinutes: 5, lossPercent: null, rttMs: 80 })
  })
})
