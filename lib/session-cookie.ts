import { decode, encode } from 'next-auth/jwt'
import { env } from '@/lib/env'
import { secretFor } from '@/lib/secrets'
import { sessionDays } from '@/lib/store/sessions'

const maxAge = sessionDays * 86_400
const renewAfterMs = 86_400_000

/** What sign-in cookies are encrypted with. */
export const sessionSecret = () => process.env.NEXTAUTH_SECRET || secretFor('sign-in')
export const secureCookies = () => env().siteUrl.startsWith('https:')
export const sessionCookie = () => `${secureCookies() ? '__Secure-' : ''}next-auth.session-token`

/** What a Cookie header's session cookie says; null when there is none, or it is not ours, or it is over. */
export async function sessionClaims(header: string | null | undefined) {
  const token = header ? cookieNamed(header, sessionCookie()) : null
  if (!token || token.length > 8192) return null
  return decode({ token, secret: sessionSecret() }).catch(() => null)
}

function cookieNamed(header: string, name: string): string | null {
  const found = header
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
  return found?.slice(name.length + 1) ?? null
}

/**
 * A Set-Cookie line with the same session for another 30 days; null while the cookie is younger than a day, or is none.
 * It lets nobody in: whether the session still stands is asked of the database each time.
 */
export async function renewedCookie(header: string | null | undefined, now = Date.now()): Promise<string | null> {
  const claims = await sessionClaims(header)
  if (typeof claims?.exp !== 'number' || !claims.session_id) return null
  const left = claims.exp * 1000 - now
  if (left <= 0 || left > maxAge * 1000 - renewAfterMs) return null
  const { iat: _, exp: __, jti: ___, ...said } = claims
  const token = await encode({ token: said, secret: sessionSecret(), maxAge })
  const secure = secureCookies() ? '; Secure' : ''
  return `${sessionCookie()}=${token}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`
}

/** A cookie header that signs in as this session: for tests and for the first visit after a start. */
export async function cookieHeaderOf(sessionId: string): Promise<string> {
  const token = await encode({ token: { session_id: sessionId }, secret: sessionSecret(), maxAge })
  return `${sessionCookie()}=${token}`
}
