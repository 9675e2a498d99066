import { describe, expect, test } from 'vitest'
import { flappingEnd, type OwnOutage, planIncidents } from '@/lib/domain/filing'

const now = new Date('2026-11-21T04:00:00Z')
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const spell = (began: number, ended: number | null) => ({
  beganAt: minutesAgo(began),
  endedAt: ended === null ? null : minutesAgo(ended),
})
const four = [spell(50, 49), spell(40, 39), spell(30, 29), spell(20, 19)]
const outage = (change: Partial<OwnOutage> = {}): OwnOutage => ({
  outageId: 1,
  targetId: 5,
  ...spell(2, null),
  history: [spell(2, null)],
  open: { down: null, flapping: null },
  ...change,
})

describe('what an outage of its own becomes', () => {
  test('an incident', () =>
    expect(planIncidents([outage()])).toMatchObject({
      incidents: [{ kind: 'down', outageIds: [1], resolvedAt: null }],
      joins: [],
    }))
  test('one that is over at once when it ended before anyone looked', () =>
    expect(planIncidents([outage(spell(2, 1))]).incidents[0]?.resolvedAt).toEqual(minutesAgo(1)))
  test('the fourth in an hour is still a plain one', () =>
    expect(planIncidents([outage({ history: [...four.slice(1), spell(2, null)] })]).incidents[0]?.kind).toBe('down'))
  test('the fifth in an hour is flapping', () =>
    expect(planIncidents([outage({ history: [...four, spell(2, null)] })]).incidents[0]?.kind).toBe('flapping'))
  test('the next ones join it', () =>
    expect(planIncidents([outage({ open: { down: null, flapping: 8 } })]).joins).toEqual([
      { outageId: 1, incidentId: 8, why: 'flapping' },
    ]))
  test('an incident still open for its children takes the root again', () =>
    expect(planIncidents([outage({ open: { down: 8, flapping: null } })]).joins).toEqual([
      { outageId: 1, incidentId: 8, why: 'same_incident' },
    ]))
  test('six at once, after the keeper was away: four incidents and one that flaps', () => {
    const spells = [...four, spell(10, 9), spell(2, null)]
    const plan = planIncidents(spells.map((one, i) => outage({ outageId: i, ...one, history: spells })))
    expect(plan.incidents.map((incident) => `${incident.kind} ${incident.outageIds.join(' ')}`)).toEqual([
      'down 0',
      'down 1',
      'down 2',
      'down 3',
      'flapping 4 5',
    ])
  })
})

describe('when flapping is over', () => {
  test('not while it came back just now', () => expect(flappingEnd([...four, spell(2, 1)], now)).toBeNull())
  test('when it was up for 15 min, as of then', () =>
    expect(flappingEnd([...four, spell(17, 16)], now)).toEqual({ end: 'steady', at: minutesAgo(1) }))
  test('when it was dark for 15 min', () =>
    expect(flappingEnd([...four, spell(16, null)], now)).toEqual({ end: 'dark', at: minutesAgo(1) }))
  test('not while it has been dark for less', () => expect(flappingEnd([...four, spell(14, null)], now)).toBeNull())
})
