import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { unpackFrame } from '@/lib/wire/frame'
import { type Probe, startProbe } from '@/workers/probe/run'
import { openSpool, type Spool } from '@/workers/probe/spool'
import { type FakeWeb, fakeNetwork, fakeWeb, type StandingClock, standingClock, target, until } from './world'

let clock: StandingClock
let network: ReturnType<typeof fakeNetwork>
let web: FakeWeb
let folder: string
let spool: Spool
let probe: Probe
let gateway: string[]

beforeEach(async () => {
  clock = standingClock()
  network = fakeNetwork(clock)
  web = await fakeWeb()
  folder = mkdtempSync(join(tmpdir(), 'beatline-probe-'))
  gateway = []
})
afterEach(async () => {
  await probe.stop()
  await web.cut()
  rmSync(folder, { recursive: true, force: true })
})

const complaints: string[] = []
const quiet = { info: () => {}, warn: () => {}, error: (_: object, text: string) => void complaints.push(text) }

async function start(): Promise<void> {
  spool = openSpool(join(folder, 'spool'))
  probe = await startProbe({
    openPinger: async ({ onResults }) => network.pinger(onResults),
    spool,
    hub: web.hub(),
    token: 'a token of twenty characters',
    version: '0.0.0',
    gateways: async () => gateway,
    log: quiet,
    clock,
    retryMs: 20,
    onFatal(error) {
      throw error
    },
  })
}

/** As kill -9 and a new start: what was in memory is gone, the spool is opened as it was left. */
async function killAndStart(): Promise<void> {
  probe.kill()
  await spool.close()
  await start()
}

const assignedOnce = () => until(() => web.assigned() > 0 && probe.counts().devices !== 0, 'the assignment was applied')
const emptied = () => until(() => spool.size().messages === 0 && probe.counts().spooled === 0, 'the spool is empty')
/** Moves the clock in steps, so that what is found meanwhile can go its way. */
async function pass(seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 5) {
    clock.advance(Math.min(left, 5) * 1000)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function startWith(ids: number[], change: Parameters<FakeWeb['assign']>[1] = {}): Promise<void> {
  web.assign(
    ids.map((id) => target(id)),
    change,
  )
  await start()
  await assignedOnce()
  await pass(20)
}
const address = (id: number) => target(id).address

describe('a device goes dark and comes back', () => {
  test('it is isolated about three confirm intervals after its first miss, once, with its evidence', async () => {
    await startWith([1, 2, 3])
    const mutedAt = clock.wallMs()
    network.mute(address(2))
    await pass(60)
    await until(() => web.isolated().length > 0, 'it is isolated')
    const [item] = web.isolated()
    if (!item) throw new Error('nothing isolated')
    expect(web.isolated()).toHaveLength(1)
    expect(item.target_id).toBe(2)
    expect(item.began_at).toBeGreaterThanOrEqual(mutedAt)
    expect(item.began_at).toBeLessThan(mutedAt + 10_000)
    expect(item.isolated_at - item.began_at).toBeLessThan(3200)
    const missed = item.evidence.pings.filter((ping) => ping.rtt_ms === null)
    expect(missed).toHaveLength(3)
    expect(missed[0]?.sent_at).toBe(item.began_at)
    expect(item.evidence).toMatchObject({ rule: '3 misses in 15 s', address: address(2), way: 'raw' })
    for (const ping of item.evidence.pings)
      expect(network.sent.get(address(2))?.map(Math.round)).toContain(ping.sent_at)
  })

  test('it revives with two hits a confirm interval apart, dated by the first', async () => {
    await startWith([1, 2, 3])
    network.mute(address(2))
    await pass(60)
    const unmutedAt = clock.wallMs()
    network.unmute(address(2))
    await pass(30)
    await until(() => web.revived().length > 0, 'it is revived')
    const [item] = web.revived()
    if (!item) throw new Error('nothing revived')
    expect(item.ended_at).toBeGreaterThanOrEqual(unmutedAt)
    expect(item.decided_at - item.ended_at).toBeLessThan(1100)
    expect(item.evidence.rule).toBe('2 hits in a row')
    expect(item.evidence.pings.map((ping) => ping.rtt_ms)).toEqual([null, 2, 2])
  })

  test('while dark it is pinged no faster than ever', async () => {
    await startWith([1])
    network.mute(address(1))
    await pass(30)
    const before = network.sent.get(address(1))?.length ?? 0
    await pass(100)
    expect((network.sent.get(address(1))?.length ?? 0) - before).toBe(10)
  })

  test('a lone miss makes it suspect, then steady, and opens nothing', async () => {
    await startWith([1])
    network.mute(address(1))
    const misses = () => probe.counts().misses as number
    while (misses() === 0) clock.advance(20)
    network.unmute(address(1))
    await pass(30)
    const statuses = () => web.moments.map((moment) => (moment as { status: string }).status)
    await until(() => statuses().includes('steady'), 'the moments came')
    expect(web.moments).toMatchObject([
      { target_id: 1, status: 'answered' }, // for the first time: a new device is up at once
      { target_id: 1, status: 'suspect' },
      { target_id: 1, status: 'steady' },
    ])
    expect(web.isolated()).toEqual([])
  })

  test('one that went dark is steady when it answers again, and not before', async () => {
    await startWith([1])
    network.mute(address(1))
    await pass(30)
    await until(() => web.isolated().length === 1, 'it is isolated')
    await pass(30)
    const said = () => (web.moments as { status: string }[]).map(({ status }) => status)
    expect(said()).toEqual(['answered', 'suspect'])
    network.unmute(address(1))
    await pass(30)
    await until(() => web.revived().length === 1 && said().includes('steady'), 'it is back')
    expect(said()).toEqual(['answered', 'suspect', 'steady'])
  })
})

describe('the link to the web', () => {
  test('cut for three minutes: all that happened stands afterwards, in order, once, as of then', async () => {
    await startWith([1, 2, 3, 4])
    await web.cut()
    await until(() => !probe.counts().connected, 'the link is lost')
    const cutAt = clock.wallMs()
    network.mute(address(1), address(2))
    await pass(60)
    network.unmute(address(1))
    await pass(60)
    network.mute(address(3))
    await pass(60)
    const healedAt = clock.wallMs()
    expect(web.isolated()).toEqual([])
    await web.open()
    await until(() => web.isolated().length === 3 && web.revived().length === 1, 'everything arrived')
    await emptied()
    for (const { began_at, isolated_at } of web.isolated()) {
      expect(began_at).toBeGreaterThan(cutAt)
      expect(isolated_at).toBeLessThan(healedAt)
    }
    const third = web.isolated().find((item) => item.target_id === 3)
    expect(third?.began_at).toBeGreaterThanOrEqual(cutAt + 120_000)
    const seqs = web.stored.map((one) => one.body.seq)
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
    expect(web.frames()).toHaveLength(3)
  })

  test('an answer that is lost after the commit: sent again, stored once', async () => {
    await startWith([1, 2])
    let lost = 0
    web.answer((message) => (message.name === 'outage.isolated' && lost++ === 0 ? 'lose the answer' : 'commit'))
    network.mute(address(1))
    await pass(40)
    await until(() => web.isolated().length > 0, 'it is isolated')
    await emptied()
    expect(web.received.filter((one) => one.name === 'outage.isolated').length).toBe(2)
    expect(web.isolated()).toHaveLength(1)
  })

  test('retry: sent again until it is taken, and nothing overtakes it', async () => {
    await startWith([1, 2])
    let refusals = 0
    web.answer(() => (refusals++ < 4 ? 'retry' : 'commit'))
    network.mute(address(1))
    await pass(40)
    network.unmute(address(1))
    await pass(40)
    await until(() => web.revived().length > 0, 'it is revived')
    await emptied()
    expect(web.isolated()).toHaveLength(1)
    expect(web.revived()).toHaveLength(1)
    const seqs = web.stored.map((one) => one.body.seq)
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
  })

  test('rejected: kept aside, and the next goes on', async () => {
    await startWith([1, 2])
    web.answer((message) => (message.name === 'outage.isolated' ? 'reject' : 'commit'))
    network.mute(address(1))
    await pass(40)
    network.unmute(address(1))
    await pass(40)
    await until(() => web.revived().length > 0, 'it is revived')
    await emptied()
    expect(spool.deadLetters()).toMatchObject([{ error: 'no such thing', message: { name: 'outage.isolated' } }])
  })
})

describe('killed and started again', () => {
  test('during an open outage, with the web away: nothing is isolated twice, and the end is told', async () => {
    await startWith([1, 2])
    await web.cut()
    network.mute(address(1))
    await pass(30)
    await until(() => spool.openOutages().size === 1, 'the outage is on disk')
    await killAndStart()
    expect(probe.counts().devices).toBe(2)
    await pass(60)
    await killAndStart()
    await pass(30)
    network.unmute(address(1))
    await pass(30)
    await until(() => spool.openOutages().size === 0, 'its end is on disk')
    await web.open()
    await until(() => web.revived().length === 1, 'everything arrived', 30_000)
    expect(web.isolated()).toHaveLength(1)
    expect(web.revived()[0]?.ended_at).toBeGreaterThan(web.isolated()[0]?.began_at ?? 0)
  })

  test('after the web has the outage, and whether or not it names it: told once', async () => {
    await startWith([1, 2])
    network.mute(address(1))
    await pass(30)
    await until(() => web.isolated().length === 1, 'it is isolated')
    await emptied()
    await killAndStart() // the assignment that comes now names no open outage, as when the majority was not reached
    await pass(60)
    web.assign([target(1, { open: { began_at: web.isolated()[0]?.began_at ?? 0 } }), target(2)])
    await pass(60)
    expect(web.isolated()).toHaveLength(1)
    network.unmute(address(1))
    await pass(30)
    await until(() => web.revived().length === 1, 'it is revived')
  })

  test('a wiped spool: the web names the open outage, and it is only revived', async () => {
    const beganAt = clock.wallMs() - 600_000
    network.mute(address(1))
    web.assign([target(1, { open: { began_at: beganAt } })])
    await start()
    await assignedOnce()
    await pass(60)
    expect(web.isolated()).toEqual([])
    network.unmute(address(1))
    await pass(30)
    await until(() => web.revived().length === 1, 'it is revived')
    // The web had not committed that when it made this assignment: the outage is not taken for open again.
    web.assign([target(1, { open: { began_at: beganAt } })])
    await pass(20)
    network.mute(address(1))
    await pass(30)
    await until(() => web.isolated().length === 1, 'the next outage is its own')
  })
})

describe('a blind probe', () => {
  const anchors = ['10.99.0.1', '10.99.0.2']

  test('its own link cut: it opens nothing, says that it is blind, and what it missed then never counts', async () => {
    gateway = ['10.99.0.9']
    await startWith([1, 2, 3], { anchors })
    const cutAt = clock.wallMs()
    network.cutLink()
    await pass(120)
    const healedAt = clock.wallMs()
    network.healLink()
    await pass(3)
    network.mute(address(1)) // its misses before must not help to isolate it
    await until(() => web.blind().length === 2, 'blind began and ended')
    const [began, ended] = web.blind()
    expect(began).toMatchObject({ state: 'began' })
    expect(began?.at).toBeGreaterThan(cutAt - 1000)
    expect(began?.at).toBeLessThan(cutAt + 1000)
    expect(began?.reason).toContain('10.99.0.9')
    expect(ended?.at).toBeGreaterThanOrEqual(healedAt)
    expect(web.isolated()).toEqual([])
    await pass(30)
    await until(() => web.isolated().length === 1, 'a real outage afterwards')
    expect(web.isolated()[0]?.began_at).toBeGreaterThan(healedAt)
  })

  test('suspects nobody: what it suspected just before is told steady', async () => {
    web.assign(
      [1, 2, 3].map((id) => target(id, { interval: 0.5 })),
      { anchors },
    )
    await start()
    await assignedOnce()
    await pass(20)
    network.cutLink()
    await pass(30)
    const last = new Map<number, string>()
    await until(() => {
      for (const { target_id, status } of web.moments as { target_id: number; status: string }[])
        last.set(target_id, status)
      return web.blind().length === 1 && [...last.values()].every((status) => status !== 'suspect')
    }, 'all are steady')
    expect(web.moments).toEqual(expect.arrayContaining([expect.objectContaining({ target_id: 1, status: 'suspect' })]))
  })

  test('the whole network dark while the gateway answers is a real outage', async () => {
    gateway = ['10.99.0.9']
    await startWith([1, 2, 3])
    network.mute(address(1), address(2), address(3))
    await pass(30)
    await until(() => web.isolated().length === 3, 'all are isolated')
    expect(web.blind()).toEqual([])
  })

  test('a gateway that never answers pings is none to judge by', async () => {
    gateway = ['10.99.0.9']
    network.mute('10.99.0.9')
    await startWith([1, 2])
    network.mute(address(1))
    await pass(30)
    await until(() => web.isolated().length === 1, 'it is isolated')
    expect(web.blind()).toEqual([])
  })

  test('a gateway that stops answering pings while the devices answer is none to judge by after a minute', async () => {
    gateway = ['10.99.0.9']
    await startWith([1, 2, 3])
    network.mute('10.99.0.9')
    await pass(90)
    await until(() => web.blind().length === 2, 'blind, and not any more')
    network.mute(address(1))
    await pass(30)
    await until(() => web.isolated().length === 1, 'an outage is one again')
    network.unmute('10.99.0.9')
    await pass(10)
    network.cutLink() // and from its next answer on it is judged by again
    await pass(120)
    await until(() => web.blind().length === 3, 'it is blind')
    expect(web.isolated()).toHaveLength(1)
  })

  test('a gateway and most devices silent for hours is blindness', async () => {
    gateway = ['10.99.0.9']
    await startWith([1, 2, 3, 4])
    network.mute('10.99.0.9', address(1), address(2))
    await pass(7200)
    await until(() => web.blind().length === 1, 'it is blind')
    expect(web.isolated()).toEqual([])
  })

  test('a short gap of its own link opens nothing and is not told', async () => {
    gateway = ['10.99.0.9']
    await startWith([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    for (let i = 0; i < 20; i++) {
      network.cutLink()
      clock.advance(2600)
      network.healLink()
      await pass(7)
    }
    await emptied()
    expect(web.isolated()).toEqual([])
    expect(web.blind()).toEqual([])
  })

  test('killed while blind: told once, and ended once', async () => {
    gateway = ['10.99.0.9']
    await startWith([1, 2])
    network.cutLink()
    await pass(30)
    await until(() => web.blind().length === 1, 'blind began')
    await killAndStart()
    await pass(30)
    network.healLink()
    await pass(10)
    await until(() => web.blind().length === 2, 'blind ended')
    await pass(30)
    expect(web.blind().map((one) => one.state)).toEqual(['began', 'ended'])
    expect(web.isolated()).toEqual([])
  })

  test('nothing leaves this machine: blind, until a ping leaves again', async () => {
    await startWith([1, 2])
    network.refuse(address(1), address(2))
    await pass(60)
    await until(() => web.blind().length === 1, 'blind began')
    expect(web.blind()[0]?.reason).toContain('own link lost')
    network.accept(address(1), address(2))
    await pass(30)
    await until(() => web.blind().length === 2, 'blind ended')
    expect(web.isolated()).toEqual([])
  })

  test('one device without a route among others is dark, with the reason in its evidence', async () => {
    await startWith([1, 2, 3])
    network.refuse(address(1))
    await pass(40)
    await until(() => web.isolated().length === 1, 'it is isolated')
    const misses = web.isolated()[0]?.evidence.pings.filter((ping) => ping.rtt_ms === null)
    expect(misses?.map((ping) => ping.answer)).toEqual(
      new Array(3).fill('not sent: no route to the network (ENETUNREACH)'),
    )
  })
})

describe('measurements', () => {
  test('a frame a wall-clock minute, with every ping of it', async () => {
    await startWith([1, 2, 3])
    network.mute(address(3))
    await pass(130)
    await until(() => web.frames().length === 2, 'two minutes are over')
    const [first, second] = web.frames()
    expect(first?.minute_at).toBe(Date.parse('2026-03-02T04:00:00.000Z'))
    expect(second?.minute_at).toBe(Date.parse('2026-03-02T04:01:00.000Z'))
    const rows = unpackFrame(second?.columns ?? new Uint8Array())
    expect(rows).toHaveLength(3)
    expect(rows[0]).toEqual({ targetId: 1, sent: 6, lost: 0, rttMinUs: 2000, rttMedianUs: 2000, rttMaxUs: 2000 })
    expect(rows[2]).toMatchObject({ targetId: 3, sent: 6, lost: 6, rttMinUs: -1 })
  })

  test('watched devices stream their pings, the recent ones at once', async () => {
    await startWith([1, 2])
    web.watch([2])
    await until(() => {
      clock.advance(50)
      return web.pings.length > 0
    }, 'pings came')
    expect(web.pings[0]).toMatchObject({ target_id: 2 })
  })

  test('pings leave when they are due, spread over the interval', async () => {
    await startWith(Array.from({ length: 500 }, (_, i) => i + 1))
    await pass(20)
    expect(probe.counts().late_p99_ms).toBeLessThanOrEqual(20)
    const inTenths = new Array<number>(10).fill(0)
    const firstAt = clock.wallMs() - 10_000
    for (const times of network.sent.values()) {
      for (const at of times) {
        const tenth = Math.floor((at - firstAt) / 1000)
        if (tenth >= 0 && tenth < 10) inTenths[tenth] = (inTenths[tenth] ?? 0) + 1
      }
    }
    expect(Math.min(...inTenths)).toBeGreaterThan(44)
    expect(Math.max(...inTenths)).toBeLessThan(56)
  })
})

describe('changes from above', () => {
  test('a target that is no longer assigned is neither pinged nor held', async () => {
    await startWith([1, 2])
    network.mute(address(1))
    await pass(30)
    await until(() => web.isolated().length === 1, 'it is isolated')
    web.assign([target(2)])
    await until(() => probe.counts().devices === 1, 'the assignment was applied')
    const pinged = network.sent.get(address(1))?.length
    await pass(30)
    expect(network.sent.get(address(1))?.length).toBe(pinged)
    web.assign([target(1), target(2)])
    await until(() => probe.counts().devices === 2, 'it is back')
    await pass(30)
    await until(() => web.isolated().length === 2, 'a new outage of a new assignment')
  })

  test('the wall clock set an hour back between two misses changes no decision', async () => {
    await startWith([1])
    network.mute(address(1))
    while (probe.counts().misses === 0) clock.advance(20)
    clock.jump(-3_600_000)
    await pass(10)
    await until(() => web.isolated().length === 1, 'it is isolated')
    const item = web.isolated()[0]
    expect(Math.abs((item?.began_at ?? 0) - clock.wallMs())).toBeLessThan(15_000)
    expect((item?.isolated_at ?? 0) - (item?.began_at ?? 0)).toBeLessThan(4000)
  })
})

describe('what must not stop it', () => {
  test('an address that cannot be pinged from here is dark with its reason, and all others are watched', async () => {
    web.assign([target(1), target(2, { address: 'nowhere' }), target(3), target(4)])
    await start()
    await assignedOnce()
    await pass(40)
    await until(() => web.isolated().length === 1, 'the one is isolated')
    expect(web.isolated()[0]).toMatchObject({ target_id: 2 })
    expect(web.isolated()[0]?.evidence.pings[0]?.answer).toMatch(/^not sent/)
    for (const id of [1, 3, 4]) expect(network.sent.get(address(id))?.length).toBeGreaterThan(2)
    await killAndStart() // from what it kept
    await pass(20)
    expect(probe.counts()).toMatchObject({ devices: 4, dark: 1, blind: false })
  })

  test('an anchor that is no address is a lost one, not the end of the assignment', async () => {
    await startWith([1, 2], { anchors: ['the gateway', '10.50.9.9'] })
    expect(probe.counts()).toMatchObject({ devices: 2, blind: false })
    network.mute(address(1))
    await pass(30)
    await until(() => web.isolated().length === 1, 'it isolates')
  })

  test('a spool that cannot be written for a while: what was found is told afterwards, once', async () => {
    await startWith([1, 2])
    await emptied()
    const { append } = spool
    let refused = 0
    spool.append = async () => {
      refused++
      throw new Error('No space left on device')
    }
    network.mute(address(1))
    await pass(30)
    await until(() => refused > 0, 'it was refused')
    network.unmute(address(1))
    await pass(30)
    expect([web.isolated(), web.revived()]).toEqual([[], []])
    spool.append = append
    await pass(5)
    await until(() => web.revived().length === 1, 'both are told')
    expect(web.isolated()).toHaveLength(1)
    expect(web.isolated()[0]?.began_at).toBeLessThan(web.revived()[0]?.ended_at ?? 0)
  })

  test('pings that do not leave: no line of them grows, and each device is tried again now and then', async () => {
    await startWith([1, 2])
    const before = network.sent.size
    network.stick()
    await pass(500)
    expect(network.sent.size).toBe(before)
    expect(probe.counts().skipped).toBeGreaterThan(50) // of 100
    expect(probe.counts().skipped).toBeLessThan(80)
  })

  test('two processes with one token: the older is told, and does not fight for it every few seconds', async () => {
    await startWith([1])
    web.replace()
    await until(() => !probe.counts().connected, 'it is out')
    await new Promise((done) => setTimeout(done, 400))
    expect(probe.counts().connected).toBe(false)
    expect(complaints).toContain(
      'another process came with the token of this probe: stop one of them, or give each its own',
    )
  })
})
