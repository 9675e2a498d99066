import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytes, cleanLine, cleanLines, cutText, units } from '@/lib/domain/cut-text'
import { costOf } from '../setup/measure'

const graphemes = (text: string) => [...new Intl.Segmenter('en').segment(text)].map(({ segment }) => segment)

describe('cutText', () => {
  test.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['two words', 5, 'two…'],
    ['x', 0, ''],
    ['', 0, ''],
    ['ab👨‍👩‍👧‍👦c', 8, 'ab…'], // the family alone is 11 units
    ['ab👨‍👩‍👧‍👦cd', 14, 'ab👨‍👩‍👧‍👦…'],
    ['🇳🇴🇸🇪🇩🇰', 9, '🇳🇴🇸🇪…'],
    ['e\u0301e\u0301e\u0301', 4, 'e\u0301…'],
  ])('%j in %i is %j', (text, max, expected) => expect(cutText(text, max)).toBe(expected))

  test('bytes are counted where they count', () => expect(cutText('ååååå', 8, bytes)).toBe('åå…'))

  test('an escaped form is measured before it is made', () =>
    expect(cutText('a&b&c', 10, (text) => text.replaceAll('&', '&amp;').length)).toBe('a&b…'))

  const anyText = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(fc.constantFrom('👨‍👩‍👧‍👦', '🇳🇴', 'e\u0301', '\u0301', '&', 'क्षि', ' ', '\n', 'x'), { maxLength: 40 })
      .map((parts) => parts.join('')),
  )
  const sizes = fc.constantFrom(units, bytes, (text: string) => text.replace(/[&<>]/g, '&amp;').length)

  test('is the longest beginning of whole graphemes that fits', () =>
    fc.assert(
      fc.property(anyText, fc.nat({ max: 70 }), sizes, (text, max, size) => {
        const candidates = graphemes(text).map((_, count, all) => `${all.slice(0, count).join('').trimEnd()}…`)
        const longest = candidates.filter((candidate) => size(candidate) <= max).at(-1) ?? ''
        expect(cutText(text, max, size)).toBe(size(text) <= max ? text : longest)
      }),
      { numRuns: 500 },
    ))

  test('a megabyte is no work', async () => {
    const text = '👨‍👩‍👧‍👦 & '.repeat(80_000)
    const { result, cpu } = await costOf(() => cutText(text, 4096, bytes))
    expect(result.endsWith('…')).toBe(true)
    expect(cpu).toBeLessThan(10)
  })
})

describe('what is no text', () => {
  test('stays out of lines', () =>
    expect(cleanLines('a\u0000b\r\nc\rd\u2028e\tf\u202eg\ud800')).toBe('ab\nc\nd\ne fg\ufffd'))
  test('a title is one line', () => expect(cleanLine(' AP\r\nBcc: x@y.z \u001b[31m')).toBe('AP Bcc: x@y.z [31m'))
  test('families and marks stay whole', () => expect(cleanLine('👨‍👩‍👧‍👦 e\u0301 नि')).toBe('👨‍👩‍👧‍👦 e\u0301 नि'))
})
