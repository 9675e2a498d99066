import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { NewBeat } from '@/lib/store/beat-rows'
import { createJob } from '@/lib/store/job-writes'
import { type Outcome, openLane } from '@/workers/web/heartbeat-lane'
import { createBeatQueue } from '@/workers/web/heartbeat-queue'
import { type BeatSpool, openBeatSpool } from '@/workers/web/heartbeat-spool'
import { type TestDatabase, testDatabase } from '../../setup/database'

const known = {
  rule: { schedule: { next: (after: number) => after + 60_000 }, graceMs: 10_000, permissibleMisses: 0 },
  stickyPause: false,
  countsPeriods: false,
}
let database: TestDatabase
let folder: string
const ends: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  database = await testDatabase() // without a table for any month: the keeper has not been at work yet
  folder = await mkdtemp(join(tmpdir(), 'beatline-lane-'))
})
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})
afterAll(async () => {
  await database.stop()
  await rm(folder, { recursive: true, force: true })
})

async function newJob(): Promise<number> {
  const made = await createJob({ name: randomUUID() })
  if ('fault' in made) throw new Error(made.fault)
  return made.job.id
}

const beat = (jobId: number, more: Partial<NewBeat> = {}): NewBeat => ({
  jobId,
  at: Date.now(),
  signal: 'success',
  exitStatus: null,
  durationMs: null,
  run: null,
  message: null,
  body: null,
  bodyCut: false,
  address: null,
  agent: null,
  method: 'GET',
  ...more,
})

function openSpool(limits?: { beats: number; bytes: number }): BeatSpool {
  const spool = openBeatSpool(join(folder, randomUUID()), limits)
  ends.push(() => spool.close())
  return spool
}

function lane(spool: BeatSpool, url = database.url) {
  const outcomes: Outcome[] = []
  const opened = openLane<null>({
    lane: 0,
    name: 'test',
    url,
    spool,
    orphans: [],
    ruleOf: () => known,
    whenReady: Promise.resolve(),
    settle: (_, outcome) => void outcomes.push(outcome),
    onStored: () => {},
    log: pino({ level: 'silent' }),
  })
  ends.push(() => opened.stop())
  return { ...opened, outcomes, push: (one: NewBeat) => opened.push({ beat: one, reply: null }) }
}

const messagesOf = async (jobId: number) =>
  (await database.sql<{ message: string }[]>`select message from beats where job_id = ${jobId} order by at`).map(
    (row) => row.message,
  )

test('a beat for a month that has no table yet makes it', async () => {
  const { push, outcomes } = lane(openSpool())
  expect(push(beat(await newJob()))).toBe(true)
  await expect.poll(() => outcomes).toEqual(['stored'])
})

test('a beat that the database will never take does not take the others with it', async () => {
  const jobId = await newJob()
  const { push, outcomes } = lane(openSpool())
  push(beat(jobId, { message: 'a' }))
  push(beat(jobId, { message: 'b', exitStatus: 70_000 }))
  push(beat(jobId, { message: 'c' }))
  await expect.poll(() => outcomes.length).toBe(3)
  expect([...outcomes].sort()).toEqual(['refused', 'stored', 'stored'])
  expect(await messagesOf(jobId)).toEqual(['a', 'c'])
})

test('nor, on disk, does it keep them there', async () => {
  const jobId = await newJob()
  const spool = openSpool()
  const at = Date.now() - 1000
  await spool.append(0, 1, [
    beat(jobId, { at, message: 'a' }),
    beat(jobId, { at: at + 1, message: 'b', exitStatus: 70_000 }),
  ])
  await spool.append(0, 2, [beat(jobId, { at: at + 2, message: 'c' })])
  const { push, outcomes, isAway } = lane(spool)
  await expect.poll(() => spool.size().beats === 0 && !isAway(), { timeout: 40_000 }).toBe(true)
  push(beat(jobId, { message: 'd' }))
  await expect.poll(() => outcomes).toEqual(['stored'])
  expect(await messagesOf(jobId)).toEqual(['a', 'c', 'd'])
})

test('with the database away and the disk full a beat is refused, not lost in silence', async () => {
  const away = new URL(database.url)
  away.searchParams.set('host', join(folder, 'no such socket'))
  const { push, outcomes, settled } = lane(openSpool({ beats: 2, bytes: 1 << 20 }), away.href)
  const first = Date.now()
  for (let i = 0; i < 3; i++) {
    push(beat(1, { at: first + i }))
    await expect.poll(() => outcomes.length, { timeout: 40_000 }).toBe(i + 1)
  }
  expect(outcomes).toEqual(['spooled', 'spooled', 'refused'])
  expect(settled().settledAt).toBe(first)
})

describe('what waits for the running batch', () => {
  const queueOf = () => createBeatQueue<{ beat: NewBeat }>()

  test('is taken oldest first, at most a thousand at once', () => {
    const queue = queueOf()
    for (let i = 0; i < 2500; i++) queue.push({ beat: beat(i, { at: i }) })
    const sizes = [queue.take(), queue.take(), queue.take(), queue.take()].map((batch) =>
      batch.map((one) => one.beat.jobId),
    )
    expect(sizes.map((batch) => batch.length)).toEqual([1000, 1000, 500, 0])
    expect(sizes.flat()).toEqual(Array.from({ length: 2500 }, (_, i) => i))
  })

  test('is bounded in number and in bytes', () => {
    const many = queueOf()
    let count = 0
    while (many.push({ beat: beat(1) }) && count < 100_000) count++
    expect(count).toBe(20_000)
    const heavy = queueOf()
    const body = Buffer.alloc(100_000)
    let bodies = 0
    while (heavy.push({ beat: beat(1, { body }) }) && bodies < 100_000) bodies++
    expect(bodies * 100_000).toBeLessThan(70_000_000)
    heavy.take()
    expect(heavy.push({ beat: beat(1, { body }) })).toBe(true)
  })
})
