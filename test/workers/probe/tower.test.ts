import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lostFrom } from '@/lib/domain/members-lost'
import type { Answered, AssignedTarget } from '@/lib/wire/probe'
import { type Probe, startProbe } from '@/workers/probe/run'
import { openSpool } from '@/workers/probe/spool'
import { type FakeWeb, fakeNetwork, fakeWeb, type StandingClock, standingClock, target, until } from './world'

/** A core, a tower below it, 6 APs on the tower, 50 radios on each AP, and 20 switches elsewhere. Ids say which. */
const core = 1
const tower = 2
const aps = [10, 11, 12, 13, 14, 15]
const radiosOf = (ap: number) => Array.from({ length: 50 }, (_, i) => ap * 100 + i)
const fleet: AssignedTarget[] = [
  target(core),
  target(tower, { upstream: [core] }),
  ...aps.map((id) => target(id, { upstream: [tower] })),
  ...aps.flatMap((ap) => radiosOf(ap).map((id) => target(id, { upstream: [ap] }))),
  ...Array.from({ length: 20 }, (_, i) => target(5000 + i, { upstream: [core] })),
]
const addressOf = (id: number) => target(id).address

let clock: StandingClock
let network: ReturnType<typeof fakeNetwork>
let web: FakeWeb
let folder: string
let probe: Probe

beforeEach(async () => {
  clock = standingClock()
  network = fakeNetwork(clock)
  web = await fakeWeb()
  folder = mkdtempSync(join(tmpdir(), 'beatline-probe-'))
  web.assign(fleet)
  probe = await startProbe({
    openPinger: async ({ onResults }) => network.pinger(onResults),
    ...{ spool: openSpool(join(folder, 'spool')), hub: web.hub(), token: 'a token of twenty characters' },
    ...{ version: '0.0.0', gateways: async () => [], clock, retryMs: 20 },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    onFatal(error) {
      throw error
    },
  })
  await until(() => probe.counts().devices === fleet.length, 'the assignment was applied')
  await pass(30)
})
afterEach(async () => {
  await probe.stop()
  await web.cut()
  rmSync(folder, { recursive: true, force: true })
})

async function pass(seconds: number): Promise<void> {
  for (let i = 0; i < seconds * 4; i++) {
    clock.advance(250)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
const answered = (): Answered[] => [
  ...web.isolated().flatMap((item) => item.answered ?? []),
  ...web.stored.flatMap((one) => (one.name === 'answers' ? one.body.items : [])),
]
const pingsBetween = (id: number, from: number, to: number) =>
  (network.sent.get(addressOf(id)) ?? []).filter((at) => at >= from && at < to).length

describe('a tower of 300 radios falls', () => {
  test('it and its APs have their verdicts within seconds of the first miss, and the core is known to answer', async () => {
    const fellAt = clock.wallMs()
    const gone = [tower, ...aps, ...aps.flatMap(radiosOf)]
    network.mute(...gone.map(addressOf))
    await pass(30)
    await until(() => web.isolated().length === gone.length, 'all are isolated')
    const items = new Map(web.isolated().map((item) => [item.target_id, item]))
    const firstMiss = Math.min(...web.isolated().map((item) => item.began_at))
    for (const id of [tower, ...aps]) {
      // The first miss is known after a timeout of 1 s; then 3 misses a second apart, the last known after 1 s.
      expect((items.get(id)?.isolated_at ?? Number.POSITIVE_INFINITY) - firstMiss).toBeLessThan(5500)
    }
    const lives = answered()
    const switches = fleet.filter((one) => one.id >= 5000).map((one) => one.id) // beside the tower
    const known = new Set([core, ...switches])
    expect(lives.filter((one) => !known.has(one.target_id))).toEqual([])
    // Its verdict is there for the last radio as for the first.
    for (const item of web.isolated()) {
      const after = lives.some((one) => one.target_id === core && one.at >= item.began_at + 250)
      expect(after, `an answer of the core after ${item.began_at - fellAt} ms`).toBe(true)
    }
    // One message or two a second, not one a radio.
    expect(lives.length).toBeLessThan(40)
  })

  test('what is above is pinged once a second while it matters, and no longer', async () => {
    network.mute(addressOf(1000))
    const mutedAt = clock.wallMs()
    await pass(60)
    await until(() => web.isolated().length === 1, 'the radio is isolated')
    const began = web.isolated()[0]?.began_at ?? 0
    for (const id of [10, tower, core]) {
      expect(pingsBetween(id, began + 1000, began + 16_000)).toBeGreaterThanOrEqual(13)
      expect(pingsBetween(id, began + 25_000, mutedAt + 60_000)).toBeLessThanOrEqual(4)
    }
    expect(pingsBetween(5001, began + 1000, began + 16_000)).toBeLessThanOrEqual(2)
  })
})

describe('one radio of fifty falls', () => {
  test('enough of the others are known to answer within 3 s of its outage that it was not their sector', async () => {
    network.mute(addressOf(1000))
    await pass(30)
    await until(() => web.isolated().length === 1, 'it is isolated')
    const [item] = web.isolated()
    const since = (item?.began_at ?? 0) + 250
    const siblings = answered().filter((one) => one.target_id >= 1000 && one.target_id < 1100 && one.at >= since)
    const inTime = siblings.filter((one) => one.at < (item?.isolated_at ?? 0) + 3000)
    expect(50 - new Set(inTime.map((one) => one.target_id)).size).toBeLessThan(lostFrom(50))
  })

  test('one lost ping has its ancestors asked, and nobody beside it', async () => {
    const sent = () => network.sent.get(addressOf(1000))?.length ?? 0
    const before = sent()
    network.mute(addressOf(1000))
    while (sent() === before) await pass(0.25)
    network.unmute(addressOf(1000))
    const lostAt = clock.wallMs()
    await pass(10)
    expect(pingsBetween(10, lostAt, lostAt + 10_000)).toBeGreaterThanOrEqual(8)
    const others = radiosOf(10).filter((id) => id !== 1000)
    for (const id of others) expect(pingsBetween(id, lostAt, lostAt + 10_000)).toBeLessThanOrEqual(1)
    expect(web.isolated()).toEqual([])
  })
})
