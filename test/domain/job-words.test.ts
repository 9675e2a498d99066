import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JobTrouble, membersWords, troubleNote, troubleOf } from '@/lib/domain/job-words'
import { type NoticeFacts, noticeWords, pushMessage, type SendingMoment } from '@/lib/domain/message'

const missed: JobTrouble = {
  kind: 'missed',
  misses: 1,
  due_at: '2026-11-21T02:00:00Z',
  last_beat_at: '2026-11-20T02:00:04Z',
}
const failed: JobTrouble = { kind: 'failed', exit_status: 3, message: 'disk full.' }
const overrun: JobTrouble = { kind: 'ran_too_long', started_at: '2026-11-21T02:00:00Z', grace_seconds: 3600 }
const facts: NoticeFacts = {
  kind: 'down',
  event: 'opened',
  name: 'backup-db',
  site: null,
  began_at: '2026-11-21T02:00:00Z',
  ended_at: null,
  tell_from: '2026-11-21T03:00:00Z',
}
const moment: SendingMoment = {
  deliveryId: 1,
  incidentId: 7,
  behind: 0,
  openIncidents: 1,
  toldBefore: true,
  timeZone: 'Europe/Berlin',
  siteUrl: 'https://site.example',
  now: new Date('2026-11-21T03:00:05Z'),
}
const end: Partial<NoticeFacts> = {
  event: 'resolved',
  ended_at: '2026-11-21T03:12:00Z',
  tell_from: '2026-11-21T03:12:00Z',
}
const later = { now: new Date('2026-11-21T03:12:01Z') }

describe('what is said of a job at night', () => {
  test.each<[string, Partial<NoticeFacts>, Partial<SendingMoment>, string]>([
    [
      'a missed beat',
      { job: missed },
      {},
      'backup-db has missed its beat | Expected at 03:00:00, last heard of at 20 Nov 03:00:04.',
    ],
    [
      'several',
      { job: { ...missed, misses: 3 } },
      {},
      'backup-db has missed 3 beats | Expected at 03:00:00, last heard of at 20 Nov 03:00:04.',
    ],
    [
      'never heard since',
      { job: { ...missed, last_beat_at: null } },
      {},
      'backup-db has missed its beat | Expected at 03:00:00.',
    ],
    [
      'missed while we were away',
      { job: { ...missed, away: true } },
      {},
      'backup-db has missed its beat | Expected at 03:00:00, last heard of at 20 Nov 03:00:04. Beatline itself took no beats for a while then.',
    ],
    ['failed', { job: failed }, {}, 'backup-db failed with exit status 3 | Reported at 03:00:00: disk full.'],
    [
      'failed without a word',
      { job: { kind: 'failed', exit_status: null, message: null } },
      {},
      'backup-db failed | Reported at 03:00:00.',
    ],
    ['ran too long', { job: overrun }, {}, 'backup-db ran too long | Started at 03:00:00, not finished within 1 h.'],
    [
      'with its site',
      { job: overrun, site: 'Water Street' },
      {},
      'backup-db ran too long | Started at 03:00:00, not finished within 1 h. Water Street.',
    ],
    [
      'missed, and back',
      { ...end, job: missed },
      later,
      'backup-db beats again | Resolved after 1 h 12 min, at 04:12:00.',
    ],
    [
      'failed, and back',
      { ...end, job: failed },
      later,
      'backup-db succeeded again | Resolved after 1 h 12 min, at 04:12:00.',
    ],
    [
      'over before it was told',
      { ...end, job: missed },
      { ...later, toldBefore: false },
      'backup-db beats again | It was silent for 1 h 12 min, from 03:00:00 to 04:12:00.',
    ],
    [
      'ran too long, over before it was told',
      { ...end, job: overrun },
      { ...later, toldBefore: false },
      'backup-db succeeded again | It was overdue for 1 h 12 min, from 03:00:00 to 04:12:00.',
    ],
    [
      'paused',
      { ...end, job: missed, reason: 'It was paused' },
      later,
      'backup-db is no longer watched | It was paused. It had been silent for 1 h 12 min.',
    ],
    [
      'flapping',
      { kind: 'flapping', outages: 5, job: failed },
      {},
      'backup-db is flapping | 5 outages in 60 min. The next notice comes when it has been steady for 15 min.',
    ],
  ])('%s', (_, f, m, words) => {
    const { title, body } = noticeWords({ ...facts, ...f }, { ...moment, ...m })
    expect(`${title} | ${body}`).toBe(words)
  })

  test.each<[JobTrouble, string]>([
    [missed, 'Missed its beat.'],
    [{ ...missed, misses: 3 }, 'Missed 3 beats.'],
    [failed, 'Failed with exit status 3.'],
    [overrun, 'Ran too long.'],
  ])('in the timeline: %j', (trouble, note) => expect(troubleNote(trouble)).toBe(note))
})

describe('what the evidence says', () => {
  test.each<[string, unknown, JobTrouble | null]>([
    [
      'missed',
      {
        kind: 'missed',
        due: ['2026-11-21T02:00:00Z', '2026-11-22T02:00:00Z'],
        misses: 2,
        last_beat: { at: '2026-11-20T02:00:04Z', signal: 'success' },
      },
      { ...missed, misses: 2 },
    ],
    ['ran too long', { kind: 'ran_too_long', started_at: '2026-11-21T02:00:00Z', grace_seconds: 3600 }, overrun],
    ['a fail with a message', { beat: { signal: 'fail', exit_status: 3, message: 'disk full.' } }, failed],
    [
      'a fail with output: its last line',
      { beat: { signal: 'fail', exit_status: 3, body: 'dumping\n\u0007disk full.\n\n' } },
      failed,
    ],
    ['a device', { probes: [{ probe: 'east' }] }, null],
    ['nothing', null, null],
  ])('%s', (_, evidence, trouble) => expect(troubleOf(evidence)).toEqual(trouble))

  test('whatever it is, a message comes of it, short enough for a push', () => {
    const value = fc.anything({ maxDepth: 3 })
    const evidence = fc.record({
      kind: fc.constantFrom('missed', 'failed', 'ran_too_long', 'other'),
      due: fc.oneof(value, fc.array(fc.constant('2026-11-21T02:00:00Z'))),
      misses: value,
      beat: fc.oneof(
        value,
        fc.record({
          signal: fc.constant('fail'),
          exit_status: value,
          message: fc.string({ unit: 'binary', maxLength: 4000 }),
          body: value,
        }),
      ),
      started_at: fc.constantFrom(null, '2026-11-21T02:00:00Z'),
      grace_seconds: value,
      last_beat: fc.oneof(fc.record({ at: fc.constant('2026-11-21T02:00:00Z') }), fc.constant(null)),
    })
    fc.assert(
      fc.property(evidence, (said) => {
        const job = troubleOf(said)
        const message = pushMessage({ ...facts, ...(job ? { job } : {}), name: 'x'.repeat(300) }, moment)
        expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(2600)
      }),
      { numRuns: Number(process.env.FC ?? 300) },
    )
  })
})

test.each<[string, { name: string; kind: 'device' | 'job' }[], string]>([
  ['a device', [{ name: 'AP', kind: 'device' }], '1 device: AP'],
  ['a job', [{ name: 'backup', kind: 'job' }], '1 job: backup'],
  [
    'both, the first five by name',
    [...['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, kind: 'device' as const })), { name: 'f', kind: 'job' }],
    '5 devices and 1 job: a, b, c, d, e and 1 more',
  ],
])('behind it: %s', (_, members, words) => {
  const { which, names } = membersWords(members)
  expect(`${which}: ${names}`).toBe(words)
})
