import type { NextAuthOptions } from 'next-auth'
import credentials from 'next-auth/providers/credentials'
import { z } from 'zod'
import { createLog } from '@/lib/log'
import { clientAddress, forgetSessions, secureCookies, sessionCookie, sessionSecret } from '@/lib/session'
import { verifySignIn } from '@/lib/sign-in'
import { createSession, revokeSession, sessionDays } from '@/lib/store/sessions'

const Credentials = z.object({ email: z.string().min(1).max(320), password: z.string().min(1).max(1024) })

const log = createLog('web')

/**
 * next-auth: e-mail and password, a JWT cookie that carries the id of a row in `sessions`. Its error is
 * `throttled:{seconds}` when there were too many attempts, `unavailable` when the fault is ours, else CredentialsSignin.
 */
export function authOptions(): NextAuthOptions {
  return {
    secret: sessionSecret(),
    session: { strategy: 'jwt', maxAge: sessionDays * 86_400 },
    useSecureCookies: secureCookies(),
    cookies: {
      sessionToken: {
        name: sessionCookie(),
        options: { httpOnly: true, sameSite: 'lax', path: '/', secure: secureCookies() },
      },
    },
    pages: { signIn: '/login', error: '/login' },
    providers: [
      credentials({
        name: 'E-mail and password',
        credentials: { email: { type: 'email' }, password: { type: 'password' } },
        authorize: (given, request) => signIn(given, new Headers(request.headers)),
      }),
    ],
    callbacks: {
      jwt({ token, user }) {
        if (user?.session_id) token.session_id = user.session_id
        return token
      },
      session({ session, token }) {
        return { ...session, session_id: token.session_id }
      },
    },
    events: {
      async signOut({ token }) {
        const userId = Number(token?.sub)
        if (!token?.session_id || !Number.isInteger(userId)) return
        await revokeSession(userId, token.session_id)
        forgetSessions()
      },
    },
  }
}

async function signIn(given: unknown, headers: Headers) {
  const parsed = Credentials.safeParse(given)
  if (!parsed.success) return null
  // next-auth tells the browser what was thrown: a database error is nothing for strangers.
  const result = await letIn(parsed.data, headers).catch((error: unknown) => {
    log.error({ err: error }, 'a sign-in failed')
    throw new Error('unavailable')
  })
  if (result && 'waitSeconds' in result) throw new Error(`throttled:${result.waitSeconds}`)
  return result
}

async function letIn({ email, password }: z.infer<typeof Credentials>, headers: Headers) {
  const address = clientAddress(headers)
  const result = await verifySignIn(email, password, address)
  if ('waitSeconds' in result) return result
  if (!('user' in result)) return null
  const { user } = result
  const sessionId = await createSession({ userId: user.id, userAgent: headers.get('user-agent'), address })
  return { id: String(user.id), email: user.email, name: user.name, session_id: sessionId }
}

declare module 'next-auth' {
  interface User {
    session_id?: string
  }
}
declare module 'next-auth/jwt' {
  interface JWT {
    session_id?: string
  }
}
