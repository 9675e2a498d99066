import { beforeEach, describe, expect, test } from 'vitest'
import type { SnmpProfile } from '@/lib/wire/snmp'
import type { WalkItem } from '@/lib/wire/walk'
import { createFleet, type Fleet, slotKind } from '@/workers/probe/fleet'
import { failed, type WalkOutcome } from '@/workers/probe/walk-words'
import { createWalks, type Walks } from '@/workers/probe/walks'
import { type StandingClock, standingClock, target } from './world'

let clock: StandingClock
let fleet: Fleet
let walks: Walks
let asked: { at: number; targetId: number; address: string; profiles: number[] }[]
let items: WalkItem[]
let barred: Set<number>
let outcome: (targetId: number) => WalkOutcome
let takesMs: number

const profile = (id: number): SnmpProfile => ({
  ...{ id, port: 161, timeout_ms: 1000, retries: 1 },
  credentials: { version: '2c', community: 'public' },
})
const opened = (profileId: number): WalkOutcome => ({
  ...failed('', 5),
  failure: null,
  profileId,
  facts: Uint8Array.of(1),
})

beforeEach(() => {
  clock = standingClock()
  fleet = createFleet(8)
  asked = []
  items = []
  barred = new Set()
  outcome = () => opened(2)
  takesMs = 5
  walks = createWalks({
    clock,
    fleet,
    walk: (job) => {
      const { targetId } = job.for
      asked.push({
        at: clock.monoMs(),
        targetId,
        address: job.address,
        profiles: job.profiles.map((one) => one.id),
      })
      return new Promise((resolve) => clock.after(takesMs, () => resolve(outcome(targetId))))
    },
    mayWalk: (slot) => !barred.has(fleet.id[slot] ?? 0),
    onWalked: (item) => items.push(item),
  })
  walks.setProfiles([1, 2, 3].map(profile))
  walks.start()
})

function assign(id: number, { soon = false, every = 300, profiles = [1, 2, 3] } = {}): number {
  const one = target(id, { snmp: { profiles, every } })
  const rule = { intervalMs: 10_000, timeoutMs: 1000, misses: 3, withinSeconds: 15 }
  const slot =
    fleet.slotOf(id) ?? fleet.add({ id, kind: slotKind.device, address: one.address, ...rule }, clock.monoMs())
  walks.place(slot, one, soon)
  return slot
}
async function pass(seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    clock.advance(1000)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
const of = (id: number) => asked.filter((one) => one.targetId === id)

describe('walks', () => {
  test('come once an interval for each device, spread evenly over it', async () => {
    for (let id = 1; id <= 300; id++) assign(id)
    await pass(900)
    expect(asked.length).toBeGreaterThanOrEqual(899)
    expect(asked.length).toBeLessThanOrEqual(901)
    const busiest = Math.max(
      ...Array.from({ length: 900 }, (_, s) => asked.filter((one) => Math.floor(one.at / 1000) === s).length),
    )
    expect(busiest).toBeLessThanOrEqual(4)
  })

  test('try profiles in order, and first the one that opened the device last time', async () => {
    assign(1)
    await pass(600)
    expect(of(1).map((one) => one.profiles)).toEqual([
      [1, 2, 3],
      [2, 1, 3],
    ])
    expect(items[0]).toMatchObject({ target_id: 1, profile_id: 2, failure: null })
  })

  test('of a device that was just added come within 15 s', async () => {
    await pass(100)
    for (let id = 1; id <= 20; id++) assign(id, { soon: true })
    await pass(16)
    expect(new Set(asked.map((one) => one.targetId)).size).toBe(20)
  })

  test('of a device that no profile opens come ever less often, but at least every 12 intervals', async () => {
    outcome = () => failed('no answer')
    assign(1)
    await pass(300 * 40)
    const gaps = of(1).map((one, i, all) => Math.round((one.at - (all[i - 1]?.at ?? one.at)) / 300_000))
    expect(gaps.slice(1, 7)).toEqual([1, 2, 4, 8, 12, 12])
    expect(items[0]).toMatchObject({ facts: null, failure: 'no answer' })
  })

  test('of such a device come at once when the profiles change', async () => {
    outcome = () => failed('no answer')
    assign(1)
    await pass(300 * 4)
    const before = of(1).length
    walks.setProfiles([1, 2, 3, 4].map(profile))
    await pass(16)
    expect(of(1)).toHaveLength(before + 1)
  })

  test('of a dark device, or by a blind probe, do not come; after a revival they do, and again while it starts', async () => {
    assign(1)
    barred.add(1)
    await pass(1200)
    expect(asked).toEqual([])
    barred.clear()
    outcome = () => (items.length < 2 ? failed('no answer') : opened(1))
    walks.revived(1)
    await pass(60)
    expect(of(1)).toHaveLength(3)
    expect(items.at(-1)?.facts).not.toBeNull()
  })

  test('on demand come at once, dark or not, before all that wait', async () => {
    takesMs = 1000
    for (let id = 1; id <= 400; id++) assign(id)
    barred.add(7)
    walks.walkNow(Array.from({ length: 400 }, (_, i) => i + 1))
    expect(asked).toHaveLength(192) // as many at once
    await pass(1)
    expect(asked).toHaveLength(384)
    walks.walkNow([7, 9999])
    await pass(2)
    expect(of(7)).toHaveLength(2)
  })

  test('of one device are never two at once, and what was taken away is not told', async () => {
    takesMs = 700_000
    const slot = assign(1)
    await pass(650)
    expect(of(1)).toHaveLength(1)
    walks.walkNow([1])
    expect(of(1)).toHaveLength(1)
    walks.remove(slot)
    await pass(800)
    expect(items).toEqual([])
  })

  test('follow an assignment without SNMP, with other profiles, at another address', async () => {
    const slot = assign(1)
    walks.place(slot, target(1), false)
    await pass(400)
    expect(asked).toEqual([])
    assign(1, { profiles: [3] })
    await pass(301)
    expect(of(1).at(-1)?.profiles).toEqual([3])
  })
})
