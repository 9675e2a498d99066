import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plainSigns, smsSize, smsText } from '@/lib/domain/sms-text'

describe('smsSize', () => {
  test.each([
    ['', 'GSM-7', 0],
    ['a'.repeat(160), 'GSM-7', 1],
    ['a'.repeat(161), 'GSM-7', 2],
    ['a'.repeat(306), 'GSM-7', 2],
    ['a'.repeat(307), 'GSM-7', 3],
    ['€'.repeat(80), 'GSM-7', 1],
    ['€'.repeat(81), 'GSM-7', 2],
    [`${'a'.repeat(152)}€${'a'.repeat(152)}`, 'GSM-7', 3], // the euro's two places are not parted
    ['Ł'.repeat(70), 'UCS-2', 1],
    ['Ł'.repeat(71), 'UCS-2', 2],
    ['👍'.repeat(35), 'UCS-2', 1],
    ['👍'.repeat(36), 'UCS-2', 2],
    [`${'Ł'.repeat(66)}👍${'Ł'.repeat(66)}`, 'UCS-2', 3], // nor is a pair
    ['åäöÅÄÖæøÆØéèùìò£¥ñÑ¿¡§ß', 'GSM-7', 1],
    ['ç', 'UCS-2', 1],
  ])('%j goes out in %s, in %i', (text, encoding, segments) => expect(smsSize(text)).toEqual({ encoding, segments }))
})

test('signs are made plain, letters are not', () =>
  expect(plainSigns('“AP–3” … 5 × 2 · e\u0301 Łódź `x`')).toBe('"AP-3" ... 5 x 2 - é Łódź \'x\''))

describe('smsText', () => {
  const link = 'https://beatline.example/incidents/42'

  test.each([
    ['AP Ridge-3 is down', 1, `AP Ridge-3 is down\n${link}`],
    ['', 1, `\n${link}`],
    ['x'.repeat(200), 1, `${'x'.repeat(160 - 3 - 1 - link.length)}...\n${link}`],
    ['x'.repeat(500), 2, `${'x'.repeat(306 - 3 - 1 - link.length)}...\n${link}`],
    ['Ł'.repeat(70), 1, 'Ł'.repeat(70)], // beside the link only 29 would remain
    ['Ł'.repeat(200), 2, `${'Ł'.repeat(134 - 3 - 1 - link.length)}...\n${link}`],
  ])('%j in %i is %j', (words, segments, expected) => expect(smsText(words, link, segments)).toBe(expected))

  test('a family at the edge goes as a whole', () =>
    expect(smsText(`${'Ł'.repeat(60)}👨‍👩‍👧‍👦!`, link, 1)).toBe(`${'Ł'.repeat(60)}...`))

  test('never more segments than asked; the link whole or not at all; of the words the longest beginning', () => {
    const some = fc.constantFrom('a', 'word ', '€', 'Ł', '👍🏽', '👨‍👩‍👧‍👦', 'e\u0301', '…', '\n', 'x'.repeat(30))
    const anyWords = fc.array(some, { maxLength: 60 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(
        anyWords,
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(link, `${link}/${'y'.repeat(150)}`),
        (words, segments, at) => {
          const text = smsText(words, at, segments)
          const said = plainSigns(words)
          expect(smsSize(text).segments).toBeLessThanOrEqual(segments)
          const tail = text.endsWith(`\n${at}`) ? `\n${at}` : ''
          expect(tail !== '' || !text.includes('beatline.example')).toBe(true)
          const parts = [...new Intl.Segmenter('en').segment(said)].map((part) => part.segment)
          const cuts = parts.map((_, count) => `${parts.slice(0, count).join('').trimEnd()}...${tail}`)
          const fitting = cuts.filter((cut) => smsSize(cut).segments <= segments).at(-1)
          const whole = `${said}${tail}`
          expect(text).toBe(smsSize(whole).segments <= segments ? whole : (fitting ?? tail))
        },
      ),
      { numRuns: 300 },
    )
  })
})
