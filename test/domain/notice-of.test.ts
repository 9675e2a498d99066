import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NoticeFacts } from '@/lib/domain/message'
import { type MessageFacts, type NoticeMoment, noticeOf } from '@/lib/domain/notice-of'

const facts: NoticeFacts = {
  kind: 'down',
  event: 'opened',
  name: 'Ridge-3',
  site: 'North Ridge',
  began_at: '2026-11-21T04:12:07.400Z',
  ended_at: null,
  tell_from: '2026-11-21T04:12:10Z',
}
const moment: NoticeMoment = {
  channelId: 7,
  deliveryId: 123,
  incidentId: 42,
  sequence: 2,
  priority: 'critical',
  acknowledgeUrl: 'https://site.example/acknowledge/token',
  acknowledgedBy: null,
  behind: 0,
  openIncidents: 3,
  toldBefore: true,
  timeZone: 'Europe/Berlin',
  siteUrl: 'https://site.example',
  now: new Date('2026-11-21T04:12:12Z'),
  role: 'ap',
  client: null,
  tags: ['tower'],
}
const ended = { event: 'resolved', ended_at: '2026-11-21T04:16:19Z', tell_from: '2026-11-21T04:16:19Z' } as const
const noticed = (changed: Partial<NoticeFacts> = {}, at: Partial<NoticeMoment> = {}) =>
  noticeOf({ ...facts, ...changed }, { ...moment, ...at })
const digest = (items: NoticeFacts[], changed: { ended?: boolean } = {}) =>
  noticeOf({ event: 'digest', items, ...changed }, { ...moment, incidentId: null, sequence: 1, acknowledgeUrl: null })

describe('the notice of an incident', () => {
  test('has the identity of incident and channel, and says what a medium needs', () =>
    expect(noticed()).toMatchObject({
      key: 'bl-42-7',
      sequence: 2,
      event: 'opened',
      title: 'Ridge-3 is down',
      body: 'Dark since 05:12:07. North Ridge.',
      url: 'https://site.example/incidents/42',
      acknowledgeUrl: 'https://site.example/acknowledge/token',
      priority: 'critical',
      facts: [
        { label: 'Site', value: 'North Ridge' },
        { label: 'Since', value: '05:12:07' },
        { label: 'Priority', value: 'critical' },
      ],
      late: null,
      data: { incident_id: 42, channel_id: 7, role: 'ap', tags: ['tower'], open_incidents: 3 },
    }))

  test('says once that it is late, apart from the body', () =>
    expect(noticed({}, { now: new Date('2026-11-21T05:24:50Z') })).toMatchObject({
      body: 'Dark since 05:12:07. North Ridge.',
      late: '1 h 12 min',
    }))

  test.each<[string, Partial<NoticeFacts>, Partial<NoticeMoment>, string]>([
    [
      'grew',
      { event: 'grew' },
      { behind: 12 },
      'Ridge-3 is down | Dark since 05:12:07, and 12 behind it. North Ridge.',
    ],
    [
      'reminded',
      { event: 'reminded' },
      { now: new Date('2026-11-21T04:42:07Z') },
      'Ridge-3 is still down | Nobody has taken it on in 30 min.\nDark since 05:12:07. North Ridge.',
    ],
    [
      'reminded of what is taken on',
      { event: 'reminded' },
      { acknowledgedBy: 'Anna' },
      'Ridge-3 is still down | Dark since 05:12:07. North Ridge.',
    ],
    [
      'a name with "is" in it',
      { event: 'reminded', name: 'This is it' },
      { acknowledgedBy: 'Anna' },
      'This is it is still down | Dark since 05:12:07. North Ridge.',
    ],
    [
      'escalated',
      { event: 'escalated' },
      { now: new Date('2026-11-21T04:27:07Z') },
      'Ridge-3 is still down | Escalated to this channel after 15 min.\nDark since 05:12:07. North Ridge.',
    ],
    ['resolved', ended, {}, 'Ridge-3 is back | Resolved after 4 min 12 s, at 05:16:19. North Ridge.'],
    [
      'resolved, never told before',
      ended,
      { toldBefore: false },
      'Ridge-3 is back | It was dark for 4 min 12 s, from 05:12:07 to 05:16:19. North Ridge.',
    ],
  ])('%s', (_, changed, at, words) => {
    const { title, body } = noticed(changed, at)
    expect(`${title} | ${body}`).toBe(words)
  })

  test('of its end has nothing to acknowledge, and says how long it lasted', () => {
    const notice = noticed(ended)
    expect(notice.acknowledgeUrl).toBeNull()
    expect(notice.facts).toContainEqual({ label: 'Lasted', value: '4 min 12 s' })
  })
})

describe('a digest', () => {
  test('counts, and has a line for each', () => {
    const down = { ...facts, name: 'Ridge-1' }
    const notice = digest([down, { ...facts, kind: 'flapping', outages: 6 }, { ...facts, ...ended }])
    expect(notice).toMatchObject({ key: 'bl-digest-7-123', event: 'digest', incidentId: null, acknowledgeUrl: null })
    expect(notice.title).toBe('3 incidents: 1 down, 1 flapping, 1 over')
    expect(notice.body.split('\n')).toEqual([
      'Ridge-1 is down. Dark since 05:12:07. North Ridge.',
      'Ridge-3 is flapping. 6 outages in 60 min. The next notice comes when it has been steady for 15 min. North Ridge.',
      'Ridge-3 is back. It was dark for 4 min 12 s, from 05:12:07 to 05:16:19. North Ridge.',
    ])
  })

  test('of a storm counts all, names 20 and gives templates 100', () => {
    const notice = digest(Array.from({ length: 5000 }, (_, n) => ({ ...facts, name: `AP-${n}` })))
    expect(notice.title).toBe('5000 incidents: 5000 down')
    expect(notice.body.split('\n')).toHaveLength(21)
    expect(notice.body).toContain('and 4980 more')
    expect(notice.data).toMatchObject({ count: 5000 })
    expect(JSON.stringify(notice).length).toBeLessThan(40_000)
  })

  test('of what came and went is one line', () => {
    const notice = digest(
      ['A', 'B'].map((name) => ({ ...facts, ...ended, name })),
      { ended: true },
    )
    expect(notice.title).toBe('2 incidents came and went meanwhile')
    expect(notice.body).toBe('Over again before this could be told: A (4 min 12 s), B (4 min 12 s).')
  })
})

test('a test says whom it is for', () =>
  expect(noticeOf({ event: 'test', name: 'NOC' }, { ...moment, incidentId: null })).toMatchObject({
    key: 'bl-test-7-123',
    body: 'NOC gets notices. Sent at 05:12:12.',
    url: 'https://site.example/channels',
    acknowledgeUrl: null,
  }))

test('whatever it is about: it has a title, a link within the site, and no more than one word on being late', () => {
  const someFacts = fc.record({
    kind: fc.constantFrom('down' as const, 'members_lost' as const, 'blind' as const, 'flapping' as const),
    event: fc.constantFrom(
      'opened' as const,
      'grew' as const,
      'escalated' as const,
      'reminded' as const,
      'resolved' as const,
    ),
    name: fc.string({ minLength: 1, maxLength: 300 }),
    site: fc.option(fc.string({ maxLength: 100 })),
    began_at: fc.constant(facts.began_at),
    ended_at: fc.option(fc.constant('2026-11-21T04:16:19Z')),
    tell_from: fc.constantFrom('2026-11-21T04:12:10Z', '2026-11-20T04:12:10Z'),
  })
  const some: fc.Arbitrary<MessageFacts> = fc.oneof(
    someFacts,
    fc.record({ event: fc.constant('digest' as const), items: fc.array(someFacts, { minLength: 1, maxLength: 30 }) }),
    fc.record({ event: fc.constant('test' as const), name: fc.string({ minLength: 1 }) }),
  )
  fc.assert(
    fc.property(some, fc.boolean(), (said, known) => {
      const notice = noticeOf(said, { ...moment, toldBefore: known })
      expect(notice.title.trim()).not.toBe('')
      expect(notice.url.startsWith('https://site.example/')).toBe(true)
      expect(notice.body).not.toMatch(/Late by/)
      expect(notice.event).toBe(said.event)
    }),
    { numRuns: Number(process.env.FC ?? 200) },
  )
})
