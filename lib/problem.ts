import { ZodError } from 'zod'
import { createLog } from '@/lib/log'

/** Everything the API may answer beside success. `type` is /problems/{code} and does not change. */
export const problems = {
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  unauthorized: { status: 401, title: 'Sign in first' },
  forbidden: { status: 403, title: 'Not allowed' },
  'foreign-origin': { status: 403, title: 'The request comes from another site' },
  'not-found': { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'In conflict with what is there' },
  'too-large': { status: 413, title: 'Too large' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  'invalid-input': { status: 422, title: 'Invalid input' },
  'rejected-import': { status: 422, title: 'The import was rejected' },
  'too-many-attempts': { status: 429, title: 'Too many attempts' },
  'internal-error': { status: 500, title: 'Something failed on our side' },
  'database-away': { status: 503, title: 'The database is away' },
} as const
export type ProblemCode = keyof typeof problems

type Extra = { headers?: Record<string, string>; members?: Record<string, unknown> }

/** An error the caller can act on. Leaves the house as RFC 9457 problem+json; `members` stand beside its own. */
export class Problem extends Error {
  override name = 'Problem'
  readonly headers: Record<string, string>
  readonly members: Record<string, unknown>
  constructor(
    readonly code: ProblemCode,
    detail: string,
    { headers = {}, members = {} }: Extra = {},
  ) {
    super(detail)
    this.headers = headers
    this.members = members
  }
}

/** Turns whatever was thrown in a handler into its answer; what nobody expected is logged once, here. */
export function problemResponse(error: unknown): Response {
  // redirect() and notFound() travel as errors with a digest and belong to Next.js.
  if (error instanceof Error && 'digest' in error) throw error
  const problem = asProblem(error)
  const { status, title } = problems[problem.code]
  const body = { type: `/problems/${problem.code}`, title, status, detail: problem.message, ...problem.members }
  return Response.json(body, {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...problem.headers },
  })
}

/** What was thrown as a problem: itself, a failed parse, what the database refused; else internal-error, logged. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof ZodError) return fromZod(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const refused = refusals[code]
  if (refused) {
    log.warn({ err: error }, 'the database refused what a request said')
    return new Problem(...refused)
  }
  if (awayCodes.has(code)) {
    return new Problem('database-away', 'Try again in a few seconds', { headers: { 'retry-after': '5' } })
  }
  log.error({ err: error }, 'a request failed')
  return new Problem('internal-error', 'The log says more')
}

const log = createLog('web')
const awayCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'ETIMEDOUT', 'CONNECT_TIMEOUT', 'CONNECTION_CLOSED', 'CONNECTION_ENDED'],
  ...['CONNECTION_DESTROYED', '57P01', '57P02', '57P03', '53300'], // shutdown, crash, starting up, too many clients
])

const notHeld: [ProblemCode, string] = [
  'invalid-input',
  'Found what cannot be stored: text may hold no NUL character, numbers and times have their range',
]
const raced: [ProblemCode, string] = [
  'conflict',
  'Somebody changed the same thing in this moment: look at it and try again',
]
/** What PostgreSQL refuses because of what was said: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const refusals: Record<string, [ProblemCode, string]> = {
  '22021': notHeld, // not in the character set
  '22P05': notHeld, // the same, in JSON
  '22003': notHeld, // a number out of range
  '22008': notHeld, // a time out of range
  '23505': raced, // made twice
  '23503': raced, // refers to what is gone
}

/** Names every fault by its place: `isolate.misses: expected ...`. */
function fromZod(error: ZodError): Problem {
  const errors = error.issues.slice(0, 100).map((issue) => ({ at: issue.path.join('.'), message: issue.message }))
  const detail = errors.map(({ at, message }) => (at ? `${at}: ${message}` : message)).join('; ')
  return new Problem('invalid-input', detail.slice(0, 2000), { members: { errors } })
}
