import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { ReservedSql } from 'postgres'
import type { NewBeat, StoredBatch } from '@/lib/store/beat-rows'
import { isTransient, sql } from '@/lib/store/database'
import { forgetIntakes, settleIntakes } from '@/lib/store/intakes'
import { ensurePartitions } from '@/lib/store/partitions'
import type { BeatBook } from '@/lib/store/plain-beats'
import type { BeatSpool, SpooledChunk } from './heartbeat-spool'
import { within } from './within'

const mostInChunk = 1000
const pauseMs = 500

type Options = {
  lane: number
  name: string
  sources: readonly BeatSpool[] // of webs that are gone, then our own
  book: BeatBook
  onStored: (beats: readonly NewBeat[], stored: StoredBatch) => void
  log: Logger
  hangMs: number
  whenReady: Promise<unknown>
  take: () => Promise<ReservedSql>
  drop: () => void // the connection
  isWanted: () => boolean // the lane is away, and not stopped
  appending: () => Promise<void> | null // what is being written to disk right now
  oldestAt: () => number | null
  holdBack: () => () => void // fresh beats, until it is called
  back: () => void // nothing waits: fresh beats go to the database again
}

/** Stores what one lane left on disk while the database was away, in its order. */
export function createDrain(options: Options) {
  const { lane, name, sources, book, onStored, log, hangMs, isWanted } = options
  let isComing = false
  const waiting = () => sources.reduce((sum, source) => sum + source.count(lane), 0)

  /** Stores what waits on disk, until nothing does. */
  async function comeBack(): Promise<void> {
    if (isComing) return // two would store the same
    isComing = true
    let since = Date.now()
    await options.whenReady
    while (isWanted()) {
      try {
        await drain(since)
        since = Date.now()
      } catch (error) {
        options.drop()
        if (!isTransient(error)) log.error({ err: error, lane }, 'beats on disk could not be stored; trying again')
        await sleep(pauseMs, undefined, { ref: false })
      }
    }
    isComing = false
  }

  async function drain(since: number): Promise<void> {
    await within(hangMs, options.take()) // it is there
    let chunks = 0
    while (isWanted()) {
      if (waiting() > 1) {
        if (await within(hangMs * 3, storeChunk())) chunks++
        continue
      }
      const release = options.holdBack()
      try {
        for (;;) {
          await options.appending()
          if (await within(hangMs * 3, storeChunk())) chunks++
          else if (options.appending() === null) break
        }
        options.back()
      } finally {
        release()
      }
    }
    await within(hangMs, Promise.all(sources.map((source) => source.buryLives(forgetIntakes)))).catch(() => {}) // at the next start
    log.info({ lane, chunks, seconds: Math.round((Date.now() - since) / 1000) }, 'nothing waits on disk any more')
  }

  async function storeChunk(): Promise<boolean> {
    const source = sources.find((one) => one.count(lane) > 0)
    const chunk = source?.next(lane, mostInChunk)
    if (!source || !chunk) return false
    const on = await within(hangMs, options.take()) // anew each time: one that was closed meanwhile may not be used
    const settledAt = options.oldestAt() ?? Date.now()
    await settleIntakes([{ spoolId: chunk.spoolId, name, settledAt }], on)
    const mark = {
      spoolId: chunk.spoolId,
      seq: chunk.lastSeq,
      settledAt: source.oldestAt(lane, chunk.keys.length) ?? settledAt,
    }
    try {
      onStored(chunk.beats, await book.store(on, chunk.beats, mark, chunk.seqs))
    } catch (error) {
      if (!isOfBeats(error) || (await madeRoom(error))) throw error
      await storeSingly(on, chunk, mark.settledAt)
    }
    await source.remove(lane, chunk)
    return true
  }

  /** One that the database will never take must not keep all the others on disk for ever. */
  async function storeSingly(on: ReservedSql, chunk: SpooledChunk, settledAt: number): Promise<void> {
    const { spoolId, beats, seqs } = chunk
    for (const [i, beat] of beats.entries()) {
      const seq = seqs[i] ?? 0
      // Only with the last beat of its batch is the batch done.
      const mark = { spoolId, seq: seqs[i + 1] === seq ? seq - 1 : seq, settledAt }
      try {
        onStored([beat], await book.store(on, [beat], mark, [seq]))
      } catch (error) {
        if (!isOfBeats(error)) throw error
        log.error({ err: error, job: beat.jobId }, 'a beat on disk can never be stored: it is left out')
      }
    }
  }

  return { comeBack }
}

/** True when what a beat holds is at fault. Anything else, as a table that is not there, concerns all: they may be stored later. */
export function isOfBeats(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code === '' || /^(22|23|54)[0-9A-Z]{3}$|^ERR_/.test(code)
}

/** True when what was missing is a table for these times: made now, it may be tried again. */
export async function madeRoom(error: unknown): Promise<boolean> {
  if (!(error instanceof Error && 'code' in error && error.code === '23514')) return false
  return (await ensurePartitions(sql, new Date())).length > 0
}
