import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSweep, nextPhase } from '@/workers/probe/sweep'
import { standingClock } from './world'

describe('nextPhase', () => {
  test('is strictly later, at most one interval, and the same share every time', () => {
    const id = fc.integer({ min: 1, max: 2 ** 31 - 1 })
    fc.assert(
      fc.property(
        id,
        fc.integer({ min: 200, max: 600_000 }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (of, interval, now) => {
          const due = nextPhase(of, interval, now)
          expect(due).toBeGreaterThan(now)
          expect(due - now).toBeLessThanOrEqual(interval + 1e-3)
          expect(nextPhase(of, interval, due + 0.01) - due).toBeCloseTo(interval, 3)
        },
      ),
    )
  })

  test('spreads 10,000 consecutive ids evenly: no tenth of a second holds 3 % more than its share', () => {
    const inTenths = new Array<number>(100).fill(0)
    for (let id = 1; id <= 10_000; id++) {
      const tenth = Math.floor(nextPhase(id, 10_000, -1) / 100) % 100
      inTenths[tenth] = (inTenths[tenth] ?? 0) + 1
    }
    expect(Math.max(...inTenths)).toBeLessThanOrEqual(103)
  })
})

describe('the wheel', () => {
  function wheel(intervals: number[]) {
    const clock = standingClock()
    const seen: { slot: number; at: number; due: number }[] = []
    const sweep = createSweep({
      clock,
      nextDue: (slot, now) => nextPhase(slot + 1, intervals[slot] ?? 1000, now),
      send: (slots, dues, now) => {
        for (const [i, slot] of slots.entries()) seen.push({ slot, at: now, due: dues[i] ?? 0 })
      },
    })
    intervals.forEach((interval, slot) => {
      sweep.place(slot, nextPhase(slot + 1, interval, clock.monoMs()))
    })
    return { clock, sweep, seen }
  }

  test('gives each slot once an interval, within a tick of its due, also intervals longer than the wheel', () => {
    const intervals = [200, 1000, 10_000, 60_000, 200_000, 3_600_000]
    const { clock, sweep, seen } = wheel(intervals)
    sweep.start()
    clock.advance(7_200_000)
    for (const [slot, interval] of intervals.entries()) {
      const times = seen.filter((one) => one.slot === slot)
      expect(times).toHaveLength(7_200_000 / interval)
      for (const { at, due } of times) {
        expect(at).toBeGreaterThanOrEqual(due)
        expect(at - due).toBeLessThanOrEqual(21)
      }
    }
  })

  test('a slot placed earlier is woken for at once, and a removed one is not given out', () => {
    const { clock, sweep, seen } = wheel([60_000, 60_000])
    sweep.start()
    clock.advance(300)
    seen.length = 0
    sweep.place(0, clock.monoMs() + 5)
    sweep.remove(1)
    clock.advance(40)
    expect(seen.map((one) => one.slot)).toEqual([0])
    clock.advance(200_000)
    expect(seen.some((one) => one.slot === 1)).toBe(false)
  })
})
