import { describe, expect, test } from 'vitest'
import { type DarkTarget, groupDark, moodOf } from '@/lib/domain/board'

const dark = (id: number, change: Partial<DarkTarget> = {}): DarkTarget => ({
  outageId: id,
  targetId: id,
  kind: 'device',
  evidence: null,
  misses: 0,
  name: `Ridge-${id}`,
  address: `10.0.0.${id}`,
  role: 'ap',
  siteName: null,
  client: null,
  clientId: null,
  clients: 0,
  clientNames: [],
  state: 'down',
  beganAt: 1000 * id,
  incidentId: id,
  rootTargetId: id,
  acknowledgedAt: null,
  acknowledgedBy: null,
  resolvedBy: null,
  ...change,
})
const order = (targets: DarkTarget[]) => groupDark(targets).map((group) => group.root.targetId)

describe('groupDark', () => {
  test('nothing dark makes no group', () => expect(groupDark([])).toEqual([]))
  test('an unreachable target stands behind the root of its incident', () => {
    const behind = dark(2, { state: 'unreachable', incidentId: 1, rootTargetId: 1 })
    expect(groupDark([behind, dark(1)])).toEqual([{ root: dark(1), behind: [behind] }])
  })
  test('an unreachable target whose root answers again stands on its own', () => {
    expect(order([dark(2, { state: 'unreachable', incidentId: 1, rootTargetId: 1 })])).toEqual([2])
  })
  test('an outage not filed yet stands on its own', () =>
    expect(order([dark(1, { incidentId: null, rootTargetId: null })])).toEqual([1]))
  test('nobody on it comes before somebody on it', () =>
    expect(order([dark(1, { acknowledgedAt: 5 }), dark(2)])).toEqual([2, 1]))
  test('so does what nobody resolved by hand', () =>
    expect(order([dark(1, { resolvedBy: 'Anna' }), dark(2)])).toEqual([2, 1]))
  test('the one that cuts off more comes first', () =>
    expect(order([dark(1), dark(2), dark(3, { state: 'unreachable', incidentId: 2, rootTargetId: 2 })])).toEqual([
      2, 1,
    ]))
  test('a router comes before a client radio', () =>
    expect(order([dark(1, { role: 'cpe' }), dark(2, { role: 'router' })])).toEqual([2, 1]))
  test('the longest dark comes first among equals', () => expect(order([dark(2), dark(1)])).toEqual([1, 2]))
})

describe('moodOf', () => {
  test.each([
    [{ up: 3 }, true, 'quiet'],
    [{ up: 3, degraded: 1 }, true, 'amber'],
    [{ degraded: 1, unreachable: 1 }, true, 'down'],
    [{ up: 3 }, false, 'away'],
    [{ down: 1 }, false, 'down'],
  ] as const)('%o with a probe that can tell: %s is %s', (counts, telling, mood) =>
    expect(moodOf(counts, telling)).toBe(mood),
  )
})
