import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { decrypt, encrypt, secretFor } from '@/lib/secrets'

/** Which subscriptions: those of a page, or those of one client's own link. */
export type Audience = { pageId: number; clientId: null } | { pageId: null; clientId: number }

/** What a token says before anybody knows whether it is true: the id it is about, and its signature. */
export type Signed = { id: number; signature: Buffer }

const signatureOf = (purpose: string, ...said: (string | number)[]): Buffer =>
  createHmac('sha256', secretFor('status links'))
    .update([purpose, ...said].join('\n'))
    .digest()

const written = (id: number, signature: Buffer) => `${id.toString(36)}-${signature.toString('base64url')}`

/** Reads a token of any kind; null when it has not the form of one. */
export function readSigned(text: string): Signed | null {
  const [, id = '', signature = ''] = /^([1-9a-z][0-9a-z]{0,5})-([\w-]{43})$/.exec(text) ?? []
  const number = Number.parseInt(id, 36)
  if (!(number >= 1 && number <= 2_147_483_647)) return null
  return { id: number, signature: Buffer.from(signature, 'base64url') }
}

function fits({ id, signature }: Signed, purpose: string, ...said: (string | number)[]): boolean {
  const expected = signatureOf(purpose, id, ...said)
  return signature.length === expected.length && timingSafeEqual(signature, expected)
}

/** The token of one client's own page. `round` 0 is no link; each further round voids the links of those before. */
export const clientToken = (clientId: number, round: number): string =>
  written(clientId, signatureOf('client', clientId, round))
export const isClientToken = (signed: Signed, round: number): boolean => round > 0 && fits(signed, 'client', round)

/**
 * The link that confirms a subscription by e-mail. `nonce` is kept with the subscription and is another one each time it
 * is asked for: the link before is void then.
 */
export const confirmToken = (subscriberId: number, nonce: string): string =>
  written(subscriberId, signatureOf('confirm', subscriberId, nonce))
export const isConfirmToken = (signed: Signed, nonce: string): boolean => fits(signed, 'confirm', nonce)

/** The link that ends a subscription: it holds as long as the subscription does, as it stands in every message. */
export const stopToken = (subscriberId: number): string => written(subscriberId, signatureOf('stop', subscriberId))
export const isStopToken = (signed: Signed): boolean => fits(signed, 'stop')

/** The six digits that confirm a subscription by text. They are kept nowhere: whoever reads the database knows no code. */
export function codeOf(subscriberId: number, nonce: string): string {
  return String(signatureOf('code', subscriberId, nonce).readUIntBE(0, 6) % 1_000_000).padStart(6, '0')
}
export function isCode(given: string, subscriberId: number, nonce: string): boolean {
  const [a, b] = [Buffer.from(given.replace(/[\s-]/g, '')), Buffer.from(codeOf(subscriberId, nonce))]
  return a.length === b.length && timingSafeEqual(a, b)
}

export const newNonce = (): string => randomBytes(32).toString('hex')

/** What an incident is called where everybody reads it: always the same, and it counts nothing. */
export const publicRef = (incidentId: number): string =>
  signatureOf('incident', incidentId).toString('base64url').replace(/[-_]/g, '').slice(0, 12)

const Asked = z.object({
  for: z.literal('status code'),
  phone: z.string(),
  pageId: z.int().nullable(),
  clientId: z.int().nullable(),
  at: z.number(),
})

/** A number carried from the form to the form for its code, readable by us alone: no cookie, nothing kept. */
export function sealPhone(phone: string, { pageId, clientId }: Audience, now: number): string {
  return encrypt(JSON.stringify({ for: 'status code', phone, pageId, clientId, at: now }))
}

/** The number again; null when it was sealed elsewhere, for another audience, or more than `holdsMs` ago. */
export function openPhone(sealed: string, audience: Audience, { now, holdsMs }: { now: number; holdsMs: number }) {
  if (sealed.length > 1000) return null
  try {
    const asked = Asked.parse(JSON.parse(decrypt(sealed)))
    const isSame = asked.pageId === audience.pageId && asked.clientId === audience.clientId
    return isSame && asked.at <= now + 60_000 && now - asked.at < holdsMs ? asked.phone : null
  } catch {
    return null
  }
}
