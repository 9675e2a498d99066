import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Probe, startProbe } from '@/workers/probe/run'
import { openSpool, type Spool } from '@/workers/probe/spool'
import { type FakeWeb, fakeNetwork, fakeWeb, type StandingClock, standingClock, target, until } from './world'

let clock: StandingClock
let network: ReturnType<typeof fakeNetwork>
let web: FakeWeb
let folder: string
let spool: Spool
let probe: Probe

beforeEach(async () => {
  clock = standingClock()
  network = fakeNetwork(clock)
  web = await fakeWeb()
  folder = mkdtempSync(join(tmpdir(), 'beatline-probe-'))
})
afterEach(async () => {
  await probe.stop()
  await web.cut()
  rmSync(folder, { recursive: true, force: true })
})

async function start(): Promise<void> {
  spool = openSpool(join(folder, 'spool'))
  probe = await startProbe({
    openPinger: async ({ onResults }) => network.pinger(onResults),
    spool,
    hub: web.hub(),
    token: 'a token of twenty characters',
    version: '0.0.0',
    gateways: async () => [],
    log: { info: () => {}, warn: () => {}, error: () => {} },
    clock,
    retryMs: 20,
    onFatal(error) {
      throw error
    },
  })
}
async function pass(seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 5) {
    clock.advance(Math.min(left, 5) * 1000)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
async function assign(...list: Parameters<FakeWeb['assign']>[0]): Promise<void> {
  const before = web.assigned()
  web.assign(list)
  await until(() => web.assigned() > before, 'the assignment was applied')
}
const dark = () => probe.counts().dark

describe('a target that was paused and resumed before the probe heard of it', () => {
  beforeEach(async () => {
    web.assign([target(1), target(2)])
    await start()
    await until(() => web.assigned() > 0, 'the assignment was applied')
    await pass(20)
    network.mute(target(1).address)
    await pass(30)
    await until(() => web.isolated().length === 1 && spool.size().messages === 0, 'it is isolated')
  })

  test('is isolated afresh, in its new round, from misses sent since', async () => {
    const resumedAt = clock.wallMs()
    await assign(target(1, { round: 1 }), target(2))
    expect(dark()).toBe(0)
    await pass(30)
    await until(() => web.isolated().length === 2, 'it is isolated again')
    expect(web.isolated()[1]).toMatchObject({ target_id: 1, round: 1 })
    expect(web.isolated()[1]?.began_at).toBeGreaterThanOrEqual(resumedAt)
  })

  test('and answers by then: nothing is told', async () => {
    network.unmute(target(1).address)
    await assign(target(1, { round: 1 }), target(2))
    await pass(60)
    expect(web.isolated()).toHaveLength(1)
    expect(web.revived()).toHaveLength(0)
  })

  test('the same round again changes nothing', async () => {
    await assign(target(1, { round: 0 }), target(2))
    await pass(30)
    expect(dark()).toBe(1)
    expect(web.isolated()).toHaveLength(1)
  })

  test('while the probe was not running: the same', async () => {
    probe.kill()
    await spool.close()
    web.assign([target(1, { round: 1 }), target(2)])
    const before = web.assigned()
    await start()
    await until(() => web.assigned() > before, 'the assignment was applied')
    await pass(30)
    await until(() => web.isolated().length === 2, 'it is isolated again')
  })

  test('and an outage that the web names in the new round is only revived', async () => {
    await assign(target(1, { round: 1, open: { began_at: clock.wallMs() } }), target(2))
    expect(dark()).toBe(1)
    await pass(30)
    network.unmute(target(1).address)
    await pass(30)
    await until(() => web.revived().length === 1, 'it is revived')
    expect(web.isolated()).toHaveLength(1)
  })
})
