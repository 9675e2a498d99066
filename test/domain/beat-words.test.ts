import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { beatKey, readDuration, readExit, readRun, readState, ruleOfLimits } from '@/lib/domain/beat-words'

test('an exit status is a whole number from 0 to 255', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer({ min: -10, max: 1200 }).map(String), fc.string()), (text) => {
      const expected = /^\d{1,3}$/.test(text) && Number(text) < 256 ? Number(text) : null
      expect(readExit(text)).toBe(expected)
    }),
  )
})

describe('what a beat says of itself', () => {
  const otherwise = { signal: 'start', exitStatus: null } as const
  test.each([
    [null, otherwise],
    ['', otherwise],
    ['OK', { signal: 'success', exitStatus: null }],
    ['error', { signal: 'fail', exitStatus: null }],
    ['0', { signal: 'success', exitStatus: 0 }],
    ['255', { signal: 'fail', exitStatus: 255 }],
  ])('status %j', (text, expected) => expect(readState(text, otherwise)).toEqual(expected))

  test('a word that is none says what was found and what was expected', () => {
    expect(readState('fine"', otherwise)).toEqual({
      fault: 'status: found "fine\\"", expected ok, fail, start, log or an exit status from 0 to 255',
    })
    expect(readDuration('1s')).toEqual({ fault: 'duration: found "1s", expected milliseconds from 0 to 100000000000' })
    expect(readRun('x'.repeat(201))).toEqual({ fault: 'rid: found 201 characters, expected at most 200' })
  })

  test('a run id keeps no NUL, which PostgreSQL would refuse', () => {
    expect(readRun('a\0b')).toEqual({ run: 'ab' })
  })
})

describe('the limits of heartbeat.sh', () => {
  test.each([
    ['1d2h3m4s', null, { warning: 93_784, error: null }],
    ['60', '1w', { warning: 60, error: 604_800 }],
    [null, null, { warning: null, error: null }],
  ])('%j and %j', (warning, error, expected) => expect(beatKey.limits(warning, error)).toEqual(expected))

  test.each(['0', '-1', '1x', '367d', '99999999999999999999', '1 d', 'd'])('%j is none', (text) =>
    expect(beatKey.limits(text, null)).toHaveProperty('fault'),
  )

  test.each([
    ['nothing said of a new one: a minute, and five times that', { warning: null, error: null }, null, [60, 240]],
    ['the error unsaid: five times the warning', { warning: 100, error: null }, null, [100, 400]],
    ['both said', { warning: 120, error: 300 }, null, [120, 180]],
    ['an error before the warning', { warning: 300, error: 120 }, null, [300, 0]],
    ['nothing said again: as it was', { warning: null, error: null }, { seconds: 7, graceSeconds: 3 }, [7, 3]],
    ['the warning alone said again', { warning: 8, error: null }, { seconds: 7, graceSeconds: 3 }, [8, 2]],
  ])('%s', (_, limits, before, [seconds, graceSeconds]) =>
    expect(ruleOfLimits(limits, before)).toEqual({ seconds, graceSeconds }),
  )
})
