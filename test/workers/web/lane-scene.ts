import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { NewBeat } from '@/lib/store/beat-rows'
import { connectionOptions } from '@/lib/store/database'
import { settleIntakes } from '@/lib/store/intakes'
import { createJob } from '@/lib/store/job-writes'
import { ensurePartitions } from '@/lib/store/partitions'
import { type Outcome, openLane } from '@/workers/web/heartbeat-lane'
import { type BeatSpool, openBeatSpool } from '@/workers/web/heartbeat-spool'
import { type TestDatabase, testDatabase } from '../../setup/database'

export let database: TestDatabase
export let folder: string
const ends: (() => unknown)[] = []

/** A database for the tests of this file that remembers in which order beats were written, and ends what they open. */
export function openLaneScene(): void {
  beforeEach(shrugOff)
  beforeAll(async () => {
    database = await testDatabase()
    await ensurePartitions(database.sql, new Date())
    await database.sql`create table written (n bigserial primary key, job_id int, message text)`
    await database.sql.unsafe(`
      create function note_beat() returns trigger language plpgsql as $$
        begin insert into written (job_id, message) values (new.job_id, new.message); return null; end $$`)
    await database.sql`create trigger note after insert on beats for each row execute function note_beat()`
    folder = await mkdtemp(join(tmpdir(), 'beatline-flights-'))
  })
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })
  afterAll(async () => {
    await database.stop()
    await rm(folder, { recursive: true, force: true })
  })
}

/** As Next.js has it in the product: what the driver throws from a timer when its connection is cut ends nothing. */
function shrugOff(): void {
  const isOurs = (error: unknown) => !/CONNECTION_|ECONNRESET|reading 'write'/.test(String(error))
  const [thrown, rejected] = [process.listeners('uncaughtException'), process.listeners('unhandledRejection')]
  const onThrown = (error: Error) => isOurs(error) && thrown.forEach((hear) => void hear(error, 'uncaughtException'))
  const onRejected = (error: unknown, of: Promise<unknown>) =>
    isOurs(error) && rejected.forEach((hear) => void hear(error, of))
  process.removeAllListeners('uncaughtException').on('uncaughtException', onThrown)
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', onRejected)
  ends.push(() => {
    process.off('uncaughtException', onThrown).off('unhandledRejection', onRejected)
    for (const hear of thrown) process.on('uncaughtException', hear)
    for (const hear of rejected) process.on('unhandledRejection', hear)
  })
}

const rule = {
  rule: { schedule: { next: (after: number) => after + 60_000 }, graceMs: 10_000, permissibleMisses: 0 },
  stickyPause: false,
  countsPeriods: false,
}

type Pair = { near: Socket; far: Socket; toFar: Buffer[]; toNear: Buffer[] }

/** A way to the database that can be cut, that can lose the answers alone, and on which requests can come late. */
export async function openWay() {
  const { host, port } = connectionOptions(database.url)
  const pairs = new Set<Pair>()
  const held = { requests: false, answers: false, refused: false, late: false }
  const server = createServer((near) => {
    near.on('error', () => {})
    if (held.refused) return void near.destroy()
    const far = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
    const pair: Pair = { near, far, toFar: [], toNear: [] }
    pairs.add(pair)
    near.on('data', (data) => (held.requests ? pair.toFar.push(data) : far.write(data)))
    far.on('data', (data) => (held.answers ? pair.toNear.push(data) : near.write(data)))
    far.on('error', () => {})
    far.on('close', () => {
      pairs.delete(pair)
      near.destroy()
    })
    near.on('close', () => {
      if (!held.late || pair.toFar.length === 0) far.destroy()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  const through = new URL(database.url)
  through.searchParams.delete('host')
  through.searchParams.delete('port')
  through.host = `127.0.0.1:${address.port}`
  const way = {
    url: through.href,
    held,
    cut(): void {
      for (const { near } of pairs) near.destroy()
    },
    /** What was held goes on its way; to the database even when nobody waits for the answer. */
    release(): void {
      Object.assign(held, { requests: false, answers: false, refused: false })
      for (const pair of pairs) {
        for (const data of pair.toFar.splice(0)) pair.far.write(data)
        if (pair.near.destroyed) pair.far.end()
        else for (const data of pair.toNear.splice(0)) pair.near.write(data)
      }
    },
    requestsHeld: () => [...pairs].reduce((sum, pair) => sum + pair.toFar.length, 0),
    close(): void {
      for (const { near, far } of pairs) {
        near.destroy()
        far.destroy()
      }
      server.close()
    },
  }
  ends.push(() => way.close())
  return way
}

export async function newJob(): Promise<number> {
  const made = await createJob({ name: randomUUID() })
  if ('fault' in made) throw new Error(made.fault)
  return made.job.id
}

export const beat = (jobId: number, message: string, more: Partial<NewBeat> = {}): NewBeat => ({
  jobId,
  at: Date.now(),
  signal: 'success',
  exitStatus: null,
  durationMs: null,
  run: null,
  message,
  body: null,
  bodyCut: false,
  address: null,
  agent: null,
  method: 'GET',
  ...more,
})

export function openSpool(path = join(folder, randomUUID())): BeatSpool {
  const spool = openBeatSpool(path)
  ends.push(() => spool.close())
  return spool
}

type Scene = { url: string; spool?: BeatSpool; isKnown?: boolean; hangMs?: number }

export async function openScene({ url, spool = openSpool(), isKnown = true, hangMs = 2000 }: Scene) {
  const outcomes = new Map<string, Outcome>()
  const batches: number[] = []
  const lane = openLane<null>({
    lane: 0,
    name: 'test',
    url,
    spool,
    orphans: [],
    ruleOf: () => rule,
    whenReady: Promise.resolve(),
    settle: ({ beat: { message } }, outcome) => void outcomes.set(message ?? '', outcome),
    onStored: (beats) => void batches.push(beats.length),
    log: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
    hangMs,
  })
  ends.push(() => lane.stop())
  if (isKnown) await settleIntakes([lane.settled()])
  const push = (...beats: NewBeat[]) => beats.every((one) => lane.push({ beat: one, reply: null }))
  const settled = (message: string) => expect.poll(() => outcomes.get(message), { timeout: 40_000 }).toBeDefined()
  return {
    lane,
    spool,
    batches,
    outcomes,
    push,
    settled,
    /** Beats of these jobs that make them known, all in one batch or two. */
    async introduce(...jobs: number[]): Promise<void> {
      for (const round of ['one', 'two', 'three', 'four']) {
        push(...jobs.map((id) => beat(id, `${round} ${id}`)))
        for (const id of jobs) await settled(`${round} ${id}`)
      }
    },
    empty: () =>
      expect.poll(() => !lane.isAway() && spool.size().beats === 0, { timeout: 80_000, interval: 20 }).toBe(true),
  }
}

export const written = async (jobId: number) =>
  (await database.sql<{ message: string }[]>`select message from written where job_id = ${jobId} order by n`).map(
    (row) => row.message,
  )
export const newOnes = async (jobId: number) =>
  (await written(jobId)).filter((one) => !/^(one|two|three|four) /.test(one))
export const inDatabase = (jobId: number, message: string) =>
  expect.poll(async () => (await written(jobId)).includes(message), { timeout: 20_000, interval: 10 }).toBe(true)
export const touch = (jobId: number) => database.sql`update job_states set misses = misses where job_id = ${jobId}`
export const lastSeq = async (spool: BeatSpool) =>
  Number((await database.sql`select last_seq from intakes where spool_id = ${spool.spoolIds[0] ?? ''}`)[0]?.last_seq)
