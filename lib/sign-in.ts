import { createHmac, randomBytes } from 'node:crypto'
import { throttleAddress } from '@/lib/domain/throttle'
import { verifyPassword } from '@/lib/password'
import { listSessionAddresses } from '@/lib/store/sessions'
import { beginAttempt, forgiveAttempt } from '@/lib/store/sign-in-failures'
import { canonicalEmail, findCredentials, type User } from '@/lib/store/users'

/** What came of an attempt: who it is, that it was wrong, or how many seconds to wait before the next. */
export type SignIn = { user: User } | { wrong: true } | { waitSeconds: number }

/** Verifies e-mail and password, throttled by account and address. Unknown accounts take as long as known ones. */
export async function verifySignIn(email: string, password: string, address: string): Promise<SignIn> {
  const account = canonicalEmail(email)
  if (/\p{Cc}/u.test(account)) return { wrong: true } // no account is called so, and PostgreSQL takes no NUL
  const place = throttleAddress(address)
  const attempt = await beginAttempt(account, address, await isFamiliar(account, place))
  if (typeof attempt === 'number') return { waitSeconds: attempt }
  const found = await findCredentials(account)
  const fits = await verifyPassword(found?.passwordHash ?? null, password)
  if (!found || !fits) return { wrong: true }
  await forgiveAttempt(attempt)
  letIn(account, place)
  const { passwordHash: _, ...user } = found
  return { user }
}

const verifiedForMs = 60_000
const maxVerified = 500
const maxLetIn = 5000
type Verified = { at: number; answer: Promise<SignIn> }
type Held = { beatlineVerified?: { key: Buffer; entries: Map<string, Verified> }; beatlineLetIn?: Set<string> }
const held = globalThis as typeof globalThis & Held

/**
 * Whether the account came in from there before: by a session, or (scripts have none) in the life of this process.
 * Otherwise whoever keeps guessing somewhere would keep the operator out everywhere.
 */
async function isFamiliar(account: string, place: string): Promise<boolean> {
  if (held.beatlineLetIn?.has(`${place} ${account}`)) return true
  const addresses = await listSessionAddresses(account)
  return addresses.some((address) => throttleAddress(address) === place)
}

function letIn(account: string, place: string): void {
  held.beatlineLetIn ??= new Set()
  const places = held.beatlineLetIn
  if (places.size >= maxLetIn) places.delete(places.values().next().value ?? '')
  places.add(`${place} ${account}`)
}

function verified() {
  held.beatlineVerified ??= { key: randomBytes(32), entries: new Map() }
  return held.beatlineVerified
}

/**
 * As verifySignIn, for HTTP Basic, which comes with every request of a script: credentials that fitted are remembered for
 * 60 s (as an HMAC under a key of this process), so argon2 runs once a minute. Attempts at the same time share one run.
 */
export async function verifyBasic(email: string, password: string, address: string): Promise<SignIn> {
  const { key, entries } = verified()
  const account = canonicalEmail(email)
  const name = createHmac('sha256', key).update(`${account.length}:${account}:${password}`).digest('base64')
  const now = Date.now()
  const known = entries.get(name)
  if (known && now - known.at < verifiedForMs) return known.answer

  const answer = verifySignIn(account, password, address)
  if (entries.size >= maxVerified) entries.delete(entries.keys().next().value ?? '')
  entries.set(name, { at: now, answer })
  const result = await answer.catch((error: unknown) => {
    entries.delete(name)
    throw error
  })
  if (!('user' in result)) entries.delete(name) // only what fitted is remembered
  return result
}

/** Forgets what this process remembers of Basic credentials: after a password or a role changed. */
export function forgetVerified(): void {
  held.beatlineVerified?.entries.clear()
}
