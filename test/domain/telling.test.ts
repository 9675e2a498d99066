import { describe, expect, test } from 'vitest'
import { decideTelling, type TellingChannel, type TellingIncident, type TellingInput } from '@/lib/domain/telling'
import { aChannel, anIncident, aRoute, asked, at, earlier, night, waking } from './telling-cases'

const minutes = (n: number) => night + n * 60_000
const seven = at('2026-11-21T06:00:00Z')
const said = (until: number | null) => (until === null ? '-' : new Date(until).toISOString().slice(11, 16))
const decided = (input: TellingInput) =>
  decideTelling(input).map(({ outcome, until, rule, why }) => `${outcome} ${said(until)} ${rule}: ${why}`)

type Case = [
  what: string,
  incident: Partial<TellingIncident>,
  channel: Partial<TellingChannel>,
  Partial<TellingInput>,
  decision: string,
]
const cases = (table: Case[]) =>
  test.each(table)('%s', (_, incident, channel, input, decision) =>
    expect(decided(asked({ incident: anIncident(incident), channels: [aChannel(channel)], ...input }))).toEqual([
      decision,
    ]),
  )

describe('an incident opened', () => {
  // biome-ignore format: one case, one glance
  cases([
    ['no routes', {}, {}, {}, 'sent - told: Robin is told at once: there are no routes, so everyone is.'],
    ['by a route', {}, {}, { routes: [aRoute()] }, 'sent - told: Robin is told at once: by the route Core.'],
    ['no route for it', {}, {}, { routes: [aRoute({ roles: ['router'] })] },
      'skipped - no_route: No route leads to Robin: Core: it is for role router, this one is ap.'],
    ['a blackout', {}, {}, { blackout: { reason: 'Firmware', until: minutes(60) } },
      'suppressed 02:10 blackout: Withheld by the blackout "Firmware", until 03:10; AP Ridge-3 is told then if it is not over.'],
    ['a blackout, for one without a zone', {}, { hours: { zone: 'UTC', ranges: [], place: null } }, { blackout: { reason: 'Firmware', until: minutes(60) } },
      'suppressed 02:10 blackout: Withheld by the blackout "Firmware", until 02:10 UTC; AP Ridge-3 is told then if it is not over.'],
    ['a blackout without an end', {}, {}, { blackout: { reason: '', until: null } },
      'suppressed - blackout: Withheld by a blackout, until it is ended; AP Ridge-3 is told then if it is not over.'],
    ['under a root', {}, {}, { suppressedUnder: 'Tower Hill' },
      'suppressed - under_root: AP Ridge-3 is filed under Tower Hill, which is dark: its incident says both.'],
    ['muted', { mutedFor: [1] }, {}, {}, 'suppressed - muted: AP Ridge-3 is muted for Robin.'],
    ['muted for everyone', { mutedFor: 'everyone' }, {}, {}, 'suppressed - muted: AP Ridge-3 is muted for everyone.'],
    ['muted for others', { mutedFor: [2] }, {}, {}, 'sent - told: Robin is told at once: there are no routes, so everyone is.'],
    ['snoozed', { snoozedUntil: minutes(30) }, {}, {}, 'delayed 01:40 snoozed: Delayed until 02:40: AP Ridge-3 is snoozed.'],
    ['snoozed until it is night', { snoozedUntil: minutes(30) }, { hours: waking }, {},
      'delayed 06:00 snoozed: Delayed until 07:00: AP Ridge-3 is snoozed until 02:40, and Robin takes notices from 07:00 to 22:00 (Europe/Berlin).'],
    ['outside the hours', {}, { hours: waking }, {},
      'delayed 06:00 hours: Delayed until 07:00: Robin takes normal notices from 07:00 to 22:00 (Europe/Berlin); this one is normal.'],
    ['critical outside the hours', { priority: 'critical' }, { hours: waking }, { routes: [aRoute()] },
      'sent - told: Robin is told at once: by the route Core; this one is critical, so it does not wait for its hours from 07:00 to 22:00 (Europe/Berlin).'],
    ['critical outside the hours of one who wants to sleep', { priority: 'critical' }, { hours: waking, criticalBreaksThrough: false }, {},
      'delayed 06:00 hours: Delayed until 07:00: Robin takes critical notices from 07:00 to 22:00 (Europe/Berlin); this one is critical.'],
    ['a channel that does not answer', {}, { health: { state: 'breaker', until: minutes(5), answer: '503' } }, {},
      'delayed 01:15 breaker: Delayed until 02:15: Robin is not answering (503).'],
    ['a channel that may be tried again', {}, { health: { state: 'breaker', until: night, answer: '503' } }, {},
      'sent - told: Robin is told at once: there are no routes, so everyone is.'],
    ['a broken channel', {}, { health: { state: 'broken', since: at('2026-11-19T14:00:00Z'), answer: '404 channel_not_found' } }, {},
      'skipped - channel_broken: Robin cannot be told anything since Thu 19 Nov 15:00 (404 channel_not_found). It has no channel to escalate to.'],
    ['a storm', {}, { traffic: { toldInLastMinute: 10, digestAt: null } }, {},
      'digest 01:10 storm: More than 10 incidents a minute come to Robin: this one is in its next digest.'],
    ['told already', {}, { history: [earlier('opened', 'sent', 5)] }, {},
      'skipped - told_already: Robin was told of AP Ridge-3 at 02:05 already.'],
    ['over before anyone could be told', { resolvedAt: night, overBefore: true }, {}, {},
      'skipped - over_before: AP Ridge-3 was over before Robin was told; the notice of its end says both.'],
    ['in the morning, alone', {}, { hours: waking, history: [earlier('opened', 'delayed', 0, seven)], dueNow: 1 }, { now: seven },
      'sent - told: Robin is told now, as it was delayed: there are no routes, so everyone is.'],
    ['in the morning, with others', {}, { hours: waking, history: [earlier('opened', 'delayed', 0, seven)], dueNow: 4 }, { now: seven },
      'digest 06:00 digest: Was delayed, as were others: 4 notices come to Robin as one digest.'],
    ['in the morning, acknowledged meanwhile', { acknowledgedAt: minutes(5), acknowledgedBy: 'Anna' },
      { hours: waking, history: [earlier('opened', 'delayed', 0, seven)], dueNow: 1 }, { now: seven },
      'sent - told: Robin is told now, as it was delayed: there are no routes, so everyone is.'],
  ])
})

describe('an incident that goes on', () => {
  const was = { history: [earlier('opened', 'sent', 30)] }
  const acked = { acknowledgedAt: minutes(-10), acknowledgedBy: 'Anna' }
  // biome-ignore format: one case, one glance
  cases([
    ['it grew', {}, was, { event: 'grew' }, 'sent - told: Robin was told of AP Ridge-3 and is told that it grew.'],
    ['it grew, acknowledged', acked, was, { event: 'grew' }, 'sent - told: Robin was told of AP Ridge-3 and is told that it grew.'],
    ['it grew for one who waits: still waits', {}, { hours: waking, history: [earlier('opened', 'delayed', 5, seven)] }, { event: 'grew' },
      'skipped - waiting: Robin is told of AP Ridge-3 at 07:00, and then how it grew.'],
    ['it grew critical for one who waits: told', { priority: 'critical' }, { hours: waking, history: [earlier('opened', 'delayed', 5, seven)] }, { event: 'grew' },
      'sent - told: Robin is told now, as it was delayed: there are no routes, so everyone is; this one is critical, so it does not wait for its hours from 07:00 to 22:00 (Europe/Berlin).'],
    ['it grew so that a route takes it', { size: 5 }, {}, { event: 'grew', routes: [aRoute({ sizeFrom: 5 })] },
      'sent - told: Robin is told at once: by the route Core.'],
    ['time to remind', {}, was, { event: 'reminded' }, 'sent - told: Robin was told of AP Ridge-3 30 min ago, and nobody acknowledged it.'],
    ['cooling off', {}, { history: [earlier('opened', 'sent', 20)] }, { event: 'reminded' },
      'delayed 01:20 cool_off: Delayed until 02:20: Robin was told at 01:50 and is told again after 30 min.'],
    ['cooling off, into the night', {}, { history: [earlier('opened', 'sent', 20)], hours: waking }, { event: 'reminded' },
      'delayed 06:00 cool_off: Delayed until 07:00: Robin was told at 01:50 and is told again after 30 min.'],
    ['cooling off from the last reminder', {}, { history: [earlier('opened', 'sent', 60), earlier('reminded', 'sent', 10)] }, { event: 'reminded' },
      'delayed 01:30 cool_off: Delayed until 02:30: Robin was told at 02:00 and is told again after 30 min.'],
    ['acknowledged', acked, was, { event: 'reminded' }, 'skipped - acknowledged: Anna acknowledged AP Ridge-3 at 02:00: nobody is reminded.'],
    ['told once', {}, { ...was, coolOffMinutes: null }, { event: 'reminded' }, 'skipped - cool_off: Robin is told once: it has no cool-off.'],
    ['not told, so not reminded', {}, {}, { event: 'reminded' },
      'skipped - not_told: Robin was not told of AP Ridge-3, so it is not reminded of it.'],
    ['over, so not reminded', { resolvedAt: minutes(-1) }, was, { event: 'reminded' }, 'skipped - resolved: AP Ridge-3 has been over since 02:09.'],
    ['snoozed', { snoozedUntil: minutes(60) }, was, { event: 'reminded' }, 'delayed 02:10 snoozed: Delayed until 03:10: AP Ridge-3 is snoozed.'],
    ['escalated, whatever the routes say', {}, {}, { event: 'escalated', routes: [aRoute({}, 9)], escalation: { from: 'Kim', because: 'unacknowledged', afterMinutes: 15 } },
      'sent - told: Nobody acknowledged AP Ridge-3 within 15 min of Kim being told: Robin is told.'],
    ['escalated to one who was told', {}, was, { event: 'escalated' }, 'skipped - told_already: Robin was told of AP Ridge-3 at 01:40 already.'],
    ['acknowledged, so not escalated', acked, {}, { event: 'escalated' }, 'skipped - acknowledged: Anna acknowledged AP Ridge-3 at 02:00: it is not escalated.'],
  ])
})

describe('an incident resolved', () => {
  const over = { resolvedAt: night }
  const was = { history: [earlier('opened', 'sent', 30)] }
  const waits = { hours: waking, history: [earlier('opened', 'delayed', 30, seven)] }
  // biome-ignore format: one case, one glance
  cases([
    ['for one who was told', over, was, { event: 'resolved', routes: [aRoute({}, 9)] },
      'sent - told: Robin was told of AP Ridge-3 and is told that it is over.'],
    ['for one who was not', over, {}, { event: 'resolved' },
      'skipped - not_told: Robin was not told of AP Ridge-3, so not of its end either.'],
    ['for one from whom it was withheld', over, { history: [earlier('opened', 'suppressed', 30)] }, { event: 'resolved' },
      'skipped - not_told: Robin was not told of AP Ridge-3, so not of its end either.'],
    ['for one who is in the open digest', over, { history: [earlier('opened', 'digest', 0, minutes(1))], traffic: { toldInLastMinute: 9, digestAt: minutes(1) } }, { event: 'resolved' },
      'digest 01:11 storm: More than 10 incidents a minute come to Robin: this one is in its next digest.'],
    ['for one who waits', over, waits, { event: 'resolved' },
      'delayed 06:00 hours: Delayed until 07:00: Robin takes normal notices from 07:00 to 22:00 (Europe/Berlin); this one is normal.'],
    ['in the morning, once its opening was let go', over,
      { ...waits, history: [...waits.history, earlier('resolved', 'delayed', 0, seven), { ...earlier('opened', 'skipped', 0), rule: 'over_before' }], dueNow: 1 },
      { event: 'resolved', now: seven }, 'sent - told: Robin is told that AP Ridge-3 was down and is over.'],
    ['in a blackout', over, was, { event: 'resolved', blackout: { reason: 'Firmware', until: minutes(60) } },
      'delayed 02:10 blackout: Delayed by the blackout "Firmware", until 03:10: AP Ridge-3 is over.'],
    ['acknowledged and snoozed', { ...over, acknowledgedAt: night, snoozedUntil: minutes(30) }, was, { event: 'resolved' },
      'sent - told: Robin was told of AP Ridge-3 and is told that it is over.'],
    ['filed under a root meanwhile', over, was, { event: 'resolved', suppressedUnder: 'Tower Hill' },
      'sent - told: Robin was told of AP Ridge-3 and is told that it is over.'],
    ['told already', over, { history: [...was.history, earlier('resolved', 'sent', 1)] }, { event: 'resolved' },
      'skipped - told_already: Robin was told at 02:09 that AP Ridge-3 is over.'],
    ['over before anyone could be told', { ...over, overBefore: true }, {}, { event: 'resolved' },
      'sent - told: Robin is told that AP Ridge-3 was down and is over.'],
    ['over before, and no route', { ...over, overBefore: true }, {}, { event: 'resolved', routes: [aRoute({}, 9)] },
      'skipped - no_route: No route leads to Robin: no route names it.'],
    ['a broken channel', over, { ...was, health: { state: 'broken', since: minutes(-5), answer: '410' } }, { event: 'resolved' },
      'skipped - channel_broken: Robin cannot be told anything since 02:05 (410).'],
  ])
})

describe('a broken channel hands over', () => {
  const broken = { state: 'broken', since: night, answer: '404' } as const
  const robin = aChannel({ health: broken, escalateTo: 2 })
  const kim = aChannel({ id: 2, name: 'Kim', escalateTo: 3 })
  const ops = aChannel({ id: 3, name: 'Ops' })
  const onlyRobin = [aRoute({}, 1)]

  test('to the next of its chain, whatever the routes say', () =>
    expect(decided(asked({ channels: [robin, kim], routes: onlyRobin }))).toEqual([
      'skipped - channel_broken: Robin cannot be told anything since 02:10 (404). Kim is asked instead.',
      'skipped - no_route: No route leads to Kim: no route names it.',
      'sent - told: Robin cannot be told of AP Ridge-3: Kim is told instead.',
    ]))
  test('past one that is broken as well', () =>
    expect(
      decided(asked({ channels: [robin, { ...kim, health: broken }, ops], asked: [1], routes: onlyRobin })),
    ).toEqual([
      'skipped - channel_broken: Robin cannot be told anything since 02:10 (404). Ops is asked instead.',
      'sent - told: Robin cannot be told of AP Ridge-3: Ops is told instead.',
    ]))
  test('not to one who is told anyway', () =>
    expect(decided(asked({ channels: [robin, kim] }))).toEqual([
      'skipped - channel_broken: Robin cannot be told anything since 02:10 (404). Kim is asked instead.',
      'sent - told: Kim is told at once: there are no routes, so everyone is.',
    ]))
  test('once, when two lead to the same', () =>
    expect(
      decided(asked({ channels: [robin, { ...kim, health: broken, escalateTo: 3 }, ops], asked: [1, 2] })),
    ).toHaveLength(3))
  test('once as well when the one asked instead has muted it', () =>
    expect(
      decided(
        asked({
          incident: anIncident({ mutedFor: [3] }),
          channels: [robin, { ...kim, health: broken, escalateTo: 3 }, ops],
          asked: [1, 2],
        }),
      ).slice(2),
    ).toEqual(['suppressed - muted: AP Ridge-3 is muted for Ops.']))
  test('not in a loop, which cannot be saved', () =>
    expect(
      decided(asked({ channels: [robin, { ...kim, health: broken, escalateTo: 1 }], routes: onlyRobin })),
    ).toHaveLength(2))
})

test('a decision keeps what it was made from', () =>
  expect(decideTelling(asked({ channels: [aChannel({ hours: waking })] }))[0]?.inputs).toMatchObject({
    at: '2026-11-21T01:10:00.000Z',
    event: 'opened',
    priority: 'normal',
    hours: 'from 07:00 to 22:00 (Europe/Berlin)',
    muted: false,
    told_at: null,
  }))
