import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createInFlight } from '@/lib/ping/in-flight'

type Held = { slot: number; due: number }
type Step = { kind: 'begin'; timeout: number } | { kind: 'reply'; nth: number } | { kind: 'wait'; ms: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('begin' as const), timeout: fc.integer({ min: 1, max: 60_000 }) }),
  fc.record({ kind: fc.constant('reply' as const), nth: fc.nat(20) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.double({ min: 0, max: 45_000, noNaN: true }) }),
)

describe('createInFlight', () => {
  test('does what a plain list does: each ping ends once, by its reply or when its time is up', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.double({ min: 0, max: 1e7, noNaN: true }), (steps, start) => {
        const table = createInFlight(16)
        const held = new Map<number, Held>()
        let now = start
        let slot = 0
        for (const one of steps) {
          if (one.kind === 'begin') {
            const index = table.begin(slot, now, one.timeout)
            expect(index < 0).toBe(held.size === 16)
            if (index >= 0) held.set(index, { slot: slot++, due: now + one.timeout })
          } else if (one.kind === 'reply') {
            const index = [...held.keys()][one.nth]
            if (index === undefined) continue
            const [low = 0, high = 0] = [table.low[index], table.high[index]]
            expect(table.find(low, high)).toBe(index)
            table.end(index)
            held.delete(index)
            expect(table.find(low, high)).toBe(-1)
          } else {
            now += one.ms
            const expired: number[] = []
            table.expire(now, (index) => {
              expired.push(table.slot[index] ?? -1)
              table.end(index)
            })
            const due = [...held].filter(([, ping]) => ping.due <= now)
            expect(expired.sort()).toEqual(due.map(([, ping]) => ping.slot).sort())
            for (const [index] of due) held.delete(index)
          }
          expect(table.count()).toBe(held.size)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a token of another ping, or with one bit wrong, finds nothing', () => {
    const table = createInFlight(8)
    const index = table.begin(1, 0, 1000)
    const [low = 0, high = 0] = [table.low[index], table.high[index]]
    for (let bit = 0; bit < 32; bit++) {
      expect(table.find((low ^ (1 << bit)) >>> 0, high)).toBe(-1)
      expect(table.find(low, (high ^ (1 << bit)) >>> 0)).toBe(-1)
    }
  })

  test('a sequence number leads back to every ping that shares it', () => {
    const table = createInFlight(70_000)
    for (let i = 0; i < 70_000; i++) table.begin(i, 0, 1000)
    expect(table.withSequence(3)).toEqual([3, 65_539])
    table.end(3)
    expect(table.withSequence(3)).toEqual([65_539])
    expect(table.begin(9, 0, 1000)).toBe(3)
    expect(table.begin(9, 0, 1000)).toBe(-1)
  })
})
