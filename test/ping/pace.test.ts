import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPace } from '@/lib/ping/pace'
import { createWaiting } from '@/lib/ping/waiting'

describe('createPace', () => {
  test('never lets more than the rate leave, however it is asked', () => {
    const wakes = fc.array(fc.record({ ms: fc.double({ min: 0, max: 200, noNaN: true }), added: fc.nat(3000) }))
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), wakes, (rate, steps) => {
        const pace = createPace(rate)
        let [now, waiting, sent] = [0, 0, 0]
        for (const { ms, added } of steps) {
          now += ms
          waiting += added
          const quota = pace.quota(now, waiting)
          pace.spend(quota)
          waiting -= quota
          sent += quota
          expect(quota).toBeGreaterThanOrEqual(0)
          expect(waiting).toBeGreaterThanOrEqual(0)
          expect(sent).toBeLessThanOrEqual((now * rate) / 1000 + Math.max(1, rate * 0.025))
        }
      }),
    )
  })

  test('what is handed in at once leaves over several wakes, and all of it leaves', () => {
    const pace = createPace(20_000)
    const quotas: number[] = []
    for (let [now, waiting] = [0, 250]; waiting > 0; now += 5) {
      const quota = pace.quota(now, waiting)
      pace.spend(quota)
      quotas.push(quota)
      waiting -= quota
    }
    expect(Math.max(...quotas)).toBeLessThanOrEqual(32)
    expect(quotas.length).toBeLessThan(25)
  })

  test('a slow rate still sends one at a time', () => {
    const pace = createPace(1)
    expect(pace.quota(0, 5)).toBe(1)
    pace.spend(1)
    expect(pace.quota(500, 4)).toBe(0)
    expect(pace.quota(1000, 4)).toBe(1)
  })

  test('Infinity holds nothing back', () => expect(createPace(Number.POSITIVE_INFINITY).quota(0, 20_000)).toBe(20_000))
  test.each([0, -1, Number.NaN])('%d a second is refused', (rate) => expect(() => createPace(rate)).toThrow(RangeError))
})

describe('createWaiting', () => {
  test('is a line: first in, first out, and what is put back comes first', () => {
    const move = fc.oneof(
      fc.array(fc.nat(1_000_000), { maxLength: 700 }).map((slots) => ({ push: slots })),
      fc.nat(600).map((count) => ({ shift: count })),
      fc.nat(1_000_000).map((slot) => ({ unshift: slot })),
    )
    fc.assert(
      fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
        const line = createWaiting()
        const plain: number[] = []
        for (const one of moves) {
          if ('push' in one) {
            line.push(Uint32Array.from(one.push))
            plain.push(...one.push)
          } else if ('unshift' in one) {
            line.unshift(one.unshift)
            plain.unshift(one.unshift)
          } else for (let i = 0; i < one.shift && plain.length > 0; i++) expect(line.shift()).toBe(plain.shift())
          expect(line.count()).toBe(plain.length)
        }
      }),
    )
  })
})
