import { beatKey, readDuration, readExit, readRun, readState, type Said } from './beat-words'
import type { Signal } from './job-state'

/** Whose address it is: it says how the answer looks. `own` is ours. */
export type Dialect = 'own' | 'healthchecks' | 'kuma' | 'heartbeat_sh' | 'snitch' | 'cronitor' | 'better_stack'

/** The job an address means: by a token that is its own, or by name under the house's ping key. */
export type JobAsked =
  | { by: 'token'; token: string } // a uuid as 32 lower-case hex digits, else as it was written
  | { by: 'name'; name: string; create: boolean }

export type BeatAsked = {
  kind: 'beat'
  dialect: Dialect
  job: JobAsked
  signal: Signal
  exitStatus: number | null
  run: string | null
  message: string | null
  durationMs: number | null
  /** heartbeat.sh alone: seconds after which it warns and errs. */
  limits: { warning: number | null; error: number | null } | null
}

/** Why an address is refused, in its dialect's words; `invalid` says what was found and what was expected. */
export type Refusal = 'invalid_url' | 'invalid_uuid' | 'invalid_ping' | 'not_found' | 'wrong_key' | 'method' | 'invalid'

export type Asked =
  | BeatAsked
  | { kind: 'remove'; dialect: 'heartbeat_sh'; name: string }
  | { kind: 'list'; dialect: 'heartbeat_sh'; format: 'json' | 'text' }
  | { kind: 'preflight' }
  | { kind: 'badge' }
  | { kind: 'script' }
  | { kind: 'refused'; dialect: Dialect; why: Refusal; detail?: string }

/** What the house knows that decides whose an address is. */
export type House = { pingKey: string | null; hasAlias: (token: string) => boolean }

export type Request = {
  method: string
  url: string // path and query
  authorization?: string | undefined
  host?: string | undefined
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const hex32 = /^[0-9a-f]{32}$/i
const beatMethods = new Set(['GET', 'HEAD', 'POST'])

/** The form in which a token is looked up: a uuid without its dashes, in lower case; anything else as it is. */
export function canonicalToken(token: string): string {
  if (uuid.test(token)) return token.replaceAll('-', '').toLowerCase()
  return hex32.test(token) ? token.toLowerCase() : token
}

/**
 * What a request asks of the heartbeat intake; null when it is not its address. Addresses as interfaces.md,
 * "Heartbeats", has them, and each peer's own form with only the host changed.
 */
export function readBeatAddress(request: Request, house: House): Asked | null {
  const cut = request.url.indexOf('?')
  const parts = (cut < 0 ? request.url : request.url.slice(0, cut)).split('/')
  if (parts.length > 2 && parts.at(-1) === '') parts.pop()
  const asked = whose(parts, cut < 0 ? '' : request.url.slice(cut + 1), request, house)
  if (asked === null || asked.kind === 'badge' || asked.kind === 'script') return asked
  if (request.method === 'OPTIONS') return { kind: 'preflight' }
  if (asked.kind === 'beat' && !takes(asked.dialect, request.method))
    return { kind: 'refused', dialect: asked.dialect, why: 'method' }
  return asked
}

function takes(dialect: Dialect, method: string): boolean {
  return beatMethods.has(method) || dialect === 'kuma' || (dialect === 'heartbeat_sh' && method === 'PUT')
}

function whose(parts: string[], query: string, request: Request, house: House): Asked | null {
  const [, first = '', second, third] = parts
  switch (first) {
    case 'ping':
      return second === undefined ? refused('healthchecks', 'invalid_url') : healthchecks(parts.slice(2), query, house)
    case 'heartbeat':
      return second === undefined ? refused('own', 'invalid_url') : own(parts.slice(2), query, house)
    case 'api':
      if (second === 'push') return parts.length === 4 && !ownPush.has(third ?? '') ? kuma(third ?? '', query) : null
      return second === 'v1' && third === 'heartbeat' && parts.length > 4 ? betterStack(parts.slice(4), query) : null
    case 'beat':
      return second === undefined ? refused('heartbeat_sh', 'invalid_url') : beat(parts.slice(2), query, request, house)
    case 'heartbeats':
      return list(parts.slice(2), query, request, house)
    case 'snitch':
      return second === undefined || parts.length > 3 ? refused('snitch', 'not_found') : snitch(second, query)
    case 'p':
      return cronitor(parts.slice(2), query, house)
    case 'badge':
      return second === undefined ? null : { kind: 'badge' }
    default:
      return rootLevel(parts.slice(1), query, house)
  }
}

/** Addresses of services that have nothing before the token: a token is one when it has its form, or is known. */
function rootLevel(parts: string[], query: string, house: House): Asked | null {
  const [first = '', ...tail] = parts
  if (uuid.test(first) || (house.pingKey !== null && first === house.pingKey && tail.length > 0))
    return healthchecks(parts, query, house)
  // The names of our own pages have no digits.
  if (first.length < 8 || !/\d/.test(first) || !house.hasAlias(canonicalToken(first))) return null
  if (hex32.test(first)) return healthchecks(parts, query, house)
  return tail.length > 0 ? refused('snitch', 'not_found') : snitch(first, query)
}

const refused = (dialect: Dialect, why: Refusal, detail?: string): Asked => ({
  kind: 'refused',
  dialect,
  why,
  ...(detail === undefined ? {} : { detail }),
})

const nothingSaid: Said = { exitStatus: null, run: null, message: null, durationMs: null }

function asBeat(dialect: Dialect, job: JobAsked, signal: Signal, said: Partial<Said> = nothingSaid): BeatAsked {
  return { kind: 'beat', dialect, job, signal, ...nothingSaid, ...said, limits: null }
}

/** [start | fail | log | 0..255] behind the job; null when it is none of them. */
function tailOf(tail: readonly string[]): { signal: Signal; exitStatus: number | null } | null {
  const [word] = tail
  if (word === undefined) return { signal: 'success', exitStatus: null }
  if (tail.length > 1) return null
  if (word === 'start' || word === 'fail' || word === 'log') return { signal: word, exitStatus: null }
  const exitStatus = readExit(word)
  return exitStatus === null ? null : { signal: exitStatus === 0 ? 'success' : 'fail', exitStatus }
}

function healthchecks(parts: string[], query: string, house: House): Asked {
  const [first = '', second] = parts
  const token = canonicalToken(first)
  const isToken = uuid.test(first) || hex32.test(first) || house.hasAlias(token)
  if (!isToken && second === undefined)
    return refused('healthchecks', first.length === 36 ? 'invalid_uuid' : 'invalid_url')
  const params = query === '' ? null : new URLSearchParams(query)
  // Cronitor's own clients write /ping/KEY/MONITOR?state=, which Healthchecks has not.
  if (!isToken && params?.has('state')) return cronitor(parts, query, house)
  const name = isToken ? null : decoded(second)
  if (!isToken && (name === null || name.length > 200)) return refused('healthchecks', 'invalid_url')
  const said = tailOf(parts.slice(isToken ? 1 : 2))
  if (!said) return refused('healthchecks', 'invalid_url')
  const rid = params?.get('rid') ?? null
  if (rid !== null && !uuid.test(rid)) return refused('healthchecks', 'invalid_uuid')
  if (name === null)
    return asBeat('healthchecks', { by: 'token', token }, said.signal, { exitStatus: said.exitStatus, run: lower(rid) })
  if (house.pingKey === null || first !== house.pingKey) return refused('healthchecks', 'not_found')
  const create = params?.get('create') === '1'
  if (create && !/^[a-z0-9_-]{1,100}$/.test(name)) return refused('healthchecks', 'invalid_url')
  return asBeat('healthchecks', { by: 'name', name, create }, said.signal, {
    exitStatus: said.exitStatus,
    run: lower(rid),
  })
}

const lower = (text: string | null) => text?.toLowerCase() ?? null

function own(parts: string[], query: string, house: House): Asked {
  const [first = '', second] = parts
  const token = canonicalToken(first)
  if (!uuid.test(first) && !hex32.test(first) && !house.hasAlias(token)) return refused('own', 'invalid_uuid')
  if (second === 'crontab' || /^script\.[a-z0-9]{2,4}$/.test(second ?? '')) return { kind: 'script' }
  const tail = tailOf(parts.slice(1))
  if (!tail) return refused('own', 'invalid_url')
  if (query === '') return asBeat('own', { by: 'token', token }, tail.signal, { exitStatus: tail.exitStatus })
  const params = new URLSearchParams(query)
  const state = readState(params.get('status'), tail)
  if ('fault' in state) return refused('own', 'invalid', state.fault)
  const duration = readDuration(params.get('duration'))
  if ('fault' in duration) return refused('own', 'invalid', duration.fault)
  const run = readRun(params.get('rid'))
  if ('fault' in run) return refused('own', 'invalid', run.fault)
  return asBeat('own', { by: 'token', token }, state.signal, {
    exitStatus: state.exitStatus,
    run: run.run,
    message: params.get('msg') ?? params.get('message'),
    durationMs: duration.ms,
  })
}

const mostPingMs = 100_000_000_000

/** What of Web Push stands beside Uptime Kuma's addresses. */
const ownPush = new Set(['', 'key', 'receipts', 'subscriptions'])

function kuma(part: string, query: string): Asked {
  const token = canonicalToken(part)
  const params = new URLSearchParams(query)
  const ping = Number.parseFloat(params.get('ping') ?? '')
  if (ping < 0 || ping > mostPingMs) return refused('kuma', 'invalid_ping')
  const signal = (params.get('status') ?? 'up') === 'up' ? 'success' : 'fail'
  const durationMs = Number.isFinite(ping) && ping !== 0 ? Math.round(ping) : null
  return asBeat('kuma', { by: 'token', token }, signal, { message: params.get('msg') ?? 'OK', durationMs })
}

function betterStack(parts: string[], query: string): Asked {
  const token = canonicalToken(parts[0] ?? '')
  const said = tailOf(parts.slice(1))
  if (!said || said.signal === 'start' || said.signal === 'log') return refused('better_stack', 'not_found')
  const message = query === '' ? null : new URLSearchParams(query).get('message')
  return asBeat('better_stack', { by: 'token', token }, said.signal, { exitStatus: said.exitStatus, message })
}

function snitch(part: string, query: string): Asked {
  const params = new URLSearchParams(query)
  const status = params.get('s')?.trim() ?? ''
  const exitStatus = readExit(status)
  const signal = status === '' || exitStatus === 0 ? 'success' : 'fail'
  const token = canonicalToken(part)
  return asBeat('snitch', { by: 'token', token }, signal, { exitStatus, message: params.get('m') })
}

const cronitorStates: Record<string, Signal> = { run: 'start', complete: 'success', ok: 'success', fail: 'fail' }

function cronitor(parts: string[], query: string, house: House): Asked {
  const [key = '', part, state, ...more] = parts
  const name = decoded(part)
  if (name === null || more.length > 0) return refused('cronitor', 'not_found')
  const params = new URLSearchParams(query)
  const said = state ?? params.get('state') ?? 'complete'
  const signal = Object.hasOwn(cronitorStates, said) ? cronitorStates[said] : undefined
  if (!signal)
    return refused(
      'cronitor',
      'invalid',
      `state: found ${JSON.stringify(said.slice(0, 60))}, expected run, complete, fail or ok`,
    )
  if (house.pingKey === null || key !== house.pingKey) return refused('cronitor', 'not_found')
  const run = readRun(params.get('series'))
  if ('fault' in run) return refused('cronitor', 'invalid', run.fault)
  const seconds = Number.parseFloat(params.get('duration') ?? '')
  return asBeat('cronitor', { by: 'name', name, create: true }, signal, {
    exitStatus: readExit(params.get('status_code') ?? ''),
    run: run.run,
    message: params.get('message') ?? params.get('msg'),
    durationMs: seconds >= 0 && seconds <= 1e8 ? Math.round(seconds * 1000) : null,
  })
}

function beat(parts: string[], query: string, request: Request, house: House): Asked {
  const params = new URLSearchParams(query)
  const name = decoded(parts[0])
  if (parts.length > 1 || name === null || !/^[\w:.-]{1,100}$/.test(name))
    return refused('heartbeat_sh', 'invalid', 'name: expected letters, digits, hyphens, underscores and colons')
  if (!hasKey(params, request, house)) return refused('heartbeat_sh', 'wrong_key')
  if (request.method === 'DELETE') return { kind: 'remove', dialect: 'heartbeat_sh', name }
  const limits = beatKey.limits(params.get('warning'), params.get('error'))
  if ('fault' in limits) return refused('heartbeat_sh', 'invalid', limits.fault)
  return { ...asBeat('heartbeat_sh', { by: 'name', name, create: true }, 'success'), limits }
}

function list(parts: string[], query: string, request: Request, house: House): Asked | null {
  const [format = 'json', ...more] = parts
  if ((format !== 'json' && format !== 'text') || more.length > 0) return refused('heartbeat_sh', 'not_found')
  if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'OPTIONS')
    return refused('heartbeat_sh', 'method')
  if (!hasKey(new URLSearchParams(query), request, house)) return refused('heartbeat_sh', 'wrong_key')
  return { kind: 'list', dialect: 'heartbeat_sh', format }
}

/** The ping key as bearer, as user or password, as `?key=`, or as the first label of the host. */
function hasKey(params: URLSearchParams, { authorization, host }: Request, { pingKey }: House): boolean {
  if (pingKey === null) return false
  return (
    params.get('key') === pingKey ||
    beatKey.inAuthorization(authorization ?? '', pingKey) ||
    (host ?? '').split('.', 1)[0]?.toLowerCase() === pingKey.toLowerCase()
  )
}

function decoded(part: string | undefined): string | null {
  if (!part) return null
  try {
    return part.includes('%') ? decodeURIComponent(part) : part
  } catch {
    return null
  }
}
