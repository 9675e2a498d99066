import { describe, expect, test } from 'vitest'
import { majorityDark } from '@/lib/domain/majority'

const dark = (...beganAt: number[]) => beganAt.map((at, i) => ({ probeId: i + 1, beganAt: at, isolatedAt: at + 3 }))

describe('majorityDark', () => {
  test.each([
    ['the only probe decides alone', 1, dark(10), { beganAt: 10, isolatedAt: 13 }],
    ['one of two is not the majority', 2, dark(10), null],
    ['two of two are, dated by the second', 2, dark(12, 10), { beganAt: 12, isolatedAt: 15 }],
    ['two of three are, however late the third', 3, dark(10, 11, 90), { beganAt: 11, isolatedAt: 14 }],
    ['two of four are not', 4, dark(10, 11), null],
    ['nobody says dark', 3, [], null],
    ['nobody watches, nobody says dark', 0, [], null],
  ])('%s', (_, watching, verdicts, expected) => expect(majorityDark({ watching, dark: verdicts })).toEqual(expected))
})
