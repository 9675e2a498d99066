import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  activeAt,
  type BlackoutRule,
  coveredUntil,
  covers,
  endOf,
  nextOccurrences,
  restated,
} from '@/lib/domain/blackout'
import { clockChanges } from '@/lib/domain/wall-clock'

const at = (text: string) => Date.parse(text)
const said = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().replace('.000Z', 'Z'))
const rule = (change: Partial<BlackoutRule>): BlackoutRule => ({
  kind: 'range',
  reason: '',
  coversAll: true,
  targetIds: [],
  siteIds: [],
  tags: [],
  fromAt: at('2026-01-01T00:00:00Z'),
  untilAt: null,
  weekdays: null,
  startMinute: null,
  endMinute: null,
  zone: 'UTC',
  periodsLeft: null,
  planned: true,
  endedAt: null,
  ...change,
})
const weekly = (change: Partial<BlackoutRule>) =>
  rule({ kind: 'weekly', weekdays: [1, 2, 3, 4, 5, 6, 7], startMinute: 120, endMinute: 180, ...change })
const listed = (blackout: BlackoutRule, from: string, n = 5) =>
  nextOccurrences(blackout, at(from), n).map(({ startAt, endAt }) => `${said(startAt)} ${said(endAt)}`)

describe('what it covers', () => {
  const target = { id: 7, siteId: 3, tags: ['backup', 'night'] }
  test.each<[string, Partial<BlackoutRule>, boolean]>([
    ['everything', { coversAll: true }, true],
    ['the target itself', { coversAll: false, targetIds: [1, 7] }, true],
    ['its site', { coversAll: false, siteIds: [3] }, true],
    ['one of its tags', { coversAll: false, tags: ['night'] }, true],
    ['something else', { coversAll: false, targetIds: [3], siteIds: [7], tags: ['day'] }, false],
  ])('%s', (_, change, covered) => expect(covers(rule(change), target)).toBe(covered))
  test('a target without a site is of no site', () =>
    expect(covers(rule({ coversAll: false, siteIds: [3] }), { ...target, siteId: null })).toBe(false))
})

describe('when it holds', () => {
  const range = rule({ fromAt: at('2026-03-01T10:00:00Z'), untilAt: at('2026-03-01T12:00:00Z') })
  const open = rule({ kind: 'open', fromAt: at('2026-03-01T10:00:00Z') })
  test.each<[string, BlackoutRule, string, boolean, string | null]>([
    ['a range, before', range, '2026-03-01T09:59:59Z', false, null],
    ['a range, from its first instant', range, '2026-03-01T10:00:00Z', true, '2026-03-01T12:00:00Z'],
    ['a range, up to its end and without it', range, '2026-03-01T12:00:00Z', false, null],
    [
      'a range that was ended',
      { ...range, endedAt: at('2026-03-01T11:00:00Z') },
      '2026-03-01T10:59:59Z',
      true,
      '2026-03-01T11:00:00Z',
    ],
    [
      'a range after it was ended',
      { ...range, endedAt: at('2026-03-01T11:00:00Z') },
      '2026-03-01T11:00:00Z',
      false,
      null,
    ],
    ['one without an end', open, '2036-03-01T10:00:00Z', true, null],
    [
      'one of periods, until it is used up',
      { ...open, kind: 'periods', periodsLeft: 2 },
      '2026-03-02T00:00:00Z',
      true,
      null,
    ],
    [
      'one of periods, used up',
      { ...open, kind: 'periods', periodsLeft: 0, endedAt: at('2026-03-01T11:00:00Z') },
      '2026-03-01T11:00:00Z',
      false,
      null,
    ],
    [
      'over midnight',
      weekly({ weekdays: [1], startMinute: 1380, endMinute: 60 }),
      '2026-03-03T00:30:00Z',
      true,
      '2026-03-03T01:00:00Z',
    ],
    [
      'over midnight, the day before',
      weekly({ weekdays: [1], startMinute: 1380, endMinute: 60 }),
      '2026-03-02T00:30:00Z',
      false,
      null,
    ],
    [
      'a whole day',
      weekly({ weekdays: [1], startMinute: 0, endMinute: 0 }),
      '2026-03-02T23:59:00Z',
      true,
      '2026-03-03T00:00:00Z',
    ],
    [
      'whole days that touch',
      weekly({ weekdays: [1, 2], startMinute: 0, endMinute: 0 }),
      '2026-03-02T01:00:00Z',
      true,
      '2026-03-04T00:00:00Z',
    ],
    ['every whole day', weekly({ startMinute: 60, endMinute: 60 }), '2026-03-02T01:00:00Z', true, null],
    [
      'every whole day, with a last one',
      weekly({ startMinute: 60, endMinute: 60, untilAt: at('2026-05-01T12:00:00Z') }),
      '2026-03-02T01:00:00Z',
      true,
      '2026-05-02T01:00:00Z',
    ],
    ['made in the middle of it', weekly({ fromAt: at('2026-03-02T02:30:00Z') }), '2026-03-02T02:29:00Z', false, null],
    [
      'not on the evening before the first day',
      weekly({ startMinute: 1380, endMinute: 60, fromAt: at('2026-03-02T00:00:00Z') }),
      '2026-03-02T00:30:00Z',
      false,
      null,
    ],
    [
      'the last day to its end',
      weekly({ startMinute: 1380, endMinute: 60, untilAt: at('2026-03-02T12:00:00Z') }),
      '2026-03-03T00:30:00Z',
      true,
      '2026-03-03T01:00:00Z',
    ],
    [
      'not after the last day',
      weekly({ startMinute: 1380, endMinute: 60, untilAt: at('2026-03-02T12:00:00Z') }),
      '2026-03-03T23:30:00Z',
      false,
      null,
    ],
  ])('%s', (_, blackout, when, active, end) => {
    expect(activeAt(blackout, at(when))).toBe(active)
    expect(said(endOf(blackout, at(when)))).toBe(end)
  })
})

describe('the next five, across a change of the clock', () => {
  const nightly = (zone: string) => weekly({ zone, startMinute: 150, endMinute: 210 }) // 02:30 to 03:30
  test.each<[string, BlackoutRule, string, string[]]>([
    [
      'Europe/Berlin springs forward at 02:00: it begins when the clock does',
      nightly('Europe/Berlin'),
      '2026-03-28T00:00:00Z',
      [
        '2026-03-28T01:30:00Z 2026-03-28T02:30:00Z',
        '2026-03-29T01:00:00Z 2026-03-29T01:30:00Z',
        '2026-03-30T00:30:00Z 2026-03-30T01:30:00Z',
      ],
    ],
    [
      'Europe/Berlin falls back at 03:00: from the first 02:30 to 03:30, two hours',
      nightly('Europe/Berlin'),
      '2026-10-24T12:00:00Z',
      ['2026-10-25T00:30:00Z 2026-10-25T02:30:00Z', '2026-10-26T01:30:00Z 2026-10-26T02:30:00Z'],
    ],
    [
      'America/New_York springs forward',
      weekly({ zone: 'America/New_York', startMinute: 60, endMinute: 150 }),
      '2026-03-08T00:00:00Z',
      ['2026-03-08T06:00:00Z 2026-03-08T07:00:00Z', '2026-03-09T05:00:00Z 2026-03-09T06:30:00Z'],
    ],
    [
      'Australia/Lord_Howe falls back by half an hour',
      weekly({ zone: 'Australia/Lord_Howe', startMinute: 90, endMinute: 120 }),
      '2026-04-04T00:00:00Z',
      ['2026-04-04T14:30:00Z 2026-04-04T15:30:00Z', '2026-04-05T15:00:00Z 2026-04-05T15:30:00Z'],
    ],
    [
      'one that the change swallows whole does not come',
      weekly({ zone: 'Europe/Berlin', startMinute: 125, endMinute: 175 }),
      '2026-03-28T12:00:00Z',
      ['2026-03-30T00:05:00Z 2026-03-30T00:55:00Z'],
    ],
  ])('%s', (_, blackout, from, expected) => expect(listed(blackout, from, expected.length)).toEqual(expected))

  test('a range is one, and only while it lasts', () => {
    const range = rule({ fromAt: at('2026-03-01T10:00:00Z'), untilAt: at('2026-03-01T12:00:00Z') })
    expect(listed(range, '2026-02-01T00:00:00Z')).toEqual(['2026-03-01T10:00:00Z 2026-03-01T12:00:00Z'])
    expect(listed(range, '2026-03-01T12:00:00Z')).toEqual([])
  })
})

describe('by brute force, minute by minute around clock changes', () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'] as const
  const changes = zones.flatMap((zone) =>
    clockChanges(zone, at('2026-01-01T00:00:00Z'), at('2028-01-01T00:00:00Z')).map((change) => ({
      zone,
      at: change.at,
    })),
  )
  const minute = 60_000
  const walls = new Map<string, string[]>()

  /** What the wall clock shows at each minute of the six days around a change, as text that sorts. */
  function wallsAround(zone: string, change: number): string[] {
    const key = `${zone} ${change}`
    const known = walls.get(key)
    if (known) return known
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
    const made = Array.from({ length: 6 * 1440 }, (_, i) => format.format(change + (i - 3 * 1440) * minute))
    walls.set(key, made)
    return made
  }

  const two = (n: number) => String(n).padStart(2, '0')
  const clock = (minutes: number) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
  const dayAfter = (day: string, plus: number) =>
    new Date(at(`${day}T00:00:00Z`) + plus * 86_400_000).toISOString().slice(0, 10)

  /** For each minute whether it is dark: from the first one that shows the start or later, until the last one that shows the end. */
  function bruteForce(blackout: BlackoutRule, change: number): boolean[] {
    const shown = wallsAround(blackout.zone, change)
    const active = shown.map(() => false)
    const dayOf = (t: number) =>
      new Intl.DateTimeFormat('sv-SE', { timeZone: blackout.zone, dateStyle: 'short' }).format(t)
    for (let day = (shown[0] ?? '').slice(0, 10); day < (shown.at(-1) ?? '').slice(0, 10); day = dayAfter(day, 1)) {
      const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7
      if (!blackout.weekdays?.includes(weekday) || day < dayOf(blackout.fromAt)) continue
      if (blackout.untilAt !== null && day > dayOf(blackout.untilAt)) continue
      const [start, end] = [blackout.startMinute ?? 0, blackout.endMinute ?? 0]
      const first = shown.findIndex((wall) => wall >= `${day} ${clock(start)}`)
      const until = `${dayAfter(day, end <= start ? 1 : 0)} ${clock(end)}`
      const shownLast = shown.lastIndexOf(until)
      const over = shownLast >= 0 ? shownLast : shown.findIndex((wall) => wall > until)
      for (let i = first; i < (over < 0 ? shown.length : over); i++) active[i] = true
    }
    const timeOf = (i: number) => change + (i - 3 * 1440) * minute
    return active.map(
      (is, i) => is && timeOf(i) >= blackout.fromAt && (blackout.endedAt === null || timeOf(i) < blackout.endedAt),
    )
  }

  const instant = fc.integer({ min: -2000, max: 2000 })
  const example = fc.record({
    change: fc.constantFrom(...changes),
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    startMinute: fc.oneof(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 0, max: 240 })),
    endMinute: fc.oneof(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 0, max: 240 })),
    from: fc.option(instant, { nil: null }),
    until: fc.option(instant, { nil: null }),
    ended: fc.option(instant, { nil: null }),
  })

  const endsWhereTimeRepeats = {
    change: { zone: 'Australia/Lord_Howe' as const, at: at('2027-04-03T15:00:00Z') },
    weekdays: [6, 1],
    startMinute: 90,
    endMinute: 90, // comes twice on Sunday, and is the first minute to do so
    from: null,
    until: null,
    ended: null,
  }

  test('activeAt, nextOccurrences and endOf say the same as the minutes', () => {
    fc.assert(
      fc.property(example, ({ change, weekdays, startMinute, endMinute, from, until, ended }) => {
        const near = (n: number | null) => (n === null ? null : change.at + n * minute)
        const blackout = weekly({
          zone: change.zone,
          weekdays,
          startMinute,
          endMinute,
          fromAt: near(from) ?? at('2025-01-01T00:00:00Z'),
          untilAt: near(until),
          endedAt: near(ended),
        })
        const expected = bruteForce(blackout, change.at)
        const timeOf = (i: number) => change.at + (i - 3 * 1440) * minute
        const inside = { from: 1441 + 60, to: expected.length - 1441 - 60 } // the edges know no neighbours
        const wrong: (string | null)[] = []
        for (let i = inside.from; i < inside.to; i += 7)
          if (activeAt(blackout, timeOf(i)) !== expected[i]) wrong.push(said(timeOf(i)))

        const next = nextOccurrences(blackout, timeOf(inside.from), 6)
        expect([...next].sort((a, b) => a.startAt - b.startAt)).toEqual(next)
        const known = next.length === 6 ? (next.at(-1)?.startAt ?? 0) : Number.POSITIVE_INFINITY
        for (let i = inside.from; i < inside.to && timeOf(i) < known; i++) {
          const t = timeOf(i)
          if (next.some((one) => one.startAt <= t && t < (one.endAt ?? t + 1)) !== expected[i]) wrong.push(said(t))
        }
        expect(wrong).toEqual([])
        const active = expected.findIndex((is, i) => i >= inside.from && i < inside.to && is)
        const over = active < 0 ? -1 : expected.findIndex((is, i) => i > active && !is)
        if (over >= 0 && over < inside.to) expect(said(endOf(blackout, timeOf(active)))).toBe(said(timeOf(over)))
      }),
      { numRuns: Number(process.env.FC ?? 60), examples: [[endsWhereTimeRepeats]] },
    )
  }, 600_000)
})

describe('restated', () => {
  const ended = rule({ kind: 'periods', periodsLeft: 0, endedAt: at('2026-01-02T00:00:00Z') })
  test.each<[string, Partial<BlackoutRule>, boolean]>([
    ['nothing else', {}, true],
    ['its words and what it covers', { reason: 'b', planned: false, coversAll: false, tags: ['t'] }, true],
    ['another kind', { kind: 'open' }, false],
    ['another beginning', { fromAt: at('2026-01-03T00:00:00Z') }, false],
    ['an end', { untilAt: at('2026-01-03T00:00:00Z') }, false],
    ['more beats', { periodsLeft: 2 }, false],
    ['other days', { weekdays: [1] }, false],
    ['another zone', { zone: 'Europe/Berlin' }, false],
  ])('%s', (_, change, stays) => {
    expect(restated({ ...ended, ...change, endedAt: null }, ended).endedAt).toBe(stays ? ended.endedAt : null)
  })
  test('one that is still on stays on', () => expect(restated(ended, rule({ kind: 'periods' })).endedAt).toBeNull())
})

describe('several at once', () => {
  const hour = (from: number, to: number) =>
    rule({ fromAt: at(`2026-03-01T${String(from).padStart(2, '0')}:00:00Z`), untilAt: at(`2026-03-01T${to}:00:00Z`) })
  const noon = at('2026-03-01T12:00:00Z')
  test('none', () => expect(coveredUntil([hour(8, 10)], noon)).toBeNull())
  test('they take over from one another', () =>
    expect(said(coveredUntil([hour(14, 16), hour(11, 13), hour(12, 14), hour(17, 18)], noon)?.until ?? 0)).toBe(
      '2026-03-01T16:00:00Z',
    ))
  test('one without an end outlasts all', () =>
    expect(coveredUntil([hour(11, 13), rule({ kind: 'open', fromAt: noon })], noon)).toMatchObject({ until: null }))
  test('until is the first instant that none covers', () => {
    const some = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 20 })), { maxLength: 6 })
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 50 }), (spans, t) => {
        const blackouts = spans.map(([from, length]) => rule({ fromAt: from, untilAt: from + length }))
        let first = t
        while (blackouts.some((blackout) => activeAt(blackout, first))) first++
        expect(coveredUntil(blackouts, t)?.until ?? t).toBe(first)
      }),
    )
  })
})
