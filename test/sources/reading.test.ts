import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addressOf,
  boundedCopy,
  found,
  instantOf,
  keyOf,
  macOf,
  numberOf,
  readEach,
  textOf,
} from '@/lib/sources/reading'

const runs = { numRuns: Number(process.env.FC ?? 300) }

describe('values of somebody else', () => {
  test.each([
    ['00:00:5E:00:53:01', '00005e005301'],
    ['00-00-5e-00-53-01', '00005e005301'],
    ['0000.5e00.5301', '00005e005301'],
    ['00005E005301', '00005e005301'],
    ['00:00:00:00:00:00', null],
    ['ff:ff:ff:ff:ff:ff', null],
    ['01:00:5e:00:00:01', null],
    ['not-a-mac', null],
    [5301, null],
  ])('MAC %j', (value, mac) => expect(macOf(value)).toBe(mac))

  test.each([
    ['198.51.100.23/24', '198.51.100.23'],
    ['203.0.113.5', '203.0.113.5'],
    ['2001:DB8::1/64', '2001:db8::1'],
    ['999.1.2.3', null],
    ['198.51.100.23/24/1', null],
    ['198.51.100.23/x', null],
    ['0.0.0.0', null],
    [{ v4: '999.1.2.3' }, null],
    [null, null],
  ])('address %j', (value, address) => expect(addressOf(value)).toBe(address))

  test.each([
    ['2018-11-14T15:20:32.004Z', 1542208832004],
    ['2016-09-12T00:00:00+0000', 1473638400000], // the CRM's
    ['2026-09-01T11:54:02+02:00', 1788256442000],
    ['2026-09-01T11:54:02', null], // no zone
    ['2026-13-01T00:00:00Z', null],
    ['yesterday', null],
    [1542208832004, null],
  ])('instant %j', (value, at) => expect(instantOf(value)).toBe(at))

  test.each([
    [12, 12],
    ['45.0012', 45.0012],
    ['-110.5', -110.5],
    ['3 days', null],
    ['', null],
    [Number.NaN, null],
    [1e300, null],
    [true, null],
  ])('number %j', (value, number) => expect(numberOf(value)).toBe(number))

  test.each([
    ['a1b2', 'a1b2'],
    [17, '17'],
    [1.5, null],
    ['', null],
    ['a b', null],
    ['x'.repeat(101), null],
    [null, null],
  ])('key %j', (value, key) => expect(keyOf(value)).toBe(key))

  test.each([
    ['  a  b ', 'a b'],
    ['a  b', 'a b'],
    ['a   b', 'a b'],
    ['a\tb\nc', 'a b c'],
    [17, '17'],
    [' ', null],
    [{}, null],
    ['Ünïcödé', 'Ünïcödé'],
  ])('text %j', (value, text) => expect(textOf(value)).toBe(text))

  test.each([
    [null, 'null'],
    [undefined, 'nothing'],
    [[], 'an empty list'],
    [[1, 2], 'a list of 2'],
    [{}, 'an empty object'],
    [{ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 }, 'an object with a, b, c, d, e, ...'],
    ['x', '"x"'],
    [12, '12'],
  ])('found %j', (value, words) => expect(found(value)).toBe(words))
})

const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true })

test('nothing that comes makes them throw, and texts stay within bounds', () => {
  fc.assert(
    fc.property(fc.oneof(anything, fc.string({ unit: 'binary' })), fc.integer({ min: 2, max: 50 }), (value, max) => {
      for (const read of [macOf, addressOf, instantOf, numberOf, keyOf, found]) read(value)
      const text = textOf(value, max)
      if (text === null) return
      expect(text.length).toBeLessThanOrEqual(max)
      expect(text).not.toMatch(/\p{Cc}|\p{Cs}/u)
    }),
    runs,
  )
})

test('a copy is JSON that a database takes, small whatever it is of, and the same when it is small', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), anything), (value) => {
      const text = JSON.stringify(boundedCopy(value)) ?? ''
      expect(text.length).toBeLessThan(600 * 330 * 6)
      expect(text).not.toMatch(/\\u0000|(?<!\\)\\ud[89a-f]/i)
    }),
    runs,
  )
  const small = { a: [1, 'two', { three: null, four: true }], b: 'ü' }
  expect(boundedCopy(small)).toEqual(small)
  const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key ${i}`, 'x'.repeat(5000)]))
  expect(JSON.stringify(boundedCopy(wide)).length).toBeLessThan(200_000)
  let deep: unknown = 'end'
  for (let i = 0; i < 10_000; i++) deep = { deep }
  expect(JSON.stringify(boundedCopy(deep)).length).toBeLessThan(100)
  const hostile = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}')
  expect(boundedCopy(hostile)).toEqual({ constructor: 2 })
})

test('half of a list may be unreadable, not more', () => {
  const what = { one: 'thing', many: 'things', most: 10 }
  const read = (list: unknown[]) => readEach(list, what, ({ key }) => ({ key: String(key) }))
  expect(read([{ key: 1 }, 'x'])).toEqual({
    items: [{ key: '1' }],
    rejected: [{ what: 'thing 1', reason: 'found "x", expected an object' }],
  })
  expect(read([{ key: 1 }, 'x', null])).toMatchObject({
    kind: 'shape',
    words: '2 of 3 things cannot be read, the first thing 1: found "x", expected an object',
  })
})
