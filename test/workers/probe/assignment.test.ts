import { describe, expect, test } from 'vitest'
import { reconcile } from '@/workers/probe/assignment'

const fresh = { darkSince: null, own: true, endedAt: null }

describe('reconcile: what the probe holds against what the web names open', () => {
  test.each([
    ['nothing here, nothing there', fresh, null, null],
    ['the web names one that we do not hold: held, not isolated', fresh, 100, { darkSince: 100, own: false }],
    ['ours, named: ours', { darkSince: 90, own: true, endedAt: null }, 100, { darkSince: 90, own: true }],
    [
      'ours, not named (still spooled, or no majority): ours',
      { darkSince: 90, own: true, endedAt: 50 },
      null,
      { darkSince: 90, own: true },
    ],
    ['only the web said so, and says so no more: not dark', { darkSince: 90, own: false, endedAt: null }, null, null],
    [
      'only the web said so, and another now',
      { darkSince: 90, own: false, endedAt: null },
      100,
      { darkSince: 100, own: false },
    ],
    ['we saw that one end: the web does not know yet', { ...fresh, endedAt: 120 }, 100, null],
    ['we saw one end, and the web names a later one', { ...fresh, endedAt: 120 }, 130, { darkSince: 130, own: false }],
  ])('%s', (_, held, named, expected) =>
    expect(reconcile(held, named === null ? null : { began_at: named })).toEqual(expected),
  )
})
