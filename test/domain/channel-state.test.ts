import { expect, test } from 'vitest'
import { type ChannelRecord, channelState, phoneWords } from '@/lib/domain/channel-state'

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
