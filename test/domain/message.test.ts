import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type NoticeFacts, noticeWords, pushMessage, type SendingMoment } from '@/lib/domain/message'

const facts: NoticeFacts = {
  kind: 'down',
  event: 'opened',
  name: 'Ridge-3',
  site: 'North Ridge',
  began_at: '2026-11-21T04:12:07.400Z',
  ended_at: null,
  tell_from: '2026-11-21T04:12:10Z',
}
const moment: SendingMoment = {
  deliveryId: 123,
  incidentId: 7,
  behind: 0,
  openIncidents: 2,
  toldBefore: true,
  timeZone: 'Europe/Berlin',
  siteUrl: 'https://site.example',
  now: new Date('2026-11-21T04:12:11Z'),
}
const resolved: Partial<NoticeFacts> = {
  event: 'resolved',
  ended_at: '2026-11-21T04:16:19Z',
  tell_from: '2026-11-21T04:16:19Z',
}
const after = new Date('2026-11-21T04:16:20Z')
const said = (f: Partial<NoticeFacts>, m: Partial<SendingMoment> = {}) => {
  const { title, body } = noticeWords({ ...facts, ...f }, { ...moment, ...m })
  return `${title} | ${body}`
}

describe('what is said', () => {
  test.each<[string, Partial<NoticeFacts>, Partial<SendingMoment>, string]>([
    ['down', {}, {}, 'Ridge-3 is down | Dark since 05:12:07. North Ridge.'],
    ['no zone known', {}, { timeZone: null }, 'Ridge-3 is down | Dark since 04:12:07 (UTC). North Ridge.'],
    ['a zone that is none', {}, { timeZone: 'Mars/Base' }, 'Ridge-3 is down | Dark since 04:12:07 (UTC). North Ridge.'],
    [
      'flapping, removed',
      { ...resolved, kind: 'flapping', outages: 0, reason: 'It was removed' },
      { now: after },
      'Ridge-3 is no longer watched | It was removed. It had been flapping for 4 min 12 s. North Ridge.',
    ],
    [
      'ended by hand, so not called back',
      { ...resolved, resolved_by: 'Anna' },
      { now: after },
      'Ridge-3: resolved by Anna | By hand, after 4 min 12 s. What is still dark goes on being measured; nobody is told of it again. North Ridge.',
    ],
    [
      'a blind probe, removed',
      { ...resolved, kind: 'blind', site: null, reason: 'It was removed' },
      { now: after },
      'Probe Ridge-3 is no longer asked | It was removed. It had been blind for 4 min 12 s.',
    ],
    ['no site', { site: null }, {}, 'Ridge-3 is down | Dark since 05:12:07.'],
    ['others behind it', {}, { behind: 12 }, 'Ridge-3 is down | Dark since 05:12:07, and 12 behind it. North Ridge.'],
    [
      'late',
      {},
      { now: new Date('2026-11-21T04:24:50Z') },
      'Ridge-3 is down | Dark since 05:12:07. North Ridge. Late by 12 min.',
    ],
    [
      'since yesterday',
      {},
      { now: new Date('2026-11-22T04:12:11Z') },
      'Ridge-3 is down | Dark since 21 Nov 05:12:07. North Ridge. Late by 1 d.',
    ],
    ['back', resolved, { now: after }, 'Ridge-3 is back | Resolved after 4 min 12 s, at 05:16:19. North Ridge.'],
    [
      'over before it was told',
      resolved,
      { now: after, toldBefore: false },
      'Ridge-3 is back | It was dark for 4 min 12 s, from 05:12:07 to 05:16:19. North Ridge.',
    ],
    [
      'paused',
      { ...resolved, reason: 'It was paused' },
      { now: after },
      'Ridge-3 is no longer watched | It was paused. It had been dark for 4 min 12 s. North Ridge.',
    ],
    [
      'flapping',
      { kind: 'flapping', outages: 5 },
      {},
      'Ridge-3 is flapping | 5 outages in 60 min. The next notice comes when it has been steady for 15 min. North Ridge.',
    ],
    [
      'steady',
      { ...resolved, kind: 'flapping', outages: 9 },
      { now: after },
      'Ridge-3 is steady again | 9 outages since 05:12:07. North Ridge.',
    ],
    [
      'blind',
      { kind: 'blind', name: 'east', site: null, reason: 'No anchor answers' },
      {},
      'Probe east is blind | No anchor answers. Since 05:12:07; what it watches counts as unknown.',
    ],
    [
      'sees again',
      { ...resolved, kind: 'blind', name: 'east', site: null },
      { now: after },
      'Probe east sees again | Blind for 4 min 12 s, from 05:12:07 to 05:16:19.',
    ],
  ])('%s', (_, f, m, words) => expect(said(f, m)).toBe(words))
})

test('the whole message, as the service worker and Safari read it', () => {
  expect(pushMessage(facts, moment)).toEqual({
    web_push: 8030,
    notification: {
      title: 'Ridge-3 is down',
      body: 'Dark since 05:12:07. North Ridge.',
      navigate: 'https://site.example/incidents/7',
      tag: 'incident-7',
      lang: 'en',
      dir: 'ltr',
      silent: false,
      data: { delivery_id: 123, incident_id: 7, event: 'opened', url: '/incidents/7', open_incidents: 2 },
      actions: [
        { action: 'acknowledge', title: 'Acknowledge', navigate: 'https://site.example/incidents/7?acknowledge=1' },
        { action: 'open', title: 'Open', navigate: 'https://site.example/incidents/7' },
      ],
    },
  })
})

test('whatever things are called, it stays under 1.5 kB of JSON', () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 3000 })
  fc.assert(
    fc.property(name, name, name, (a, site, reason) => {
      const message = pushMessage({ ...facts, name: a, site, reason, kind: 'blind' }, moment)
      expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(2600)
    }),
  )
  const long = pushMessage({ ...facts, name: 'x'.repeat(3000), site: 'y'.repeat(3000) }, moment)
  expect(Buffer.byteLength(JSON.stringify(long))).toBeLessThan(1500)
})
