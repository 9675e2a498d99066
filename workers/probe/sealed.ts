import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Encrypts what opens devices for the probe's own disk: AES-256-GCM under a key made of its token. */
export function seal(token: string, text: string): string {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(token), iv)
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return [iv, cipher.getAuthTag(), ciphertext].map((part) => part.toString('base64url')).join('.')
}

/** The text that `seal` was given; null when the token is another, or it was tampered with. */
export function unseal(token: string, sealed: string): string | null {
  const [iv, tag, ciphertext] = sealed.split('.').map((part) => Buffer.from(part, 'base64url'))
  if (!iv || !tag || !ciphertext) return null
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(token), iv, { authTagLength: 16 })
    decipher.setAuthTag(tag)
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8')
  } catch {
    return null
  }
}

const keyOf = (token: string) => Buffer.from(hkdfSync('sha256', token, 'beatline', 'probe spool', 32))
