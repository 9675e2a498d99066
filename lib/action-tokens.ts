import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { secretFor, sha256Hex } from '@/lib/secrets'

/** How long a link that acknowledges can be used, in days: an incident older than that is read on the page. */
export const tokenDays = 7

/** What a signed link may do: acknowledge this incident, in the name of whoever this channel leads to. */
export type ActionToken = { incidentId: number; channelId: number; expiresAt: Date; hash: string }
export type ReadToken = { token: ActionToken } | { refused: 'malformed' | 'forged' | 'expired' }

/**
 * The address of the page that asks whether to acknowledge, for a message. It is a capability: good for one incident, for
 * 7 days, and once. Every call makes another one, so that a reminder's link works after the first one was used.
 */
export function acknowledgeUrl(siteUrl: string, incidentId: number, channelId: number, now: Date = new Date()): string {
  const expires = Math.floor(now.getTime() / 1000) + tokenDays * 86_400
  const said = ['1', incidentId, channelId, expires, randomBytes(9).toString('base64url')].join('.')
  return `${siteUrl.replace(/\/+$/, '')}/acknowledge/${said}.${signatureOf(said).toString('base64url')}`
}

/** What a token says, if it is ours and still good. Whether it was spent, the transaction that spends it tells. */
export function readToken(text: string, now: Date): ReadToken {
  const match = /^(1\.(\d{1,10})\.(\d{1,10})\.(\d{1,12})\.[\w-]{12})\.([\w-]{43})$/.exec(text)
  if (!match) return { refused: 'malformed' }
  const [, said = '', incidentId, channelId, expires, signature = ''] = match
  const expected = signatureOf(said)
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return { refused: 'forged' }
  const expiresAt = new Date(Number(expires) * 1000)
  if (expiresAt <= now) return { refused: 'expired' }
  // Of what is signed alone: base64 can write the same signature in more than one way.
  return { token: { incidentId: Number(incidentId), channelId: Number(channelId), expiresAt, hash: sha256Hex(said) } }
}

const signatureOf = (said: string): Buffer =>
  createHmac('sha256', secretFor('action links')).update(`acknowledge\n${said}`).digest()
