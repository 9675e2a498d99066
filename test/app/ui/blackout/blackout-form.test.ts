import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { BlackoutForm } from '@/app/ui/blackout/blackout-form'
import { faultAtField, readBlackoutForm } from '@/app/ui/blackout/blackout-form-data'
import { ruleWords, weekdayWords } from '@/app/ui/blackout/blackout-words'
import { quickBlackout } from '@/app/ui/blackout/quick-blackout'
import { type Blackout, readBlackout } from '@/lib/domain/blackout'

const now = Date.parse('2026-11-21T12:00:00Z')
function form(said: Record<string, string | string[]>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(said)) for (const one of [value].flat()) data.append(name, one)
  return data
}

describe('the form of a blackout', () => {
  test('every week, of tags and sites', () => {
    const read = readBlackoutForm(
      form({
        kind: 'weekly',
        weekday: ['1', '7'],
        start: '22:00',
        end: '02:00',
        zone: 'Europe/Berlin',
        tag: 'wisp',
        site: '3',
        from: '2026-11-21',
      }),
      now,
    )
    expect(read).toMatchObject({
      blackout: { weekdays: [1, 7], startMinute: 1320, endMinute: 120, tags: ['wisp'], siteIds: [3], planned: false },
    })
    if ('blackout' in read)
      expect(ruleWords(read.blackout)).toBe('Mon and Sun, 22:00 to 02:00 the next day, Europe/Berlin')
  })

  test('everything leaves out what else was picked', () => {
    expect(readBlackoutForm(form({ kind: 'open', scope: 'all', target: '5' }), now)).toMatchObject({
      blackout: { coversAll: true, targetIds: [] },
    })
  })

  test('a fault stands at its field', () => {
    const read = readBlackoutForm(form({ kind: 'range', target: '5' }), now)
    expect('fault' in read && faultAtField(read.fault)).toEqual({
      errors: { until: expect.stringMatching(/^Found nothing/) },
    })
  })
})

describe('the form of one that stands', () => {
  const standing = (said: Record<string, string | string[]>): Blackout => {
    const read = readBlackoutForm(form(said), now)
    if ('fault' in read) throw new Error(read.fault)
    return { ...read.blackout, id: 3 }
  }
  const shown = (blackout: Blackout) =>
    renderToStaticMarkup(createElement(BlackoutForm, { blackout, targets: [], sites: [], tags: [] }))

  test.each([['open'], ['periods']])('%s: it goes on from when it began', (kind) => {
    const blackout = standing({ kind, periods: '3', target: '5', from: '2020-01-02T03:04:05.678Z' })
    expect(shown(blackout)).toContain('<input type="hidden" name="from" value="2020-01-02T03:04:05.678Z"/>')
  })
})

describe('a quick blackout', () => {
  test.each([
    ['1h', { kind: 'range', fromAt: now, untilAt: now + 3_600_000 }],
    ['morning', { kind: 'range', fromAt: now, untilAt: Date.parse('2026-11-22T07:00:00Z') }],
    ['open', { kind: 'open', fromAt: now, untilAt: null }],
    ['periods', { kind: 'periods', periodsLeft: 4 }],
    [
      'range',
      { kind: 'range', fromAt: Date.parse('2026-11-21T13:00:00Z'), untilAt: Date.parse('2026-11-21T15:30:00Z') },
    ],
  ])('%s', (quiet, expected) => {
    const said = form({
      quiet,
      periods: '4',
      from: '2026-11-21T13:00',
      until: '2026-11-21T15:30',
      zone: 'UTC',
      planned: 'on',
    })
    expect(readBlackout(quickBlackout(said, [7], now), now)).toMatchObject({
      blackout: { targetIds: [7], planned: true, ...expected },
    })
  })
})

test.each([
  [[1, 2, 3, 4, 5], 'Mon to Fri'],
  [[6, 7], 'Sat and Sun'],
  [[1, 3, 5], 'Mon, Wed and Fri'],
  [[4], 'Thu'],
  [[1, 2, 3, 4, 5, 6, 7], 'every day'],
])('days %j are %s', (days, words) => expect(weekdayWords(days)).toBe(words))
