import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { env } from '@/lib/env'

const version = 'v1'
const keys = new Map<string, Buffer>()

/** Encrypts text for the database: AES-256-GCM under a key derived from SECRET_KEY, as `v1.iv.tag.ciphertext`. */
export function encrypt(text: string): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', derivedKey('settings'), iv)
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return [version, ...[iv, cipher.getAuthTag(), ciphertext].map((part) => part.toString('base64url'))].join('.')
}

/** The text that `encrypt` was given. Throws when it was tampered with or SECRET_KEY is another. */
export function decrypt(encrypted: string): string {
  const [found, iv, tag, ciphertext] = encrypted.split('.')
  if (found !== version || !iv || !tag || ciphertext === undefined) {
    throw new TypeError('Cannot decrypt: expected v1.iv.tag.ciphertext')
  }
  const decipher = createDecipheriv('aes-256-gcm', derivedKey('settings'), Buffer.from(iv, 'base64url'), {
    authTagLength: 16,
  })
  decipher.setAuthTag(Buffer.from(tag, 'base64url'))
  return decipher.update(Buffer.from(ciphertext, 'base64url'), undefined, 'utf8') + decipher.final('utf8')
}

/** A new unguessable token of 32 random bytes behind `prefix`, such as `bl_`. */
export function newToken(prefix: string): string {
  return prefix + randomBytes(32).toString('base64url')
}

/** SHA-256 of the text, in hex: how tokens of 32 random bytes are kept. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** 32 bytes for one purpose, as base64url: one secret must not serve two. */
export function secretFor(purpose: string): string {
  return derivedKey(purpose).toString('base64url')
}

function derivedKey(purpose: string): Buffer {
  const { secretKey } = env()
  if (!secretKey)
    throw new Error('Cannot encrypt as SECRET_KEY is not set: npm start makes one and keeps it in DATA_DIR')
  const name = `${purpose}\n${secretKey}`
  const key = keys.get(name) ?? Buffer.from(hkdfSync('sha256', secretKey, 'beatline', purpose, 32))
  keys.set(name, key)
  return key
}
