import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { lastBeats, listBeats } from '@/lib/store/beats'
import { pingKey, renewPingKey } from '@/lib/store/job-index'
import { deleteJobs, pauseJobs, updateJob } from '@/lib/store/job-writes'
import { findJob, type Job, listJobs } from '@/lib/store/jobs'
import { load } from '../../setup/beat-load'
import { type HeartbeatScene, heartbeatScene } from './heartbeat-scene'

const run = promisify(execFile)
let scene: HeartbeatScene
let made = 0

beforeAll(async () => {
  scene = await heartbeatScene()
})
afterEach(() => scene.heal())
afterAll(() => scene.end())

const newJob = () => scene.job(`job ${++made}`)
const ask = (path: string, init: RequestInit = {}) => fetch(scene.url + path, init)
const beat = async (job: Job, path = '', init: RequestInit = {}) => (await ask(`/ping/${job.uuid}${path}`, init)).status
const countOf = async (job: Job) => (await lastBeats([job.id], 5000)).get(job.id)?.length ?? 0
const settled = () =>
  expect.poll(
    async () => (await scene.sql`select max(settled_at) > now() - interval '2 s' as yes from intakes`)[0]?.yes,
  )

describe('bodies', () => {
  const bodyOf = async (job: Job) =>
    (
      await scene.sql<{ body: Buffer | null; body_cut: boolean }[]>`
      select body, body_cut from beats where job_id = ${job.id} order by at desc limit 1`
    )[0]

  test('are kept to the byte up to 100,000, and cut there', async () => {
    const job = await newJob()
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i)) // NUL and invalid UTF-8 with it
    expect(await beat(job, '', { method: 'POST', body: bytes })).toBe(200)
    expect((await bodyOf(job))?.body?.equals(bytes)).toBe(true)
    expect(await beat(job, '', { method: 'POST', body: Buffer.alloc(100_000, 1) })).toBe(200)
    expect(await bodyOf(job)).toMatchObject({ body: { length: 100_000 }, body_cut: false })
    expect(await beat(job, '', { method: 'POST', body: Buffer.alloc(100_001, 1) })).toBe(200)
    expect(await bodyOf(job)).toMatchObject({ body: { length: 100_000 }, body_cut: true })
    expect((await listBeats(job.id)).items[2]?.body).toContain('\ufffd')
  })

  test('of 10 MB are read away, twenty at once, and memory does not grow by them', async () => {
    const job = await newJob()
    const file = join(scene.dataDir, '10 MB')
    await writeFile(file, Buffer.alloc(10_000_000, 0x61))
    const before = process.memoryUsage().rss
    const send = () => run('curl', ['-fsS', '-m', '30', '--data-binary', `@${file}`, `${scene.url}/ping/${job.uuid}`])
    const answers = await Promise.all(Array.from({ length: 20 }, send))
    expect(answers.map((answer) => answer.stdout)).toEqual(Array(20).fill('OK'))
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000)
    expect(await countOf(job)).toBe(20)
  }, 240_000)

  test('without an end are cut off after 256 MB, and the beat counts', async () => {
    const job = await newJob()
    const sending = httpRequest(`${scene.url}/ping/${job.uuid}`, { method: 'POST' })
    const isOver = new Promise((done) => sending.once('close', done).once('error', done))
    sending.on('response', (answer) => answer.resume())
    const chunk = Buffer.alloc(1 << 20)
    const more = () => {
      while (!sending.destroyed && sending.write(chunk));
      if (!sending.destroyed) sending.once('drain', more)
    }
    more()
    await isOver
    await expect.poll(() => bodyOf(job)).toMatchObject({ body: { length: 100_000 }, body_cut: true })
  }, 240_000)

  test('that never come are no beat', async () => {
    const job = await newJob()
    const socket = connect(scene.port, '127.0.0.1')
    socket.write(`POST /ping/${job.uuid} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf`)
    socket.once('error', () => {})
    await expect.poll(() => socket.bytesWritten).toBeGreaterThan(0)
    socket.destroy()
    expect(await beat(job)).toBe(200)
    expect(await countOf(job)).toBe(1)
  })
})

describe('addresses', () => {
  test('of 8 KB are fine, of 40 KB are refused', async () => {
    const job = await newJob()
    const answer = await ask(`/heartbeat/${job.uuid}?msg=${'%C3%A9'.repeat(1300)}`)
    expect(answer.status).toBe(200)
    expect((await lastBeats([job.id], 1)).get(job.id)?.[0]?.message).toBe('é'.repeat(1300))
    expect((await ask(`/heartbeat/${job.uuid}?msg=${'x'.repeat(40_000)}`)).status).toBe(431)
  })

  test('with NUL, invalid UTF-8 and lone surrogates in their query are cleaned', async () => {
    const job = await newJob()
    expect((await ask(`/heartbeat/${job.uuid}?msg=a%00b%FF%ED%A0%80c&rid=r%00`)).status).toBe(200)
    const [stored] = (await lastBeats([job.id], 1)).get(job.id) ?? []
    expect(stored?.message?.startsWith('ab\ufffd')).toBe(true)
    expect(stored?.run).toBe('r')
  })

  test('that change are known at once: renamed, deleted, another ping key', async () => {
    const job = await scene.job('Renamed', { slug: 'before' })
    const key = await pingKey()
    expect((await ask(`/ping/${key}/before`)).status).toBe(200)
    await updateJob(job.id, { slug: 'after' })
    await expect.poll(async () => (await ask(`/ping/${key}/after`)).status).toBe(200)
    expect((await ask(`/ping/${key}/before`)).status).toBe(404)
    const renewed = await renewPingKey()
    await expect.poll(async () => (await ask(`/ping/${renewed}/after`)).status).toBe(200)
    expect((await ask(`/ping/${key}/after`)).status).toBe(404)
    await deleteJobs([job.id])
    await expect.poll(async () => (await ask(`/ping/${job.uuid}`)).status).toBe(404)
  })

  test('made by name at once by many are made once', async () => {
    const key = await pingKey()
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(`/ping/${key}/at-once?create=1`)))
    expect(new Set(answers.map((one) => one.status))).toEqual(new Set([201]))
    const jobs = (await listJobs({ search: 'at-once' })).items
    expect(jobs.map((job) => job.beatCount)).toEqual([20])
  })

  test('of a job that another web made a moment ago are looked up', async () => {
    const [row] = await scene.sql<
      { id: number }[]
    >`insert into targets (kind, name) values ('job', 'from elsewhere') returning id`
    const [job] = await scene.sql<{ uuid: string }[]>`
      insert into jobs (id, slug, period_seconds) values (${row?.id ?? 0}, 'from-elsewhere', 60) returning uuid`
    await scene.sql`insert into job_states (job_id) values (${row?.id ?? 0})` // and no notice comes
    expect((await ask(`/ping/${job?.uuid}`)).status).toBe(200)
    const [other] = await scene.sql<
      { id: number }[]
    >`insert into targets (kind, name) values ('job', 'by name') returning id`
    await scene.sql`insert into jobs (id, slug, period_seconds) values (${other?.id ?? 0}, 'by-name', 60)`
    await scene.sql`insert into job_states (job_id) values (${other?.id ?? 0})`
    expect((await ask(`/ping/${await pingKey()}/by-name`)).status).toBe(200)
  })
})

test('without TRUST_PROXY an address is what it is, whatever a header claims', async () => {
  const job = await newJob()
  await beat(job, '', { headers: { 'x-forwarded-for': '203.0.113.9' } })
  expect((await lastBeats([job.id], 1)).get(job.id)?.[0]?.address).toBe('127.0.0.1')
})

test('a paused job is resumed by its beat, whatever the intake remembers of it', async () => {
  const job = await newJob()
  await beat(job)
  await beat(job)
  await pauseJobs([job.id], true)
  expect(await beat(job)).toBe(200)
  expect((await findJob(job.id))?.status).toBe('up')
})

test('pages that look at a job hear its beats', async () => {
  const job = await newJob()
  scene.watched.add(job.id)
  await ask(`/heartbeat/${job.uuid}?status=7&msg=hm&duration=30`)
  await expect
    .poll(() => scene.told.find((one) => one.target_id === job.id))
    .toEqual({
      target_id: job.id,
      beats: [{ at: expect.any(String), signal: 'fail', timing: null, exit_status: 7, duration_ms: 30, message: 'hm' }],
    })
  // Stored by another web: told from the database.
  await scene.sql`insert into beats (job_id, at, signal) values (${job.id}, now() + interval '1 ms', 'log')`
  await scene.sql`select pg_notify('beatline_beats', ${`${randomUUID()} ${job.id}`})`
  await expect.poll(() => scene.told.flatMap((one) => one.beats).map((one) => one.signal)).toEqual(['fail', 'log'])
})

describe('while the database is away', () => {
  test('beats wait on disk, are answered 202, and are stored in their order when it is back', async () => {
    const jobs = [await newJob(), await newJob(), await newJob()]
    for (const job of jobs) expect(await beat(job)).toBe(200)
    scene.cut()
    const statuses: number[] = []
    for (let i = 0; i < 60; i++) {
      const job = jobs[i % 3]
      if (job) statuses.push(await beat(job, i % 2 ? '/start' : '', { method: 'POST', body: String(i) }))
    }
    expect(new Set(statuses)).toEqual(new Set([202]))
    scene.heal()
    await expect.poll(async () => (await Promise.all(jobs.map(countOf))).join(), { timeout: 60_000 }).toBe('21,21,21')
    for (const [n, job] of jobs.entries()) {
      const bodies = (await listBeats(job.id)).items.map((one) => one.body).reverse()
      expect(bodies).toEqual([null, ...Array.from({ length: 20 }, (_, i) => String(i * 3 + n))])
    }
    await expect.poll(() => beat(jobs[0] as Job), { timeout: 40_000 }).toBe(200)
  }, 240_000)

  test('what waits survives a restart of the web, and jobs are known by then', async () => {
    const job = await newJob()
    expect(await beat(job)).toBe(200)
    scene.cut()
    await expect.poll(() => beat(job)).toBe(202)
    await scene.restart()
    expect(await beat(job, '', { method: 'POST', body: 'after the restart' })).toBe(202)
    const unknown = await ask(`/ping/${randomUUID()}`)
    expect([unknown.status, unknown.headers.get('retry-after')]).toEqual([503, '2'])
    scene.heal()
    await expect.poll(() => countOf(job), { timeout: 60_000 }).toBeGreaterThanOrEqual(3)
    expect((await listBeats(job.id)).items[0]?.body).toBe('after the restart')
    await settled().toBe(true)
  }, 240_000)

  test('and until all is stored the intake does not say that it is settled', async () => {
    const job = await newJob()
    expect(await beat(job)).toBe(200)
    scene.cut()
    await expect.poll(() => beat(job)).toBe(202)
    const keptAt = Date.now()
    const [row] = await scene.sql<{ at: Date }[]>`select max(settled_at) as at from intakes`
    expect(row?.at.getTime()).toBeLessThanOrEqual(keptAt)
    scene.heal()
    await expect.poll(() => countOf(job), { timeout: 60_000 }).toBeGreaterThanOrEqual(2)
    await settled().toBe(true)
  }, 240_000)
})

// Last, as they leave this address with nothing to spend on strangers' tokens.
describe('limits', () => {
  test('a job that beats a hundred times a second is served, beside strangers who try tokens', async () => {
    const job = await newJob()
    const stranger = () => `GET /ping/${randomUUID()} HTTP/1.1\r\nHost: x\r\n\r\n`
    const flooding = load({ port: scene.port, connections: 8, seconds: 3, next: stranger })
    const statuses: Promise<number>[] = []
    for (let i = 0; i < 250; i++) {
      statuses.push(beat(job))
      await new Promise((done) => setTimeout(done, 10))
    }
    expect(new Set(await Promise.all(statuses))).toEqual(new Set([200]))
    expect(await countOf(job)).toBe(250)
    const flood = await flooding
    const lookedUp = flood.statuses.get(404) ?? 0
    expect(lookedUp).toBeLessThanOrEqual(200 + 20 * flood.seconds + 1)
    expect(flood.latencies.length).toBe(lookedUp + (flood.statuses.get(429) ?? 0))
  })

  test('what is too much is told when to come again', async () => {
    const answers = await Promise.all(Array.from({ length: 300 }, () => ask(`/ping/${randomUUID()}`)))
    const refused = answers.find((answer) => answer.status === 429)
    expect([refused?.headers.get('retry-after'), await refused?.text()]).toEqual(['1', 'rate limited'])
  })
})
