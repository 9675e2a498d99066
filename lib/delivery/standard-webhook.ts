import { createHmac } from 'node:crypto'
import { z } from 'zod'

const keyBytes = (secret: string) => Buffer.from(secret.slice('whsec_'.length), 'base64').length

/** A signing secret of Standard Webhooks: `whsec_` and 24 to 64 bytes in base64. */
export const SigningSecret = z
  .string()
  .trim()
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, 'expected whsec_ and a key in base64')
  .refine((secret) => keyBytes(secret) >= 24 && keyBytes(secret) <= 64, 'expected a key of 24 to 64 bytes')

/**
 * The headers that let a receiver know who sent these very bytes, and when. One signature a secret, so that a key can be
 * changed while both hold. https://github.com/standard-webhooks/standard-webhooks
 */
export function signedHeaders(secrets: readonly string[], id: string, at: Date, body: string): Record<string, string> {
  const timestamp = `${Math.floor(at.getTime() / 1000)}`
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(signatures.length === 0 ? {} : { 'webhook-signature': signatures.join(' ') }),
  }
}
