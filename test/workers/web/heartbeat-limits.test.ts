import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBuckets, newBucket, take } from '@/workers/web/heartbeat-limits'

const now = 1_790_000_000_000

describe('a bucket', () => {
  test('gives its burst at once, then what comes back', () => {
    const bucket = newBucket()
    const taken = (at: number, tries: number) =>
      Array.from({ length: tries }, () => take(bucket, at, 10, 5)).filter(Boolean).length
    expect(taken(now, 20)).toBe(5)
    expect(taken(now + 99, 1)).toBe(0)
    expect(taken(now + 100, 3)).toBe(1)
    expect(taken(now + 60_000, 20)).toBe(5)
  })

  test('never gives more than burst and rate allow, whatever the clock does', () => {
    const steps = fc.array(fc.integer({ min: -500, max: 500 }), { maxLength: 200 })
    fc.assert(
      fc.property(steps, (moves) => {
        const bucket = newBucket()
        let at = now
        let forward = 0
        let given = 0
        for (const move of moves) {
          at += move
          forward += Math.max(0, move)
          if (take(bucket, at, 10, 5)) given++
        }
        expect(given).toBeLessThanOrEqual(5 + forward / 100 + 1e-6)
      }),
    )
  })
})

test('a thousand a second for good is never refused by a bucket of a thousand', () => {
  const bucket = newBucket()
  for (let ms = 0; ms < 30_000; ms++) expect(take(bucket, now + ms, 1000, 5000)).toBe(true)
})

describe('buckets by address', () => {
  test('are one for a line of IPv6, and one for each address of IPv4', () => {
    const buckets = createBuckets(1, 2)
    expect(['2001:db8:1:2::1', '2001:db8:1:2:ffff::2', '2001:db8:1:2::3'].map((one) => buckets.take(one, now))).toEqual(
      [true, true, false],
    )
    expect(buckets.take('2001:db8:1:3::1', now)).toBe(true)
    expect(['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((one) => buckets.take(one, now))).toEqual([true, true, true])
  })

  test('are forgotten when there are too many, those in use last', () => {
    const buckets = createBuckets(0, 1)
    for (let i = 0; i < 60_000; i++) {
      buckets.take(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, now + i)
      if (i % 1000 === 0) expect(buckets.take('192.0.2.1', now + i)).toBe(i === 0)
    }
  })
})
