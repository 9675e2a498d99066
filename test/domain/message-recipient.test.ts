import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planRecipients } from '@/lib/domain/message-plan'
import {
  type Addressee,
  type ContactWay,
  type MessageMedium,
  mailAddress,
  optOutKey,
  optOutWay,
  phoneNumber,
  wayTo,
} from '@/lib/domain/message-recipient'

let ids = 0
const contact = (changed: Partial<ContactWay> = {}): ContactWay => ({
  id: ++ids,
  position: 0,
  email: null,
  phone: null,
  isContact: true,
  smsOk: true,
  ...changed,
})
const client = (contacts: ContactWay[], changed: Partial<Addressee> = {}): Addressee => ({
  smsAllowed: true,
  emailAllowed: true,
  archived: false,
  contacts,
  ...changed,
})
const nobody = () => false
const both: MessageMedium[] = ['sms', 'email']

describe('the way to a client', () => {
  const reachable = contact({ phone: '+1 (406) 555-0142', email: 'robin@Example.NET' })
  test.each<[string, Addressee, MessageMedium[], (medium: MessageMedium) => boolean, string]>([
    ['by text first', client([reachable]), both, nobody, 'sms +14065550142'],
    ['by e-mail first', client([reachable]), ['email', 'sms'], nobody, 'email robin@example.net'],
    ['no consent to texts', client([reachable], { smsAllowed: false }), both, nobody, 'email robin@example.net'],
    ['opted out of texts', client([reachable]), both, (medium) => medium === 'sms', 'email robin@example.net'],
    ['opted out of both', client([reachable]), both, () => true, 'opted out of texts; opted out of e-mail'],
    ['a left client', client([reachable], { archived: true }), both, nobody, 'no longer a client'],
    ['no contacts at all', client([]), both, nobody, 'no phone; no e-mail address'],
    ['no phone, texts alone', client([contact({ email: 'a@example.net' })]), ['sms'], nobody, 'no phone'],
    [
      'a landline',
      client([contact({ phone: '+14065550142', smsOk: false })]),
      both,
      nobody,
      'no phone that takes texts; no e-mail address',
    ],
    [
      'a number without its country',
      client([contact({ phone: '555-0142' })]),
      ['sms'],
      nobody,
      'the phone number 555-0142 lacks the code of its country',
    ],
    [
      'a broken address',
      client([contact({ email: 'robin at home' })]),
      ['email'],
      nobody,
      'the e-mail address robin at home is none',
    ],
    ['blanks for a phone', client([contact({ phone: '  ' })]), ['sms'], nobody, 'no phone'],
    [
      'the general contact before billing, whatever its place',
      client([
        contact({ phone: '+14065550001', isContact: false, position: 0 }),
        contact({ phone: '+14065550002', position: 3 }),
        contact({ phone: '+14065550003', position: 2 }),
      ]),
      both,
      nobody,
      'sms +14065550003',
    ],
    [
      'who said STOP is not reached at another contact of the same client',
      client([contact({ phone: '+14065550001' }), contact({ phone: '+14065550002', position: 1 })]),
      ['sms'],
      (_, address = '') => address === '+14065550001',
      'opted out of texts',
    ],
    ['no medium', client([reachable]), [], nobody, 'no medium was chosen'],
  ])('%s', (_, addressee, media, optedOut, expected) => {
    const way = wayTo(addressee, media, optedOut)
    expect(way.medium === null ? way.why : `${way.medium} ${way.address}`).toBe(expected)
  })
})

test.each([
  ['+14065550142', '+14065550142'],
  ['+1 (406) 555-0142', '+14065550142'],
  ['0049 151 2345 6789', '+4915123456789'],
  ['+49\u00a0151/2345678', '+491512345678'],
  ['+49 (0)151 2345678', '+491512345678'],
  ['+44 (0) 20 7946 0018', '+442079460018'],
  ['\u202a+1\u2011406\u2011555\u20110142\u202c', '+14065550142'],
  ['406 555 0142', null],
  ['+0 406 555 0142', null],
  ['+1406', null],
  ['+14065550142 ext 5', null],
  ['', null],
])('%j is the number %j', (text, expected) => expect(phoneNumber(text)).toBe(expected))

test.each([
  ['a@Example.NET', 'a@example.net'],
  [' A.b+c@x.y ', 'A.b+c@x.y'],
  ['a@b, c@d', null],
  ['a@b\r\nBcc: c@d', null],
  ['"a b"@c', null],
])('%j is the address %j', (text, expected) => expect(mailAddress(text)).toBe(expected))

test('one number written in two ways is one for opting out', () => {
  expect(optOutKey('sms', '+1 406-555-0142')).toBe(optOutKey('sms', '+14065550142'))
  expect(optOutKey('sms', '+49 (0) 151 2345678')).toBe(optOutKey('sms', '0049151 2345678'))
  expect(optOutKey('email', 'Robin@Example.net')).toBe(optOutKey('email', 'robin@EXAMPLE.net '))
})

test.each<[string, string]>([
  ['+1 406-555-0142', 'sms +14065550142'],
  [' Robin@Example.net', 'email Robin@example.net'],
  ['0151 2345678', 'found "0151 2345678", expected a number with the code of its country, such as +14065550142'],
  [
    'Robin <robin@example.net>',
    'found "Robin <robin@example.net>", expected an e-mail address alone, such as robin@example.net',
  ],
])('what an operator opts out, %j, is %j: what would never match is refused', (text, expected) => {
  const way = optOutWay(text)
  expect('fault' in way ? way.fault : `${way.medium} ${way.address}`).toBe(expected)
})

test('a plan: everybody is in it once, nobody is written to twice, who opted out never, who is left out has a why', () => {
  const phones = ['+14065550001', '+14065550002', '+14065550003', '555', null]
  const arbitrary = fc.record({
    phone: fc.constantFrom(...phones),
    email: fc.constantFrom('a@example.net', 'b@example.net', 'none', null),
    sms: fc.boolean(),
    archived: fc.boolean(),
  })
  fc.assert(
    fc.property(
      fc.array(arbitrary, { maxLength: 12 }),
      fc.subarray(both),
      fc.subarray(['sms +14065550001', 'sms +14065550002', 'email a@example.net']),
      fc.subarray([1, 2, 3]),
      (people, media, out, toldIds) => {
        const clients = people.map(({ phone, email, sms, archived }, i) => ({
          ...client([contact({ phone, email })], { smsAllowed: sms, archived }),
          ...{ id: i + 1, name: `Client ${i + 1}`, language: 'en' },
        }))
        const told = new Map(toldIds.map((id) => [id, 'told by message 7']))
        const optedOut = (medium: MessageMedium, address: string) => out.includes(`${medium} ${address}`)
        const planned = planRecipients(clients, { media, told, optedOut })
        expect(planned.map(({ clientId }) => clientId)).toEqual(clients.map(({ id }) => id))
        const waiting = planned.filter(({ state }) => state === 'waiting')
        const ways = waiting.map(({ medium, address }) => `${medium} ${address}`)
        expect(new Set(ways).size).toBe(ways.length)
        for (const { clientId, medium, why } of waiting) {
          const of = people[clientId - 1]
          expect(toldIds.includes(clientId) || of?.archived || (medium === 'sms' && !of?.sms)).toBe(false)
          expect(medium !== null && media.includes(medium)).toBe(true)
          expect(why).toBeNull()
        }
        for (const way of ways) expect(out).not.toContain(way)
        for (const one of planned.filter(({ state }) => state === 'skipped')) {
          expect(one.why).toBeTruthy()
          expect(one.address).toBeNull()
        }
        // Nobody is left out who had a way that nobody else had: by brute force over each client alone.
        for (const one of clients) {
          const way = wayTo(one, media, optedOut)
          const isIn = ways.includes(`${way.medium} ${way.medium === null ? '' : way.address}`)
          if (way.medium !== null && !told.has(one.id)) expect(isIn).toBe(true)
        }
      },
    ),
    { numRuns: Number(process.env.FC ?? 200) },
  )
})
