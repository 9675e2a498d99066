import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { type PushService, startPushService } from '../push/push-service.mjs'
import { subscribePhone } from '../setup/phone'
import { alive, built, kill, type Product, startProduct, until } from '../setup/product'

const missing = built ? null : 'the build: run npm test, which builds'
if (missing) console.info(`Skipped "a job goes quiet": ${missing}`)

const awaySeconds = Number(process.env.DATABASE_AWAY_SECONDS ?? 12)
const retrySeconds = 60 // for so long after a gap nobody is called down
type Application = { id: number; uuid: string; status: string; last_heartbeat_at: string | null }
type Outage = {
  id: number
  target: { kind: string; name: string }
  ended_at: string | null
  evidence: { opened: { kind?: string } }
}

describe.skipIf(missing)('a job goes quiet', () => {
  let service: PushService
  let product: Product
  let phone: Awaited<ReturnType<typeof subscribePhone>>
  let made = 0

  beforeAll(async () => {
    service = await startPushService()
    product = await startProduct({
      ALLOW_PRIVATE_WEBHOOKS: 'true',
      NODE_EXTRA_CA_CERTS: service.caFile,
      HEARTBEAT_CHECK_INTERVAL: '1',
    })
    phone = await subscribePhone(product, service)
  }, 720_000)
  beforeEach(() => onTestFailed(() => console.log(product.output().slice(-8_000))))
  afterEach(() => {
    const { web, keeper, postgres } = product.pids()
    for (const pid of [...web, ...keeper, ...postgres]) if (alive(pid)) kill(pid, 'SIGCONT')
  })
  afterAll(async () => {
    await product?.end()
    await service?.stop()
  })

  /** A job with a second of grace, its first hour over; once started it beats until it is stopped. */
  async function beatingJob(period = 2, beatsEveryMs = 500) {
    const name = `backup-${++made}`
    const job = await product.rest<Application>('POST', '/api/applications', {
      name,
      expected_interval: period,
      grace_period: 1,
    })
    const { items } = await product.rest<{ items: { id: number }[] }>('GET', `/api/blackouts?target=${job.id}`)
    for (const { id } of items) await product.rest('DELETE', `/api/blackouts/${id}`)
    const beat = () =>
      fetch(`${product.url}/heartbeat/${job.uuid}`, { signal: AbortSignal.timeout(10_000) }).then(
        (answer) => answer.text().then(() => answer.status),
        () => 0,
      )
    const statuses = new Set<number>()
    let beating: NodeJS.Timeout | undefined
    return {
      name,
      beat,
      statuses,
      status: async () => (await product.rest<Application>('GET', `/api/applications/${job.id}`)).status,
      outages: async () =>
        (await product.rest<{ items: Outage[] }>('GET', '/api/outages?limit=1000')).items.filter(
          (one) => one.target.name === name,
        ),
      start() {
        beating = setInterval(() => void beat().then((status) => statuses.add(status)), beatsEveryMs)
      },
      stop: () => clearInterval(beating),
    }
  }
  const told = (name: string) => phone.shown().filter((push) => push.title.includes(name))

  test('told once, and of its end once', async () => {
    const job = await beatingJob()
    job.start()
    await until('the job to be up', async () => (await job.status()) === 'up')
    await new Promise((done) => setTimeout(done, 5000))
    expect(told(job.name)).toEqual([])
    job.stop()
    const stoppedAt = Date.now()
    await until('the notice', async () => told(job.name).length === 1)
    expect(Date.now() - stoppedAt).toBeGreaterThan(2000)
    expect(told(job.name)[0]?.title).toBe(`${job.name} has missed its beat`)
    expect(await job.outages()).toMatchObject([
      { target: { kind: 'job' }, ended_at: null, evidence: { opened: { kind: 'missed' } } },
    ])
    await new Promise((done) => setTimeout(done, 6000)) // three more beats missed
    expect(told(job.name)).toHaveLength(1)
    expect(await job.beat()).toBe(200)
    await until('its end', async () => told(job.name).length === 2)
    const [down, back] = told(job.name)
    expect([down?.event, back?.event, back?.title]).toEqual(['opened', 'resolved', `${job.name} beats again`])
    expect(back?.tag).toBe(down?.tag)
    expect(await job.outages()).toHaveLength(1)
  }, 480_000)

  test('kill -9 of the keeper during the silence: the same outage, one notice', async () => {
    const job = await beatingJob()
    await job.beat()
    await until('the notice', async () => told(job.name).length === 1)
    const before = await job.outages()
    for (let i = 0; i < 3; i++) {
      for (const pid of product.pids().keeper) process.kill(pid, 'SIGKILL')
      await until('another keeper', async () => product.pids().keeper.length > 0)
      await new Promise((done) => setTimeout(done, 3000))
    }
    expect(await job.outages()).toEqual(before)
    expect(told(job.name)).toHaveLength(1)
    await job.beat()
    await until('its end', async () => told(job.name).length === 2)
  }, 480_000)

  test('kill -9 of the keeper when it falls silent: told by the next one, once', async () => {
    const job = await beatingJob()
    await job.beat()
    await until('the job to be up', async () => (await job.status()) === 'up')
    for (const pid of product.pids().keeper) process.kill(pid, 'SIGKILL')
    await until('the notice', async () => told(job.name).length === 1, 30_000)
    await new Promise((done) => setTimeout(done, 3000))
    expect(told(job.name)).toHaveLength(1)
    expect(await job.outages()).toHaveLength(1)
    await job.beat()
    await until('its end', async () => told(job.name).length === 2)
  }, 480_000)

  test(`everything, the keeper, then PostgreSQL away while jobs beat: nobody is told; then one falls silent, and is`, async () => {
    const job = await beatingJob()
    const slow = await beatingJob(20, 15_000)
    await slow.beat()
    job.start()
    await until('the job to be up', async () => (await job.status()) === 'up')
    await product.killAll()
    await new Promise((done) => setTimeout(done, 35_000)) // its beat was due, and would have been sent in vain
    await product.start()
    await new Promise((done) => setTimeout(done, 10_000))
    await slow.beat()
    slow.start()
    for (const role of ['keeper', 'postgres'] as const) {
      const pids = product.pids()[role]
      expect(pids.length).toBeGreaterThan(0)
      for (const pid of pids) kill(pid, 'SIGSTOP')
      await new Promise((done) => setTimeout(done, awaySeconds * 1000))
      for (const pid of pids) kill(pid, 'SIGCONT')
    }
    await until(
      'the product to be whole',
      async () => (await fetch(`${product.url}/health`).catch(() => null))?.ok,
      60_000,
    )
    const wholeAt = Date.now()
    await until('all to be judged again', async () => Date.now() - wholeAt > (retrySeconds + 15) * 1000, 120_000)
    expect(job.statuses).toContain(202) // kept on disk meanwhile
    expect([...job.statuses].filter((status) => ![200, 202, 0].includes(status))).toEqual([])
    for (const one of [job, slow]) {
      expect(await one.outages()).toEqual([])
      expect(told(one.name)).toEqual([])
      expect(await one.status()).toBe('up')
    }
    job.stop()
    await until('the notice', async () => told(job.name).length === 1, 30_000)
    slow.stop()
    expect(await job.outages()).toHaveLength(1)
  }, 1_600_000)
})
