import { describe, expect, test } from 'vitest'
import { dayOf, finishedDays, keptFrom, startOfDay } from '@/lib/domain/job-day'

const at = (text: string) => Date.parse(text)

describe('the days that are finished', () => {
  test.each<[string, string | null, string, string, number, string[]]>([
    ['none in the first day', null, '2026-02-27', '2026-02-27T23:59:59Z', 9, []],
    ['the first, with its last instant', null, '2026-02-27', '2026-02-28T00:00:00Z', 9, ['2026-02-27']],
    [
      'all since the last that was done',
      '2026-02-26',
      '2026-01-01',
      '2026-03-02T12:00:00Z',
      9,
      ['2026-02-27', '2026-02-28', '2026-03-01'],
    ],
    ['so many at a time', '2026-02-26', '2026-01-01', '2026-03-02T12:00:00Z', 2, ['2026-02-27', '2026-02-28']],
    ['none twice', '2026-03-01', '2026-01-01', '2026-03-02T12:00:00Z', 9, []],
  ])('%s', (_, last, first, now, most, days) => expect(finishedDays(last, first, at(now), most)).toEqual(days))
  test('days are those of UTC', () => {
    expect(dayOf(at('2026-03-01T00:30:00+01:00'))).toBe('2026-02-28')
    expect(startOfDay('2026-03-01')).toBe(at('2026-03-01T00:00:00Z'))
  })
})

test.each([
  ['2026-11-21T08:00:00Z', 3, '2026-08-01T00:00:00Z'],
  ['2026-02-28T23:59:59Z', 3, '2025-11-01T00:00:00Z'],
  ['2026-02-28T23:59:59Z', 1, '2026-01-01T00:00:00Z'],
])('at %s, with %i months kept, from %s', (now, months, from) => expect(keptFrom(at(now), months)).toBe(at(from)))
