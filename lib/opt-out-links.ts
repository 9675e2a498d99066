import { createHmac, timingSafeEqual } from 'node:crypto'
import { mailAddress } from '@/lib/domain/message-recipient'
import { secretFor } from '@/lib/secrets'

/** The address of the page where whoever holds a mail ends mails to that address. It is a capability, good for ever. */
export function optOutUrl(siteUrl: string, address: string): string {
  const said = `1.${Buffer.from(address.toLowerCase()).toString('base64url')}`
  return `${siteUrl.replace(/\/+$/, '')}/opt-out/${said}.${signatureOf(said).toString('base64url')}`
}

/** The mail address that a link's token names; null: it is not whole, or not ours. */
export function readOptOut(token: string): string | null {
  const match = /^(1\.([\w-]{4,440}))\.([\w-]{43})$/.exec(token)
  if (!match) return null
  const [, said = '', address = '', signature = ''] = match
  const expected = signatureOf(said)
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  return mailAddress(Buffer.from(address, 'base64url').toString('utf8'))
}

const signatureOf = (said: string): Buffer =>
  createHmac('sha256', secretFor('opt-out links')).update(`opt-out\n${said}`).digest()
