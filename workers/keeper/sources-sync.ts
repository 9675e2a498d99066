import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { isFault, openSource, sourceKinds } from '@/lib/sources/open-source'
import type { SourceFault, SourceSnapshot } from '@/lib/sources/records'
import type { Source, SourceKind } from '@/lib/sources/source'
import {
  type ClaimedSource,
  claimSync,
  failReading,
  keepReading,
  leaveReading,
  settleReading,
} from '@/lib/store/source-runs'
import { openSourceConfig } from '@/lib/store/sources'

export type Open = (kind: SourceKind, config: unknown, signal: AbortSignal) => Source
export type SyncOptions = { log: Logger; open?: Open; leaseMs?: number; atOnce?: number }

const progressEveryMs = 500

/** Opens a source by what is kept of it. Throws where that is not what its kind takes any more. */
export const openKept: Open = (kind, config, signal) => {
  const read = sourceKinds[kind].schema.parse(config)
  return openSource(kind, read as never, { signal })
}

/**
 * Reads the sources that are due, a few at once; each keeper takes those that no other has in hand. A keeper that is killed
 * in the middle leaves nothing half written: another one begins that reading anew once its lease has run out.
 */
export function sourcesSync({ log, open = openKept, leaseMs = 60_000, atOnce = 3 }: SyncOptions) {
  const going = new Set<Promise<void>>()

  return {
    /** Takes what is due; true: there may be more. */
    step: async (signal: AbortSignal): Promise<boolean> => {
      if (going.size >= atOnce || signal.aborted) return false
      const claimed = await claimSync(leaseMs)
      if (!claimed) return false
      const work = read(claimed, signal).catch((error: unknown) => {
        log.error({ err: error, source: claimed.name }, 'a source was not read')
      })
      going.add(work)
      work.finally(() => going.delete(work))
      return going.size < atOnce
    },
    /** When no reading goes on any more. */
    idle: async (): Promise<void> => {
      await Promise.all(going)
    },
  }

  async function read(claimed: ClaimedSource, signal: AbortSignal): Promise<void> {
    const begun = performance.now()
    const ending = new AbortController()
    const stop = AbortSignal.any([signal, ending.signal])
    const progress = keepLease(claimed, leaseMs, ending)
    try {
      const answer = await snapshotOf(claimed, stop, progress.say)
      if (signal.aborted || ending.signal.aborted) return
      if (isFault(answer)) {
        await failReading(claimed, answer.words, answer.retryAfterSeconds)
        log.warn({ source: claimed.name, fault: answer.kind, words: answer.words }, 'a source could not be read')
        return
      }
      progress.say('Compares it with what is here')
      const { state, words, changes } = await settleReading(claimed, answer)
      const told = { source: claimed.name, state, ms: Math.round(performance.now() - begun), ...changes?.counts }
      if (state === 'failed') log.warn({ ...told, words }, 'a source could not be read')
      else log.info({ ...told, devices: answer.devices.length, rejected: answer.rejected.length }, 'a source was read')
    } catch (error) {
      if (!signal.aborted) await failReading(claimed, wordsOf(error))
      if (!signal.aborted) throw error
    } finally {
      await progress.end()
      if (signal.aborted) await leaveReading(claimed).catch(() => {}) // it runs out by itself
    }
  }

  async function snapshotOf(
    { kind, sealed }: ClaimedSource,
    signal: AbortSignal,
    say: (words: string) => void,
  ): Promise<SourceSnapshot | SourceFault> {
    const source = open(kind, openSourceConfig({ sealed }), signal)
    try {
      return await source.snapshot(say)
    } finally {
      await source.close()
    }
  }
}

/** Keeps a source in hand while it is read, and writes how far that came. `ending`: aborted when it is in other hands. */
function keepLease(claimed: ClaimedSource, leaseMs: number, ending: AbortController) {
  const over = new AbortController()
  let said: string | null = null
  let written: string | null = null
  let keptAt = performance.now()
  const work = (async () => {
    while (!over.signal.aborted) {
      await sleep(Math.min(progressEveryMs, leaseMs / 4), undefined, { signal: over.signal }).catch(() => {})
      if (over.signal.aborted) return
      if (said === written && performance.now() - keptAt < leaseMs / 3) continue
      const words: string | null = said
      const isKept = await keepReading(claimed, words, leaseMs).catch(() => null) // the database is away: try again
      if (isKept === false) return ending.abort()
      if (isKept === null) continue
      written = words
      keptAt = performance.now()
    }
  })()
  return {
    say: (words: string) => {
      said = words
    },
    end: async () => {
      over.abort()
      await work
    },
  }
}

const wordsOf = (error: unknown) =>
  `Reading it failed on our side: ${error instanceof Error ? error.message.slice(0, 500) : 'for no known reason'}`
