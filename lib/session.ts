import { z } from 'zod'
import { env } from '@/lib/env'
import { Problem } from '@/lib/problem'
import { allows, type Right, type Session, type UserRole } from '@/lib/rights'
import { sessionClaims } from '@/lib/session-cookie'
import { verifyBasic } from '@/lib/sign-in'
import { findKey } from '@/lib/store/keys'
import { findLiveSession } from '@/lib/store/sessions'

export type { Right, Session } from '@/lib/rights'
export { cookieHeaderOf, renewedCookie, secureCookies, sessionCookie, sessionSecret } from '@/lib/session-cookie'

const checkedForMs = 10_000
const maxChecked = 5000
type Held = { beatlineSessions?: Map<string, { at: number; session: Promise<Session | null> }> }
// Next.js and the web role bundle their own copies of this module: the cache hangs on globalThis to be one.
const held = globalThis as typeof globalThis & Held

/** Asks the database at most once in 10 s for the same session or key. */
function checked(name: string, find: () => Promise<Session | null>): Promise<Session | null> {
  held.beatlineSessions ??= new Map()
  const entries = held.beatlineSessions
  const known = entries.get(name)
  if (known && Date.now() - known.at < checkedForMs) return known.session
  entries.delete(name)
  if (entries.size >= maxChecked) entries.delete(entries.keys().next().value ?? '')
  const session = find()
  entries.set(name, { at: Date.now(), session })
  session.catch(() => entries.delete(name))
  return session
}

/** Makes this process ask the database again: after a sign-out, a revocation, a changed role. */
export function forgetSessions(): void {
  held.beatlineSessions?.clear()
}

/** The session of a Cookie header; null when there is none, or it was revoked (within 10 s). */
export async function sessionOfCookieHeader(header: string | null | undefined): Promise<Session | null> {
  const claims = await sessionClaims(header)
  const id = z.uuid().safeParse(claims?.session_id)
  if (!id.success) return null
  return checked(`session ${id.data}`, async () => {
    const found = await findLiveSession(id.data)
    return found && { ...found, via: 'cookie' as const }
  })
}

/** The session of an API key (`bl_...`); null when there is no such key. */
export async function sessionOfBearer(key: string | null | undefined): Promise<Session | null> {
  if (!key || !/^bl_[\w-]{43}$/.test(key)) return null
  return checked(`key ${key}`, async () => {
    const found = await findKey(key)
    return found && keySession(found.name, found.role)
  })
}

const keySession = (name: string, role: UserRole): Session => ({
  userId: null,
  email: null,
  name,
  role,
  via: 'key',
  sessionId: null,
})

/** The session of HTTP Basic credentials; null when they are wrong. Throws too-many-attempts. */
export async function sessionOfBasic(encoded: string, address: string): Promise<Session | null> {
  const [, email, password] = /^([^:]{1,320}):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? []
  if (!email || password === undefined) return null
  const result = await verifyBasic(email, password, address)
  if ('waitSeconds' in result) throw tooManyAttempts(result.waitSeconds)
  if (!('user' in result)) return null
  const { id, name, role } = result.user
  return { userId: id, email: result.user.email, name, role, via: 'basic', sessionId: null }
}

export const tooManyAttempts = (seconds: number) =>
  new Problem('too-many-attempts', `Too many failed attempts to sign in: try again in ${seconds} s`, {
    headers: { 'retry-after': String(seconds) },
    members: { retry_after: seconds },
  })

/** The client's address as the web role saw it; it overwrites whatever a client sends under this name. */
export const clientAddress = (headers: Headers) => headers.get('x-beatline-address') ?? 'unknown'

/** Who sent a request; null when it carries no credentials. Wrong credentials throw unauthorized. */
export async function sessionOfRequest(request: Request): Promise<Session | null> {
  const authorization = request.headers.get('authorization')
  if (!authorization) return sessionOfCookieHeader(request.headers.get('cookie'))
  const [scheme = '', value = ''] = authorization.trim().split(/\s+/, 2)
  if (scheme.toLowerCase() === 'bearer') {
    return (await sessionOfBearer(value)) ?? deny('No such API key: expected one that begins with bl_')
  }
  if (scheme.toLowerCase() === 'basic') {
    const session = await sessionOfBasic(value, clientAddress(request.headers))
    return session ?? deny('E-mail and password do not match')
  }
  return deny('Expected Authorization: Bearer with an API key, or Basic with e-mail and password')
}

// Bearer alone is named: a Basic challenge would make browsers ask for a password over the open page.
function deny(detail: string): never {
  throw new Problem('unauthorized', detail, { headers: { 'www-authenticate': 'Bearer realm="Beatline"' } })
}

/** Who sent a request and may do what it asks. Throws unauthorized, forbidden or foreign-origin. */
export async function requireRight(request: Request, right: Right): Promise<Session> {
  const session =
    (await sessionOfRequest(request)) ??
    deny('Expected a session cookie, Authorization: Bearer with an API key, or Basic with e-mail and password')
  if (session.via === 'cookie' && !['GET', 'HEAD'].includes(request.method)) requireOwnOrigin(request)
  if (!allows(session.role, right)) throw forbidden(session, right)
  return session
}

const forbidden = (session: Session, right: Right) =>
  new Problem('forbidden', `The role ${session.role} may not do this: it takes the right to ${rightWords[right]}`)
const rightWords: Record<Right, string> = { read: 'read', write: 'change', admin: 'administer' }

/** A cookie travels with requests that other sites make: a write must come from a page of ours. */
function requireOwnOrigin(request: Request): void {
  const fetchSite = request.headers.get('sec-fetch-site')
  if (fetchSite && fetchSite !== 'same-origin' && fetchSite !== 'none') {
    throw new Problem('foreign-origin', `Found Sec-Fetch-Site: ${fetchSite.slice(0, 40)}, expected same-origin`)
  }
  const origin = request.headers.get('origin')
  if (!origin && fetchSite) return
  if (!origin || !URL.canParse(origin) || !isOwn(new URL(origin), request)) {
    const found = origin ? `Origin: ${origin.slice(0, 200)}` : 'no Origin header'
    throw new Problem('foreign-origin', `Found ${found}, expected ${env().siteUrl} or the host asked`)
  }
}

const isOwn = (origin: URL, request: Request) =>
  origin.host === request.headers.get('host') || origin.origin === new URL(env().siteUrl).origin

// next/headers and next/navigation resolve only within Next.js; the web role imports this module outside it.

/** Who looks at a page; sends strangers to /login and from there back to the page. Opens every page. */
export async function requireUser(): Promise<Session> {
  const { headers } = await import('next/headers')
  const sent = await headers()
  const session = await sessionOfCookieHeader(sent.get('cookie'))
  if (session) return session
  const { redirect } = await import('next/navigation')
  const asked = sent.get('x-beatline-path')
  return redirect(asked && asked !== '/' ? `/login?callbackUrl=${encodeURIComponent(asked)}` : '/login')
}

/** Who calls a server action and may do it. Throws unauthorized or forbidden: what was typed stays on the page. */
export async function requireAction(right: Right): Promise<Session> {
  const { headers } = await import('next/headers')
  const session = await sessionOfCookieHeader((await headers()).get('cookie'))
  if (!session) throw new Problem('unauthorized', 'You are signed out: sign in in another tab, then send this again')
  if (!allows(session.role, right)) throw forbidden(session, right)
  return session
}
