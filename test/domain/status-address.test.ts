import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countedAddress, readStatusAddress, type StatusMedium } from '@/lib/domain/status-address'

const read = (medium: StatusMedium, text: string) => {
  const answer = readStatusAddress(medium, text)
  return 'address' in answer ? answer.address : null
}

describe('an address that a stranger typed', () => {
  test.each([
    ['robin@example.net', 'robin@example.net'],
    ['  Robin.P+isp@Example.NET ', 'robin.p+isp@example.net'],
    ['robin@mail.example.co.uk', 'robin@mail.example.co.uk'],
    ['robin', null],
    ['robin@localhost', null],
    ['robin@example.net, other@example.net', null],
    ['robin@example.net\nBcc: other@example.net', null],
    ['"robin"@example.net', null],
    ['<robin@example.net>', null],
    ['robin@exa mple.net', null],
    ['robin..p@example.net', null],
    ['robin@-example.net', null],
    [`${'a'.repeat(65)}@example.net`, null],
    [`a@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(63)}.net`, null],
    ['róbin@example.net', null],
    ['', null],
  ])('by e-mail %j is %j', (typed, address) => expect(read('email', typed)).toBe(address))

  test.each([
    ['+1 (406) 555-0142', '+14065550142'],
    ['0049 30 1234567', '+49301234567'],
    ['+44/20/7946.0000', '+442079460000'],
    ['406 555 0142', null],
    ['+0 406 555 0142', null],
    ['+1406555014212345678', null],
    ['+1406555; +1406556', null],
    ['+1\n4065550142x', null],
    ['', null],
  ])('by text %j is %j', (typed, address) => expect(read('sms', typed)).toBe(address))

  test('whatever is typed, what is read has one form, and nothing that could be a second address', () => {
    const typed = fc.oneof(fc.string({ unit: 'binary-ascii', maxLength: 300 }), fc.emailAddress())
    fc.assert(
      fc.property(typed, fc.constantFrom<StatusMedium>('email', 'sms'), (text, medium) => {
        const address = read(medium, text)
        if (address === null) return
        expect(read(medium, address)).toBe(address)
        expect(address).not.toMatch(/[\s,;<>"\p{Cc}]/u)
        expect(address.split('@')).toHaveLength(medium === 'email' ? 2 : 1)
        expect(countedAddress(medium, countedAddress(medium, address))).toBe(countedAddress(medium, address))
      }),
    )
  })
})

test.each([
  ['robin+1@example.net', 'robin+2@example.net', true],
  ['r.o.bin@gmail.com', 'robin+x@googlemail.com', true],
  ['r.obin@example.net', 'robin@example.net', false],
  ['robin@example.net', 'robin@example.org', false],
  ['+1@example.net', '+2@example.net', false],
])('%s and %s count as one: %s', (a, b, same) => {
  expect(countedAddress('email', a) === countedAddress('email', b)).toBe(same)
})
