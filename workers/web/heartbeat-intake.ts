import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { NewBeat } from '@/lib/store/beat-rows'
import { forgetIntakes, settleIntakes } from '@/lib/store/intakes'
import { listenTo } from '@/lib/store/listen'
import { answerBeat, type Said } from './heartbeat-answers'
import { newCounts, tellCounts } from './heartbeat-counts'
import { openJobBook } from './heartbeat-jobs'
import { type Outcome, openLane } from './heartbeat-lane'
import { createBeatTeller } from './heartbeat-live'
import { answerHeartbeat, openNamedJobs } from './heartbeat-names'
import { createBeatRequests, type Reply } from './heartbeat-requests'
import { type BeatSpools, laneCount } from './heartbeat-spool'
import type { Live } from './live'
import { within } from './within'

const settleMs = 1000
const tellMs = 10 * 60_000
const databaseMs = 8000

type Options = {
  spools: BeatSpools
  databaseUrl: string
  name: string
  trustProxy: boolean
  live: Live
  log: Logger
  signal: AbortSignal
}

export type HeartbeatIntake = {
  /** False for a request that is none of its own. */
  take: (request: IncomingMessage, response: ServerResponse) => boolean
  /** Takes no more, and waits for the beats in hand. */
  stop: () => Promise<void>
}

/** Takes heartbeats on the web's raw path. */
export function openHeartbeatIntake(options: Options): HeartbeatIntake {
  const { databaseUrl, name, trustProxy, live, log, signal } = options
  const { own: spool, orphans } = options.spools
  const book = openJobBook({ spool, log, signal })
  const teller = createBeatTeller(live, log)
  const counts = newCounts()

  const lanes = Array.from({ length: laneCount }, (_, lane) =>
    openLane<Reply>({
      lane,
      name: `${name} ${lane}`,
      url: databaseUrl,
      spool,
      orphans,
      ruleOf: book.ruleOf,
      whenReady: book.whenLoaded,
      settle: ({ beat, reply }, outcome) => settle(beat, reply, outcome),
      onStored(beats, stored) {
        counts.batches++
        teller.add(beats, stored)
      },
      log,
    }),
  )

  const take = createBeatRequests({
    book,
    named: openNamedJobs(book),
    trustProxy,
    counts,
    log,
    push: (beat, reply) => lanes[beat.jobId % laneCount]?.push({ beat, reply }) ?? false,
    isAway: () => lanes.some((lane) => lane.isAway()),
  })

  function settle(beat: NewBeat, { response, asked, job, isNew }: Reply, outcome: Outcome): void {
    counts[outcome]++
    const isKept = outcome === 'stored' || outcome === 'spooled'
    if (isKept && asked.dialect === 'heartbeat_sh')
      answerHeartbeat(response, outcome === 'stored' ? 200 : 202, job, beat.at)
    else answerBeat(response, asked.dialect, outcome === 'stored' && isNew ? 'created' : saidOf[outcome])
  }

  void listenTo(databaseUrl, {
    channels: {
      beatline_jobs: (payload) => book.changed(payload.split(',').flatMap((id) => Number(id) || [])),
      beatline_beats: teller.hear,
    },
    onListening: () => book.changed([]),
    onLost: (error) =>
      log.warn({ error: String(error) }, 'changes of jobs are not heard for a moment; reading on later'),
    signal,
  })

  // Judging need not wait for this web's earlier lives, of which nothing is left to store.
  let hasBuried = false
  async function buryOnce(): Promise<void> {
    if (hasBuried) return
    hasBuried = true
    await spool.buryLives(forgetIntakes)
  }

  let isSettling = false
  const settling = setInterval(() => {
    const settled = lanes.filter((lane) => !lane.isAway()).map((lane) => lane.settled())
    if (isSettling || settled.length === 0) return
    isSettling = true
    void within(databaseMs, settleIntakes(settled).then(buryOnce))
      .catch((error) => log.debug({ error: String(error) }, 'the intake could not say how far it is'))
      .finally(() => {
        isSettling = false
      })
  }, settleMs)
  const telling = setInterval(() => tellCounts(log, counts, { jobs: book.size(), onDisk: spool.size().beats }), tellMs)

  return {
    take,
    async stop(): Promise<void> {
      clearInterval(settling)
      clearInterval(telling)
      teller.stop()
      await Promise.all(lanes.map((lane) => lane.stop()))
      // Nothing is left to wait for.
      if (spool.size().beats === 0) await within(1000, forgetIntakes(spool.spoolIds)).catch(() => {})
      tellCounts(log, counts, { jobs: book.size(), onDisk: spool.size().beats })
      await Promise.all([spool, ...orphans].map((one) => one.close()))
    },
  }
}

const saidOf: Record<Outcome, Said> = { stored: 'stored', spooled: 'spooled', gone: 'unknown', refused: 'overloaded' }
