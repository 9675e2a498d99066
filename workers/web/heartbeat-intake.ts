import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { type Asked, type BeatAsked, readBeatAddress } from '@/lib/domain/beat-address'
import type { NewBeat } from '@/lib/store/beat-batches'
import { settleIntakes } from '@/lib/store/intakes'
import { listenTo } from '@/lib/store/listen'
import { stampAddress } from './headers'
import { answerBeat, answerPreflight, type Said } from './heartbeat-answers'
import { hasBody, readBody } from './heartbeat-body'
import { type KnownJob, openJobBook } from './heartbeat-jobs'
import { type Outcome, openLane } from './heartbeat-lane'
import { createBuckets, take } from './heartbeat-limits'
import { createBeatTeller } from './heartbeat-live'
import { answerHeartbeat, openNamedJobs } from './heartbeat-names'
import { claimBeatSpools, laneCount } from './heartbeat-spool'
import type { Live } from './live'
import { within } from './within'

/** Never met by a busy job: it may beat a thousand times a second, and one address may send for forty of those. */
const perJob = { perSecond: 1000, burst: 5000 }
const perAddress = { perSecond: 40_000, burst: 80_000 }
/** Of one address: addresses that have no job, and jobs made by name. */
const unknownPerAddress = { perSecond: 5, burst: 60 }
const createdPerAddress = { perSecond: 5, burst: 300 }

const settleMs = 1000
const tellMs = 10 * 60_000
const databaseMs = 8000
const longestAgent = 300

type Reply = { response: ServerResponse; asked: BeatAsked; job: KnownJob; isNew: boolean }
type Options = {
  dataDir: string
  databaseUrl: string
  name: string
  trustProxy: boolean
  live: Live
  log: Logger
  signal: AbortSignal
}

/** Takes heartbeats on the web's raw path: `take` is false for a request that is none of its own. */
export function openHeartbeatIntake({ dataDir, databaseUrl, name, trustProxy, live, log, signal }: Options) {
  const { own: spool, orphans } = claimBeatSpools(join(dataDir, 'intake'))
  const book = openJobBook({ spool, log, signal })
  const named = openNamedJobs(book)
  const teller = createBeatTeller(live, log)
  const addresses = createBuckets(perAddress.perSecond, perAddress.burst)
  const strangers = createBuckets(unknownPerAddress.perSecond, unknownPerAddress.burst)
  const makers = createBuckets(createdPerAddress.perSecond, createdPerAddress.burst)
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

  function settle(beat: NewBeat, { response, asked, job, isNew }: Reply, outcome: Outcome): void {
    counts[outcome]++
    if (outcome === 'stored' && asked.dialect === 'heartbeat_sh') return answerHeartbeat(response, 200, job, beat.at)
    if (outcome === 'stored') return answerBeat(response, asked.dialect, isNew ? 'created' : 'stored')
    if (outcome === 'spooled' && asked.dialect === 'heartbeat_sh') return answerHeartbeat(response, 202, job, beat.at)
    answerBeat(response, asked.dialect, saidOf[outcome])
  }

  function takeRequest(request: IncomingMessage, response: ServerResponse): boolean {
    const asked = read(request, request.url ?? '/')
    if (asked === null || asked.kind === 'badge' || asked.kind === 'script') return false
    if (asked.kind === 'preflight') answerPreflight(response, request.headers['access-control-request-headers'])
    else if (asked.kind === 'refused') answerBeat(response, asked.dialect, asked.why, asked.detail)
    else if (asked.kind === 'beat') takeBeat(request, response, asked)
    else void takeOther(request, response, asked)
    return true
  }

  const read = (request: IncomingMessage, url: string): Asked | null =>
    readBeatAddress(
      {
        method: request.method ?? 'GET',
        url,
        authorization: request.headers.authorization,
        host: request.headers.host,
      },
      book.house,
    )

  function takeBeat(request: IncomingMessage, response: ServerResponse, asked: BeatAsked): void {
    const address = stampAddress(request, trustProxy)
    const now = Date.now()
    if (!addresses.take(address, now)) return limited(response, asked)
    const job = book.find(asked.job)
    if (job === 'ambiguous') return answerBeat(response, asked.dialect, 'ambiguous')
    if (job === null) return void takeUnknown(request, response, asked, address)
    if (asked.limits) return void takeAdjusted(request, response, asked, job, address)
    takeKnown(request, response, asked, job, address, false)
  }

  function takeKnown(
    request: IncomingMessage,
    response: ServerResponse,
    asked: BeatAsked,
    job: KnownJob,
    address: string,
    isNew: boolean,
  ): void {
    if (!take(job.bucket, Date.now(), perJob.perSecond, perJob.burst)) return limited(response, asked)
    const reply = { response, asked, job, isNew }
    if (!hasBody(request)) return submit(beatOf(request, asked, job, address, null, false), reply)
    readBody(request, (body, isCut, isEnd) => {
      if (!isEnd) response.shouldKeepAlive = false
      const meant = saidInForm(request, asked, body)
      if (meant.kind === 'refused') answerBeat(response, meant.dialect, meant.why, meant.detail)
      else submit(beatOf(request, meant, job, address, body, isCut), { ...reply, asked: meant })
    })
  }

  /** curl -d sends a form: of Dead Man's Snitch and Cronitor it says what the query would. */
  function saidInForm(request: IncomingMessage, asked: BeatAsked, body: Buffer | null) {
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
    if (!isForm || !body || body.length > 8192 || (asked.dialect !== 'snitch' && asked.dialect !== 'cronitor'))
      return asked
    const url = request.url ?? '/'
    const meant = read(request, `${url}${url.includes('?') ? '&' : '?'}${body.toString('utf8')}`)
    return meant?.kind === 'beat' || meant?.kind === 'refused' ? meant : asked
  }

  function submit(beat: NewBeat, reply: Reply): void {
    if (lanes[beat.jobId % laneCount]?.push({ beat, reply })) return
    counts.refused++
    answerBeat(reply.response, reply.asked.dialect, 'overloaded')
  }

  async function takeUnknown(
    request: IncomingMessage,
    response: ServerResponse,
    asked: BeatAsked,
    address: string,
  ): Promise<void> {
    try {
      const creates = asked.job.by === 'name' && asked.job.create
      const isLimited = !(creates ? makers : strangers).take(address, Date.now())
      if (isLimited) return limited(response, asked)
      const found = creates ? await create(asked) : asked.job.by === 'token' ? await lookUp(asked.job.token) : null
      if (typeof found === 'string') answerBeat(response, asked.dialect, 'invalid', found)
      else if (found) takeKnown(request, response, asked, found, address, creates)
      else {
        counts.unknown++
        answerBeat(response, asked.dialect, lanes.some((lane) => lane.isAway()) ? 'overloaded' : 'unknown')
      }
    } catch (error) {
      fail(response, asked, error)
    }
  }

  const create = (asked: BeatAsked) =>
    within(databaseMs, named.create(asked.job.by === 'name' ? asked.job.name : '', asked))
  const lookUp = (token: string) => (mayBeToken.test(token) ? book.lookUp(token) : null)

  async function takeAdjusted(
    request: IncomingMessage,
    response: ServerResponse,
    asked: BeatAsked,
    job: KnownJob,
    address: string,
  ): Promise<void> {
    try {
      const isAway = lanes.some((lane) => lane.isAway())
      const adjusted = isAway ? job : await within(databaseMs, named.adjust(job, asked))
      takeKnown(request, response, asked, adjusted, address, false)
    } catch (error) {
      fail(response, asked, error)
    }
  }

  async function takeOther(
    request: IncomingMessage,
    response: ServerResponse,
    asked: Extract<Asked, { kind: 'remove' | 'list' }>,
  ): Promise<void> {
    try {
      if (!makers.take(stampAddress(request, trustProxy), Date.now())) return limited(response, asked)
      if (asked.kind === 'list') return await within(databaseMs, named.list(asked.format, response))
      const job = book.find({ by: 'name', name: asked.name, create: false })
      if (job === 'ambiguous' || job === null)
        return answerBeat(response, asked.dialect, job === null ? 'unknown' : 'ambiguous')
      await within(databaseMs, named.remove(job, response))
    } catch (error) {
      fail(response, asked, error)
    }
  }

  function limited(response: ServerResponse, { dialect }: { dialect: BeatAsked['dialect'] }): void {
    counts.limited++
    answerBeat(response, dialect, 'limited')
  }

  function fail(response: ServerResponse, { dialect }: { dialect: BeatAsked['dialect'] }, error: unknown): void {
    log.warn({ error: String(error) }, 'a heartbeat by name could not be served')
    counts.refused++
    answerBeat(response, dialect, 'overloaded')
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

  let isSettling = false
  const settling = setInterval(() => {
    const settled = lanes.filter((lane) => !lane.isAway()).map((lane) => lane.settled())
    if (isSettling || settled.length === 0) return
    isSettling = true
    void within(databaseMs, settleIntakes(settled))
      .catch((error) => log.debug({ error: String(error) }, 'the intake could not say how far it is'))
      .finally(() => {
        isSettling = false
      })
  }, settleMs)
  const telling = setInterval(() => tellCounts(log, counts, { jobs: book.size(), onDisk: spool.size().beats }), tellMs)

  return {
    take: takeRequest,
    /** Takes no more, and waits for the beats in hand. */
    async stop(): Promise<void> {
      clearInterval(settling)
      clearInterval(telling)
      teller.stop()
      await Promise.all(lanes.map((lane) => lane.stop()))
      tellCounts(log, counts, { jobs: book.size(), onDisk: spool.size().beats })
      await Promise.all([spool, ...orphans].map((one) => one.close()))
    },
  }
}

export type HeartbeatIntake = ReturnType<typeof openHeartbeatIntake>

const mayBeToken = /^[\w-]{8,100}$/
const saidOf: Record<Exclude<Outcome, 'stored'>, Said> = { spooled: 'spooled', gone: 'unknown', refused: 'overloaded' }

function beatOf(
  request: IncomingMessage,
  asked: BeatAsked,
  job: KnownJob,
  address: string,
  body: Buffer | null,
  bodyCut: boolean,
): NewBeat {
  return {
    jobId: job.id,
    at: Date.now(),
    signal: asked.signal,
    exitStatus: asked.exitStatus,
    durationMs: asked.durationMs,
    run: asked.run,
    message: asked.message,
    body,
    bodyCut,
    address,
    agent: request.headers['user-agent']?.slice(0, longestAgent) ?? null,
    method: request.method ?? null,
  }
}

const newCounts = () => ({ stored: 0, spooled: 0, gone: 0, refused: 0, unknown: 0, limited: 0, batches: 0 })

/** What was taken since it was last told; then it is counted anew. */
function tellCounts(log: Logger, counts: ReturnType<typeof newCounts>, beside: Record<string, number>): void {
  log.info({ ...counts, ...beside }, 'heartbeats')
  Object.assign(counts, newCounts())
}
