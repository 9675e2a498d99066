import type { SnmpCredentials } from '@/lib/wire/snmp'
import { openCommunitySession } from './community-session'
import type { SnmpValue } from './rows'
import { openUserSession } from './user-session'

/** get: these instances. next: what follows each. bulk: what follows each, so many times. */
export type Question = { kind: 'get' | 'next' | 'bulk'; oids: readonly string[]; repetitions: number }

/** One instance of an answer. value null: there is none, or nothing after it. */
export type Varbind = { oid: string; value: SnmpValue | null }

/** RFC 3416, 3: those that a walk must tell apart. */
export const snmpErrors = { tooBig: 1, noSuchName: 2, genErr: 5 } as const

/**
 * What came of a question. refused: an error status, index counted from 1, 0 when it names none. silent: nothing that could be
 * used came in time. denied: the device says that it will not, now or later. stopped: by the signal, or the session is closed.
 */
export type Answer =
  | { kind: 'values'; varbinds: Varbind[] }
  | { kind: 'refused'; status: number; index: number }
  | { kind: 'silent' | 'denied'; why: string }
  | { kind: 'stopped' }

/** Most octets of answers that one session takes: what is kept of them keeps their datagrams, of up to 64 KiB each. */
export const mostOctets = 32 << 20
export const tooMuch = `it sent more than ${mostOctets >> 20} MiB`

export type SessionOptions = {
  address: string
  port: number
  credentials: SnmpCredentials
  timeoutMs: number
  retries: number
}

/** Questions to one device over one socket. Never throws and never emits: whatever goes wrong is an answer. */
export type SnmpSession = {
  version: SnmpCredentials['version']
  ask(question: Question, signal: AbortSignal): Promise<Answer>
  /** Frees the socket; what is still asked is answered with `stopped`. May be called twice. */
  close(): void
}

/** Opens a session; the socket is made at once, nothing is sent before the first question. */
export function openSnmp(options: SessionOptions): SnmpSession {
  const { credentials, ...where } = options
  return credentials.version === '3'
    ? openUserSession({ ...where, credentials })
    : openCommunitySession({ ...where, credentials })
}
