import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readEmail, readLanguage, readLine, readNote, readPhone, shownName } from '@/lib/domain/client-fields'

describe('a telephone number', () => {
  test.each([
    ['+1 555 0100 123', '+15550100123'],
    ['+1 (555) 010-0123', '+15550100123'],
    ['\u202a+1\u2011555\u2011010\u20110123\u202c', '+15550100123'],
    ['0049 30 1234567', '+49301234567'],
    ['+49 (0)30 1234567', '+49301234567'],
    ['555-0100', '555-0100'], // of no country: as it was given
    ['030 1234567 ext 9', '030 1234567 ext 9'],
    ['  ', null],
  ])('%s is %s', (text, value) => expect(readPhone(text)).toEqual({ value }))
  test.each(['none', '+', 'a'.repeat(50)])('%s is refused', (text) => expect(readPhone(text)).toHaveProperty('fault'))
  test('what was read is read the same again', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 45 }), (text) => {
        const read = readPhone(text)
        if ('value' in read && read.value !== null) expect(readPhone(read.value)).toEqual(read)
      }),
    )
  })
})

describe('an e-mail address', () => {
  test.each([
    ['noc@example.net', 'noc@example.net'],
    [' a+b@x ', 'a+b@x'],
    ['', null],
  ])('%o is %o', (text, value) => expect(readEmail(text)).toEqual({ value }))
  test.each(['noc', 'a@b@c', 'A <a@b.example>', 'a@b.example, c@d.example', 'a b@c', 'a@b\n@c'])(
    '%o is refused, with what was found',
    (text) => expect(readEmail(text)).toEqual({ fault: expect.stringContaining('found') }),
  )
})

describe('a language', () => {
  test.each([
    ['', 'en'],
    ['EN', 'en'],
    ['pt_br', 'pt-BR'],
    ['zh-hant-tw', 'zh-Hant-TW'],
  ])('%o is %s', (text, value) => expect(readLanguage(text)).toEqual({ value }))
  test.each(['english', 'e', 'en-', '12', 'a'.repeat(40)])('%o is refused', (text) =>
    expect(readLanguage(text)).toHaveProperty('fault'),
  )
})

describe('text', () => {
  test('right-to-left, markup and emoji stay as they are', () => {
    const name = 'مزرعة <b>&amp;</b> 🛰️'
    expect(readLine(` ${name} `, 60)).toEqual({ value: name })
  })
  test('what is too long is refused with its length', () =>
    expect(readLine('x'.repeat(61), 60)).toEqual({ fault: 'found 61 characters, expected at most 60' }))
  test('what PostgreSQL does not take never gets through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        for (const read of [readLine(text, 80), readNote(text)])
          if ('value' in read) expect(read.value ?? '').not.toMatch(/\0|\p{Cs}/u)
      }),
    )
  })
})

test.each([
  ['Example Feed Co', 'Robin Placeholder', 'Example Feed Co (Robin Placeholder)'],
  ['Example Feed Co', null, 'Example Feed Co'],
  [null, 'Robin Placeholder', 'Robin Placeholder'],
  ['Robin', 'Robin', 'Robin'],
  [null, null, null],
])('company %s with person %s is called %s', (company, person, name) =>
  expect(shownName({ company, person })).toBe(name),
)
