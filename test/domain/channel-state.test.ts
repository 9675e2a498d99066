import { expect, test } from 'vitest'
import { type ChannelRecord, channelState, phoneWords, testWords } from '@/lib/domain/channel-state'

const now = 1_000_000
const fresh: ChannelRecord = {
  lastDeliveredAt: null,
  failingSince: null,
  failures: 0,
  breakerUntil: null,
  brokenSince: null,
  lastAnswer: null,
}

test.each<[Partial<ChannelRecord>, string]>([
  [{}, 'unproven'],
  [{ lastDeliveredAt: 1 }, 'delivering'],
  [{ lastDeliveredAt: 1, failingSince: 2 }, 'failing'],
  [{ failingSince: 2, breakerUntil: now + 1 }, 'spared'],
  [{ failingSince: 2, breakerUntil: now }, 'failing'],
  [{ lastDeliveredAt: 1, failingSince: 2, breakerUntil: now + 1, brokenSince: 3 }, 'broken'],
])('%j is %s', (record, state) => expect(channelState({ ...fresh, ...record }, now)).toBe(state))

test.each([
  [0, 'no push device yet'],
  [1, '1 push device'],
  [2, '2 push devices'],
])('%i is "%s"', (count, words) => expect(phoneWords(count)).toBe(words))

test.each<[Parameters<typeof testWords>[0], string]>([
  [{ ok: true, status: 200, answer: 'ok' }, 'Taken. It answered 200: ok.'],
  [{ ok: true, status: 204, answer: '' }, 'Taken. It answered 204.'],
  [{ ok: true, status: 250, answer: '250 2.0.0 OK' }, 'Taken. It answered 250 2.0.0 OK.'],
  [{ ok: true, status: null, answer: '' }, 'Taken.'],
  [{ ok: false, status: 404, answer: 'Slack answered 404: no_service' }, 'Not taken. Slack answered 404: no_service.'],
  [{ ok: false, status: null, answer: 'No answer from x in 15 s' }, 'Not taken. No answer from x in 15 s.'],
])('a test: %j reads "%s"', (answer, words) => expect(testWords(answer)).toBe(words))
