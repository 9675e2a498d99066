import { describe, expect, test } from 'vitest'
import { agoWords, clockWords, nextChange, spanWords, untilMidnight } from '@/app/ui/time-words'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

test.each([
  [-5, '0 s'],
  [999, '0 s'],
  [59_999, '59 s'],
  [minute, '1 min'],
  [4 * minute + 12_000, '4 min 12 s'],
  [3 * hour + 5 * minute, '3 h 5 min'],
  [2 * day + 4 * hour, '2 d 4 h'],
])('%i ms is %s', (ms, words) => expect(spanWords(ms)).toBe(words))

test.each([
  [0, 'just now'],
  [4 * minute, '4 min ago'],
  [-3 * hour, 'in 3 h'],
])('%i ms in the past is %s', (past, words) => expect(agoWords(day - past, day)).toBe(words))

describe('clockWords', () => {
  const now = Date.parse('2026-03-29T12:00:00Z')
  test('leaves out the date on the same day of the zone', () =>
    expect(clockWords(Date.parse('2026-03-28T23:30:00Z'), 'Europe/Berlin', now)).toBe('00:30:00'))
  test('names another day', () =>
    expect(clockWords(Date.parse('2026-03-28T22:30:00Z'), 'Europe/Berlin', now)).toBe('28 Mar, 23:30:00'))
  test('names UTC where the zone of the viewer is not known', () =>
    expect(clockWords(now, 'UTC', now, { seconds: false })).toBe('12:00 UTC'))
  test('is right after the clock has sprung forward', () =>
    expect(clockWords(Date.parse('2026-03-29T01:00:00Z'), 'Europe/Berlin', now)).toBe('03:00:00'))
})

test.each([0, 1, 999, 59_500, 4 * minute + 700, hour + 1, day + 1, 3 * day])(
  'the words of %i ms stay the same until nextChange, and change then',
  (span) => {
    const wait = nextChange(span)
    expect(spanWords(span + wait - 1)).toBe(spanWords(span))
    expect(spanWords(span + wait)).not.toBe(spanWords(span))
  },
)

describe('untilMidnight', () => {
  test.each([
    ['2026-03-29T21:59:30Z', 'Europe/Berlin', 30_000],
    ['2026-03-29T21:59:59.900Z', 'Europe/Berlin', 1000], // never a busy loop
    ['2026-03-29T22:00:00Z', 'Europe/Berlin', hour], // looked at again: the day may be longer or shorter
    ['2026-11-21T18:14:00Z', 'Asia/Kathmandu', minute],
  ])('at %s in %s it is %i ms, an hour at most', (now, zone, wait) =>
    expect(untilMidnight(Date.parse(now), zone)).toBe(wait),
  )
})
