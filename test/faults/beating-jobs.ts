import { randomUUID } from 'node:crypto'
import postgres, { type Sql } from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFailed } from 'vitest'
import { connectionOptions } from '@/lib/store/database'
import { embeddedUrl } from '@/workers/embedded-postgres'
import { alive, type Product, startProduct } from '../setup/product'

export const jobCount = 24

type Sent = { run: string; job: number; n: number; status: number }
type Row = { job: number; run: string; body: string }

/** A product of its own, jobs of their own for each test, and the load that they make. */
export function beatingJobs() {
  let product: Product
  let sql: Sql
  let uuids: string[]

  beforeAll(async () => {
    product = await startProduct({ HEARTBEAT_CHECK_INTERVAL: '1' })
    const url = embeddedUrl(product.dataDir)
    sql = postgres({ ...connectionOptions(url), max: 2, onnotice: () => {} })
  }, 720_000)
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
  }, 240_000)
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

  const outagesOf = () =>
    sql`select o.id, o.began_at from outages o join jobs j on j.id = o.target_id where j.uuid = any(${uuids}::uuid[])`

  return { product: () => product, underLoad, expectAll, outagesOf }
}
