import type { Logger } from 'pino'
import { isFault, type openSource } from '@/lib/sources/open-source'
import type { SourceFault, SourcePoll } from '@/lib/sources/records'
import { keepHistory } from '@/lib/store/source-history'
import { beatForSource, tendSourceJobs } from '@/lib/store/source-jobs'
import { type ClaimedPoll, claimPoll, leavePoll, renewPoll } from '@/lib/store/source-leases'
import { endForsakenOutages } from '@/lib/store/source-outages'
import { failPoll, type PollOutcome, takePoll } from '@/lib/store/source-polls'
import { openSources } from './open-sources'
import { newTally, type Tally, withPoll } from './source-tally'

export type SourcesPollOptions = {
  log: Logger
  /** Ends what is under way, with the keeper. */
  signal: AbortSignal
  open?: typeof openSource
  /** How long another keeper waits for one that died over a poll; it is renewed three times in this. */
  leaseMs?: number
  /** After so long a poll is given up, whatever the source does. */
  longestMs?: number
  countEveryMs?: number
  /** Epoch ms: when a poll failed. */
  clock?: () => number
}

const atOnce = 8
const tendEveryMs = 60_000
const historyDays = 30
const historyAgainMs = 3_600_000

/**
 * Polls the sources that are due, each on its own: one that is slow keeps no other waiting, and is never asked twice at
 * once. Each keeper takes those that no other has in hand.
 */
export function sourcesPoll(options: SourcesPollOptions) {
  const { log, signal, leaseMs = 30_000, longestMs = 150_000, countEveryMs = 600_000 } = options
  const now = () => new Date(options.clock?.() ?? Date.now())
  const underWay = new Map<number, Promise<void>>()
  const sources = openSources(signal, options.open)
  const tallies = new Map<number, Tally>()
  const readings = new Set<Promise<void>>() // pages and pages: polls go on meanwhile
  const triedAt = new Map<number, number>()
  let tendedAt = 0
  let countedAt = Date.now()

  async function step(): Promise<boolean> {
    if (Date.now() - tendedAt >= tendEveryMs) {
      tendedAt = Date.now()
      const ended = await endForsakenOutages(new Date())
      if (ended > 0) log.info({ ended }, 'outages ended of devices that no source is asked about any more')
      await tendSourceJobs(new Date())
    }
    while (underWay.size < atOnce && !signal.aborted) {
      const claimed = await claimPoll(leaseMs)
      if (!claimed) break
      const { id } = claimed
      if (underWay.has(id)) break // its lease ran out while the database was away: what is under way counts no more
      underWay.set(
        id,
        poll(claimed)
          .catch((error) => log.error({ err: error, source: claimed.name }, 'a poll of a source could not be counted'))
          .finally(() => underWay.delete(id)),
      )
    }
    if (Date.now() - countedAt >= countEveryMs) {
      countedAt = Date.now()
      for (const { name, ...counts } of tallies.values()) log.info({ source: name, ...counts }, 'source polled')
      tallies.clear()
    }
    return false
  }

  async function poll(first: ClaimedPoll): Promise<void> {
    const lease = keepLease(first)
    try {
      const answer = await ask(first)
      const claimed = await lease.end()
      if (signal.aborted || !claimed) {
        if (claimed) await leavePoll(claimed)
        return
      }
      const at = isFault(answer) ? now() : new Date(answer.answeredAt)
      const outcome = isFault(answer)
        ? await failPoll(claimed, answer, at)
        : await takePoll(claimed, { ...answer, rejected: answer.rejected.length })
      await follow(claimed, outcome, at)
    } finally {
      await lease.end()
    }
  }

  /** Renews the lease until `end`, which gives it as it stands then; null when it was lost. */
  function keepLease(first: ClaimedPoll) {
    let claimed: ClaimedPoll | null = first
    let renewing = Promise.resolve()
    const renew = async () => {
      if (claimed) claimed = await renewPoll(claimed, leaseMs)
      if (!claimed) clearInterval(timer)
    }
    const timer = setInterval(() => {
      renewing = renewing.then(renew).catch(() => {}) // the database is away: the next time
    }, leaseMs / 3)
    return {
      end: async () => {
        clearInterval(timer)
        await renewing
        return claimed
      },
    }
  }

  async function ask(claimed: ClaimedPoll): Promise<SourcePoll | SourceFault> {
    const one = sources.of(claimed)
    if (!one)
      return fault(
        'refused',
        'its settings cannot be read: the SECRET_KEY may be another than that they were kept with',
      )
    if (!one.source.poll) return fault('shape', 'it cannot be asked what is dark')
    const late = setTimeout(() => one.stop.abort(new Error('too slow')), longestMs)
    try {
      return await one.source.poll()
    } catch (error) {
      await sources.forget(claimed.id)
      if (signal.aborted || one.stop.signal.aborted)
        return fault('slow', `it had not answered after ${longestMs / 1000} s`)
      log.error({ err: error, source: claimed.name }, 'a source could not be read')
      return fault('shape', `its answer could not be read: ${error instanceof Error ? error.message : String(error)}`)
    } finally {
      clearTimeout(late)
    }
  }

  async function follow(claimed: ClaimedPoll, outcome: PollOutcome, at: Date): Promise<void> {
    if (outcome.is === 'lost') return
    tallies.set(claimed.id, withPoll(tallies.get(claimed.id) ?? newTally(claimed.name), outcome))
    if (outcome.is === 'fault') {
      const { words, faults, failingSince, isOutage } = outcome
      if (outcome.isNew) log.warn({ source: claimed.name, words, faults }, 'a source gave no good answer')
      if (isOutage) await beatForSource(claimed, { ok: false, words, since: failingSince }, at)
      return
    }
    const { isolated, revived, listed, dark } = outcome.counts
    if (isolated + revived > 0) log.info({ source: claimed.name, isolated, revived }, 'outages by a source')
    const words = `It lists ${listed} known devices, ${dark} of them dark.`
    await beatForSource(claimed, { ok: true, words }, at)
    if (!outcome.wantsHistory || Date.now() - (triedAt.get(claimed.id) ?? 0) < historyAgainMs) return
    triedAt.set(claimed.id, Date.now())
    const reading = readHistory(claimed)
      .catch((error) => signal.aborted || log.error({ err: error, source: claimed.name }, 'no history could be read'))
      .then(() => void readings.delete(reading))
    readings.add(reading)
  }

  async function readHistory(claimed: ClaimedPoll): Promise<void> {
    const source = sources.of(claimed)?.source
    if (!source) return
    const history = source.history ? await source.history(historyDays) : { items: [], rejected: [], complete: true }
    if (isFault(history)) return log.warn({ source: claimed.name, words: history.words }, 'no history could be read')
    const kept = await keepHistory(claimed.id, history.items)
    const { rejected, complete } = history
    log.info(
      { source: claimed.name, kept, rejected: rejected.length, complete },
      'outages from before it was connected',
    )
  }

  const settled = async () => {
    await Promise.all(underWay.values())
    await Promise.all(readings)
  }
  return {
    step,
    /** Until nothing is under way. */
    settled,
    /** The same, and nothing is open any more. */
    idle: async () => {
      await settled()
      await sources.close()
    },
  }
}

const fault = (kind: SourceFault['kind'], words: string): SourceFault => ({ kind, words })
