import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { longestPeriod } from '@/lib/domain/period'
import {
  type PeriodUnit,
  type PressedPeriod,
  periodUnits,
  periodWords,
  press,
  readPeriod,
} from '@/lib/domain/period-buttons'

const units = Object.keys(periodUnits) as PeriodUnit[]
const none: PressedPeriod = { seconds: 300, last: null }
const pressed = (...all: PeriodUnit[]) => all.reduce(press, none)

describe('the period buttons', () => {
  test.each<[PeriodUnit[], number]>([
    [['minute'], 60],
    [['day', 'day', 'day'], 3 * 86_400],
    [['hour', 'hour', 'day'], 86_400],
    [['day', 'day', 'day', 'hour'], 3_600],
    [['week', 'day', 'week'], 604_800],
    [['minute', 'minute', 'hour', 'hour', 'hour'], 3 * 3_600],
  ])('%j is %i seconds', (buttons, seconds) => expect(pressed(...buttons).seconds).toBe(seconds))

  test('a typed period is replaced by the first press', () => {
    expect(press({ seconds: 86_400, last: null }, 'day')).toEqual({ seconds: 86_400, last: 'day' })
  })

  test('the same button pressed on and on stays within 366 days', () => {
    const many = pressed(...Array<PeriodUnit>(400).fill('day'))
    expect(many.seconds).toBe(longestPeriod)
  })

  test('whatever is pressed, only the last run of one button counts', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...units), { minLength: 1, maxLength: 30 }), (buttons) => {
        const last = buttons.at(-1) ?? 'minute'
        let run = 0
        for (let i = buttons.length - 1; i >= 0 && buttons[i] === last; i--) run++
        const most = Math.floor(longestPeriod / periodUnits[last])
        expect(pressed(...buttons)).toEqual({ seconds: Math.min(run, most) * periodUnits[last], last })
      }),
    )
  })
})

describe('a period that is typed', () => {
  test.each([
    ['90', 90],
    ['90s', 90],
    ['5 min', 300],
    ['1h30m', 5_400],
    ['1 h 30 min', 5_400],
    ['1.5 h', 5_400],
    ['3 days', 259_200],
    ['1 week', 604_800],
    ['2 days, 4 hours and 1 minute', 187_260],
    ['  1 Day ', 86_400],
  ])('%j is %i seconds', (text, seconds) => expect(readPeriod(text)).toEqual({ seconds }))

  test.each([
    '',
    'soon',
    '5 parsecs',
    '-5 min',
    '5 min ago',
    '1e9',
    '5 min;',
    '1..5 h',
    '٣ days',
    '9'.repeat(80),
    `${'9'.repeat(58)}!`,
  ])('%j is refused in words', (text) =>
    expect(readPeriod(text)).toEqual({ fault: expect.stringMatching(/^found .*expected a time such as/) }),
  )

  test.each([
    ['0', 'found 0 s, expected 1 s to 366 days'],
    ['367 days', 'found 367 days, expected 1 s to 366 days'],
  ])('%j is out of bounds', (text, fault) => expect(readPeriod(text)).toEqual({ fault }))

  test('a grace of nothing may be allowed', () => expect(readPeriod('0', 0)).toEqual({ seconds: 0 }))

  test('what is written is read as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: longestPeriod }), (seconds) => {
        expect(readPeriod(periodWords(seconds))).toEqual({ seconds })
      }),
    )
  })

  test('any text is answered, within bounds or in words', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        const read = readPeriod(text)
        if ('seconds' in read) expect(read.seconds).toBeGreaterThanOrEqual(1)
        else expect(read.fault).toContain('expected')
      }),
    )
  })
})

test.each([
  [1, '1 s'],
  [60, '1 min'],
  [90, '1 min 30 s'],
  [86_400, '1 day'],
  [259_200, '3 days'],
  [604_800, '1 week'],
  [691_200, '8 days'],
  [5_400, '1 h 30 min'],
])('%i seconds reads %j', (seconds, words) => expect(periodWords(seconds)).toBe(words))
