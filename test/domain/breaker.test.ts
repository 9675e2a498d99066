import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AttemptResult, afterAttempt, type Health, healthy, placesFor } from '@/lib/domain/breaker'

const second = 1000
const minute = 60 * second
const failed: AttemptResult = { ok: false, permanent: false, status: 503, retryAfterMs: null }
const refused = (status: number | null): AttemptResult => ({ ok: false, permanent: true, status, retryAfterMs: null })
const limited = (ms: number): AttemptResult => ({ ok: false, permanent: false, status: 429, retryAfterMs: ms })
const fared = (...results: AttemptResult[]) =>
  results.reduce((health, result, i) => afterAttempt(health, result, i * minute), healthy)

describe('a channel that fails', () => {
  test('is spared from the third time in a row on, longer each time up to 10 min', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 20].map((times) => {
      const { breakerUntil } = fared(...Array(times).fill(failed))
      return breakerUntil === null ? null : (breakerUntil - (times - 1) * minute) / second
    })
    expect(waits).toEqual([null, null, 30, 60, 120, 300, 600, 600, 600])
  })

  test('is failing since the first of them', () => expect(fared(failed, failed, failed).failingSince).toBe(0))

  test('is well again when it takes anything, whatever was before', () =>
    expect(fared(failed, failed, refused(404), refused(404), { ok: true })).toEqual(healthy))

  test('is spared at once for as long as it asks for', () =>
    expect(fared(limited(90 * second)).breakerUntil).toBe(90 * second))

  test('is not spared for years, whatever it asks for', () =>
    expect(fared(limited(1e12)).breakerUntil).toBe(24 * 60 * minute))

  test('a shorter wish does not shorten what is left of a longer one', () =>
    expect(fared(limited(30 * minute), limited(second)).breakerUntil).toBe(30 * minute))
})

describe('a refusal for good', () => {
  test.each([401, 403, 404, 410, 301, 550, null])('(%s) breaks the channel at once', (status) =>
    expect(fared(refused(status)).brokenSince).toBe(0),
  )
  test.each([400, 413, 422])('(%s) that may be the message’s own fault does not', (status) =>
    expect(fared(refused(status)).brokenSince).toBeNull(),
  )
  test.each([400, 413, 422])('(%s) does, when the one before failed too', (status) =>
    expect(fared(failed, refused(status)).brokenSince).toBe(minute),
  )
  test('of two messages with one taken between them does not', () =>
    expect(fared(refused(400), { ok: true }, refused(400)).brokenSince).toBeNull())
  test('keeps the instant of the first', () => expect(fared(refused(404), refused(404)).brokenSince).toBe(0))
})

describe('places', () => {
  const now = 10 * minute
  const cases: [string, Partial<Health>, number][] = [
    ['well', {}, 4],
    ['failing: one message finds out', { failures: 1, failingSince: 0 }, 1],
    ['spared', { failures: 3, breakerUntil: now + 1 }, 0],
    ['spared until now', { failures: 3, breakerUntil: now }, 1],
    ['broken', { failures: 1, brokenSince: 0 }, 0],
  ]
  test.each(cases)('%s', (_, health, places) => expect(placesFor({ ...healthy, ...health }, 4, now)).toBe(places))
})

const someResult: fc.Arbitrary<AttemptResult> = fc.oneof(
  fc.constant<AttemptResult>({ ok: true }),
  fc.record({
    ok: fc.constant(false as const),
    permanent: fc.boolean(),
    status: fc.constantFrom(null, 400, 404, 413, 422, 429, 500),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 1e12 })),
  }),
)

test('whatever happens: the count is that of the failures since the last success, and no pause is over a day', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(someResult, fc.integer({ min: 0, max: 1e7 })), { maxLength: 30 }), (attempts) => {
      let [health, now] = [healthy, 0]
      let since: number | null = null
      let broken = false
      let inARow = 0
      for (const [result, later] of attempts) {
        now += later
        health = afterAttempt(health, result, now)
        since = result.ok ? null : (since ?? now)
        inARow = result.ok ? 0 : inARow + 1
        const itself = !result.ok && result.permanent && (inARow > 1 || ![400, 413, 422].includes(result.status ?? 0))
        broken = !result.ok && (broken || itself)
        expect(health.failures).toBe(inARow)
        expect(health.failingSince).toBe(since)
        expect(health.brokenSince !== null).toBe(broken)
        expect((health.breakerUntil ?? now) - now).toBeLessThanOrEqual(24 * 60 * minute)
        if (inARow >= 3) expect(health.breakerUntil).toBeGreaterThanOrEqual(now + 30 * second)
      }
    }),
  )
})
