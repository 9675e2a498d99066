import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { channelKinds } from '@/lib/domain/channel-kind'
import { describeSchedule } from '@/lib/domain/schedule'
import {
  type CheckedChannel,
  type CheckSettings,
  checkKinds,
  checkWords,
  firstDueAt,
  isTested,
  nextDueAt,
  rhythms,
  unsaidChecks,
  wantedChecks,
} from '@/lib/domain/self-checks'

const channel = (id: number, kind: CheckedChannel['kind'], phones = 0): CheckedChannel => ({
  id,
  kind,
  name: `C${id}`,
  phones,
  canTell: kind !== 'web_push' || phones > 0,
})
const anna = channel(1, 'web_push', 2)
const bernd = channel(2, 'web_push', 0)
const slack = channel(3, 'slack')
const mail = channel(4, 'email')
const sms = channel(5, 'sms')
const keys = (settings: Partial<CheckSettings>, channels: CheckedChannel[], hasMailbox = false) =>
  wantedChecks({ ...unsaidChecks, ...settings }, { hasMailbox, channels }).map((check) => check.key)

describe('which checks are made', () => {
  const table: [string, string[], Partial<CheckSettings>, CheckedChannel[], boolean][] = [
    ['without channels and mail: none', [], {}, [], false],
    ['of phones alone: their own, as nothing else could tell of the keeper', ['push:1'], {}, [anna], false],
    ['an operator without a phone has nothing to check', [], {}, [bernd], false],
    ['with another channel: it and the keeper too', ['push:1', 'channel:3', 'keeper'], {}, [anna, slack], false],
    ['the mail loop when both of its ways are set', ['mail'], {}, [], true],
    ['a test that costs money is made only where somebody wants it', ['keeper'], {}, [sms], false],
    ['and then it is', ['channel:5', 'keeper'], { tested: { 5: true } }, [sms], false],
    ['a channel may be spared', ['keeper'], { tested: { 3: false } }, [slack], false],
    ['the other monitor, and with it the keeper', ['keeper', 'dead_man'], { deadManSeconds: 60 }, [], false],
    ['nothing that is off', [], { mail: 'off', push: 'off', channels: 'off', keeper: false }, [anna, slack], true],
  ]
  test.each(table)('%s', (_, expected, settings, channels, hasMailbox) =>
    expect(keys(settings, channels, hasMailbox)).toEqual(expected),
  )
})

describe('a failure is told by another way', () => {
  const told = (key: string, channels: CheckedChannel[]) =>
    wantedChecks({ ...unsaidChecks, deadManSeconds: 60 }, { hasMailbox: true, channels }).find((one) => one.key === key)
      ?.told
  const table: [string, string, CheckedChannel[], number[] | null][] = [
    ['a channel’s by all others', 'channel:3', [anna, slack, mail], [1, 4]],
    ['a push’s by all others', 'push:1', [anna, slack, mail], [3, 4]],
    ['the mail loop’s by what is no mail', 'mail', [anna, slack, mail], [1, 3]],
    ['an operator without a phone is no way to tell', 'channel:3', [bernd, slack, mail], [4]],
    ['by everyone where there is no other', 'channel:3', [bernd, slack], null],
    ['one that is broken is none either', 'channel:3', [anna, slack, { ...mail, canTell: false }], [1]],
    ['the keeper’s by everyone', 'keeper', [anna, slack], null],
    ['the other monitor’s by everyone', 'dead_man', [anna, slack], null],
  ]
  test.each(table)('%s', (_, key, channels, expected) => expect(told(key, channels)).toEqual(expected))

  test('never by the way that was checked, if there is another (property)', () => {
    const some = fc.array(
      fc.record({
        kind: fc.constantFrom(...channelKinds),
        phones: fc.integer({ min: 0, max: 2 }),
        canTell: fc.boolean(),
      }),
      {
        maxLength: 8,
      },
    )
    fc.assert(
      fc.property(some, fc.boolean(), fc.constantFrom(...rhythms), (drawn, hasMailbox, channels) => {
        const all = drawn.map((one, i) => ({ ...one, id: i + 1, name: `C${i + 1}` }))
        const wanted = wantedChecks({ ...unsaidChecks, channels }, { hasMailbox, channels: all })
        expect(new Set(wanted.map((one) => one.key)).size).toBe(wanted.length)
        for (const { told, channelId, kind } of wanted) {
          expect(told?.length).not.toBe(0)
          expect(told ?? []).not.toContain(channelId)
          for (const id of told ?? []) {
            const way = all.find((one) => one.id === id)
            expect(way?.canTell && (way.kind !== 'web_push' || way.phones > 0)).toBe(true)
            if (kind === 'mail') expect(way?.kind).not.toBe('email')
          }
        }
      }),
    )
  })
})

describe('when', () => {
  const at = (text: string) => Date.parse(text)
  const berlin = { ...unsaidChecks, minute: 9 * 60 + 30, zone: 'Europe/Berlin', deadManSeconds: 60 }
  const wanted = wantedChecks(berlin, { hasMailbox: true, channels: [anna, slack] })
  const check = (key: string) => wanted.find((one) => one.key === key) ?? expect.unreachable(key)

  test('is said in the schedule of its job', () => {
    expect(describeSchedule(check('mail').schedule)).toBe('At 09:30 every day, Berlin time (Europe/Berlin)')
    expect(describeSchedule(check('push:1').schedule)).toMatch(/^At 09:30 on Monday/)
  })

  // 2026-10-25 the clocks went back; the 26th is a Monday.
  const table: [string, string, string, string][] = [
    ['a push waits for its Monday', 'push:1', '2026-10-20T12:00:00Z', '2026-10-26T08:30:00Z'],
    ['a test too, by the clock on the wall', 'channel:3', '2026-10-12T07:30:00Z', '2026-10-19T07:30:00Z'],
    ['the mail loop begins at once', 'mail', '2026-10-20T12:00:00Z', '2026-10-20T12:00:00Z'],
    ['the keeper too', 'keeper', '2026-10-20T12:00:00Z', '2026-10-20T12:00:00Z'],
  ]
  test.each(table)('first: %s', (_, key, now, expected) =>
    expect(new Date(firstDueAt(check(key), at(now)))).toEqual(new Date(expected)),
  )

  const again: [string, string, boolean, string, string][] = [
    ['a mail that arrived', 'mail', true, '2026-10-24T07:45:00Z', '2026-10-25T08:30:00Z'],
    ['a mail that did not', 'mail', false, '2026-10-24T07:45:00Z', '2026-10-24T08:45:00Z'],
    ['phones that showed it', 'push:1', true, '2026-10-19T07:32:00Z', '2026-10-26T08:30:00Z'],
    ['phones that did not', 'push:1', false, '2026-10-20T07:32:00Z', '2026-10-21T07:32:00Z'],
    ['no later than its own time', 'push:1', false, '2026-10-26T08:00:00Z', '2026-10-26T08:30:00Z'],
    ['a channel that refused', 'channel:3', false, '2026-10-19T07:40:00Z', '2026-10-19T08:40:00Z'],
    ['the keeper, each minute', 'keeper', true, '2026-10-19T07:40:00Z', '2026-10-19T07:41:00Z'],
  ]
  test.each(again)('again: %s', (_, key, ok, now, expected) =>
    expect(new Date(nextDueAt(check(key), ok, at(now)))).toEqual(new Date(expected)),
  )

  test('a failing one is never looked at later than one that is well, and always after now (property)', () => {
    const instant = fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') })
    fc.assert(
      fc.property(instant, fc.constantFrom(...wanted), (now, one) => {
        const [well, failing] = [nextDueAt(one, true, now), nextDueAt(one, false, now)]
        expect(failing).toBeGreaterThan(now)
        expect(failing).toBeLessThanOrEqual(well)
        expect(firstDueAt(one, now)).toBeGreaterThanOrEqual(now)
      }),
    )
  })
})

test('every kind has its words, and every kind of channel a yes or no', () => {
  expect(new Set(checkKinds.map(checkWords)).size).toBe(checkKinds.length)
  for (const kind of channelKinds) expect(typeof isTested({ id: 1, kind }, { tested: {} })).toBe('boolean')
})
