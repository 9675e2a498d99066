import type { Rejected, SourceFault, SourcePoll, SourceSnapshot } from './records'

export type SourceKind = 'uisp' | 'sonar' | 'csv'

/** A source that answers: in words, what it is and what it lists. */
export type SourceTest = { ok: true; words: string; version: string | null }

/** An outage that a source remembers. */
export type SourceOutage = {
  key: string
  deviceKey: string
  deviceMac: string | null // 12 hex digits, lower case
  deviceName: string
  kind: 'outage' | 'unreachable' // unreachable: something before it was dark
  beganAt: number // ms
  endedAt: number | null // ms; null: lasts
  entry: unknown // verbatim, bounded
}

/** complete: false when it remembers more than is read at once. */
export type SourceHistory = { readAt: number; items: SourceOutage[]; rejected: Rejected[]; complete: boolean }

/** What is taken in at most, and how long an answer may take. */
export type SourceLimits = {
  answerBytes?: number // of one answer, 64 MiB
  timeoutMs?: number // of one answer with its body, 60 s
  connectMs?: number // 10 s
  entries?: number // of one list, 100,000
  retryMs?: readonly number[] // pauses before each further try of one page, 2 s and 5 s
}

/** now: a clock for tests, ms. */
export type SourceContext = { signal: AbortSignal; limits?: SourceLimits; now?: () => number }

/**
 * Whatever lists devices and clients. All that goes wrong at the source is told as a fault; only `signal` makes these throw.
 * A fault's `retryAfterSeconds` is what the source asked for.
 */
export type Source = {
  test(): Promise<SourceTest | SourceFault>
  snapshot(onProgress?: (words: string) => void): Promise<SourceSnapshot | SourceFault>
  /** Null: it knows nothing of what is dark. */
  poll: (() => Promise<SourcePoll | SourceFault>) | null
  /** The last days, at most 31. Null: it remembers none. */
  history: ((days: number) => Promise<SourceHistory | SourceFault>) | null
  close(): Promise<void>
}

export const mostEntries = 100_000

export const isFault = (answer: object): answer is SourceFault => 'kind' in answer && 'words' in answer
