import fc from 'fast-check'
import { expect, test } from 'vitest'
import { uniqueNames, type Wanted } from '@/lib/domain/source-names'

fc.configureGlobal({ numRuns: Number(process.env.FC ?? 100) })

const one = (key: string, raw: string, current: string | null = null, hint: string | null = null): Wanted => ({
  key,
  raw,
  current,
  hint,
})
const names = (wanted: Wanted[], fixed: string[] = [], max = 40) =>
  Object.fromEntries(uniqueNames(wanted, new Set(fixed), max))

test('the first by key gets the name, the next one its hint', () => {
  expect(names([one('b', 'ubnt', null, 'mac b'), one('a', 'ubnt', null, 'mac a')])).toEqual({
    a: 'ubnt',
    b: 'ubnt (mac b)',
  })
})
test('who is called so already stays so', () => {
  expect(names([one('a', 'ubnt', null, 'mac a'), one('b', 'ubnt', 'ubnt')])).toEqual({ b: 'ubnt', a: 'ubnt (mac a)' })
})
test('names of all else are taken, two that change places may', () => {
  expect(names([one('a', 'ubnt')], ['ubnt'])).toEqual({ a: 'ubnt (a)' })
  expect(names([one('a', 'x', 'y'), one('b', 'y', 'x')])).toEqual({ a: 'x', b: 'y' })
})
test('a long name makes room for what tells it apart', () => {
  expect(names([one('a', 'abcdefghij')], ['abcdefghij'], 10)).toEqual({ a: 'abcdef (a)' })
})

test('each name is given once, none is too long, and given again they stay', () => {
  const raw = fc.constantFrom('x', 'y', 'x (a)', 'x (h)', 'y (2)', 'long name of many')
  const wanted = fc.uniqueArray(
    fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      raw,
      current: fc.constant(null),
      hint: fc.constantFrom(null, 'h', 'a'),
    }),
    { selector: (each) => each.key },
  )
  fc.assert(
    fc.property(wanted, fc.subarray(['x', 'y', 'x (a)', 'x (h)']), (all, fixed) => {
      const first = uniqueNames(all, new Set(fixed), 17)
      const given = [...first.values()]
      expect(new Set([...given, ...fixed]).size).toBe(given.length + fixed.length)
      expect(given.every((name) => name.length <= 17)).toBe(true)
      const now = all.map((each) => ({ ...each, current: first.get(each.key) ?? null }))
      expect(uniqueNames(now, new Set(fixed), 17)).toEqual(first)
    }),
  )
})
