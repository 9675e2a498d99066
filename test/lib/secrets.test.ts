import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decrypt, encrypt, newToken, secretFor } from '@/lib/secrets'

describe('secrets', () => {
  test('what was encrypted comes back, and never looks the same twice', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const [once, again] = [encrypt(text), encrypt(text)]
        expect(decrypt(once)).toBe(Buffer.from(text).toString())
        expect(once).not.toBe(again)
      }),
    ))

  test('a changed byte is noticed', () => {
    const parts = encrypt('the private key').split('.')
    for (const i of [1, 2, 3]) {
      const bytes = Buffer.from(parts[i] ?? '', 'base64url')
      bytes[0] = (bytes[0] ?? 0) ^ 1
      expect(() => decrypt(parts.with(i, bytes.toString('base64url')).join('.'))).toThrow()
    }
  })

  test('a shortened tag is refused', () => {
    const [version, iv, tag, text] = encrypt('x').split('.')
    const short = Buffer.from(tag ?? '', 'base64url')
      .subarray(0, 4)
      .toString('base64url')
    expect(() => decrypt([version, iv, short, text].join('.'))).toThrow()
  })

  test('each purpose has a key of its own', () => expect(secretFor('sessions')).not.toBe(secretFor('settings')))
  test('tokens carry their prefix and 256 bits', () => expect(newToken('bl_')).toMatch(/^bl_[\w-]{43}$/))
})
