import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  judgeKeeper,
  judgeMail,
  judgePing,
  judgePush,
  judgeTry,
  judgeTwice,
  type MailFound,
  type PushedDevice,
  type PushRound,
  provenBy,
  pushRoundsMs,
  pushSent,
  readAt,
  unshown,
} from '@/lib/domain/check-verdicts'

const minute = 60_000
const hour = 60 * minute
const sentAt = Date.parse('2026-11-02T10:00:00Z')

describe('a mail to ourselves', () => {
  const sent = { token: 'a1', sentAt }
  const there = (junk: boolean, afterMs = 3000): MailFound => ({
    is: 'there',
    folder: junk ? 'Spam' : 'INBOX',
    junk,
    at: sentAt + afterMs,
  })
  const refused: MailFound = { is: 'unreadable', why: 'it refused the password' }
  const ok = (words: string) => ({ result: { ok: true, words } })
  const failed = (words: string) => ({ result: { ok: false, words } })
  const wait = (minutes: number) => ({ waiting: sent, askAt: sentAt + minutes * minute })
  const table: [string, number, MailFound, object][] = [
    ['there: it arrived', 15, there(false), ok('The mail arrived within 3 s.')],
    [
      'there before it was sent, by another clock: it arrived',
      15,
      there(false, -5000),
      ok('The mail arrived within 1 s.'),
    ],
    [
      'among the junk: nobody would have read it',
      15,
      there(true),
      failed('The mail arrived among the junk, in "Spam".'),
    ],
    ['not there yet: looked for again in a minute', 15, { is: 'absent' }, wait(16)],
    ['not there, almost out of patience', 29.5, { is: 'absent' }, wait(30)],
    [
      'not there after half an hour',
      30,
      { is: 'absent' },
      failed('The mail was taken, but had not arrived after 30 min.'),
    ],
    ['late, but there: it arrived', 40, there(false, 40 * minute), ok('The mail arrived within 40 min.')],
    ['a mailbox that cannot be read has patience too', 15, refused, wait(16)],
    ['and then says why', 30, refused, failed('The mailbox cannot be read: it refused the password')],
  ]
  test.each(table)('%s', (_, minutes, found, expected) =>
    expect(judgeMail(sent, found, sentAt + minutes * minute)).toEqual(expected),
  )
  test('is read 15 minutes after it was sent', () => expect(readAt(sentAt) - sentAt).toBe(15 * minute))
})

describe('a try', () => {
  const no = { ok: false, words: 'Slack answered 503' }
  const how = { gapMs: 5 * minute, what: 'The test' }
  test('that is taken ends it', () =>
    expect(judgeTry({ ok: true, words: 'ok' }, { tries: 2 }, how, 0)).toEqual({ result: { ok: true, words: 'ok' } }))
  test('that is refused is made again, twice, and then is a failure', () => {
    expect(judgeTry(no, null, how, 0)).toEqual({ waiting: { tries: 1 }, askAt: 5 * minute })
    expect(judgeTry(no, { tries: 1 }, how, 0)).toEqual({ waiting: { tries: 2 }, askAt: 5 * minute })
    const words = 'The test failed 3 times in a row: Slack answered 503'
    expect(judgeTry(no, { tries: 2 }, how, 0)).toEqual({ result: { ok: false, words } })
  })
})

describe('a channel that took a notice', () => {
  const now = sentAt
  const table: [string, number | null, number | null, boolean][] = [
    ['an hour ago is proven', now - hour, null, true],
    ['a day ago still', now - 24 * hour, null, true],
    ['before that is not', now - 24 * hour - 1, null, false],
    ['never is not', null, null, false],
    ['and has refused since is not', now - hour, now - minute, false],
    ['in the future, by another clock, is', now + minute, null, true],
  ]
  test.each(table)('%s', (_, deliveredAt, failingSince, proven) => {
    expect(provenBy(deliveredAt, failingSince, now) !== null).toBe(proven)
    expect(provenBy(deliveredAt, failingSince, now)?.ok ?? true).toBe(true)
  })
})

describe('a push', () => {
  const device = (name: string, more: Partial<PushedDevice> = {}): PushedDevice => ({
    id: 1,
    name,
    shownAt: null,
    reachable: true,
    trouble: null,
    ...more,
  })
  const round = (tries: number, sent = true): PushRound => ({ since: sentAt, tries, sent })
  const shown = device('Pixel', { shownAt: sentAt })
  const table: [string, PushRound, PushedDevice[], number, object][] = [
    [
      'shown by all',
      round(1),
      [shown, device('Laptop', { shownAt: sentAt + 5 })],
      2,
      { result: { ok: true, words: 'Shown on Pixel and Laptop.' } },
    ],
    [
      'shown before it began does not count',
      round(1),
      [device('Pixel', { shownAt: sentAt - 1 })],
      2,
      { waiting: round(1, false), askAt: sentAt + hour },
    ],
    [
      'not shown: sent again in an hour',
      round(1),
      [shown, device('Laptop')],
      2,
      { waiting: round(1, false), askAt: sentAt + hour },
    ],
    ['then after six', round(2), [device('Laptop')], 62, { waiting: round(2, false), askAt: sentAt + 6 * hour }],
    ['then after a day', round(3), [device('Laptop')], 362, { waiting: round(3, false), askAt: sentAt + 24 * hour }],
    [
      'and no more',
      round(4),
      [shown, device('Laptop', { trouble: 'it answered 500' })],
      1442,
      { result: { ok: false, words: 'Laptop (it answered 500) showed no test in 1 d.' } },
    ],
    [
      'lost all the while',
      round(4),
      [device('Old', { reachable: false })],
      1442,
      { result: { ok: false, words: 'Old (its subscription is lost) showed no test in 1 d.' } },
    ],
    ['no device left', round(1), [], 2, { result: { ok: true, words: 'No device wants notices any more.' } }],
  ]
  test.each(table)('%s', (_, asked, devices, minutes, expected) =>
    expect(judgePush(asked, devices, sentAt + minutes * minute)).toEqual(expected),
  )

  test('ends after four rounds at most, and well exactly when all have shown one (property)', () => {
    const delays = fc.array(fc.option(fc.integer({ min: 0, max: 30 * hour }), { nil: null }), { maxLength: 4 })
    fc.assert(
      fc.property(delays, (shownAfter) => {
        const devicesAt = (now: number) =>
          shownAfter.map((after, i) => {
            const shownAt = after === null || sentAt + after > now ? null : sentAt + after
            return { id: i, name: `D${i}`, shownAt, reachable: true, trouble: null }
          })
        let now = sentAt
        let at: PushRound = { since: sentAt, tries: 0, sent: false }
        for (let steps = 0; steps < 20; steps++) {
          const devices = devicesAt(now)
          const silent = unshown(devices, at.since)
          const step = at.sent || silent.length === 0 ? judgePush(at, devices, now) : pushSent(at, now)
          if ('result' in step) {
            expect(step.result.ok).toBe(silent.length === 0)
            expect(at.tries).toBeLessThanOrEqual(pushRoundsMs.length)
            return
          }
          expect(step.askAt).toBeGreaterThanOrEqual(now)
          now = step.askAt
          at = step.waiting
        }
        expect.unreachable('it never ends')
      }),
    )
  })
})

describe('the keeper', () => {
  const now = sentAt
  const table: [string, number | null, number | null, boolean, RegExp][] = [
    ['went round just now', now - 5000, null, true, /less than a minute/],
    ['a minute ago', now - minute, null, true, /less than a minute/],
    ['longer ago', now - 3 * minute, null, false, /^No keeper has finished a cycle for 3 min\.$/],
    ['never', null, null, false, /yet/],
    ['goes round, and something waits a little', now, now - 5 * minute, true, /./],
    ['goes round, and something lies', now, now - 6 * minute, false, /^A notice has been due for 6 min/],
  ]
  test.each(table)('%s', (_, cycleAt, unsentSince, ok, words) => {
    const result = judgeKeeper({ cycleAt, unsentSince }, now)
    expect(result.ok).toBe(ok)
    expect(result.words).toMatch(words)
  })
})

describe('a fault that a start explains', () => {
  const bad = { ok: false, words: 'No keeper has finished a cycle yet.' }
  const good = { ok: true, words: 'fine' }
  test('is looked at again in a minute', () =>
    expect(judgeTwice(bad, null, sentAt)).toEqual({ waiting: { tries: 1 }, askAt: sentAt + minute }))
  test('and counts when it stands then', () => expect(judgeTwice(bad, { tries: 1 }, sentAt)).toEqual({ result: bad }))
  test('what is well needs no second look', () => expect(judgeTwice(good, null, sentAt)).toEqual({ result: good }))
})

test.each([
  [200, '', true, 'It answered 200.'],
  [204, 'OK', true, 'It answered 204.'],
  [302, '', false, 'it answered 302'],
  [404, 'not found', false, 'it answered 404: not found'],
  [500, '', false, 'it answered 500'],
  [null, 'No answer from hc.example in 15 s', false, 'No answer from hc.example in 15 s'],
])('another monitor that answers %s', (status, answer, ok, words) =>
  expect(judgePing({ status, answer })).toEqual({ ok, words }),
)
