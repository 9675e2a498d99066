import fc from 'fast-check'
import { expect, test } from 'vitest'
import { activeAt, type Blackout, covers } from '@/lib/domain/blackout'
import { allowedAt, type Hours, type HoursRange } from '@/lib/domain/hours'
import { type Act, type PastIncident, type ReplayRules, replay } from '@/lib/domain/replay'
import type { TellingIncident, TellingVerdict } from '@/lib/domain/telling'
import { aBlackout, aPast, aReplayChannel, minute, start } from './replay-cases'
import { aRoute } from './telling-cases'

const days = 4
const anyMinute = fc.integer({ min: 0, max: days * 1_440 })
const priorities = ['critical', 'normal', 'low'] as const
const range: fc.Arbitrary<HoursRange> = fc.oneof(
  fc.record({
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    startMinute: fc.integer({ min: 0, max: 1_439 }),
    endMinute: fc.integer({ min: 0, max: 1_440 }),
  }),
  fc.record({
    weekdays: fc.constant([1, 2, 3, 4, 5, 6, 7]),
    sun: fc.constantFrom('daylight' as const, 'dark' as const),
  }),
)
const hours: fc.Arbitrary<Hours> = fc.record({
  zone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
  ranges: fc.array(range, { maxLength: 2 }),
  place: fc.constantFrom(null, { latitude: 69, longitude: 19 }),
})
const channelOf = (id: number) =>
  fc
    .record({
      hours,
      criticalBreaksThrough: fc.boolean(),
      coolOffMinutes: fc.constantFrom(null, 200, 1_000),
      escalateTo: fc.constantFrom(null, 1, 2, 3), // loops too, which cannot be saved
      escalateAfterMinutes: fc.constantFrom(null, 10, 400),
    })
    .map((change) => aReplayChannel({ id, name: `C${id}`, ...change }))
const blackout = fc
  .tuple(anyMinute, fc.integer({ min: 1, max: 2_000 }), fc.boolean(), fc.subarray([1, 2, 3]))
  .map(([from, lasts, coversAll, targetIds]) =>
    aBlackout({ fromAt: start + from * minute, untilAt: start + (from + lasts) * minute, coversAll, targetIds }),
  )
const act = (openedAt: number): fc.Arbitrary<Act> =>
  fc.integer({ min: 0, max: 2_000 }).chain((after) => {
    const at = openedAt + after * minute
    return fc.oneof(
      fc.constant<Act>({ at, kind: 'acknowledged', by: 'Anna' }),
      fc.constant<Act>({ at, kind: 'grew', size: 9, affectedClients: 9, affectedTargets: 9 }),
      fc.nat(900).map<Act>((until) => ({ at, kind: 'snoozed', until: at + until * minute })),
      fc.subarray([1, 2, 3]).map<Act>((channels) => ({ at, kind: 'muted', for: channels })),
    )
  })
const incidentOf = (id: number) =>
  fc
    .tuple(anyMinute, fc.option(fc.integer({ min: -1, max: 3_000 })), fc.constantFrom(...priorities))
    .chain(([opened, lasts, priority]) => {
      const openedAt = start + opened * minute
      return fc.array(act(openedAt), { maxLength: 3 }).map((acts) =>
        aPast(id, opened, {
          priority,
          resolvedAt: lasts === null ? null : openedAt + lasts * minute,
          acts: acts.sort((a, b) => a.at - b.at),
        }),
      )
    })
const world = fc.record({
  incidents: fc.tuple(incidentOf(1), incidentOf(2), incidentOf(3)),
  rules: fc.record({
    channels: fc.tuple(channelOf(1), channelOf(2), channelOf(3)),
    routes: fc.constantFrom([], [aRoute({}, 1)], [aRoute({ priorities: ['critical'] }, 1, 2), aRoute({}, 3)]),
    priority: fc.constant(null),
    blackouts: fc.array(blackout, { maxLength: 2 }),
  }),
})

type Seen = { decision: TellingVerdict; incident: TellingIncident; now: number }
const goesOut = ({ decision }: Seen) => decision.outcome === 'sent' || decision.outcome === 'digest'
const end = start + 30 * 1_440 * minute

/** Runs a world, and hands over what was decided for each incident and channel. */
function each(incidents: readonly PastIncident[], rules: ReplayRules, check: (seen: Seen[], of: Of) => void): void {
  const seen: Seen[] = []
  replay(incidents, rules, end, (decision, incident, now) => seen.push({ decision, incident, now }))
  for (const past of incidents)
    for (const channel of rules.channels)
      check(
        seen.filter(({ decision, incident }) => decision.channelId === channel.id && incident.id === past.id),
        { past, channel, blackouts: rules.blackouts },
      )
}
type Of = { past: PastIncident; channel: ReplayRules['channels'][number]; blackouts: readonly Blackout[] }
const holds = (check: (seen: Seen[], of: Of) => void) =>
  fc.assert(
    fc.property(world, ({ incidents, rules }) => each(incidents, rules, check)),
    { numRuns: Number(process.env.FC ?? 300) },
  )

test('never a notice in a blackout', () =>
  holds((seen, { past, blackouts }) => {
    for (const { now } of seen.filter(goesOut))
      for (const one of blackouts)
        expect(past.root !== null && covers(one, past.root) && activeAt(one, now)).toBe(false)
  }))

test('outside its hours a channel hears of nothing but what is critical, and that only when it says so', () =>
  holds((seen, { channel }) => {
    for (const { now, incident } of seen.filter(goesOut))
      if (!(incident.priority === 'critical' && channel.criticalBreaksThrough))
        expect(allowedAt(channel.hours, now)).toBe(true)
  }))

test('never the end of what was not told, but in one notice with it when it waited or was over before', () =>
  holds((seen, { past }) => {
    const ended = seen.findIndex((one) => one.decision.event === 'resolved' && goesOut(one))
    if (ended < 0) return
    const earlier = seen.slice(0, ended).filter(({ decision }) => decision.event !== 'resolved')
    const overBefore = past.resolvedAt !== null && past.resolvedAt <= past.openedAt
    const waited = earlier.some(({ decision }) => decision.outcome === 'delayed')
    expect(earlier.some(goesOut) || waited || overBefore).toBe(true)
  }))

test('what was told or waited hears the end, unless it was muted', () =>
  holds((seen, { past }) => {
    if (past.resolvedAt === null || past.acts.some(({ kind }) => kind === 'muted')) return
    const hears = seen.some((one) => one.decision.event === 'resolved' && goesOut(one))
    if (seen.some((one) => one.decision.event !== 'resolved' && goesOut(one))) expect(hears).toBe(true)
  }))

test('what is delayed is never dropped', () =>
  holds((seen, { past }) => {
    for (const [i, { decision }] of seen.entries()) {
      if (decision.outcome !== 'delayed' || decision.event === 'reminded' || decision.event === 'escalated') continue
      const later = seen.slice(i + 1)
      const withheld = later.some((one) => one.decision.rule === 'blackout' || one.decision.rule === 'muted')
      expect(decision.until).not.toBeNull()
      expect(later.some(goesOut) || withheld || past.acts.some(({ kind }) => kind === 'muted')).toBe(true)
    }
  }))

test('at most one notice an event: opened, escalated and resolved once, reminders no sooner than the cool-off', () =>
  holds((seen, { channel }) => {
    const out = seen.filter(goesOut)
    for (const event of ['opened', 'escalated', 'resolved'])
      expect(out.filter(({ decision }) => decision.event === event).length).toBeLessThan(2)
    out.forEach(({ decision, now }, i) => {
      const before = out[i - 1]
      if (decision.event !== 'reminded') return
      expect(now - (before?.now ?? Number.NaN)).toBeGreaterThanOrEqual((channel.coolOffMinutes ?? Number.NaN) * minute)
    })
  }))

test('nobody is reminded of, or escalated to, what someone acknowledged; nothing but its end is told of what is over', () =>
  holds((seen, { past }) => {
    const acknowledged = past.acts.find(({ kind }) => kind === 'acknowledged')?.at ?? Number.POSITIVE_INFINITY
    for (const { decision, now } of seen.filter(goesOut)) {
      if (decision.event === 'reminded' || decision.event === 'escalated') expect(now).toBeLessThanOrEqual(acknowledged)
      if (decision.event !== 'resolved') expect(now).toBeLessThan(past.resolvedAt ?? Number.POSITIVE_INFINITY)
    }
  }))

test('every evaluation has a decision with a reason, and waits only for what is still to come', () =>
  holds((seen, { past }) => {
    const asked = ['opened', ...(past.resolvedAt === null ? [] : ['resolved'])]
    for (const event of asked) expect(seen.some(({ decision }) => decision.event === event)).toBe(true)
    for (const { decision, now } of seen) {
      expect(decision.why).toMatch(/^\S.{10,}\.$/)
      if (decision.until !== null) expect(decision.until).toBeGreaterThanOrEqual(now)
      if (decision.outcome === 'delayed') expect(decision.until ?? 0).toBeGreaterThan(now)
    }
  }))

test('escalation ends: each channel is escalated to once at most', () =>
  holds((seen) => {
    const steps = seen.filter((one) => one.decision.event === 'escalated' && goesOut(one))
    expect(steps.length).toBeLessThan(2)
  }))
