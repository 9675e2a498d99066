import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isWithin } from '@/lib/domain/address-range'
import type { SnmpProfile } from '@/lib/wire/snmp'
import type { Discover, FoundItem } from '@/lib/wire/walk'
import { type Report, startSearch } from '@/workers/probe/discovery'
import { failed, type WalkOutcome } from '@/workers/probe/walk-words'
import { standingClock } from './world'

const profile: SnmpProfile = {
  ...{ id: 1, port: 161, timeout_ms: 1000, retries: 1 },
  credentials: { version: '2c', community: 'public' },
}
const order = (change: Partial<Discover>): Discover => ({
  ...{ id: 1, ranges: ['10.0.0.0/24'], seeds: [], profiles: [profile], rate: 100 },
  ...change,
})
type Device = { opens?: boolean; silent?: boolean; own?: string[]; sees?: string[] }

/** A network made for the test: addresses and what stands there; all others are silent. */
async function search(
  one: Discover,
  network: Record<string, Device>,
  { cancelAfterMs = Number.POSITIVE_INFINITY } = {},
) {
  const clock = standingClock()
  const pings: { address: string; at: number }[] = []
  const walks: string[] = []
  const reports: Report[] = []
  let ended = false
  let mostWalking = 0
  let walking = 0
  const running = startSearch({
    clock,
    order: one,
    ping: (address) => {
      pings.push({ address, at: clock.monoMs() })
      const device = network[address]
      const answers = device !== undefined && !device.silent
      return new Promise((resolve) => clock.after(answers ? 5 : 1000, () => resolve(answers ? 5 : null)))
    },
    walk: (address) => {
      walks.push(address)
      mostWalking = Math.max(mostWalking, ++walking)
      const { opens, own = [], sees = [] } = network[address] ?? {}
      const outcome: WalkOutcome = opens
        ? { ...failed('', 20), failure: null, profileId: 1, facts: Uint8Array.of(1), own, seen: sees }
        : failed('no answer')
      return new Promise((resolve) =>
        clock.after(300, () => {
          walking--
          resolve(outcome)
        }),
      )
    },
    onReport: (report) => reports.push(report),
    onEnd: () => {
      ended = true
    },
  })
  const began = clock.monoMs()
  while (!ended && clock.monoMs() - began < 3_600_000) {
    if (clock.monoMs() - began >= cancelAfterMs) running.cancel()
    clock.advance(50)
    await Promise.resolve().then(() => {})
    await new Promise((resolve) => setImmediate(resolve))
  }
  const items: FoundItem[] = reports.flatMap((report) => report.items)
  return { pings, walks, reports, items, last: reports.at(-1), mostWalking, seconds: (clock.monoMs() - began) / 1000 }
}

describe('a sweep', () => {
  test('pings every address, silent ones twice, at the rate of the order, and says how far it is', async () => {
    const found = await search(order({}), { '10.0.0.5': {}, '10.0.0.9': { opens: true } })
    expect(found.pings).toHaveLength(254 + 256)
    expect(new Set(found.pings.map((ping) => ping.address)).size).toBe(256)
    const inSecond = (second: number) => found.pings.filter((ping) => Math.floor(ping.at / 1000) === second).length
    for (let second = 0; second < 20; second++) expect(inSecond(second)).toBeLessThanOrEqual(126)
    expect(found.last).toMatchObject({ asked: 256, total: 256, ended: true, failure: null })
    expect(found.reports.length).toBeGreaterThan(3)
    expect(found.items).toEqual([
      { address: '10.0.0.5', rtt_ms: 5, profile_id: null, facts: null },
      { address: '10.0.0.9', rtt_ms: 5, profile_id: 1, facts: Uint8Array.of(1) },
    ])
    expect(found.walks).toEqual(['10.0.0.5', '10.0.0.9'])
  })

  test('without profiles only pings', async () => {
    const found = await search(order({ profiles: [] }), { '10.0.0.5': { opens: true } })
    expect(found.walks).toEqual([])
    expect(found.items).toEqual([{ address: '10.0.0.5', rtt_ms: 5, profile_id: null, facts: null }])
  })

  test('asks at most 32 devices at once, and tells of many in bundles', async () => {
    const network = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`10.0.0.${i}`, { opens: true }]))
    const found = await search(order({ rate: 5000 }), network)
    expect(found.mostWalking).toBe(32)
    expect(found.items).toHaveLength(200)
    // Socket.IO would end the connection over more than 10 facts in one.
    expect(Math.max(...found.reports.map((report) => report.items.length))).toBeLessThanOrEqual(8)
  })

  test('cancelled stops at once and says how far it came', async () => {
    const found = await search(order({ rate: 10 }), {}, { cancelAfterMs: 5000 })
    expect(found.seconds).toBeLessThan(6)
    expect(found.pings.length).toBeLessThan(60)
    expect(found.last).toMatchObject({ total: 256, ended: true, failure: null })
  })

  test.each([
    ['outside what is allowed', { ranges: ['10.0.0.0/24', '192.0.2.0/24'], allowed: ['10.0.0.0/8'] }, /192.0.2.0\/24/],
    ['none at all', { ranges: ['nonsense'] }, /nonsense/],
    ['more than a sweep may hold', { ranges: ['10.0.0.0/8'] }, /16777216 addresses/],
  ])('of ranges that are %s touches nothing and says why', async (_, change, words) => {
    const found = await search(order(change), {})
    expect(found.pings).toEqual([])
    expect(found.last?.failure).toMatch(words)
    expect(found.reports).toHaveLength(1)
  })
})

describe('from seeds', () => {
  const network: Record<string, Device> = {
    '10.0.0.1': { opens: true, own: ['10.0.0.1', '10.0.1.1'], sees: ['10.0.0.2', '192.0.2.1', '10.0.0.3'] },
    '10.0.0.2': { opens: true, silent: true, sees: ['10.0.1.1', '10.0.0.4'] },
    '10.0.0.3': {},
    '10.0.0.4': { opens: true, sees: ['10.0.0.1'] },
    '10.0.1.1': { opens: true },
    '192.0.2.1': { opens: true },
  }

  test('the neighbours of neighbours are found, each device once, nothing outside of the ranges', async () => {
    const found = await search(order({ ranges: ['10.0.0.0/16'], seeds: ['10.0.0.1'] }), network)
    expect(found.items.map((item) => [item.address, item.rtt_ms]).sort()).toEqual([
      ['10.0.0.1', 5],
      ['10.0.0.2', null],
      ['10.0.0.3', 5],
      ['10.0.0.4', 5],
    ])
    expect(found.pings.map((ping) => ping.address)).not.toContain('192.0.2.1')
    expect(found.last).toMatchObject({ asked: 4, total: 4, ended: true })
  })

  test('a seed that is not there ends it', async () => {
    const found = await search(order({ seeds: ['10.0.0.99'] }), {})
    expect(found.last).toMatchObject({ asked: 1, total: 1, ended: true, items: [] })
  })

  test('whatever devices claim to see, nothing outside is pinged or asked, and nothing twice', async () => {
    const address = fc.oneof(
      fc.integer({ min: 0, max: 40 }).map((last) => `10.0.0.${last}`),
      fc.ipV4(),
      fc.ipV6(),
      fc.string({ maxLength: 8 }),
    )
    const device = fc.record({
      opens: fc.boolean(),
      silent: fc.boolean(),
      own: fc.array(address, { maxLength: 3 }),
      sees: fc.array(address, { maxLength: 6 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(device, { minLength: 41, maxLength: 41 }),
        fc.array(address, { minLength: 1, maxLength: 3 }),
        async (devices, seeds) => {
          const all = Object.fromEntries(devices.map((one, last) => [`10.0.0.${last}`, one]))
          const ranges = ['10.0.0.0/27']
          const found = await search(order({ ranges, seeds, rate: 5000 }), all)
          for (const { address: pinged } of found.pings) expect(isWithin(pinged, ranges)).toBe(true)
          expect(new Set(found.walks).size).toBe(found.walks.length)
          expect(found.last?.ended).toBe(true)
        },
      ),
      { numRuns: Number(process.env.FC) || 20 },
    )
  })
})
