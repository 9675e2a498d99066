import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import * as tokens from '@/lib/status-tokens'

beforeAll(() => {
  process.env.SECRET_KEY = 'a secret that is only used in tests, and long enough'
})

const signed = (text: string) => tokens.readSigned(text) ?? { id: 0, signature: Buffer.alloc(0) }
const nonce = 'a'.repeat(64)

describe('a link', () => {
  test('of a client holds for its round alone', () => {
    const token = tokens.clientToken(41, 2)
    expect(token).toMatch(/^15-[\w-]{43}$/)
    expect(signed(token).id).toBe(41)
    expect([0, 1, 2, 3].map((round) => tokens.isClientToken(signed(token), round))).toEqual([false, false, true, false])
  })

  test('of one kind is none of another', () => {
    const stop = signed(tokens.stopToken(7))
    const confirm = signed(tokens.confirmToken(7, nonce))
    expect([tokens.isStopToken(stop), tokens.isStopToken(confirm)]).toEqual([true, false])
    expect([tokens.isConfirmToken(confirm, nonce), tokens.isConfirmToken(stop, nonce)]).toEqual([true, false])
    expect(tokens.isConfirmToken(confirm, 'b'.repeat(64))).toBe(false)
    expect(tokens.isClientToken(stop, 7)).toBe(false)
  })

  test('with any sign changed is refused', () => {
    const token = tokens.clientToken(123_456, 1)
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'abcXYZ019-_'), (at, sign) => {
        const changed = token.slice(0, at) + sign + token.slice(at + 1)
        const read = tokens.readSigned(changed)
        // base64 writes the last of its bits in more than one way
        const isSame = read !== null && read.id === 123_456 && read.signature.equals(signed(token).signature)
        expect(read !== null && tokens.isClientToken(read, 1)).toBe(isSame)
      }),
    )
  })

  test('is read without fault whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (text) => {
        const read = tokens.readSigned(text)
        if (read !== null) expect(tokens.isClientToken(read, 1) || tokens.isStopToken(read)).toBe(false)
      }),
    )
    expect(tokens.readSigned(`zzzzzz-${'a'.repeat(43)}`)).toBeNull() // more than any id
    expect(tokens.readSigned(`01-${'a'.repeat(43)}`)).toBeNull()
  })
})

test('a code has six digits, and is another one for each subscriber and each time', () => {
  const codes = Array.from({ length: 500 }, (_, i) => tokens.codeOf(i + 1, nonce))
  expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true)
  expect(new Set(codes).size).toBeGreaterThan(490)
  const code = tokens.codeOf(1, nonce)
  expect(tokens.isCode(` ${code.slice(0, 3)} ${code.slice(3)}`, 1, nonce)).toBe(true)
  expect(tokens.isCode(code, 2, nonce)).toBe(false)
  expect(tokens.isCode('', 1, nonce)).toBe(false)
})

test('a number comes back only sealed by us, for the same page, and in time', () => {
  const audience = { pageId: 3, clientId: null }
  const now = 1_800_000_000_000
  const sealed = tokens.sealPhone('+14065550142', audience, now)
  expect(decodeURIComponent(sealed)).not.toContain('4065550142')
  const open = (text: string, of: tokens.Audience, at: number) =>
    tokens.openPhone(text, of, { now: at, holdsMs: 60_000 })
  expect(open(sealed, audience, now + 59_000)).toBe('+14065550142')
  expect(open(sealed, audience, now + 60_000)).toBeNull()
  expect(open(sealed, { pageId: 4, clientId: null }, now)).toBeNull()
  expect(open(sealed, { pageId: null, clientId: 3 }, now)).toBeNull()
  expect(open(`${sealed.slice(0, -4)}AAAA`, audience, now)).toBeNull()
  expect(open('v1.a.b.c', audience, now)).toBeNull()
})

test('what an incident is called says nothing of its number', () => {
  const refs = Array.from({ length: 1000 }, (_, i) => tokens.publicRef(i + 1))
  expect(new Set(refs).size).toBe(1000)
  expect(refs.every((ref) => /^[A-Za-z0-9]{12}$/.test(ref))).toBe(true)
  expect(tokens.publicRef(1)).toBe(refs[0])
})
