import type { Signal } from './job-state'

/** What a beat says beside its signal. */
export type Said = {
  exitStatus: number | null // 0..255
  run: string | null
  message: string | null
  durationMs: number | null
}

const found = (text: string) => `found ${JSON.stringify(text.slice(0, 60))}`

/** An exit status from 0 to 255; null when the text is none. */
export function readExit(text: string): number | null {
  if (!/^\d{1,3}$/.test(text)) return null
  const status = Number(text)
  return status <= 255 ? status : null
}

const states: Record<string, Signal> = {
  ok: 'success',
  up: 'success',
  success: 'success',
  fail: 'fail',
  down: 'fail',
  error: 'fail',
  start: 'start',
  log: 'log',
}

type State = { signal: Signal; exitStatus: number | null }

/** ?status= of our own address: ok, fail, start, log or an exit status; absent, it is what the path says. */
export function readState(text: string | null, otherwise: State): State | { fault: string } {
  if (text === null || text === '') return otherwise
  const word = text.toLowerCase()
  const signal = Object.hasOwn(states, word) ? states[word] : undefined
  if (signal) return { signal, exitStatus: null }
  const exitStatus = readExit(text)
  if (exitStatus !== null) return { signal: exitStatus === 0 ? 'success' : 'fail', exitStatus }
  return { fault: `status: ${found(text)}, expected ok, fail, start, log or an exit status from 0 to 255` }
}

const longestRunId = 200

export function readRun(text: string | null): { run: string | null } | { fault: string } {
  if (text === null || text === '') return { run: null }
  if (text.length > longestRunId) return { fault: `rid: found ${text.length} characters, expected at most 200` }
  return { run: text.replaceAll('\0', '') }
}

const mostMs = 100_000_000_000

/** A duration in ms as the job says it. */
export function readDuration(text: string | null): { ms: number | null } | { fault: string } {
  if (text === null || text === '') return { ms: null }
  const ms = /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text)) : Number.NaN
  if (ms <= mostMs) return { ms }
  return { fault: `duration: ${found(text)}, expected milliseconds from 0 to ${mostMs}` }
}

const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }
const mostSeconds = 366 * 86_400

/** Seconds as a number, or as heartbeat.sh writes them: 1d2h3m4s. Null when the text is neither, or out of range. */
function readSpan(text: string): number | null {
  const plain = /^\d{1,9}$/.test(text) ? Number(text) : null
  const parts = /^(\d{1,9}[smhdw])+$/i.test(text) ? text.toLowerCase().match(/\d+[smhdw]/g) : null
  const seconds =
    plain ?? parts?.reduce((sum, part) => sum + Number.parseInt(part, 10) * (units[part.slice(-1)] ?? 0), 0)
  return seconds !== undefined && seconds >= 1 && seconds <= mostSeconds ? seconds : null
}

/** heartbeat.sh: how its limits and its key are written. */
export const beatKey = {
  limits(
    warning: string | null,
    error: string | null,
  ): { warning: number | null; error: number | null } | { fault: string } {
    const read = { warning: warning ? readSpan(warning) : null, error: error ? readSpan(error) : null }
    const expected = 'expected seconds, or a span such as 1d2h3m4s, from 1 s to 366 d'
    if (warning && read.warning === null) return { fault: `warning: ${found(warning)}, ${expected}` }
    if (error && read.error === null) return { fault: `error: ${found(error)}, ${expected}` }
    return read
  },

  /** True for `Bearer KEY`, and for Basic with the key as user or as password. */
  inAuthorization(authorization: string, key: string): boolean {
    const [scheme = '', given = ''] = authorization.trim().split(/\s+/, 2)
    if (/^bearer$/i.test(scheme)) return given === key
    if (!/^basic$/i.test(scheme) || given.length > 1000) return false
    try {
      const [user, ...password] = atob(given).split(':')
      return user === key || password.join(':') === key
    } catch {
      return false
    }
  },
}

/** Warning and error seconds of heartbeat.sh as a period and its grace; what is unsaid is as it was, else as it has it. */
export function ruleOfLimits(
  limits: { warning: number | null; error: number | null },
  before: { seconds: number; graceSeconds: number } | null,
): { seconds: number; graceSeconds: number } {
  const warning = limits.warning ?? before?.seconds ?? 60
  const error = limits.error ?? (before ? before.seconds + before.graceSeconds : warning * 5)
  return { seconds: warning, graceSeconds: Math.max(0, error - warning) }
}
