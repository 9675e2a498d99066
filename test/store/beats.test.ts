import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type { ReservedSql } from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { JobRule } from '@/lib/domain/job-state'
import { storeBatch } from '@/lib/store/beat-batches'
import type { NewBeat } from '@/lib/store/beat-rows'
import { lastBeats, listBeats } from '@/lib/store/beats'
import { type BeatConnection, beatConnection, settleIntakes } from '@/lib/store/intakes'
import { createJob, pauseJobs } from '@/lib/store/job-writes'
import { ensurePartitions } from '@/lib/store/partitions'
import { createBeatBook } from '@/lib/store/plain-beats'
import { booleanArray, byteaArray, numberArray, textArray } from '@/lib/store/text-array'
import { type TestDatabase, testDatabase } from '../setup/database'

const rule: JobRule = { schedule: { next: (after) => after + 60_000 }, graceMs: 10_000, permissibleMisses: 0 }
const known = { rule, stickyPause: false, countsPeriods: false }
const spoolId = randomUUID()
let database: TestDatabase
let connection: BeatConnection
let on: ReservedSql
let jobId: number
let seq = 0
const now = Date.now()

beforeAll(async () => {
  database = await testDatabase()
  await ensurePartitions(database.sql, new Date())
  connection = beatConnection(database.url)
  on = await connection.take()
  await settleIntakes([{ spoolId, name: 'test', settledAt: now }])
})
beforeEach(async () => {
  jobId = await newJob()
})
afterAll(async () => {
  connection.end()
  await database.stop()
})

async function newJob(): Promise<number> {
  const made = await createJob({ name: `job ${randomUUID()}` })
  if ('fault' in made) throw new Error(made.fault)
  return made.job.id
}

const beat = (more: Partial<NewBeat> = {}): NewBeat => ({
  jobId,
  at: now,
  signal: 'success',
  exitStatus: null,
  durationMs: null,
  run: null,
  message: null,
  body: null,
  bodyCut: false,
  address: '192.0.2.7',
  agent: 'curl/8.5.0',
  method: 'GET',
  ...more,
})
const mark = (more: { seq?: number } = {}) => ({ spoolId, seq: ++seq, settledAt: now, ...more })
const store = (beats: NewBeat[], seqs?: number[], at = mark()) => storeBatch(on, beats, () => known, at, seqs)
const state = async () => (await database.sql`select * from job_states where job_id = ${jobId}`)[0]
const target = async () => (await database.sql`select status, paused_at from targets where id = ${jobId}`)[0]
const outages = () =>
  database.sql`select began_at, ended_at, opened_evidence as opened, closed_evidence as closed from outages where target_id = ${jobId} order by id`
const events = async () =>
  (await database.sql<{ type: string }[]>`select type from events where target_id = ${jobId} order by id`).map(
    (row) => row.type,
  )

describe('a batch of beats', () => {
  test('is stored with its states, its mark and what it said, byte by byte', async () => {
    const body = Buffer.from([0, 255, 254, 0x22, 0x5c, 10])
    const said = { message: 'a "quote", a \\ and {braces}, NULL\0', run: 'run,1', body, bodyCut: true, durationMs: 12 }
    const stored = await store([beat(said), beat({ at: now + 5, signal: 'fail', exitStatus: 3 })])
    expect(stored.outcomes).toEqual(['stored', 'stored'])
    const { items } = await listBeats(jobId)
    expect(items.map(({ signal, exitStatus }) => [signal, exitStatus])).toEqual([
      ['fail', 3],
      ['success', null],
    ])
    expect(items[1]).toMatchObject({
      message: 'a "quote", a \\ and {braces}, NULL',
      run: 'run,1',
      bodyCut: true,
      durationMs: 12,
      timing: 'on_time',
      address: '192.0.2.7',
      agent: 'curl/8.5.0',
      method: 'GET',
    })
    const [row] = await database.sql<
      { body: Buffer }[]
    >`select body from beats where job_id = ${jobId} and body is not null`
    expect(row?.body.equals(body)).toBe(true)
    expect(await state()).toMatchObject({ phase: 'down', last_signal: 'fail', beat_count: '2', last_duration_ms: '12' })
    const [intake] = await database.sql`select last_seq from intakes where spool_id = ${spoolId}`
    expect(Number(intake?.last_seq)).toBe(seq)
  })

  test('opens an outage for a fail and ends it with the next success, and says so', async () => {
    await store([beat()])
    await store([
      beat({ at: now + 1000, signal: 'fail', exitStatus: 1, message: 'no disk', body: Buffer.from('df\xff') }),
    ])
    expect(await target()).toMatchObject({ status: 'down' })
    await store([beat({ at: now + 2000 })])
    const [outage] = await outages()
    expect(outage?.began_at).toEqual(new Date(now + 1000))
    expect(outage?.ended_at).toEqual(new Date(now + 2000))
    expect(outage?.opened.beat).toMatchObject({ signal: 'fail', exit_status: 1, message: 'no disk' })
    expect(outage?.closed.beat).toMatchObject({ signal: 'success' })
    expect(await target()).toMatchObject({ status: 'up' })
    expect(await events()).toEqual(['target.status', 'outage.opened', 'outage.resolved'])
  })

  test('keeps every change of a job that goes down and comes back within it', async () => {
    const signals = ['success', 'fail', 'success', 'fail', 'fail', 'success'] as const
    await store(signals.map((signal, i) => beat({ at: now + i, signal })))
    expect((await outages()).map((row) => [row.began_at.getTime() - now, row.ended_at.getTime() - now])).toEqual([
      [1, 2],
      [3, 5],
    ])
  })

  test('lets a job be gone without harm to the others', async () => {
    const stored = await store([beat({ jobId: 999_999_999, run: 'x' }), beat()])
    expect(stored.outcomes).toEqual(['gone', 'stored'])
  })

  test('takes the same run id and signal once, within a batch and after it', async () => {
    const run = randomUUID()
    const first = await store([
      beat({ run, signal: 'start' }),
      beat({ run, signal: 'start', at: now + 1 }),
      beat({ run, at: now + 2 }),
    ])
    expect(first.outcomes).toEqual(['stored', 'known', 'stored'])
    const again = await store([beat({ run, at: now + 3 }), beat({ run: randomUUID(), at: now + 4 })])
    expect(again.outcomes).toEqual(['known', 'stored'])
    expect(await state()).toMatchObject({ beat_count: '3' })
  })

  test('claims no run id of a job that this web does not know', async () => {
    const run = randomUUID()
    const stored = await storeBatch(on, [beat({ run })], () => null, mark())
    expect(stored.outcomes).toEqual(['gone'])
    expect((await store([beat({ run })])).outcomes).toEqual(['stored'])
  })

  test('takes several logs of a run, and the same log once', async () => {
    const run = randomUUID()
    const log = (text: string) => beat({ run, signal: 'log', body: Buffer.from(text) })
    const stored = await store([log('step 1'), log('step 2'), log('step 1')])
    expect(stored.outcomes).toEqual(['stored', 'stored', 'known'])
  })

  test('is not stored again under a number that was committed; what comes after that number is', async () => {
    const first = mark()
    await store([beat({ at: now + 1 })], undefined, first)
    const second = mark()
    const stored = await store([beat({ at: now + 1 }), beat({ at: now + 2 })], [first.seq, second.seq], second)
    expect(stored.outcomes).toEqual(['known', 'stored'])
    expect((await listBeats(jobId)).items).toHaveLength(2)
  })

  test('leaves nothing behind when it cannot be stored', async () => {
    const before = await state()
    const [run, other] = [randomUUID(), randomUUID()]
    const bad = [beat({ run }), beat({ run: other, signal: 'fail', exitStatus: 70_000 })]
    await expect(store(bad)).rejects.toThrow(/smallint/)
    expect(await state()).toEqual(before)
    expect((await store([beat({ run }), beat({ run: other })])).outcomes).toEqual(['stored', 'stored'])
  })

  test('never raises an alarm, which the keeper does', async () => {
    await store([beat()])
    const first = (await state())?.alarm_at
    expect(first).toEqual(new Date(now + 70_000))
    await store([beat({ at: now + 30_000 })])
    expect((await state())?.alarm_at).toEqual(first)
    await store([beat({ at: now + 31_000, signal: 'start' })])
    expect((await state())?.alarm_at).toEqual(new Date(now + 41_000))
  })
})

describe('a pause', () => {
  test('ends with a check-in, and says so', async () => {
    await store([beat()])
    await pauseJobs([jobId], true)
    await store([beat({ at: now + 10, signal: 'log' })])
    expect((await target())?.paused_at).not.toBeNull()
    await store([beat({ at: now + 20 })])
    expect(await target()).toEqual({ status: 'up', paused_at: null })
    expect((await events()).filter((type) => type === 'target.status')).toHaveLength(3)
  })

  test('that is sticky survives it, and the beat is recorded', async () => {
    await pauseJobs([jobId], true, { sticky: true })
    await storeBatch(on, [beat({ signal: 'fail' })], () => ({ ...known, stickyPause: true }), mark())
    expect((await target())?.paused_at).not.toBeNull()
    expect(await outages()).toHaveLength(0)
    expect((await listBeats(jobId)).items).toHaveLength(1)
  })
})

test('a blackout over the next periods is counted down, and ended at none', async () => {
  const [made] = await database.sql<{ id: number }[]>`
    insert into blackouts (kind, target_ids, from_at, periods_left) values ('periods', array[${jobId}::int], ${new Date(now - 1000)}, 3)
    returning id`
  const counting = { ...known, countsPeriods: true }
  const left = async () =>
    (
      await database.sql`select periods_left, ended_at is not null as ended from blackouts where id = ${made?.id ?? 0}`
    )[0]
  await storeBatch(on, [beat()], () => counting, mark())
  expect(await left()).toEqual({ periods_left: 3, ended: false })
  await storeBatch(on, [beat({ at: now + 60_000 })], () => counting, mark())
  expect(await left()).toEqual({ periods_left: 2, ended: false })
  await storeBatch(on, [beat({ at: now + 180_000 }), beat({ at: now + 240_000 })], () => counting, mark())
  expect(await left()).toEqual({ periods_left: 0, ended: true })
})

describe('plain beats', () => {
  const bookOf = () => createBeatBook(() => known)
  const split = (book: ReturnType<typeof bookOf>, beats: NewBeat[]) => {
    const { plain, others } = book.split(beats.map((one) => ({ beat: one })))
    return [plain.length, others.length]
  }

  test('are those of a job that is up, as this book left it', async () => {
    const book = bookOf()
    expect(split(book, [beat()])).toEqual([0, 1])
    await book.store(on, [beat()], mark())
    expect(split(book, [beat(), beat({ signal: 'start' }), beat({ signal: 'log' })])).toEqual([3, 0])
    expect(split(book, [beat(), beat({ signal: 'fail' })])).toEqual([0, 2])
    expect(split(book, [beat({ run: 'a' })])).toEqual([0, 1])
  })

  test('are stored as the long way would store them', async () => {
    const book = bookOf()
    await book.store(on, [beat()], mark())
    const stored = await book.storePlain(on, [beat({ at: now + 5, signal: 'start' }), beat({ at: now + 9 })], mark())
    expect(stored.outcomes).toEqual(['stored', 'stored'])
    expect(stored.counted[1]).toEqual({ durationMs: 4, timing: 'on_time' })
    expect(await state()).toMatchObject({
      phase: 'up',
      beat_count: '3',
      last_success_at: new Date(now + 9),
      started_at: null,
    })
    expect((await listBeats(jobId)).items).toHaveLength(3)
    expect((await book.storePlain(on, [beat({ at: now + 10 })], mark())).outcomes).toEqual(['stored'])
  })

  test('are not stored when another changed the job: a pause, the keeper, another web', async () => {
    const book = bookOf()
    await book.store(on, [beat()], mark())
    await pauseJobs([jobId], true)
    const other = jobId
    jobId = await newJob()
    await book.store(on, [beat()], mark())
    const stored = await book.storePlain(on, [beat({ jobId: other, at: now + 1 }), beat({ at: now + 1 })], mark())
    expect(stored.outcomes).toEqual(['changed', 'changed']) // half a batch would leave its number in doubt
    expect((await listBeats(other)).items).toHaveLength(1)
    expect((await listBeats(jobId)).items).toHaveLength(1)
    expect(split(book, [beat({ jobId: other })])).toEqual([0, 1])
  })

  test('are not tried again and again where another web takes beats of the same jobs', async () => {
    const book = bookOf()
    const spared = []
    for (let round = 0; round < 4; round++) {
      let batches = 0
      while (split(book, [beat()])[0] === 0 && batches < 100) {
        await book.store(on, [beat()], mark())
        batches++
      }
      spared.push(batches)
      await database.sql`update job_states set misses = misses where job_id = ${jobId}` // as another would
      await book.storePlain(on, [beat()], mark())
    }
    expect(spared).toEqual([1, 1, 2, 4])
  })
})

test('beats are listed by pages, newest first, though many share an instant', async () => {
  await store(Array.from({ length: 25 }, (_, i) => beat({ at: now + Math.floor(i / 10), message: `beat ${i}` })))
  const seen: (string | null)[] = []
  let cursor: string | undefined
  do {
    const page = await listBeats(jobId, { limit: 4, cursor })
    seen.push(...page.items.map((item) => item.message))
    cursor = page.next ?? undefined
  } while (cursor)
  expect(seen).toHaveLength(25)
  expect(new Set(seen).size).toBe(25)
  expect((await listBeats(jobId, { from: new Date(now + 1), to: new Date(now + 2) })).items).toHaveLength(10)
  const last = (await lastBeats([jobId], 3)).get(jobId)
  expect(last?.map((item) => item.at.getTime() - now)).toEqual([2, 2, 2])
})

test('arrays written by hand arrive as they were', async () => {
  const text = fc.option(fc.string({ unit: 'binary', maxLength: 20 }), { nil: null })
  const row = fc.record({
    text,
    number: fc.option(fc.integer(), { nil: null }),
    yes: fc.boolean(),
    bytes: fc.option(fc.uint8Array({ maxLength: 12 }), { nil: null }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (rows) => {
      const back = await database.sql<
        { text: string | null; number: number | null; yes: boolean; bytes: Buffer | null }[]
      >`
        select * from unnest(${textArray(rows.map((one) => one.text))}::text[], ${numberArray(rows.map((one) => one.number))}::int[],
          ${booleanArray(rows.map((one) => one.yes))}::bool[],
          ${byteaArray(rows.map((one) => one.bytes && Buffer.from(one.bytes)))}::bytea[]) as v(text, number, yes, bytes)`
      expect(back.map((one) => ({ ...one, bytes: one.bytes && [...one.bytes] }))).toEqual(
        rows.map((one) => ({
          ...one,
          text: one.text?.replaceAll('\0', '') || null,
          bytes: one.bytes && [...one.bytes],
        })),
      )
    }),
    { numRuns: 60 },
  )
})
