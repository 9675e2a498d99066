import { describe, expect, test } from 'vitest'
import { type CauseEvidence, causeNote, causeOf } from '@/lib/domain/cause'
import { type NoticeFacts, noticeWords, stillTitle } from '@/lib/domain/message'

const facts: NoticeFacts = {
  kind: 'down',
  event: 'opened',
  name: 'Ridge-3',
  role: 'ap',
  site: 'North Ridge',
  began_at: '2026-11-21T04:12:07Z',
  ended_at: null,
  tell_from: '2026-11-21T04:12:10Z',
}
const moment = {
  deliveryId: 1,
  incidentId: 7,
  behind: 0,
  openIncidents: 1,
  toldBefore: true,
  timeZone: 'UTC',
  siteUrl: 'https://site.example',
  now: new Date('2026-11-21T04:12:11Z'),
}
const said = (change: Partial<NoticeFacts>) => {
  const { title, body } = noticeWords({ ...facts, ...change }, moment)
  return `${title} | ${body}`
}
const reach = (clients: number, names: string[]) => ({ clients, names, devices: clients + 1 })
const ended = { event: 'resolved', ended_at: '2026-11-21T04:16:07Z', tell_from: '2026-11-21T04:16:07Z' } as const

describe('what is said of an incident', () => {
  test.each<[string, Partial<NoticeFacts>, string]>([
    ['nobody behind it', {}, 'AP Ridge-3 is down | Dark since 04:12:07. North Ridge.'],
    ['a name that says its role', { name: 'AP-3' }, 'AP-3 is down | Dark since 04:12:07. North Ridge.'],
    [
      'one client',
      { reach: reach(1, ['Acme Dental']) },
      'AP Ridge-3 is down: Acme Dental | Dark since 04:12:07, and 1 behind it. North Ridge.',
    ],
    [
      'two clients',
      { reach: reach(2, ['Acme Dental', 'Bolt']) },
      'AP Ridge-3 is down: 2 clients, Acme Dental and Bolt | Dark since 04:12:07, and 2 behind it. North Ridge.',
    ],
    [
      'many clients',
      { reach: reach(41, ['Acme Dental', 'Bolt', 'Cove']) },
      'AP Ridge-3 is down: 41 clients, Acme Dental and 40 more | Dark since 04:12:07, and 41 behind it. North Ridge. Without service: Acme Dental, Bolt and 39 more.',
    ],
    [
      'members lost',
      {
        kind: 'members_lost',
        reach: { ...reach(2, ['Acme Dental', 'Bolt']), lost: 4, of: 5, members: ['A', 'B', 'C'] },
      },
      'Radio sector of AP Ridge-3 is lost: 2 clients, Acme Dental and Bolt | 4 of 5 behind it dark since 04:12:07: A, B, C and 1 more. AP Ridge-3 itself answers. North Ridge.',
    ],
    [
      'over',
      { ...ended, reach: reach(41, ['Acme Dental']) },
      'AP Ridge-3 is back | Resolved after 4 min, at 04:16:07. North Ridge. 41 clients had been without service.',
    ],
    [
      'taken over by what is dark above it',
      { ...ended, under: 'Tower', reach: reach(2, ['Acme Dental', 'Bolt']) },
      'AP Ridge-3 is behind Tower | Tower is dark as well, and its notice says both. AP Ridge-3 is still dark. North Ridge.',
    ],
  ])('%s', (_, change, words) => expect(said(change)).toBe(words))

  test('heard again, "still" goes into the sentence, not into the name of a client', () => {
    const told = { ...facts, name: 'This is it', reach: reach(3, ['All is well', 'B']) }
    expect(stillTitle(noticeWords(told, moment).title, told)).toBe(
      'AP This is it is still down: 3 clients, All is well and 2 more',
    )
  })
})

describe('the cause', () => {
  const minute = 60_000
  const evidence: CauseEvidence = {
    role: 'cpe',
    beganAt: 100 * minute,
    endedAt: 110 * minute,
    bootedAt: null,
    bootedWithIt: 0,
    hints: [],
    lostWithOthers: false,
  }
  const ran = { bootedAt: 5 * minute }
  const hint = (kind: CauseEvidence['hints'][number]['kind'], at = 100) => ({ hints: [{ kind, at: at * minute }] })
  test.each<[string, Partial<CauseEvidence>, string]>([
    ['nothing known', {}, 'unknown'],
    ['a CPE that came back long after it went', { bootedAt: 109.5 * minute }, 'power'],
    ['one whose uptime began as it went dark', { bootedAt: 100.2 * minute }, 'reboot'],
    ['a router that began anew', { role: 'router', bootedAt: 109 * minute }, 'reboot'],
    ['several of one site', { role: 'router', bootedAt: 109 * minute, bootedWithIt: 2 }, 'power'],
    ['a trap of its own', hint('rebooted', 109), 'reboot'],
    ['an interface that fell', { ...ran, ...hint('link_down') }, 'link'],
    ['a registration lost while it had power', { ...ran, ...hint('station_left') }, 'link'],
    ['a registration lost, and who knows of its power', hint('station_left'), 'unknown'],
    ['many at once', { ...ran, lostWithOthers: true }, 'radio'],
    ['something said at another time', { ...ran, ...hint('link_down', 90) }, 'unknown'],
  ])('%s', (_, change, cause) => expect(causeOf({ ...evidence, ...change }).cause).toBe(cause))
  test('is a line of the timeline', () =>
    expect(causeNote('CPE 7', { cause: 'reboot', why: 'its uptime began anew' })).toBe(
      'Cause of CPE 7: reboot, as its uptime began anew.',
    ))
})
