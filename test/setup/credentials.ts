import type { UserRole } from '@/lib/rights'
import { cookieHeaderOf } from '@/lib/session'
import { createKey } from '@/lib/store/keys'
import { createSession } from '@/lib/store/sessions'
import { createUser } from '@/lib/store/users'

export const password = 'correct horse battery'
export const site = 'http://beatline.test'

/** Settings that sessions and keys need; call before the first use of env(). */
export function settingsForSignIn(): void {
  process.env.SECRET_KEY = 'a secret that is only used in tests, and long enough'
  process.env.SITE_URL = site
}

/** A user of this role with ways to call the API as them: cookie, key and Basic. */
export async function somebody(role: UserRole, email = `${role}@beatline.test`) {
  const user = await createUser({ email, name: role, password, role })
  if (!user) throw new Error(`${email} exists already`)
  const sessionId = await createSession({ userId: user.id, userAgent: 'test', address: '127.0.0.1' })
  const { key } = await createKey({ name: role, role })
  return {
    user,
    sessionId,
    key,
    cookie: await cookieHeaderOf(sessionId),
    bearer: { authorization: `Bearer ${key}` },
    basic: { authorization: `Basic ${Buffer.from(`${email}:${password}`).toString('base64')}` },
  }
}

type Handler<P> = (request: Request, context: { params: Promise<P> }) => Promise<Response>
type Sent = { headers?: Record<string, string>; body?: unknown; method?: string; path?: string }

/** Calls a route handler as Next.js would; `body` goes as JSON unless it is text. */
export async function call<P = Record<string, never>>(
  handler: Handler<P>,
  { path = '/', body, headers = {}, method }: Sent = {},
  params?: P,
) {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const type: Record<string, string> = text === undefined ? {} : { 'content-type': 'application/json' }
  const request = new Request(`${site}${path}`, {
    method: method ?? (text === undefined ? 'GET' : 'POST'),
    headers: { host: 'beatline.test', ...type, ...headers },
    ...(text === undefined ? {} : { body: text }),
  })
  const response = await handler(request, { params: Promise.resolve(params ?? ({} as P)) })
  const answer = response.headers.get('content-type')?.includes('json') ? await response.json() : null
  return { status: response.status, headers: response.headers, body: answer }
}
