import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { incidentStory, type StoryAct, type StoryDecision } from '@/lib/domain/incident-story'

const opened = Date.parse('2026-03-01T03:00:00Z')
const min = (minutes: number) => opened + minutes * 60_000
const act = (did: StoryAct['act'], more: Partial<StoryAct> = {}): StoryAct => ({
  at: min(4),
  by: 'Anna',
  act: did,
  text: null,
  detail: {},
  ...more,
})
const decision = (channel: string | null, more: Partial<StoryDecision> = {}): StoryDecision => ({
  at: min(0),
  event: 'opened',
  channel,
  outcome: 'sent',
  rule: 'told',
  ...more,
})
const story = (told: Partial<Parameters<typeof incidentStory>[0]>) =>
  incidentStory({ openedAt: opened, notes: [], acts: [], decisions: [], ...told }).map(({ by, what }) =>
    by ? `${by}: ${what}` : what,
  )

describe('an incident as a story', () => {
  test('from the first miss to the end, with who was told and who did what', () => {
    const notes = [
      { at: min(0), what: 'Went dark.', by: null },
      { at: min(1), what: '2 devices behind it cannot be reached: A, B.', by: null },
      { at: min(125), what: 'Resolved.', by: null },
    ]
    const decisions = [
      decision('Anna'),
      decision('NOC mail'),
      decision('Boss', { outcome: 'delayed', rule: 'hours' }),
      decision('Sales', { outcome: 'skipped', rule: 'no_route' }),
      decision('Anna', { at: min(1), event: 'grew', outcome: 'suppressed', rule: 'muted' }),
      decision('Anna', { at: min(125), event: 'resolved' }),
    ]
    const acts = [
      act('acknowledged'),
      act('assigned', { at: min(5), detail: { assignee: 'Bo' } }),
      act('noted', { at: min(9), by: 'Bo', text: 'Driving up.' }),
    ]
    expect(story({ notes, decisions, acts })).toEqual([
      'Went dark.',
      'Told Anna and NOC mail.',
      'Waits to tell Boss: it is outside the hours.',
      '2 devices behind it cannot be reached: A, B.',
      'Anna: Acknowledged it after 4 min.',
      'Anna: Handed it to Bo.',
      'Bo: Driving up.',
      'Over after 2 h 5 min.',
      'Told Anna that it is over.',
    ])
  })

  test.each<[string, StoryAct]>([
    ['Acknowledged it after 4 min, by the link of a message.', act('acknowledged', { detail: { via: 'link' } })],
    ['Let go of it: nobody is on it.', act('unacknowledged')],
    ['Took it on.', act('assigned', { detail: { assignee: 'Anna' } })],
    ['Left it to nobody in particular.', act('assigned', { detail: { assignee: null } })],
    ['Resolved it by hand after 4 min.', act('resolved')],
    [
      'Resolved it by hand after 4 min: Gone for good. Its outage goes on, and is measured.',
      act('resolved', { text: 'Gone for good', detail: { dark: 1 } }),
    ],
    [
      'Resolved it by hand after 4 min. 3 outages in it go on, and are measured.',
      act('resolved', { detail: { dark: 3 } }),
    ],
    ['Snoozed it for 1 h 30 min.', act('snoozed', { detail: { until: new Date(min(94)).toISOString() } })],
    ['Ended the snooze.', act('snoozed', { detail: { until: null } })],
    [
      'Muted it for everyone: Parts are ordered.',
      act('muted', { text: 'Parts are ordered.', detail: { channels: 'everyone' } }),
    ],
    ['Muted it for Boss and NOC mail.', act('muted', { detail: { channels: ['Boss', 'NOC mail'] } })],
    ['Unmuted it.', act('unmuted')],
  ])('%s', (words, one) => expect(story({ acts: [one] })).toEqual([`Anna: ${words}`]))

  test.each<[string, Partial<StoryDecision>]>([
    ['Told Anna.', {}],
    ['Told Anna that it grew.', { event: 'grew' }],
    ['Reminded Anna.', { event: 'reminded' }],
    ['Escalated to Anna.', { event: 'escalated' }],
    ['In the next digest of Anna.', { outcome: 'digest', rule: 'storm' }],
    ['Waits to tell Anna: it is snoozed.', { outcome: 'delayed', rule: 'snoozed' }],
    ['Did not tell Anna: it is a blackout.', { outcome: 'suppressed', rule: 'blackout' }],
    ['Told nobody: no route leads there.', { outcome: 'skipped', rule: 'no_route' }],
    ['Told nobody.', { outcome: 'skipped', rule: 'a rule of yesterday' }],
    ['Told a channel that is gone.', { channel: null }],
  ])('%s', (words, more) => expect(story({ decisions: [decision('Anna', more)] })).toEqual([words]))

  test('a reminder that waits, and a skip beside somebody who was told, are no lines', () => {
    const quiet = [
      decision('Anna', { event: 'reminded', outcome: 'delayed', rule: 'cool_off' }),
      decision('Anna', { event: 'grew', outcome: 'suppressed', rule: 'muted' }),
      decision('Anna', { event: 'resolved', outcome: 'skipped', rule: 'not_told' }),
    ]
    expect(story({ decisions: quiet })).toEqual([])
  })

  test('what waits and is asked again is said once; who is reminded again is said again', () => {
    const waiting = decision('Anna', { outcome: 'delayed', rule: 'hours' })
    expect(story({ decisions: [waiting, { ...waiting, at: min(3) }] })).toHaveLength(1)
    const reminded = decision('Anna', { event: 'reminded' })
    expect(story({ decisions: [reminded, { ...reminded, at: min(30) }] })).toHaveLength(2)
  })

  test('whatever it is given: in order, nothing that people did or said is lost, and no line is empty of words', () => {
    const at = fc.integer({ min: -10, max: 300 }).map(min)
    const acts = fc.array(
      fc.record({
        at,
        by: fc.constantFrom('Anna', 'Bo'),
        act: fc.constantFrom<StoryAct['act'][]>(
          'acknowledged',
          'unacknowledged',
          'assigned',
          'resolved',
          'snoozed',
          'muted',
          'unmuted',
        ),
        text: fc.option(fc.string({ minLength: 1 })),
        detail: fc.constantFrom<StoryAct['detail'][]>({}, { assignee: 'Bo' }, { dark: 2 }, { channels: ['x'] }),
      }),
    )
    const decisions = fc.array(
      fc.record({
        at,
        event: fc.constantFrom<StoryDecision['event'][]>('opened', 'grew', 'escalated', 'reminded', 'resolved'),
        channel: fc.option(fc.constantFrom('Anna', 'NOC')),
        outcome: fc.constantFrom<StoryDecision['outcome'][]>('sent', 'delayed', 'digest', 'suppressed', 'skipped'),
        rule: fc.constantFrom('told', 'hours', 'muted', 'no_route', 'constructor'),
      }),
    )
    fc.assert(
      fc.property(acts, decisions, (acts, decisions) => {
        const lines = incidentStory({ openedAt: opened, notes: [], acts, decisions })
        expect(lines.map((line) => line.at)).toEqual(lines.map((line) => line.at).sort((a, b) => a - b))
        expect(lines.filter((line) => line.kind === 'did')).toHaveLength(acts.length)
        for (const { what } of lines) expect(what).toMatch(/^[A-Z].*[.!?]$/s)
      }),
    )
  })
})
