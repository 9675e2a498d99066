import { describe, expect, test } from 'vitest'
import type { LearntEdge } from '@/lib/domain/learnt-edge'
import { tierOf } from '@/lib/domain/learnt-edge'
import type { KeptEdge } from '@/lib/domain/settle-edges'
import { dayWords, type SuggestInput, suggestMoves } from '@/lib/domain/suggest-moves'

const tuesday = Date.parse('2026-03-17T23:30:00Z')
const names: Record<number, string> = { 1: 'CPE-1', 2: 'AP-2', 3: 'AP-3', 4: 'Tower-4', 5: 'PTP-5' }
const hand = (upstreamId: number, provenance: KeptEdge['provenance'] = 'hand'): KeptEdge => ({
  upstreamId,
  provenance,
  confidence: 1,
  effective: true,
  seenAt: tuesday,
})
const learnt = (upstreamId: number, provenance: LearntEdge['provenance'] = 'lldp', confidence = 0.9): LearntEdge => ({
  upstreamId,
  provenance,
  confidence,
  tier: tierOf(provenance, confidence),
  seenAt: tuesday,
  evidence: [{ provenance, detail: 'one hears the other', seenAt: '' }],
})
const suggest = (part: Partial<SuggestInput>) =>
  suggestMoves({
    deviceId: 1,
    kept: [],
    learnt: [],
    cut: new Set(),
    nameOf: (id) => names[id] ?? '',
    isAbove: () => false,
    firstSeenAt: () => tuesday,
    zone: 'UTC',
    ...part,
  }).map(({ kind, fromId, toId, words }) => [kind, fromId, toId, words])

describe('what is suggested', () => {
  test.each<[string, Partial<SuggestInput>, unknown[]]>([
    ['nothing where nothing was made by hand', { learnt: [learnt(2)] }, []],
    ['nothing where what is learnt is what was made by hand', { kept: [hand(2)], learnt: [learnt(2)] }, []],
    ['nothing by what is not sure', { kept: [hand(2)], learnt: [learnt(3, 'bridge', 0.5), learnt(3, 'arp', 0.3)] }, []],
    [
      'a move, where a station is registered elsewhere',
      { kept: [hand(2)], learnt: [learnt(3, 'registration')] },
      [['moved', 2, 3, 'CPE-1 moved from AP-2 to AP-3 on Tuesday, 17 Mar']],
    ],
    [
      'the day of a move by the clock of the site',
      { kept: [hand(2)], learnt: [learnt(3, 'registration')], zone: 'Asia/Tokyo' },
      [['moved', 2, 3, 'CPE-1 moved from AP-2 to AP-3 on Wednesday, 18 Mar']],
    ],
    [
      'another upstream, where the one made by hand is seen as well',
      { kept: [hand(4)], learnt: [learnt(4), learnt(5)] },
      [['new_upstream', null, 5, 'CPE-1 hangs on PTP-5 as well: one hears the other']],
    ],
    [
      'what stands between',
      { kept: [hand(4, 'imported')], learnt: [learnt(5)], isAbove: (below, above) => below === 5 && above === 4 },
      [['new_upstream', 4, 5, 'CPE-1 hangs on PTP-5, which is below Tower-4 (imported): one hears the other']],
    ],
    [
      'a contradiction',
      { kept: [hand(4)], learnt: [learnt(5)] },
      [['contradiction', 4, 5, 'CPE-1 hangs on PTP-5, not on Tower-4 (made by hand): one hears the other']],
    ],
    [
      'a contradiction the other way round',
      { kept: [hand(4)], learnt: [learnt(5)], isAbove: (below, above) => below === 5 && above === 1 },
      [
        [
          'contradiction',
          4,
          5,
          'PTP-5 hangs below CPE-1 as it was made by hand, yet it seems to be above: one hears the other',
        ],
      ],
    ],
    [
      'a circle',
      { learnt: [learnt(5), learnt(4)], cut: new Set([5]) },
      [['cycle', null, 5, 'CPE-1 would hang on PTP-5, and that on it: one hears the other. Left out, as less sure']],
    ],
  ])('%s', (_, part, expected) => expect(suggest(part)).toEqual(expected))

  test('a day in words', () => expect(dayWords(Date.parse('2026-11-21T12:00:00Z'), 'UTC')).toBe('Saturday, 21 Nov'))
})
