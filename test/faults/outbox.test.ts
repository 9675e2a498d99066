import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../setup/database'
import { addChannel, addIncident, type Payload, tellChannel } from '../workers/keeper/outbox-scene'
import { until } from '../workers/keeper/scene'

const rounds = 50
const answersAfterMs = 30
const heardLateMs = 250 // what a keeper sent before it died may be read after
const program = resolve('node_modules', `.outbox-${process.pid}`, 'keeper.mjs')

type Items = { items: { incident_id: number; event: string }[] }
type Receipt = { id: string; at: number; answered: boolean; channel: string; payload: Payload }
const receipts: Receipt[] = []
const keepers = new Set<ChildProcess>()
let database: TestDatabase
let port: number

/** Counts what it is sent, and answers a moment later: time enough to die in. */
const medium = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => {
    const id = `${request.headers['webhook-id']}`
    const receipt = { id, at: Date.now(), answered: false, channel: request.url ?? '', payload: JSON.parse(body) }
    receipts.push(receipt)
    setTimeout(() => {
      receipt.answered = !response.destroyed
      response.end()
    }, answersAfterMs)
  })
})

beforeAll(async () => {
  medium.listen(0, '127.0.0.1')
  await once(medium, 'listening')
  port = (medium.address() as AddressInfo).port
  const [open] = await Promise.all([
    testDatabase(),
    build({
      entryPoints: ['test/faults/outbox-keeper.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      alias: { '@': resolve('.') },
      outfile: program,
      logLevel: 'error',
    }),
  ])
  database = open
})
afterAll(async () => {
  for (const keeper of keepers) keeper.kill('SIGKILL')
  medium.closeAllConnections()
  medium.close()
  await database?.stop()
  await rm(resolve(program, '..'), { recursive: true, force: true })
})

function start(): ChildProcess {
  const env = { ...process.env, DATABASE_URL: database.url }
  const keeper = spawn(process.execPath, [program], { env, stdio: 'inherit' })
  keepers.add(keeper)
  return keeper
}

async function kill(keeper: ChildProcess): Promise<number> {
  const gone = once(keeper, 'exit')
  const at = Date.now()
  keeper.kill('SIGKILL')
  await gone
  keepers.delete(keeper)
  return at
}

test(`two keepers, killed in the middle of their sends ${rounds} times: nothing is lost, nothing comes twice but what was cut off`, async () => {
  const { sql } = database
  const channels = [
    await addChannel(sql, 'webhook', { url: `http://127.0.0.1:${port}/one` }),
    await addChannel(sql, 'webhook', { url: `http://127.0.0.1:${port}/two` }),
  ]
  const deaths: number[] = []
  const incidents: number[] = []
  const running = [start(), start()]
  await until('the first to be sent', async () => {
    if (incidents.length === 0) await openSome()
    return receipts.length >= 6
  })

  async function openSome() {
    for (let n = 0; n < 3; n++) {
      const incidentId = await addIncident(sql, `Node-${incidents.length}`, new Date())
      incidents.push(incidentId)
      for (const channelId of channels)
        await tellChannel(sql, { channelId, incidentId, event: 'opened', at: new Date() })
    }
    await sql`select pg_notify('beatline_outbox', '')`
  }
  async function endSome() {
    for (const incidentId of incidents.slice(-3))
      for (const channelId of channels)
        await tellChannel(sql, { channelId, incidentId, event: 'resolved', at: new Date() })
    await sql`select pg_notify('beatline_outbox', '')`
  }

  for (let round = 0; round < rounds; round++) {
    const before = receipts.length
    await (round % 2 === 0 ? endSome() : openSome())
    // In the middle: something has arrived, or is about to.
    await until('something to be under way', () => receipts.length > before, 10_000)
    await sleep(Math.random() * 80)
    const victims = round % 5 === 4 ? [0, 1] : [round % 2]
    deaths.push(...(await Promise.all(victims.map((one) => kill(running[one] as ChildProcess)))))
    for (const one of victims) running[one] = start()
  }
  await endSome()
  await until(
    'all to be settled',
    async () =>
      (await sql`select 1 from channel_deliveries where delivered_at is null and failed_at is null`).length === 0,
    30_000,
  )

  const last = new Map<string, string>()
  const told = new Set<string>()
  for (const { payload, channel } of receipts) {
    const items = payload.type === 'digest' ? (payload.data.data as Items).items : null
    const said = items?.map((item) => [item.incident_id, item.event] as const) ?? [
      [Number(payload.data.incident_id), payload.type.replace('incident.', '')] as const,
    ]
    for (const [incidentId, event] of said) {
      told.add(`${incidentId} ${channel}`)
      last.set(`${incidentId} ${channel}`, event)
    }
  }
  expect(told.size).toBe(incidents.length * channels.length)
  expect(new Set(last.values())).toEqual(new Set(['resolved']))

  const byId = new Map<string, Receipt[]>()
  for (const receipt of receipts) {
    const key = `${receipt.id} ${receipt.channel}`
    byId.set(key, [...(byId.get(key) ?? []), receipt])
  }
  const twice = [...byId.values()].filter((same) => same.length > 1)
  for (const same of twice) {
    // Between two of them a keeper died that had not told the database of the first.
    for (const [i, { at }] of same.slice(1).entries())
      expect(deaths.some((death) => death >= (same[i]?.at ?? at) - heardLateMs && death <= at)).toBe(true)
    expect(new Set(same.map(({ payload }) => `${payload.data.key} ${payload.data.sequence}`)).size).toBe(1)
  }
  const delivered = await sql<{ id: string; at: Date }[]>`
    select 'bl-' || n.incident_id || '-' || n.channel_id || '-' || d.sequence as id, d.delivered_at as at
    from channel_deliveries d join notices n on n.id = d.notice_id where d.delivered_at is not null`
  const deliveredAt = new Map(delivered.map(({ id, at }) => [id, at.getTime()]))
  const after = receipts.filter(({ id, at }) => at > (deliveredAt.get(id) ?? Number.POSITIVE_INFINITY))
  expect(after).toEqual([])
  console.info(
    `${deaths.length} keepers killed, ${receipts.length} messages of ${byId.size} arrived, ${twice.length} of them more than once`,
  )
  expect(deaths).toHaveLength(rounds + rounds / 5)
  expect(twice.length).toBeGreaterThan(0)
}, 680_000)
