import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { follows, inOrder, isBelow, justBefore } from '@/lib/snmp/oid'

const part = fc.oneof(fc.nat(12), fc.nat(300), fc.integer({ min: 0, max: 0xff_ff_ff_ff }))
const parts = fc.array(part, { minLength: 1, maxLength: 12 })
const dotted = (numbers: readonly number[]) => numbers.join('.')

/** By the numbers one after the other, as a MIB is ordered. */
function comparedByNumbers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x = -1, y = -1] = [a[i], b[i]]
    if (x !== y) return x - y
  }
  return 0
}

describe('follows', () => {
  test.each([
    ['1.3.6.1.2', '1.3.6.1', true],
    ['1.3.6.1', '1.3.6.1.2', false],
    ['1.3.6.1', '1.3.6.1', false],
    ['1.10', '1.9', true],
    ['1.9', '1.10', false],
    ['1.3.30', '1.3.6.1', true],
    ['1.3.6.1', '1.3.30', false],
    ['1.19', '1.2', true],
  ])('%s after %s: %s', (later, earlier, expected) => expect(follows(later, earlier)).toBe(expected))

  test('agrees with a comparison number by number', () => {
    fc.assert(
      fc.property(parts, parts, fc.nat(12), (a, b, shared) => {
        const related = [...a.slice(0, shared), ...b]
        expect(follows(dotted(a), dotted(related))).toBe(comparedByNumbers(a, related) > 0)
        expect(Math.sign(inOrder(dotted(a), dotted(related)))).toBe(Math.sign(comparedByNumbers(a, related)))
      }),
    )
  })
})

describe('isBelow', () => {
  test('a child is, the root itself and a neighbour with the same digits are not', () => {
    expect(isBelow('1.3.6.1', '1.3.6')).toBe(true)
    expect(isBelow('1.3.6', '1.3.6')).toBe(false)
    expect(isBelow('1.3.60.1', '1.3.6')).toBe(false)
  })
})

describe('justBefore', () => {
  test('nothing of what agents have stands between it and the object id', () => {
    expect(justBefore('1.3.6.1.2.1.1.5.0')).toBe('1.3.6.1.2.1.1.5')
    expect(justBefore('1.3.6.5')).toBe('1.3.6.4.4294967295')
    fc.assert(
      fc.property(parts, (numbers) => {
        const oid = dotted([1, 3, ...numbers])
        expect(follows(oid, justBefore(oid))).toBe(true)
      }),
    )
  })
})
