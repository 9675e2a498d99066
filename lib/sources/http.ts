import { rootCertificates, TLSSocket } from 'node:tls'
import { Agent, request as ask, buildConnector } from 'undici'
import { hideSecrets } from '@/lib/delivery/hide-secrets'
import { bytesWords, certificateWords, connectionWords } from './fault-words'
import type { SourceFault } from './records'
import type { SourceLimits } from './source'

export type SourceRequest = {
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: string
}

/** headers: lower-case names. answeredAt: when the first of it came, ms. */
export type SourceAnswer = {
  url: string
  status: number
  headers: Record<string, string>
  body: Buffer
  answeredAt: number
}

export type SourceHttp = {
  /** The answer with its whole body, whatever its status; redirects are never followed. Throws only when `signal` ended it. */
  request(url: string, request?: SourceRequest): Promise<SourceAnswer | SourceFault>
  /** Text of somebody else, short and without secrets. */
  quoted(text: string): string
  close(): Promise<void>
}

/** How a certificate is judged: by the known authorities, also by `ca` (PEM), by its SHA-256 alone, or not at all. */
type Trust = { fingerprint?: string | undefined; ca?: string | undefined; insecure?: boolean | undefined }
type Settings = {
  trust: Trust
  secrets: readonly (string | undefined)[]
  signal: AbortSignal
  limits?: SourceLimits
  now?: () => number
}

export const answerBytes = 64 * 1024 * 1024
const [timeoutMs, connectMs] = [60_000, 10_000]
const mostQuoted = 20_000 // far more than is shown, or any secret has

class Untrusted extends Error {
  constructor(
    message: string,
    readonly fingerprint: string,
  ) {
    super(message)
  }
}
/** An answer that is not read on. */
class Refused extends Error {
  constructor(
    message: string,
    readonly kind: 'too_large' | 'not_json',
  ) {
    super(message)
  }
}

/**
 * Requests to a source: inside the operator's network, so that private addresses are reached, and every answer is bounded in
 * size and time. Each request has a connection of its own: polls are minutes apart, and none can meet one that died meanwhile.
 */
export function createSourceHttp({ trust, secrets, signal, limits = {}, now = Date.now }: Settings): SourceHttp {
  const bounds = {
    bytes: limits.answerBytes ?? answerBytes,
    timeoutMs: limits.timeoutMs ?? timeoutMs,
    connectMs: limits.connectMs ?? connectMs,
  }
  const agent = new Agent({ pipelining: 0, connect: judging(trust, bounds.connectMs) })
  const hidden = secrets.filter((secret) => secret !== undefined)
  const quoted = (text: string) => {
    const shown = hideSecrets(text.slice(0, mostQuoted), hidden)
      .replace(/\p{Cc}+|\s+/gu, ' ')
      .trim()
    return shown.length > 160 ? `${shown.slice(0, 157)}...` : shown
  }

  async function request(url: string, { method = 'GET', headers = {}, body }: SourceRequest = {}) {
    const late = AbortSignal.timeout(bounds.timeoutMs)
    const came = { bytes: 0 }
    const where = `${method} ${new URL(url).host}${new URL(url).pathname}`
    try {
      const response = await ask(url, {
        dispatcher: agent,
        method,
        headers: { 'user-agent': 'Beatline', accept: 'application/json', 'accept-encoding': 'identity', ...headers },
        body: body ?? null,
        signal: AbortSignal.any([signal, late]),
      })
      const answeredAt = now()
      response.body.on('error', () => {}) // one that is given up ends with an error, heard or not
      const names = Object.entries(response.headers).flatMap(([name, value]) => (value ? [[name, `${value}`]] : []))
      const answer = { url, status: response.statusCode, headers: Object.fromEntries(names), answeredAt }
      const moved = redirected(answer, where, quoted)
      if (moved) response.body.destroy()
      return moved ?? { ...answer, body: await bounded(response.body, answer.headers, bounds.bytes, came) }
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (late.aborted) {
        const part = came.bytes > 0 ? `: ${bytesWords(came.bytes)} of it came` : ''
        return fault('slow', `${where}: no whole answer in ${bounds.timeoutMs / 1000} s${part}`)
      }
      if (error instanceof Refused) return fault(error.kind, `${where}: ${error.message}`)
      if (error instanceof Untrusted) return { ...fault('certificate', error.message), fingerprint: error.fingerprint }
      return fault('unreachable', `${where}: ${quoted(connectionWords(error, came.bytes))}`)
    }
  }

  return { request, quoted, close: () => agent.destroy() }
}

const fault = (kind: SourceFault['kind'], words: string): SourceFault => ({ kind, words })

/** A redirect is refused, with where to: what asks with a token must not carry it elsewhere. */
function redirected(
  answer: Omit<SourceAnswer, 'body'>,
  where: string,
  quoted: (text: string) => string,
): SourceFault | null {
  const { status, headers, url } = answer
  if (status < 300 || status > 399 || !headers.location) return null
  const to = URL.canParse(headers.location, url) ? new URL(headers.location, url) : null
  const shown = quoted(to ? `${to.origin}${to.pathname}` : headers.location)
  return fault(
    'redirect',
    `${where} sends on to ${shown} (${status}), which is not followed: expected the answer itself`,
  )
}

async function bounded(
  body: AsyncIterable<Buffer> & { destroy(): void },
  headers: Record<string, string>,
  most: number,
  came: { bytes: number },
): Promise<Buffer> {
  const announced = Number(headers['content-length'] ?? 0)
  const encoding = headers['content-encoding'] ?? 'identity'
  const refuse = (words: string, kind: Refused['kind']) => {
    body.destroy()
    return new Refused(words, kind)
  }
  if (encoding !== 'identity')
    throw refuse(`the answer is packed (${encoding}), expected it plain as asked`, 'not_json')
  if (announced > most) {
    throw refuse(`the answer has ${bytesWords(announced)}, expected at most ${bytesWords(most)}`, 'too_large')
  }
  const chunks: Buffer[] = []
  for await (const chunk of body) {
    came.bytes += chunk.length
    if (came.bytes > most) throw refuse(`the answer goes on after ${bytesWords(most)}, expected its end`, 'too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, came.bytes)
}

/** Sockets whose certificate is judged before a byte of a request is written: a refused one can be shown, to be pinned. */
function judging(trust: Trust, connectMs: number): buildConnector.connector {
  const ca = trust.ca === undefined ? {} : { ca: [...rootCertificates, trust.ca] }
  // A resumed session would skip the check of the name.
  const connect = buildConnector({ timeout: connectMs, maxCachedSessions: 0, rejectUnauthorized: false, ...ca })
  return (options, done) =>
    connect(options, (error, socket) => {
      if (error) return done(error, null)
      const refused = socket instanceof TLSSocket ? judged(socket, trust, options.hostname) : null
      if (!refused) return done(null, socket)
      socket.destroy()
      return done(refused, null)
    })
}

function judged(socket: TLSSocket, { fingerprint, insecure }: Trust, host: string): Untrusted | null {
  const found = socket.getPeerX509Certificate()
  if (!found) return new Untrusted(`${host} shows no certificate`, '')
  if (fingerprint !== undefined) {
    if (found.fingerprint256 === fingerprint) return null
    const words = `${host} shows another certificate than the pinned one: found ${found.fingerprint256}, expected ${fingerprint}`
    return new Untrusted(words, found.fingerprint256)
  }
  if (insecure || socket.authorized) return null
  return new Untrusted(certificateWords(host, `${socket.authorizationError}`, found), found.fingerprint256)
}
