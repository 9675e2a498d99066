import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { PingTarget, PingWay } from '@/lib/ping/pinger'
import { noNetwork, type Puppet, startPuppet } from './network'
import type { PuppetResult } from './puppet'

const obstacle = noNetwork()
if (obstacle) console.warn(`skipped: every way to ping: ${obstacle}`)

const TIMEOUT_MS = 300
const targets = (...addresses: string[]): PingTarget[] =>
  addresses.map((address, slot) => ({ slot, address, timeoutMs: TIMEOUT_MS }))
const bySlot = (results: PuppetResult[]) => results.toSorted((a, b) => a.slot - b.slot)
const slotsUpTo = (count: number) => Array.from({ length: count }, (_, i) => i)

describe.skipIf(obstacle).each<PingWay>(['raw', 'datagram', 'system'])('pinging by %s', (way) => {
  let puppet: Puppet
  const opened: { close: () => Promise<unknown> }[] = []
  const open = async (maxPerSecond?: number) => {
    const pinger = await puppet.open({ way, ...(maxPerSecond && { maxPerSecond }) })
    opened.push(pinger)
    return pinger
  }
  const run = async (addresses: string[]) => {
    const pinger = await open()
    await pinger.assign(targets(...addresses))
    await pinger.ping(slotsUpTo(addresses.length))
    return bySlot(await pinger.gathered(addresses.length))
  }
  beforeAll(async () => {
    puppet = await startPuppet()
  })
  afterAll(() => puppet?.stop())
  afterEach(async () => {
    for (const pinger of opened.splice(0)) await pinger.close()
  })

  test('what answers is hit, by IPv4 and IPv6, with the time it was sent and its round trip', async () => {
    const before = Date.now() - 5
    for (const { rttMs, sentAt, answer } of await run(['127.0.0.1', '::1', '127.45.6.7', '10.77.0.2', 'fd77::2'])) {
      expect(rttMs).toBeGreaterThanOrEqual(0)
      expect(rttMs).toBeLessThan(TIMEOUT_MS)
      expect(sentAt).toBeGreaterThanOrEqual(before)
      expect(sentAt).toBeLessThanOrEqual(Date.now() + 5)
      expect(answer).toBeNull()
    }
  })

  test('what is silent is missed, not before its timeout', async () => {
    const results = await run(['10.77.8.1', 'fd77:8::1'])
    const now = Date.now()
    expect(results.map(({ rttMs, answer }) => [rttMs, answer])).toEqual([
      [null, null],
      [null, null],
    ])
    for (const { sentAt } of results) expect(now - sentAt).toBeGreaterThanOrEqual(TIMEOUT_MS - 5)
  })

  test('what a router calls unreachable is missed, and says who said so', async () => {
    const [v4, v6] = await run(['10.77.9.1', 'fd77:9::1'])
    expect(v4).toMatchObject({ rttMs: null, answer: expect.stringMatching(/host unreachable, says 10\.77\.0\.2$/) })
    expect(v6).toMatchObject({
      rttMs: null,
      answer: expect.stringMatching(/(no route|unreachable|prohibited).*, says fd77::2$/),
    })
  })

  test('what has no route is missed, and says that nothing was sent', async () => {
    const results = await run(['10.99.0.1', 'fd99::1'])
    for (const { rttMs, answer } of results) {
      expect(rttMs).toBeNull()
      expect(answer).toMatch(/^not sent: /)
    }
  })

  test('errors of some do no harm to others', async () => {
    const addresses = slotsUpTo(40).map((i) =>
      i % 2 === 0 ? `127.3.0.${i + 1}` : ['10.77.9.9', '10.99.0.9'][(i >> 1) % 2],
    )
    const results = await run(addresses.map(String))
    expect(results.filter(({ rttMs }) => rttMs !== null).map(({ slot }) => slot)).toEqual(
      slotsUpTo(40).filter((i) => i % 2 === 0),
    )
  })

  test('every ping gives exactly one result, several of one target as well', async () => {
    const pinger = await open()
    await pinger.assign(targets('127.0.0.1', '10.77.8.8', '10.77.9.8', '10.99.0.8'))
    const slots = slotsUpTo(40).map((i) => i % 5) // 4 was never assigned
    await pinger.ping(slots)
    await pinger.gathered(slots.length)
    await pinger.ping([0])
    const results = await pinger.gathered(slots.length + 1)
    expect(results.map(({ slot }) => slot).sort()).toEqual([...slots, 0].sort())
    expect(results.filter(({ slot }) => slot === 4).map(({ answer }) => answer)).toEqual(
      Array(8).fill('not sent: nothing is assigned to it'),
    )
  })

  test('a released target is no longer pinged, a replaced one is pinged where it is now', async () => {
    const pinger = await open()
    await pinger.assign(targets('127.0.0.1', '10.77.8.1'))
    await pinger.release([0])
    await pinger.assign([{ slot: 1, address: '127.0.0.9', timeoutMs: TIMEOUT_MS }])
    await pinger.ping([0, 1])
    const [released, replaced] = bySlot(await pinger.gathered(2))
    expect(released?.answer).toMatch(/nothing is assigned/)
    expect(replaced?.rttMs).not.toBeNull()
  })

  test('two pingers of one machine do not take each other\u2019s replies', async () => {
    const pair = [await open(), await open()]
    for (const pinger of pair) await pinger.assign(targets('127.0.0.1', '127.0.0.2', '10.77.8.1'))
    await Promise.all(pair.map((pinger) => pinger.ping(slotsUpTo(30).map((i) => i % 3))))
    for (const pinger of pair) {
      const results = await pinger.gathered(30)
      expect(results.length).toBe(30)
      expect(results.filter(({ rttMs }) => rttMs !== null).length).toBe(20)
    }
  })

  test('what leaves is spread evenly at no more than the rate', async () => {
    const rate = way === 'system' ? 50 : 1000
    const pinger = await open(rate)
    await pinger.assign(slotsUpTo(rate / 2).map((slot) => ({ slot, address: '127.0.0.1', timeoutMs: 1000 })))
    await pinger.ping(slotsUpTo(rate / 2))
    const sentAt = (await pinger.gathered(rate / 2)).map((result) => result.sentAt).sort((a, b) => a - b)
    const inAnyTenth = sentAt.map((at) => sentAt.filter((other) => other >= at && other < at + 100).length)
    expect(Math.max(...inAnyTenth)).toBeLessThanOrEqual(rate * 0.125 + 1)
  })

  test('an address that is none is refused by name', async () => {
    const pinger = await open()
    await expect(pinger.assign(targets('10.0.0.256'))).rejects.toThrow("Cannot ping '10.0.0.256'")
  })

  if (way === 'system') return // a process for each would take minutes
  test('a sweep of 20,000 addresses misses none', async () => {
    const pinger = await open(200_000)
    await pinger.assign(
      slotsUpTo(20_000).map((slot) => ({ slot, address: `127.1.${slot >> 8}.${slot & 255}`, timeoutMs: 1000 })),
    )
    await pinger.ping(slotsUpTo(20_000))
    const results = await pinger.gathered(20_000)
    expect(results.length).toBe(20_000)
    expect(results.filter(({ rttMs }) => rttMs === null)).toEqual([])
  })
})

describe.skipIf(obstacle)('without asking for a way', () => {
  test('the raw socket is taken where it may be opened, and doctor hears that every way works', async () => {
    const puppet = await startPuppet()
    expect((await puppet.open({})).way).toBe('raw')
    expect((await puppet.ways()).map(({ way, ok }) => [way, ok])).toEqual([
      ['raw', true],
      ['datagram', true],
      ['system', true],
    ])
    await puppet.stop()
  })
})
