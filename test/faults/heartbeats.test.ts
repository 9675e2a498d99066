import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { connectionOptions } from '@/lib/store/database'
import { embeddedUrl } from '@/workers/embedded-postgres'
import { alive, built, freePort, type Product, startProduct, until } from '../setup/product'

const missing = built ? null : 'the build: run npm test, which builds'
if (missing) console.info(`Skipped "heartbeats under load": ${missing}`)

const rounds = Number(process.env.HEARTBEAT_KILLS ?? 20)
const awaySeconds = Number(process.env.DATABASE_AWAY_SECONDS ?? 60)
const jobCount = 24

type Sent = { run: string; job: number; n: number; status: number }
type Row = { job: number; run: string; body: string }

describe.skipIf(missing)('heartbeats under load', () => {
  let product: Product
  let sql: Sql
  let uuids: string[]

  beforeAll(async () => {
    product = await startProduct({ HEARTBEAT_CHECK_INTERVAL: '1' })
    const url = embeddedUrl(product.dataDir)
    sql = postgres({ ...connectionOptions(url), max: 2, onnotice: () => {} })
  }, 180_000)
  beforeEach(async () => {
    onTestFailed(() => console.log(product.output().slice(-8_000)))
    uuids = []
    for (let n = 1; n <= jobCount; n++) {
      const job = await product.rest<{ uuid: string }>('POST', '/api/applications', {
        name: `${randomUUID()} ${n}`,
        expected_interval: 5,
        grace_period: 3,
      })
      uuids.push(job.uuid)
    }
  }, 60_000)
  afterEach(async () => {
    for (const pid of [product.starterPid(), ...product.pids().postgres]) if (alive(pid)) process.kill(pid, 'SIGCONT')
  })
  afterAll(async () => {
    await sql?.end({ timeout: 5 })
    await product?.end()
  })

  /** Every job beats, one beat after the other, until `stop`; a beat without an answer is sent again, as clients do. */
  function underLoad(base: () => string) {
    const sent: Sent[] = []
    const refused: Sent[] = []
    let isOver = false
    const senders = uuids.map(async (uuid, job) => {
      for (let n = 1; !isOver; n++) {
        const run = randomUUID()
        for (let status = 0; status !== 200 && status !== 202 && !isOver; ) {
          status = await fetch(`${base()}/ping/${uuid}?rid=${run}`, {
            method: 'POST',
            body: String(n),
            signal: AbortSignal.timeout(20_000),
          }).then(
            (answer) => answer.text().then(() => answer.status),
            () => 0,
          )
          if (status === 200 || status === 202) sent.push({ run, job, n, status })
          else if (status !== 0) refused.push({ run, job, n, status })
          else await new Promise((done) => setTimeout(done, 50))
        }
        await new Promise((done) => setTimeout(done, 20))
      }
    })
    return {
      sent,
      refused,
      async stop() {
        isOver = true
        await Promise.all(senders)
      },
    }
  }

  const rowsOf = () => sql<Row[]>`
    select array_position(${uuids}::text[], j.uuid::text) - 1 as job, b.run, convert_from(b.body, 'UTF8') as body
    from beats b join jobs j on j.id = b.job_id where j.uuid = any(${uuids}::uuid[]) and b.signal <> 'missed'
    order by b.job_id, b.at, b.ctid`

  /** Every acknowledged beat is there once, whatever was sent twice; a job's beats in the order in which they were sent. */
  async function expectAll(sent: readonly Sent[]): Promise<void> {
    const isWaiting = async () => (await rowsOf()).length < sent.length
    const deadline = Date.now() + 30_000
    while (Date.now() < deadline && (await isWaiting())) await new Promise((done) => setTimeout(done, 200))
    const rows = await rowsOf()
    const stored = new Set(rows.map((row) => row.run))
    expect(sent.filter(({ run }) => !stored.has(run))).toEqual([])
    expect(stored.size).toBe(rows.length)
    for (let job = 0; job < jobCount; job++) {
      const inOrder = rows.filter((row) => row.job === job).map((row) => Number(row.body))
      expect(inOrder, `beats of job ${job}`).toEqual([...inOrder].sort((a, b) => a - b))
    }
  }

  test(`kill -9 of a web, ${rounds} times: every acknowledged beat is there, and none twice`, async () => {
    const port = await freePort()
    const webAt = `http://127.0.0.1:${port}`
    const start = () =>
      spawn(process.execPath, [resolve('dist/role.mjs'), 'web'], {
        env: {
          ...Object.fromEntries(
            Object.entries(process.env).filter(([name]) => !/^(VITEST|DATABASE_URL|SECRET_KEY)/.test(name)),
          ),
          NODE_ENV: 'production',
          DATA_DIR: product.dataDir,
          PORT: String(port),
          SITE_URL: webAt,
          LOG_FORMAT: 'json',
        },
        stdio: 'ignore',
      })
    const isUp = async () => (await fetch(`${webAt}/health`).catch(() => null))?.ok ?? false
    let web: ChildProcess = start()
    await until('the second web', isUp, 60_000)
    const load = underLoad(() => webAt)
    for (let round = 0; round < rounds; round++) {
      const before = load.sent.length
      await until('beats of this round', async () => load.sent.length > before + jobCount * 2)
      web.kill('SIGKILL')
      await until('the web to be gone', async () => web.exitCode !== null || web.signalCode !== null)
      web = start()
      await until('the web to be back', isUp, 60_000)
    }
    await load.stop()
    web.kill('SIGTERM')
    expect(load.refused).toEqual([])
    expect(load.sent.length).toBeGreaterThan(rounds * jobCount * 2)
    await expectAll(load.sent)
  }, 600_000)

  /** The database goes and comes back under load. Nothing is lost, nothing refused, and no job is called dark for it. */
  async function databaseAway(go: () => void, comeBack: () => void): Promise<void> {
    const load = underLoad(() => product.url)
    await until('beats', async () => load.sent.length > jobCount * 4)
    const outagesBefore = await outagesOf()
    go()
    const goneAt = Date.now()
    await until('the time to pass', async () => Date.now() - goneAt > awaySeconds * 1000, awaySeconds * 1000 + 10_000)
    comeBack()
    const backFrom = load.sent.length
    await until(
      'beats to go straight to the database again',
      async () => load.sent.slice(backFrom).filter(({ status }) => status === 200).length > jobCount,
      60_000,
    )
    // Long enough for the keeper to judge, and to be wrong: a period, its grace and the quiet after a gap.
    const judgedAt = Date.now()
    await until('the keeper to have judged', async () => Date.now() - judgedAt > 15_000, 30_000)
    await load.stop()
    expect(load.refused).toEqual([])
    expect(load.sent.filter(({ status }) => status === 202).length).toBeGreaterThan(jobCount)
    await expectAll(load.sent)
    expect(await outagesOf()).toEqual(outagesBefore)
  }

  const outagesOf = () =>
    sql`select o.id, o.began_at from outages o join jobs j on j.id = o.target_id where j.uuid = any(${uuids}::uuid[])`

  test(`PostgreSQL stands still for ${awaySeconds} s: nothing is lost, refused or called dark`, async () => {
    let stopped: number[] = []
    await databaseAway(
      () => {
        stopped = product.pids().postgres // by now with the intake's own
        for (const pid of stopped) process.kill(pid, 'SIGSTOP')
      },
      () => {
        for (const pid of stopped) if (alive(pid)) process.kill(pid, 'SIGCONT')
      },
    )
  }, 300_000)

  test(`PostgreSQL is gone for ${awaySeconds} s: nothing is lost, refused or called dark`, async () => {
    await databaseAway(
      () => {
        process.kill(product.starterPid(), 'SIGSTOP') // or it would start it again at once
        for (const pid of product.pids().postgres) process.kill(pid, 'SIGKILL')
      },
      () => process.kill(product.starterPid(), 'SIGCONT'),
    )
  }, 300_000)
})
