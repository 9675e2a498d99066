import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accountRule, type ThrottleRule, throttleAddress, waitSeconds } from '@/lib/domain/throttle'

const now = 1_800_000_000_000
const rule: ThrottleRule = { free: 3, windowSeconds: 100, maxWaitSeconds: 10 }
/** That many failures, the last one `ago` s ago, one each second before it. */
const failures = (count: number, ago = 0) => Array.from({ length: count }, (_, i) => now - (ago + i) * 1000)

describe('waitSeconds, with 3 failures free within 100 s', () => {
  test.each([
    ['nothing failed', failures(0), 0],
    ['two failures are free', failures(2), 0],
    ['the third makes one wait a second', failures(3), 1],
    ['the fourth two', failures(4), 2],
    ['the sixth eight', failures(6), 8],
    ['never more than the most', failures(40), 10],
    ['time already waited counts', failures(6, 5), 3],
    ['the wait ends', failures(6, 8), 0],
    ['what is older than the window is forgotten', failures(6, 100), 0],
    ['a failure from a clock ahead of ours does not lengthen it', failures(3, -500), 1],
  ])('%s', (_, at, seconds) => expect(waitSeconds(at, rule, now)).toBe(seconds))

  test('an owner waits at most a minute, however many strangers guess', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: now - 2_000_000, max: now + 2_000_000 }), { maxLength: 300 }), (at) => {
        const wait = waitSeconds(at, accountRule, now)
        expect(wait).toBeGreaterThanOrEqual(0)
        expect(wait).toBeLessThanOrEqual(60)
        expect(Number.isInteger(wait)).toBe(true)
      }),
    )
  })

  test('one more failure never shortens the wait', () => {
    const some = fc.array(fc.integer({ min: now - 200_000, max: now }), { maxLength: 30 })
    fc.assert(
      fc.property(some, fc.integer({ min: now - 200_000, max: now }), (at, more) => {
        expect(waitSeconds([...at, more], rule, now)).toBeGreaterThanOrEqual(waitSeconds(at, rule, now))
      }),
    )
  })

  test('guessing without a pause is held to a few attempts a minute', () => {
    const tried: number[] = []
    for (let at = now; at < now + 600_000; at += 100) if (waitSeconds(tried, accountRule, at) === 0) tried.push(at)
    expect(tried.length).toBeLessThan(25)
  })
})

describe('throttleAddress', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s counts as %s', (address, key) => expect(throttleAddress(address)).toBe(key))
})
