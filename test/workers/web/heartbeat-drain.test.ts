import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { settleIntakes } from '@/lib/store/intakes'
import { openBeatSpool } from '@/workers/web/heartbeat-spool'
import { beat, database, folder, newJob, openLaneScene, openScene, openSpool, openWay, written } from './lane-scene'

openLaneScene()

test('one alone stores what waits on disk, though the database goes again while lives are buried', async () => {
  const path = join(folder, randomUUID())
  const earlier = openBeatSpool(path)
  const old = earlier.spoolIds[0] ?? ''
  const jobs = [await newJob(), await newJob(), await newJob()]
  await earlier.append(0, 1, [beat(jobs[0] ?? 0, 'old')])
  await earlier.close()
  const way = await openWay()
  const lock = await database.sql.reserve()
  await settleIntakes([{ spoolId: old, name: 'test', settledAt: 0 }])
  const spool = openSpool(path)
  // Storing it needs the row of the old life: it is held once that is done.
  const { push, settled, lane } = await openScene({ url: way.url, spool, hangMs: 1500 })
  await expect.poll(() => lane.isAway(), { interval: 1 }).toBe(false)
  await lock`begin`
  await lock`select 1 from intakes where spool_id = ${old} for update`
  Object.assign(way.held, { refused: true })
  way.cut()
  for (let i = 0; i < 30; i++) {
    for (const id of jobs) push(beat(id, `${i} ${id}`))
    await sleep(5)
  }
  for (const id of jobs) await settled(`29 ${id}`)
  await lock`commit`
  lock.release()
  await sleep(2000)
  way.release()
  await expect.poll(() => !lane.isAway() && spool.size().beats === 0, { timeout: 80_000, interval: 20 }).toBe(true)
  for (const id of jobs) {
    const told = (await written(id)).filter((one) => one !== 'old')
    expect(told).toEqual(Array.from({ length: 30 }, (_, i) => `${i} ${id}`))
  }
})

test('what waits on disk stays there while the database is not as it should be', async () => {
  const spool = openSpool()
  const jobId = await newJob()
  await spool.append(0, 1, [beat(jobId, 'a'), beat(jobId, 'b')])
  await spool.append(0, 2, [beat(jobId, 'c')])
  await database.sql`alter table beats rename to beats_elsewhere` // as in the middle of a restore
  const { empty, lane } = await openScene({ url: database.url, spool })
  await sleep(1200)
  expect(lane.isAway()).toBe(true)
  expect(spool.size().beats).toBe(3)
  await database.sql`alter table beats_elsewhere rename to beats`
  await empty()
  expect(await written(jobId)).toEqual(['a', 'b', 'c'])
})
