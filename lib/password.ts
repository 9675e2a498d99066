import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'

// The library's own defaults are argon2id with 19 MiB, 2 passes, 1 lane: what OWASP asks for.
const maxPasswordBytes = 1024

export const minPasswordLength = 10

/** A sentence on what is wrong with a password somebody chose, or null when it will do. */
export function passwordFault(password: string): string | null {
  if (password.length < minPasswordLength) {
    return `Expected a password of at least ${minPasswordLength} characters, found ${password.length}`
  }
  if (Buffer.byteLength(password) > maxPasswordBytes) return `Expected a password of at most ${maxPasswordBytes} bytes`
  return null
}

/** argon2id in PHC form, salt and parameters included. */
export function hashPassword(password: string): Promise<string> {
  return hash(password)
}

let dummy: Promise<string> | undefined

/**
 * Whether the password fits. A null hash (no such account) costs the same time and says no, so that the time taken
 * tells nobody which accounts exist.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  dummy ??= hash(randomBytes(18).toString('base64'))
  const against = stored ?? (await dummy)
  await dummy
  if (Buffer.byteLength(password) > maxPasswordBytes) return false
  const fits = await verify(against, password).catch(() => false)
  return stored !== null && fits
}
