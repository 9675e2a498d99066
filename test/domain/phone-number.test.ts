import fc from 'fast-check'
import { expect, test } from 'vitest'
import { phoneOf } from '@/lib/domain/phone-number'

const runs = { numRuns: Number(process.env.FC ?? 300) }

test.each<[string | null, string | null, string | null, boolean]>([
  ['+1 406 555 0101', null, '+14065550101', true],
  ['001 406 555 0101', null, '+14065550101', true],
  ['(406) 555-0103', '1', '+14065550103', true],
  ['(406) 555-0103', null, '(406) 555-0103', true],
  ['1 406 555 0103', '1', '+14065550103', true],
  ['4065550104', '1', '+14065550104', true],
  ['555-0106', '1', '555-0106', true], // no area code
  ['106 555 0103', '1', '106 555 0103', true], // no area code begins with 1
  ['030 123456', '49', '+4930123456', true],
  ['0171/1234567', '49', '+491711234567', true],
  ['+1 406 555 0110 x12', '1', '+1 406 555 0110 x12', false],
  ['406-555-0110 ext. 4', '1', '406-555-0110 ext. 4', false],
  ['not given', '1', null, false],
  ['12', '1', null, false],
  ['', '1', null, false],
  [null, '1', null, false],
])('%j with %j is %j', (text, callingCode, phone, canText) => {
  expect(phoneOf(text, callingCode)).toEqual({ phone, canText })
})

test('is E.164 or as it was given, whatever was given', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789 ()-./+x') })
  fc.assert(
    fc.property(fc.oneof(fc.string(), digits), fc.constantFrom(null, '1', '49', '420'), (text, code) => {
      const { phone, canText } = phoneOf(text, code)
      if (phone === null) expect(canText).toBe(false)
      else if (phone.startsWith('+') && canText && phone !== text.trim()) expect(phone).toMatch(/^\+[1-9]\d{6,14}$/)
      else expect(phone).toBe(text.trim())
    }),
    runs,
  )
})
