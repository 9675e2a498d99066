import { beforeEach, describe, expect, test } from 'vitest'
import type { Answered } from '@/lib/wire/probe'
import { createAncestors } from '@/workers/probe/ancestors'
import { createFleet, type Fleet, slotKind } from '@/workers/probe/fleet'
import { type StandingClock, standingClock } from './world'

let clock: StandingClock
let fleet: Fleet
let hastened: { id: number; untilMono: number | undefined }[]
let answers: Answered[]
let ancestors: ReturnType<typeof createAncestors>

beforeEach(() => {
  clock = standingClock()
  fleet = createFleet(8)
  hastened = []
  answers = []
  ancestors = createAncestors({
    clock,
    fleet,
    hasten: (slot, untilMono) => hastened.push({ id: fleet.id[slot] ?? 0, untilMono }),
    isTroubled: (slot) => fleet.troubled[slot] === 1,
    onAnswers: (items) => answers.push(...items),
  })
})

function watch(id: number, upstream: number[] = []): number {
  const rule = { intervalMs: 10_000, timeoutMs: 1000, misses: 3, withinSeconds: 15 }
  const slot = fleet.add({ id, kind: slotKind.device, address: `10.0.0.${id}`, ...rule }, 0)
  ancestors.place(id, upstream)
  return slot
}
const slotOf = (id: number) => fleet.slotOf(id) ?? -1
function answer(id: number, at = clock.wallMs()): void {
  fleet.remember(slotOf(id), at, 2)
  ancestors.heard(slotOf(id), at)
}
const ids = () => hastened.map((one) => one.id)

describe('what is above a device that missed', () => {
  test('is pinged at the confirm interval for 15 s, all the way up, each once', () => {
    for (const [id, up] of [
      [1, []],
      [2, [1]],
      [3, [1]],
      [4, [2, 3]],
      [5, [4]],
    ] as const)
      watch(id, [...up])
    ancestors.missed(slotOf(5), 1, clock.wallMs())
    expect(ids()).toEqual([4, 2, 3, 1])
    expect(new Set(hastened.map((one) => one.untilMono))).toEqual(new Set([clock.monoMs() + 15_000]))
  })

  test('is survived as a circle, as itself, and as somebody that this probe does not watch', () => {
    watch(1, [2])
    watch(2, [1, 2, 99])
    ancestors.missed(slotOf(1), 1, clock.wallMs())
    expect(ids()).toEqual([2])
  })

  test('is at most 64 devices', () => {
    for (let id = 1; id <= 100; id++) watch(id, id > 1 ? [id - 1] : [])
    ancestors.missed(slotOf(100), 1, clock.wallMs())
    expect(ids()).toEqual(Array.from({ length: 64 }, (_, i) => 99 - i))
  })

  test('follows the assignment: another upstream, none, gone', () => {
    watch(1)
    watch(2)
    watch(3, [1])
    ancestors.place(3, [2])
    ancestors.missed(slotOf(3), 1, 0)
    expect(ids()).toEqual([2])
    ancestors.drop(3)
    ancestors.missed(slotOf(3), 1, 0)
    expect(ids()).toEqual([2])
  })
})

describe('what is beside a device that missed twice', () => {
  test('is pinged once, as many as need to answer for the node not to have lost its members, and a quarter more', () => {
    watch(1)
    for (let id = 10; id < 30; id++) watch(id, [1])
    ancestors.missed(slotOf(10), 2, clock.wallMs())
    // Of 20 at least 12 dark are members lost: 9 that answer prove that they are not; 12 are asked.
    expect(hastened).toHaveLength(12)
    expect(hastened.every((one) => one.untilMono === undefined)).toBe(true)
    expect(ids()).not.toContain(10)
  })

  test('is left alone where it misses itself, where it has just answered, and where too few hang there to be lost', () => {
    watch(1)
    for (const id of [10, 11, 12, 13]) watch(id, [1])
    fleet.troubled[slotOf(11)] = 1
    fleet.remember(slotOf(12), clock.wallMs() + 1000, 2)
    ancestors.missed(slotOf(10), 2, clock.wallMs())
    expect(ids()).toEqual([13])
    watch(2)
    watch(20, [2])
    watch(21, [2])
    ancestors.missed(slotOf(20), 2, clock.wallMs())
    expect(ids()).toEqual([13])
  })

  test('with several upstreams is nobody: what has two ways is not lost with one of them', () => {
    watch(1)
    watch(2)
    for (const id of [10, 11, 12, 13]) watch(id, [1, 2])
    ancestors.missed(slotOf(10), 2, clock.wallMs())
    expect(ids()).toEqual([])
  })
})

describe('an outage names who answered since', () => {
  beforeEach(() => {
    for (const [id, up] of [
      [1, []],
      [2, [1]],
      [3, [2]],
      [4, [2]],
    ] as const)
      watch(id, [...up])
  })
  const began = () => clock.wallMs() - 3000

  test('a ping answered well after its first miss counts, one that left with it does not', () => {
    answer(2, began() + 1000)
    answer(1, began() + 100)
    expect(ancestors.answeredSince(3, began())).toEqual([{ target_id: 2, at: began() + 1000 }])
  })

  test('what was told once is not told with the next outage', () => {
    answer(2, began() + 1000)
    expect(ancestors.answeredSince(3, began())).toHaveLength(1)
    expect(ancestors.answeredSince(4, began())).toEqual([])
  })

  test('who answers later is told then, once, in one bundle; and is pinged until then', () => {
    hastened = []
    ancestors.answeredSince(3, began())
    expect(ids()).toEqual([2, 1])
    clock.advance(1000)
    answer(2)
    answer(1)
    clock.advance(1000)
    answer(2)
    clock.advance(1000)
    expect(answers.map((one) => one.target_id)).toEqual([2, 1])
  })

  test('who answers after the 15 s is not worth telling', () => {
    ancestors.answeredSince(3, began())
    clock.advance(16_000)
    answer(2)
    clock.advance(1000)
    expect(answers).toEqual([])
  })

  test('two outages that wait for one device: it is told when it answers to the first, and again to the second', () => {
    const first = began()
    ancestors.answeredSince(3, first)
    const second = first + 2500
    ancestors.answeredSince(4, second)
    answer(2, first + 1000)
    answer(2, second + 1000)
    clock.advance(1000)
    expect(answers).toEqual([
      { target_id: 2, at: first + 1000 },
      { target_id: 2, at: second + 1000 },
    ])
  })
})

test('a trap of a device pings it and what hangs on it, no more than there is room for', () => {
  watch(1)
  for (let id = 10; id < 20; id++) watch(id, [1])
  expect(ancestors.suspectBelow(1, 4)).toBe(4)
  expect(ids()).toEqual([1, 10, 11, 12])
  expect(ancestors.suspectBelow(77, 4)).toBe(0)
})
