import { expect, test } from 'vitest'
import { growthIsNews } from '@/lib/domain/growth'
import type { ToldBefore } from '@/lib/domain/telling'
import type { TellingRule } from '@/lib/domain/telling-rules'

type One = [event: ToldBefore['event'], outcome: ToldBefore['outcome'], rule: TellingRule]
const history = (...ones: One[]): ToldBefore[] =>
  ones.map(([event, outcome, rule], at) => ({ event, outcome, rule, until: null, at }))

test.each<[string, One[], boolean]>([
  ['who was never asked', [], false],
  ['who was told', [['opened', 'sent', 'told']], false],
  [
    'who was told in a digest after waiting',
    [
      ['opened', 'delayed', 'hours'],
      ['opened', 'digest', 'digest'],
    ],
    false,
  ],
  ['where no route led', [['opened', 'skipped', 'no_route']], true],
  ['for whom it waits for the morning', [['opened', 'delayed', 'hours']], true],
  [
    'for whom it waits, and who was asked again',
    [
      ['opened', 'delayed', 'hours'],
      ['grew', 'skipped', 'waiting'],
    ],
    true,
  ],
  ['for whom it is snoozed', [['opened', 'delayed', 'snoozed']], false],
  ['in a blackout', [['opened', 'suppressed', 'blackout']], false],
  ['who heard of its end alone', [['resolved', 'sent', 'told']], false],
])('growth is news, or not, to %s', (_, ones, isNews) => expect(growthIsNews(history(...ones))).toBe(isNews))
