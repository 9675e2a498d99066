import type { LookupAddress } from 'node:dns'
import { lookup as resolveName } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, request as ask, buildConnector } from 'undici'
import { DeliveryError } from './delivery-error'
import { hideSecrets } from './hide-secrets'
import { isPublicAddress } from './push-endpoint'

export type HttpRequest = {
  method?: 'POST' | 'GET' | 'PUT' | 'PATCH' | 'DELETE'
  headers?: Record<string, string>
  body?: string
  signal: AbortSignal
  /** Hidden wherever the answer, or the error, quotes them. */
  secrets?: readonly string[]
  /** How many redirects are followed, none by default. Each goes through the guard. */
  redirects?: number
}

/** headers: lower-case names. text: at most 64 KiB; complete is false when there was more, or its end never came. */
export type HttpAnswer = { status: number; headers: Record<string, string>; text: string; complete: boolean }

/** Requests to addresses that people typed in. */
export type Http = {
  request(url: string, request: HttpRequest): Promise<HttpAnswer>
  /** The address that a name leads to, judged by the same guard: for SMTP. */
  addressOf(host: string, signal: AbortSignal): Promise<string>
  close(): Promise<void>
}

type HttpSettings = {
  /** ALLOW_PRIVATE_WEBHOOKS */
  allowPrivate: boolean
  /** For an answer with its body, each hop apart; 15 s by default. */
  timeoutMs?: number
  /** Origins that stand elsewhere, such as `https://api.telegram.org`: for tests. */
  instead?: Record<string, string>
  /** For tests: what names lead to, and which addresses may be reached. */
  resolve?: (host: string) => Promise<LookupAddress[]>
  mayReach?: (address: string) => boolean
}

const mostBytes = 65_536

/** An address that the guard keeps from being reached. `literal`: it was written so, and will be tomorrow. */
class RefusedAddress extends Error {
  constructor(
    message: string,
    readonly literal: boolean,
  ) {
    super(`${message}, which is not a public address (ALLOW_PRIVATE_WEBHOOKS allows it)`)
  }
}

/**
 * A client that reaches public addresses alone. The guard sits where sockets are made, so that every hop passes it; a name
 * is resolved once and the socket goes to that very answer, so that no second answer can point elsewhere.
 */
export function createHttp(settings: HttpSettings): Http {
  const { allowPrivate, timeoutMs = 15_000, instead = {} } = settings
  const mayReach = settings.mayReach ?? ((address: string) => allowPrivate || isPublicAddress(address))
  const resolve = settings.resolve ?? ((host: string) => resolveName(host, { all: true }))

  async function addressesOf(host: string): Promise<[LookupAddress, ...LookupAddress[]]> {
    const family = isIP(host)
    if (family !== 0) {
      if (!mayReach(host)) throw new RefusedAddress(`The address is ${host}`, true)
      return [{ address: host, family }]
    }
    const [first, ...rest] = await resolve(host)
    if (!first) throw new Error(`${host} leads to no address`)
    const refused = [first, ...rest].find(({ address }) => !mayReach(address))
    if (refused) throw new RefusedAddress(`${host} leads to ${refused.address}`, false)
    return [first, ...rest]
  }

  const lookup: LookupFunction = (host, options, done) => {
    addressesOf(host).then(
      ([first, ...rest]) => (options.all ? done(null, [first, ...rest]) : done(null, first.address, first.family)),
      (error) => done(error, '', 0),
    )
  }
  // Sooner than the whole deadline, so that one without a connection is known to be one.
  const connectTo = buildConnector({ lookup, timeout: Math.ceil((timeoutMs * 2) / 3) })
  const agent = new Agent({
    connections: 8,
    // Sockets ask `lookup` about names alone: an address in the URL is judged here.
    connect: (options, done) => {
      const host = withoutBrackets(options.hostname)
      if (isIP(host) !== 0 && !mayReach(host)) done(new RefusedAddress(`The address is ${host}`, true), null)
      else connectTo(options, done)
    },
  })

  async function hop(url: URL, request: HttpRequest): Promise<HttpAnswer> {
    const deadline = AbortSignal.timeout(timeoutMs)
    try {
      const response = await ask(standingIn(url, instead[url.origin]), {
        dispatcher: agent,
        method: request.method ?? 'POST',
        headers: { 'user-agent': 'Beatline', ...request.headers },
        body: request.body ?? null,
        signal: AbortSignal.any([request.signal, deadline]),
      })
      const headers = Object.fromEntries(
        Object.entries(response.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]])),
      )
      return { status: response.statusCode, headers, ...(await bounded(response.body)) }
    } catch (error) {
      throw noAnswer(error, url.host, { stopped: request.signal.aborted, late: deadline.aborted, timeoutMs })
    }
  }

  async function request(url: string, asked: HttpRequest): Promise<HttpAnswer> {
    const shown = (text: string) => hideSecrets(text, asked.secrets ?? [])
    try {
      const answer = await follow(webAddress(url), asked)
      return { ...answer, text: shown(answer.text) }
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error
      throw new DeliveryError(shown(error.message), error)
    }
  }

  async function follow(url: URL, asked: HttpRequest): Promise<HttpAnswer> {
    const answer = await hop(url, asked)
    const next = redirectTarget(url, answer)
    if (!next || !asked.redirects) return answer
    // 307 and 308 repeat the request; the others become a GET, as browsers do it (RFC 9110, 15.4).
    const repeated: HttpRequest = [307, 308].includes(answer.status) ? asked : { ...asked, method: 'GET' }
    if (repeated !== asked) delete repeated.body
    const headers = next.origin === url.origin ? asked.headers : withoutCredentials(asked.headers)
    return follow(next, { ...repeated, ...(headers ? { headers } : {}), redirects: asked.redirects - 1 })
  }

  return {
    request,
    addressOf: async (host, signal) => {
      const deadline = AbortSignal.timeout(timeoutMs)
      try {
        const found = addressesOf(withoutBrackets(host))
        return (await Promise.race([found, rejectedBy(AbortSignal.any([signal, deadline]))]))[0].address
      } catch (error) {
        throw noAnswer(error, host, { stopped: signal.aborted, late: deadline.aborted, timeoutMs })
      }
    },
    close: () => agent.destroy(),
  }
}

function standingIn(url: URL, origin: string | undefined): URL {
  const target = new URL(url)
  if (origin !== undefined) Object.assign(target, { protocol: new URL(origin).protocol, host: new URL(origin).host })
  return target
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** The status is the answer: what comes, or does not come, after it must not make a second notice of one. */
async function bounded(body: AsyncIterable<Uint8Array>): Promise<Pick<HttpAnswer, 'text' | 'complete'>> {
  const decoder = new TextDecoder()
  let [text, room, complete] = ['', mostBytes, true]
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk.subarray(0, room), { stream: true })
      complete = chunk.length <= room
      room -= chunk.length
      if (room < 0) break
    }
  } catch {
    complete = false
  }
  return { text: text + decoder.decode(), complete }
}

function redirectTarget(from: URL, { status, headers }: HttpAnswer): URL | null {
  const location = headers.location
  if (![301, 302, 303, 307, 308].includes(status) || !location || !URL.canParse(location, from)) return null
  const next = webAddress(new URL(location, from).href)
  return from.protocol === 'https:' && next.protocol === 'http:' ? null : next
}

const withoutCredentials = (headers: Record<string, string> = {}) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => /^(content-type|user-agent)$/i.test(name)))

const withoutBrackets = (host: string) => host.replace(/^\[|\]$/g, '')

function webAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && /^https?:$/.test(url.protocol)) return url
  throw new DeliveryError(`The address is refused: expected https:, found ${url?.protocol ?? 'no address'}`, {
    permanent: true,
  })
}

type Ending = { stopped: boolean; late: boolean; timeoutMs: number }

function noAnswer(error: unknown, host: string, { stopped, late, timeoutMs }: Ending): DeliveryError {
  if (error instanceof RefusedAddress)
    return new DeliveryError(`The address is refused: ${error.message}`, { permanent: error.literal, unsent: true })
  if (stopped) return new DeliveryError('Given up before an answer came', { permanent: false })
  if (late) return new DeliveryError(`No answer from ${host} in ${timeoutMs / 1000} s`, { permanent: false })
  return new DeliveryError(`No answer from ${host}: ${reasonOf(error)}`, {
    permanent: false,
    unsent: isUnconnected(error),
  })
}

const certificateFaults = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/

/** There was no connection, or no trust in it, so that nothing was said. */
function isUnconnected(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isUnconnected)
  if (!(error instanceof Error)) return false
  const { code = '', syscall = '' }: NodeJS.ErrnoException = error
  return /^(connect|getaddrinfo)$/.test(syscall) || code === 'UND_ERR_CONNECT_TIMEOUT' || certificateFaults.test(code)
}

/** Several addresses tried in vain come as one error without a message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message : 'the connection failed'
}
