import type { PushProblem } from './push-problem'

/** A device of the operator as the server tells it; times are ISO 8601. */
export type PushDevice = {
  id: number
  name: string
  state: 'ok' | 'lost' | 'muted' | 'doubtful'
  permission: 'granted' | 'denied' | 'default'
  lost_reason: string | null
  last_error: string | null
  user_agent: string | null
  created_at: string
  healed_at: string | null
  last_seen_at: string | null
  last_accepted_at: string | null
  last_shown_at: string | null
  last_opened_at: string | null
}

/** removed: taken off the list from elsewhere; alerts are off here until the button is pressed again. */
export type SavedDevice = { id: number; known: boolean; dead: boolean; removed: boolean }

/** How far a test push has come; times are ISO 8601. */
export type TestState = {
  delivery_id: number
  created_at: string
  accepted_at: string | null
  shown_at: string | null
  failed_at: string | null
  answer: string | null
}

/** The server's answer was not the one hoped for. */
export class PushApiError extends Error {
  override name = 'PushApiError'
  constructor(
    readonly problem: PushProblem,
    detail: string,
  ) {
    super(detail)
  }
}

const requestMs = 15_000

/** Asks the server; throws a PushApiError that says what stood in the way. */
export async function askServer<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    cache: 'no-store',
    signal: AbortSignal.timeout(requestMs),
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new PushApiError('offline', error instanceof Error ? error.message : 'no connection')
  })
  if (response.status === 204) return undefined as T
  const answer = (await response.json().catch(() => null)) as (T & { detail?: string }) | null
  if (response.ok && answer !== null) return answer
  const problem = response.status === 401 ? 'signed_out' : response.status >= 500 ? 'offline' : 'refused'
  throw new PushApiError(problem, answer?.detail ?? `the server answered ${response.status}`)
}

/** The VAPID public key, base64url. */
export const readServerKey = async () => (await askServer<{ public_key: string }>('/api/push/key')).public_key
