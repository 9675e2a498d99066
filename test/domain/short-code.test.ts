import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeOfId, idOfCode } from '@/lib/domain/short-code'

const highest = 2 ** 31 - 1
const ids = fc.oneof(fc.integer({ min: 1, max: highest }), fc.integer({ min: 1, max: 200_000 }))

describe('a short code', () => {
  test('is the same for good', () => {
    expect([1, 2, 3, 2 ** 30, highest].map(codeOfId)).toMatchInlineSnapshot(`
      [
        "fkb1r9",
        "s44stq",
        "5zjck3",
        "1v7jvb5",
        "1yn2m2p",
      ]
    `)
  })
  test('gives its id back', () => {
    fc.assert(
      fc.property(ids, (id) => {
        const code = codeOfId(id)
        expect(code).toMatch(id < 2 ** 30 ? /^[0-9a-hjkmnp-tv-z]{6}$/ : /^1[0-9a-hjkmnp-tv-z]{6}$/)
        expect(idOfCode(code)).toBe(id)
      }),
    )
  })
  test('is one of every six characters: each of them is the code of what it stands for', () => {
    const characters = fc.constantFrom(...'0123456789abcdefghjkmnpqrstvwxyz')
    fc.assert(
      fc.property(fc.string({ unit: characters, minLength: 6, maxLength: 6 }), (code) => {
        expect(codeOfId(idOfCode(code) ?? -1)).toBe(code)
      }),
    )
  })
  test('never meets another one: none of 300,000 in a row', () => {
    expect(new Set(Array.from({ length: 300_000 }, (_, i) => codeOfId(i + 1))).size).toBe(300_000)
  })
  test('of neighbours looks unlike', () => {
    const firsts = new Set(Array.from({ length: 64 }, (_, i) => codeOfId(i + 1).slice(0, 3)))
    expect(firsts.size).toBeGreaterThan(50)
  })
  test('is read however a person writes it', () => {
    fc.assert(
      fc.property(ids, (id) => {
        const code = codeOfId(id)
        const written = code.toUpperCase().replaceAll('0', 'O').replaceAll('1', 'l')
        expect(idOfCode(`${written.slice(0, 3)}-${written.slice(3)}`)).toBe(id)
      }),
    )
  })
  test.each(['', 'abc', 'abcdefgh', '2abcdef', 'uuuuuu', 'ab cdef', '日本日本日本'])('%j is none', (text) => {
    expect(idOfCode(text)).toBeNull()
  })
  test('of what is no id there is none', () => {
    for (const id of [-1, 1.5, Number.NaN, 2 ** 31]) expect(() => codeOfId(id)).toThrow(RangeError)
  })
})
