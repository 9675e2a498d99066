import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBackoff } from '@/workers/house/backoff'

describe('the pause before a role is started again', () => {
  const inTheMiddle = () => 0.5

  test('doubles at each end in a row up to 30 s', () => {
    const backoff = createBackoff(inTheMiddle)
    expect(Array.from({ length: 9 }, () => backoff(0))).toEqual([250, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000])
  })

  test('is short again after a steady minute', () => {
    const backoff = createBackoff(inTheMiddle)
    for (let i = 0; i < 5; i++) backoff(0)
    expect(backoff(60_000)).toBe(250)
    expect(backoff(0)).toBe(500)
  })

  test('is spread by a quarter, never zero', () =>
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (chance) => {
        const waitMs = createBackoff(() => chance)(0)
        expect(waitMs).toBeGreaterThanOrEqual(187)
        expect(waitMs).toBeLessThanOrEqual(313)
      }),
    ))
})
