import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decideTelling, type TellingInput } from '@/lib/domain/telling'
import { type Fate, type WhyDecision, whyAnswer } from '@/lib/domain/why'
import { aChannel, anIncident, aRoute, asked, night, waking } from './telling-cases'

const context = { channel: 'Robin', addedAt: 0, openedAt: night, chosen: false }
const decided = (input: Partial<TellingInput>): WhyDecision[] =>
  decideTelling(asked(input))
    .filter(({ channelId }) => channelId === 1)
    .map((decision) => ({ ...decision, at: night }))
const answer = (decisions: WhyDecision[], fate: Fate | null = null) => whyAnswer(decisions, fate, context)
const reminded: Partial<TellingInput> = {
  event: 'reminded',
  channels: [
    aChannel({ history: [{ event: 'opened', outcome: 'sent', until: null, rule: 'told', at: night - 60_000 }] }),
  ],
}
const told: WhyDecision = {
  at: night - 60_000,
  event: 'opened',
  outcome: 'sent',
  until: null,
  why: 'Robin is told at once.',
}

describe('why was I not told', () => {
  test.each<[string, Partial<TellingInput>, 'waits' | 'held' | 'not_told', RegExp]>([
    [
      'a blackout',
      { blackout: { reason: 'Mast work', until: night + 3_600_000 } },
      'held',
      /the blackout "Mast work", until 03:10/,
    ],
    [
      'its hours',
      { channels: [aChannel({ hours: waking })] },
      'waits',
      /^Delayed until 07:00: Robin takes normal notices .*; this one is normal\.$/,
    ],
    ['suppressed under a root', { suppressedUnder: 'Tower' }, 'held', /filed under Tower, which is dark/],
    ['muted for everyone', { incident: anIncident({ mutedFor: 'everyone' }) }, 'held', /is muted for everyone/],
    ['muted for this channel', { incident: anIncident({ mutedFor: [1] }) }, 'held', /is muted for Robin/],
    ['snoozed', { incident: anIncident({ snoozedUntil: night + 3_600_000 }) }, 'waits', /is snoozed/],
    [
      'the channel is broken',
      { channels: [aChannel({ health: { state: 'broken', since: night, answer: '410 Gone' } })] },
      'not_told',
      /cannot be told anything since 02:10 \(410 Gone\)/,
    ],
    [
      'the channel does not answer',
      { channels: [aChannel({ health: { state: 'breaker', until: night + 60_000, answer: 'refused' } })] },
      'waits',
      /is not answering \(refused\)/,
    ],
    ['no route', { routes: [aRoute({ kinds: ['blind'] })] }, 'not_told', /^No route leads to Robin/],
    [
      'acknowledged before it was escalated',
      {
        event: 'escalated',
        incident: anIncident({ acknowledgedAt: night - 60_000, acknowledgedBy: 'Sam' }),
        escalation: { from: 'Kim', because: 'unacknowledged', afterMinutes: 5 },
      },
      'not_told',
      /^Sam acknowledged AP Ridge-3 at 02:09: it is not escalated\.$/,
    ],
  ])('%s', (_, input, verdict, why) => {
    const found = answer(decided(input))
    expect(found).toMatchObject({ verdict, at: night })
    expect(found.why).toMatch(why)
  })

  test('cool-off: it was told, and is reminded later', () => {
    const decisions = [told, ...decided(reminded)]
    expect(decisions.at(-1)).toMatchObject({ outcome: 'delayed', rule: 'cool_off' })
    expect(answer(decisions)).toMatchObject({
      verdict: 'told',
      at: told.at,
      why: expect.stringMatching(/^Robin is told at once\. Since then: Delayed until 02:39: .* again after 30 min\.$/),
    })
  })

  test('acknowledged: it was told, and is not reminded', () => {
    const incident = anIncident({ acknowledgedAt: night - 1000, acknowledgedBy: 'Sam' })
    const { why } = answer([told, ...decided({ ...reminded, incident })])
    expect(why).toMatch(/Since then: Sam acknowledged AP Ridge-3 at 02:09: nobody is reminded\.$/)
  })

  test('nothing was decided: it came later, the job names others, or it is too early', () => {
    const without = (more: object) => whyAnswer([], null, { ...context, ...more })
    expect(without({ addedAt: night + 1 }).why).toContain('was added after this incident opened')
    expect(without({ chosen: true }).why).toContain('Robin is none of them')
    expect(without({})).toEqual({
      verdict: 'not_told',
      why: 'Nothing was decided about Robin yet.',
      at: null,
      until: null,
    })
  })
})

describe('why was I told', () => {
  test.each<[Fate | null, string, string]>([
    [null, 'told', 'Robin is told at once.'],
    [{ state: 'delivered', at: night, answer: null }, 'told', 'Robin is told at once.'],
    [
      { state: 'trying', at: night, answer: null },
      'on_its_way',
      'Robin is told at once. But the message has not arrived yet.',
    ],
    [
      { state: 'trying', at: night, answer: '503' },
      'on_its_way',
      'Robin is told at once. But the message has not arrived yet. The answer was: 503',
    ],
    [
      { state: 'failed', at: night, answer: '410 Gone' },
      'failed',
      'Robin is told at once. But the message was refused for good. The answer was: 410 Gone',
    ],
  ])('what was sent is told when it arrived: %o', (fate, verdict, why) => {
    expect(answer([told], fate)).toMatchObject({ verdict, why, at: told.at })
  })

  test('what waited and was told then is told; of what was over first the notice of its end is what told it', () => {
    const waited: WhyDecision = { ...told, at: told.at - 1, outcome: 'delayed', why: 'Delayed.' }
    expect(answer([waited, told])).toMatchObject({ verdict: 'told', at: told.at })
    const ended: WhyDecision = { ...told, event: 'resolved', why: 'Robin is told that it was down and is over.' }
    const skipped: WhyDecision = { ...told, outcome: 'skipped', why: 'Over before.' }
    expect(answer([skipped, ended])).toMatchObject({ verdict: 'told', why: ended.why })
    expect(answer([skipped, { ...ended, outcome: 'skipped' }])).toMatchObject({
      verdict: 'not_told',
      why: 'Over before.',
    })
  })

  test('told exactly when a decision told it, and always a sentence, whatever was decided', () => {
    const decision = fc.record({
      at: fc.nat(1000),
      event: fc.constantFrom<WhyDecision['event'][]>('opened', 'grew', 'escalated', 'reminded', 'resolved'),
      outcome: fc.constantFrom<WhyDecision['outcome'][]>('sent', 'delayed', 'digest', 'suppressed', 'skipped'),
      until: fc.option(fc.nat(1000)),
      why: fc.constantFrom('One.', 'Two.'),
    })
    fc.assert(
      fc.property(fc.array(decision), (decisions) => {
        const { verdict, why } = answer(decisions)
        const telling = decisions.some(
          ({ event, outcome }) => outcome === 'sent' || (outcome === 'digest' && event !== 'resolved'),
        )
        expect(verdict === 'told').toBe(telling)
        expect(why).toMatch(/\.$/)
      }),
    )
  })
})
