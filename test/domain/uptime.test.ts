import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Spells, spellsOf } from '@/lib/domain/spells'
import { byPeriod, darkAndPlanned, sumOf, tellApart, uptimeOf, type Way } from '@/lib/domain/uptime'
import { uptimeOfMany } from '@/lib/domain/uptime-of-many'
import { periodBounds } from '@/lib/domain/uptime-periods'
import { uptimeWords } from '@/lib/domain/uptime-words'

const at = (text: string) => Date.parse(`${text}Z`)
const min = 60_000

type Case = { dark?: string[]; planned?: string[]; unknown?: string[]; since?: string }
const spells = (texts: string[] = []) => spellsOf(texts.map(at))
const way = ({ dark, planned, unknown, since = '2026-01-01T00:00' }: Case): Way => ({
  since: at(since),
  dark: spells(dark),
  planned: spells(planned),
  unknown: spells(unknown),
})
const day = (date: string, zone = 'UTC') => periodBounds('day', at(`${date}T12:00`), at(`${date}T12:00`) + 1, zone)
const whole = (ways: Way[], bounds: number[]) =>
  sumOf(byPeriod(tellApart(ways, bounds[0] ?? 0, bounds.at(-1) ?? 0), bounds))
const inMinutes = ({ lasted, dark, planned, unknown }: ReturnType<typeof whole>) =>
  [lasted, dark, planned, unknown].map((ms) => ms / min)

describe('the uptime of one day, by hand', () => {
  test.each<[string, Case[], number[], number | null]>([
    ['nothing happened', [{}], [1440, 0, 0, 0], 1],
    ['dark for 36 min', [{ dark: ['2026-11-03T10:00', '2026-11-03T10:36'] }], [1440, 36, 0, 0], 0.975],
    ['dark since the day before', [{ dark: ['2026-11-02T22:00', '2026-11-03T01:12'] }], [1440, 72, 0, 0], 0.95],
    [
      'planned time is left out, and dark time in it is none',
      [{ dark: ['2026-11-03T02:00', '2026-11-03T05:00'], planned: ['2026-11-03T02:00', '2026-11-03T04:00'] }],
      [1440, 60, 120, 0],
      1 - 60 / 1320,
    ],
    [
      'what nobody saw is neither up nor dark',
      [{ dark: ['2026-11-03T02:00', '2026-11-03T05:00'], unknown: ['2026-11-03T04:00', '2026-11-03T06:00'] }],
      [1440, 120, 0, 120],
      1 - 120 / 1320,
    ],
    [
      'planned comes before unknown',
      [{ planned: ['2026-11-03T02:00', '2026-11-03T04:00'], unknown: ['2026-11-03T03:00', '2026-11-03T06:00'] }],
      [1440, 0, 120, 120],
      1,
    ],
    [
      'a day that was planned whole has no uptime',
      [{ planned: ['2026-11-03T00:00', '2026-11-04T00:00'] }],
      [1440, 0, 1440, 0],
      null,
    ],
    [
      'two devices, dark at different times',
      [{ dark: ['2026-11-03T02:00', '2026-11-03T04:00'] }, { dark: ['2026-11-03T04:00', '2026-11-03T06:00'] }],
      [1440, 0, 0, 0],
      1,
    ],
    [
      'two devices, dark together for 24 min',
      [{ dark: ['2026-11-03T02:00', '2026-11-03T04:00'] }, { dark: ['2026-11-03T03:36', '2026-11-03T06:00'] }],
      [1440, 24, 0, 0],
      1 - 24 / 1440,
    ],
    [
      'one dark, of the other nobody knows',
      [{ dark: ['2026-11-03T02:00', '2026-11-03T04:00'] }, { unknown: ['2026-11-03T03:00', '2026-11-03T06:00'] }],
      [1440, 0, 0, 60],
      1,
    ],
    [
      'one dark, work planned on the other',
      [{ dark: ['2026-11-03T02:00', '2026-11-03T04:00'] }, { planned: ['2026-11-03T03:00', '2026-11-03T06:00'] }],
      [1440, 0, 60, 0],
      1,
    ],
    [
      'one came at noon, the other was dark until one',
      [{ dark: ['2026-11-03T11:00', '2026-11-03T13:00'] }, { since: '2026-11-03T12:00' }],
      [1440, 60, 0, 0],
      1 - 60 / 1440,
    ],
    ['it came at noon', [{ since: '2026-11-03T12:00' }], [720, 0, 0, 0], 1],
    ['there is none', [], [0, 0, 0, 0], null],
  ])('%s', (_, cases, lengths, uptime) => {
    const sum = whole(cases.map(way), day('2026-11-03'))
    expect(inMinutes(sum)).toEqual(lengths)
    expect(uptimeOf(sum)).toBe(uptime)
  })

  test('an outage over the night with an hour more lasts that hour longer', () => {
    const dark = way({ dark: ['2026-10-25T00:30', '2026-10-25T02:30'] })
    expect(inMinutes(whole([dark], day('2026-10-25', 'Europe/Berlin')))).toEqual([1500, 120, 0, 0])
    expect(inMinutes(whole([dark], day('2026-10-25', 'UTC')))).toEqual([1440, 120, 0, 0])
  })

  test('an outage that was marked as planned counts as planned only where no blackout says more', () => {
    const outage = spells(['2026-11-03T02:00', '2026-11-03T05:00'])
    const of = (planned: Spells) => ({ since: 0, unknown: [], ...darkAndPlanned(outage, [1], planned) })
    const covered = of(spells(['2026-11-03T01:00', '2026-11-03T03:00']))
    expect(inMinutes(whole([of([])], day('2026-11-03')))).toEqual([1440, 0, 180, 0])
    expect(inMinutes(whole([covered], day('2026-11-03')))).toEqual([1440, 120, 120, 0])
  })
})

// ---- against going through it second by second; a "second" here is one ms, a day a hundred of them ----
const length = 300
const parts = fc
  .array(fc.tuple(fc.integer({ min: -20, max: length }), fc.integer({ min: 0, max: 60 })), { maxLength: 6 })
  .map((all) => spellsOf(all.flatMap(([from, long]) => [from, from + long])))
const someWay = fc.record<Way>({
  since: fc.integer({ min: -50, max: length }),
  dark: parts,
  planned: parts,
  unknown: parts,
})
// Devices of one client often share what is planned and what nobody sees: the same list, or none.
const ways = fc
  .tuple(fc.array(someWay, { maxLength: 4 }), fc.boolean())
  .map(([all, like]) =>
    all.map((one) => (like ? { ...one, planned: all[0]?.planned ?? [], unknown: all[0]?.unknown ?? [] } : one)),
  )
const bounds = fc
  .uniqueArray(fc.integer({ min: 1, max: length - 1 }), { maxLength: 6 })
  .map((inner) => [0, ...inner.sort((a, b) => a - b), length])

const holds = (list: ArrayLike<number>, t: number) => {
  for (let i = 0; i < list.length; i += 2) if ((list[i] ?? 0) <= t && t < (list[i + 1] ?? 0)) return true
  return false
}
type State = 'none' | 'up' | 'planned' | 'unknown' | 'dark'
function stateAt(all: readonly Way[], t: number): State {
  const states = all
    .filter((one) => one.since <= t)
    .map((one): State => {
      if (holds(one.planned, t)) return 'planned'
      if (holds(one.unknown, t)) return 'unknown'
      return holds(one.dark, t) ? 'dark' : 'up'
    })
  if (states.length === 0) return 'none'
  const order: State[] = ['up', 'planned', 'unknown', 'dark']
  return order.find((state) => states.includes(state)) ?? 'none'
}
/** A device in planned time of which nobody knows is planned; for the client the unknown of it still shows where planned ends. */
function bySecond(all: readonly Way[], from: number, to: number, until: number) {
  const found = { lasted: 0, dark: 0, planned: 0, unknown: 0 }
  for (let t = from; t < Math.min(to, until); t++) {
    const state = stateAt(all, t)
    if (state !== 'none') found.lasted++
    if (state === 'dark' || state === 'planned' || state === 'unknown') found[state]++
  }
  return found
}

describe('the uptime of a client and of all of them', () => {
  test('is the same as going through it second by second', () => {
    fc.assert(
      fc.property(ways, bounds, fc.integer({ min: 0, max: length }), (all, edges, until) => {
        const lengths = byPeriod(tellApart(all, 0, until), edges)
        const wanted = edges.slice(1).map((end, i) => bySecond(all, edges[i] ?? 0, end, until))
        expect(lengths).toEqual(wanted)
      }),
    )
  })

  test('the mean of all, their classes, the worst and the sites are those of each one added up', () => {
    const many = fc.array(
      fc.record({ ways, siteIds: fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }) }),
      {
        maxLength: 6,
      },
    )
    fc.assert(
      fc.property(many, bounds, fc.integer({ min: 1, max: length }), (all, edges, until) => {
        // Half of the time they all have the same planned and unknown time, as the clients of one tower have.
        const [first] = all.flatMap((one) => one.ways)
        const measured = all.map(({ ways: own, siteIds }, id) => ({
          ...{ id, siteIds },
          ways:
            first && until % 2 === 0
              ? own.map((way) => ({ ...way, planned: first.planned, unknown: first.unknown }))
              : own,
        }))
        const found = uptimeOfMany(measured, edges, until, { worst: 3 })
        const each = measured.map((one) => {
          const periods = edges.slice(1).map((end, i) => bySecond(one.ways, edges[i] ?? 0, end, until))
          const sum = sumOf(periods)
          return { ...one, periods, sum, uptime: uptimeOf(sum) }
        })
        const counted = each.flatMap((one) => (one.uptime === null ? [] : [{ ...one, uptime: one.uptime }]))
        const mean = (values: readonly number[]) =>
          values.length === 0 ? null : expect.closeTo(values.reduce((sum, one) => sum + one, 0) / values.length, 9)
        expect(found.whole.uptime).toEqual(mean(counted.map((one) => one.uptime)))
        expect(found.uncounted).toBe(each.length - counted.length)
        expect(found.classes.reduce((sum, one) => sum + one.count, 0)).toBe(counted.length)
        expect(found.classes[0]?.count).toBe(counted.filter((one) => one.uptime === 1).length)
        found.periods.forEach((period, i) => {
          const uptimes = each.flatMap((one) => uptimeOf(one.periods[i] ?? one.sum) ?? [])
          expect(period.uptime).toEqual(mean(uptimes))
          expect(period.counted).toBe(uptimes.length)
          expect(period.dark).toBe(each.reduce((sum, one) => sum + (one.periods[i]?.dark ?? 0), 0))
          expect(period.lasted).toBe(each.reduce((sum, one) => sum + (one.periods[i]?.lasted ?? 0), 0))
          expect(period.planned).toBe(each.reduce((sum, one) => sum + (one.periods[i]?.planned ?? 0), 0))
          expect(period.touched).toBe(each.filter((one) => (one.periods[i]?.dark ?? 0) > 0).length)
          expect(period.unknown).toBe(each.reduce((sum, one) => sum + (one.periods[i]?.unknown ?? 0), 0))
        })
        const worst = counted
          .filter((one) => one.sum.dark > 0)
          .sort((a, b) => a.uptime - b.uptime || b.sum.dark - a.sum.dark || a.id - b.id)
        expect(found.worst.map((one) => one.id)).toEqual(worst.slice(0, 3).map((one) => one.id))
        for (const site of [1, 2, 3]) {
          const there = counted.filter((one) => one.siteIds.includes(site)).map((one) => one.uptime)
          expect(found.sites.get(site)?.uptime ?? null).toEqual(mean(there))
        }
      }),
    )
  })
})

test('an uptime in words is cut, never rounded up to 100 %', () => {
  const words = [1, 0.99999999, 0.9999, 0.99985, 0.9995, 0.5, 0, null].map(uptimeWords)
  expect(words).toEqual(['100 %', '99.9999 %', '99.9900 %', '99.98 %', '99.95 %', '50.00 %', '0.00 %', 'no data'])
})
