import { cleanLine, cutText } from '@/lib/domain/cut-text'
import { retryAfterMs } from '@/lib/domain/retry'

type Outcome = { permanent: boolean; retryAfterMs?: number | null; status?: number | null; unsent?: boolean }

/**
 * A notice that a medium did not take. permanent: no use in trying again. retryAfterMs: not before, when it said so.
 * status: what HTTP or SMTP answered, null when nothing did. unsent: nothing left the house, so that nobody can have got it.
 * The message is shown to operators and holds no secret.
 */
export class DeliveryError extends Error {
  override name = 'DeliveryError'
  readonly permanent: boolean
  readonly retryAfterMs: number | null
  readonly status: number | null
  readonly unsent: boolean

  constructor(message: string, { permanent, retryAfterMs = null, status = null, unsent = false }: Outcome) {
    super(message)
    this.permanent = permanent
    this.retryAfterMs = retryAfterMs
    this.status = status
    this.unsent = unsent
  }
}

/** True for a status after which the same request cannot succeed: 4xx but timeouts and limits, and a move for good. */
export function isPermanent(status: number): boolean {
  if (status === 301 || status === 308) return true
  return status >= 400 && status < 500 && status !== 408 && status !== 425 && status !== 429
}

type Answered = { status: number; headers: Record<string, string>; text: string }

/**
 * The error of an answer that is not success: its class by status unless `permanent` says otherwise, its Retry-After, and
 * in the answer's own words, or better ones in `says`, why.
 */
export function refusal(
  medium: string,
  { status, headers, text }: Answered,
  now: Date,
  { says = text, ...known }: Partial<Outcome> & { says?: string } = {},
): DeliveryError {
  const moved = status >= 300 && status < 400 ? 'a redirect, which is not followed' : ''
  const words = cutText(wordsOf(moved || says), 300)
  return new DeliveryError(`${medium} answered ${status}${words === '' ? '' : `: ${words}`}`, {
    permanent: isPermanent(status),
    retryAfterMs: retryAfterMs(headers['retry-after'], now),
    status,
    ...known,
  })
}

/** What an answer says, kept with the notice: at most 500 characters. */
export function answerText(text: string): string {
  return cutText(wordsOf(text), 500)
}

/** A page of HTML, such as a proxy's, is read for its text alone. */
function wordsOf(answer: string): string {
  const text = answer.slice(0, 4000)
  return cleanLine(/^\s*</.test(text) ? text.replace(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ') : text)
}
