import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { giveUpAfterMs, nextAttemptAt, retryAfterMs, verdictOf } from '@/lib/domain/retry'

const now = new Date('2026-11-21T04:00:00Z')

test.each([
  [201, 'accepted'],
  [200, 'accepted'],
  [202, 'accepted'],
  [404, 'gone'],
  [410, 'gone'],
  [400, 'refused'],
  [401, 'refused'],
  [403, 'refused'], // Apple's BadJwtToken: our clock or keys, the phone is well
  [413, 'too_large'],
  [406, 'again'], // how WNS says: too many
  [429, 'again'],
  [500, 'again'],
  [503, 'again'],
  [302, 'again'],
  [null, 'again'],
])('an answer of %s means %s', (status, verdict) => expect(verdictOf(status)).toBe(verdict))

describe('when to try again', () => {
  const waited = (attempts: number, retryAfter: number | null = null, random = 0) => {
    const at = nextAttemptAt({ attempts, createdAt: now, retryAfterMs: retryAfter }, random, now)
    return at && (at.getTime() - now.getTime()) / 1000
  }
  test.each([
    [1, 5],
    [2, 30],
    [3, 120],
    [4, 600],
    [5, 1800],
    [6, 3600],
    [20, 3600],
  ])('after attempt %i: %i s', (attempts, seconds) => expect(waited(attempts)).toBe(seconds))
  test('up to a fifth later, so that not all come back at once', () => expect(waited(2, null, 0.5)).toBe(33))
  test('Retry-After is the least', () => expect(waited(1, 900_000)).toBe(900))
  test('a shorter Retry-After hastens nothing', () => expect(waited(3, 1000)).toBe(120))
  test('24 h after it was made it is given up', () => {
    const createdAt = new Date(now.getTime() - giveUpAfterMs + 3_600_000)
    expect(nextAttemptAt({ attempts: 9, createdAt, retryAfterMs: null }, 0, now)).not.toBeNull()
    expect(nextAttemptAt({ attempts: 9, createdAt, retryAfterMs: null }, 0.01, now)).toBeNull()
  })
  test('never before Retry-After, never after a day', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.nat(90_000_000),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (n, retry, random) => {
          const at = nextAttemptAt({ attempts: n, createdAt: now, retryAfterMs: retry }, random, now)
          if (at === null) return
          expect(at.getTime()).toBeGreaterThanOrEqual(now.getTime() + retry)
          expect(at.getTime()).toBeLessThanOrEqual(now.getTime() + giveUpAfterMs)
        },
      ),
    ))
})

test.each([
  ['10', 10_000],
  [' 900 ', 900_000],
  ['Sat, 21 Nov 2026 04:02:00 GMT', 120_000],
  ['Sat, 21 Nov 2026 03:00:00 GMT', 0],
  [undefined, null],
  ['', null],
  ['soon', null],
  ['-5', null],
  ['1e9', null],
])('Retry-After: %s is %s ms', (header, ms) => expect(retryAfterMs(header, now)).toBe(ms))
