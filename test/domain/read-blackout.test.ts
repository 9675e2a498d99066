import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBlackout } from '@/lib/domain/blackout'

const now = Date.parse('2026-03-28T12:00:00Z')
const range = { kind: 'range', targetIds: [7], untilAt: '2026-03-28T14:00:00Z' }
const weekly = { kind: 'weekly', coversAll: true, weekdays: [7, 1, 7], startMinute: '22:30', endMinute: '06:00' }
const read = (input: unknown) => {
  const found = readBlackout(input, now)
  return 'fault' in found ? found.fault : found.blackout
}
const iso = (ms: unknown) => new Date(Number(ms)).toISOString()

describe('what is said', () => {
  test('a range from now on, as little as can be said', () =>
    expect(read(range)).toEqual({
      kind: 'range',
      reason: '',
      coversAll: false,
      targetIds: [7],
      siteIds: [],
      tags: [],
      fromAt: now,
      untilAt: Date.parse('2026-03-28T14:00:00Z'),
      weekdays: null,
      startMinute: null,
      endMinute: null,
      zone: 'UTC',
      periodsLeft: null,
      planned: true,
      endedAt: null,
    }))
  test('a weekly one, times as they are written', () =>
    expect(read({ ...weekly, zone: 'Europe/Berlin' })).toMatchObject({
      weekdays: [1, 7],
      startMinute: 1350,
      endMinute: 360,
      zone: 'Europe/Berlin',
      untilAt: null,
    }))
  test('midnight as an end, both ways', () =>
    expect([read({ ...weekly, endMinute: '24:00' }), read({ ...weekly, endMinute: 0 })]).toMatchObject([
      { endMinute: 0 },
      { endMinute: 0 },
    ]))
  test('periods of one job', () =>
    expect(read({ kind: 'periods', targetIds: [7], periodsLeft: 3, planned: false })).toMatchObject({
      periodsLeft: 3,
      planned: false,
    }))
  test('everything takes the rest with it', () =>
    expect(read({ kind: 'open', coversAll: true, targetIds: [1], tags: ['a'] })).toMatchObject({
      targetIds: [],
      tags: [],
    }))

  test.each([
    ['with a zone', '2026-03-29T02:00:00+02:00', '2026-03-29T00:00:00.000Z'],
    ['wall time of its zone', '2026-03-29T04:00', '2026-03-29T02:00:00.000Z'],
    ['wall time that is skipped', '2026-03-29T02:30', '2026-03-29T01:00:00.000Z'],
    ['wall time that comes twice: an end is the later', '2026-10-25T02:30', '2026-10-25T01:30:00.000Z'],
    ['a day alone: its end', '2026-03-29', '2026-03-29T21:59:59.999Z'],
    ['a number', now + 1, '2026-03-28T12:00:00.001Z'],
  ])('an end %s', (_, untilAt, expected) => {
    const found = read({ ...range, zone: 'Europe/Berlin', untilAt })
    expect(typeof found === 'string' ? found : iso(found.untilAt)).toBe(expected)
  })
})

test.each<[unknown, string]>([
  [null, 'blackout: found null, expected its fields'],
  [{ kind: 'monthly' }, 'kind: found "monthly", expected one of range, weekly, periods, open'],
  [{ ...range, zone: 'Mars/Base' }, 'zone: found "Mars/Base", expected an IANA time zone such as Europe/Berlin'],
  [{ ...range, targetIds: [] }, 'targetIds: found nothing covered, expected targets, sites, tags, or everything'],
  [{ ...range, targetIds: ['7'] }, 'targetIds: found ["7"], expected a list of at most 20000 ids'],
  [{ ...range, tags: [''] }, 'tags: found [""], expected a list of at most 32 tags'],
  [{ ...range, untilAt: undefined }, 'untilAt: found nothing, expected the instant at which it ends'],
  [
    { ...range, untilAt: '2026-03-28T12:00:00Z' },
    'untilAt: found "2026-03-28T12:00:00Z", expected an instant after its beginning',
  ],
  [
    { ...range, untilAt: 'soon' },
    'untilAt: found "soon", expected an instant such as 2026-03-29T02:00:00Z, or wall time such as 2026-03-29T02:00, from 2000 to 2199',
  ],
  [
    { ...range, untilAt: '2026-02-30' },
    'untilAt: found "2026-02-30", expected an instant such as 2026-03-29T02:00:00Z, or wall time such as 2026-03-29T02:00, from 2000 to 2199',
  ],
  [
    { ...range, reason: 'a\u0000b' },
    'reason: found "a\\u0000b", expected at most 200 characters without control characters',
  ],
  [{ ...range, planned: 'yes' }, 'planned: found "yes", expected true or false'],
  [{ ...weekly, weekdays: [] }, 'weekdays: found [], expected a list of days from 1 (Monday) to 7 (Sunday)'],
  [{ ...weekly, weekdays: [0] }, 'weekdays: found [0], expected a list of days from 1 (Monday) to 7 (Sunday)'],
  [{ ...weekly, startMinute: '25:00' }, 'startMinute: found "25:00", expected a time of day such as 22:30'],
  [{ ...weekly, endMinute: undefined }, 'endMinute: found nothing, expected a time of day such as 22:30'],
  [{ kind: 'periods', coversAll: true, periodsLeft: 1 }, 'targetIds: found everything, expected one job to count for'],
  [{ kind: 'periods', targetIds: [1, 2], periodsLeft: 1 }, 'targetIds: found 2 things, expected one job to count for'],
  [{ kind: 'periods', targetIds: [1], periodsLeft: 0 }, 'periodsLeft: found 0, expected a whole number from 1 to 1000'],
])('%j is refused: %s', (input, fault) => expect(read(input)).toBe(fault))

test('whatever is said, it is read or refused with a field, never thrown at', () => {
  const value = fc.oneof(
    fc.anything({ withBigInt: true, withDate: true }),
    fc.constantFrom('range', 'weekly', 'periods', 'open', 'UTC', '2026-04-01', '22:30', [1], true, 3),
  )
  const fields = [
    'kind',
    'reason',
    'coversAll',
    'targetIds',
    'siteIds',
    'tags',
    'fromAt',
    'untilAt',
    'weekdays',
    'startMinute',
    'endMinute',
    'zone',
    'periodsLeft',
    'planned',
  ]
  const input = fc
    .dictionary(fc.constantFrom(...fields), value)
    .chain((said) =>
      fc
        .record({ base: fc.constantFrom({}, range, weekly), said: fc.constant(said) })
        .map(({ base, said }) => ({ ...base, ...said })),
    )
  fc.assert(
    fc.property(input, (said) => {
      const found = read(said)
      if (typeof found === 'string') expect(found).toMatch(/^\w+: found .*, expected /s)
      else expect(found.untilAt === null || found.untilAt > found.fromAt).toBe(true)
    }),
    { numRuns: Number(process.env.FC ?? 300) },
  )
})
