import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { type Asked, type BeatAsked, type JobAsked, readBeatAddress } from '@/lib/domain/beat-address'
import type { NewBeat } from '@/lib/store/beat-rows'
import { stampAddress } from './headers'
import { answerBeat, answerPreflight } from './heartbeat-answers'
import { hasBody, readBody } from './heartbeat-body'
import type { Counts } from './heartbeat-counts'
import type { JobBook, KnownJob } from './heartbeat-jobs'
import { createBuckets, take } from './heartbeat-limits'
import type { NamedJobs } from './heartbeat-names'
import { within } from './within'

/** Never met by a busy job: it may beat a thousand times a second, and one address may send for forty of those. */
const perJob = { perSecond: 1000, burst: 5000 }
const perAddress = { perSecond: 40_000, burst: 80_000 }
/** Of one address: addresses that have no job, and jobs made by name. */
const unknownPerAddress = { perSecond: 20, burst: 200 }
const createdPerAddress = { perSecond: 5, burst: 300 }

const databaseMs = 8000
const longestAgent = 300

/** Whom to answer once a beat is stored. */
export type Reply = { response: ServerResponse; asked: BeatAsked; job: KnownJob; isNew: boolean }
type Options = {
  book: JobBook
  named: NamedJobs
  trustProxy: boolean
  counts: Counts
  log: Logger
  /** False: too many wait. */
  push: (beat: NewBeat, reply: Reply) => boolean
  isAway: () => boolean // the database
}

/** From a request to a beat on its way, or to its refusal. False: the request is none of ours. */
export function createBeatRequests({ book, named, trustProxy, counts, log, push, isAway }: Options) {
  const addresses = createBuckets(perAddress.perSecond, perAddress.burst)
  const strangers = createBuckets(unknownPerAddress.perSecond, unknownPerAddress.burst)
  const makers = createBuckets(createdPerAddress.perSecond, createdPerAddress.burst)

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
    const job = book.find(asked.job)
    if (!addresses.take(address, now)) limited(response, asked)
    else if (job === 'ambiguous') answerBeat(response, asked.dialect, 'ambiguous')
    else if (job === null) void takeUnknown(request, response, asked, address)
    else if (asked.limits) void takeAdjusted(request, response, asked, job, address)
    else takeKnown(request, response, asked, job, address, false)
  }

  function takeKnown(
    request: IncomingMessage,
    response: ServerResponse,
    asked: BeatAsked,
    job: KnownJob,
    address: string,
    isNew: boolean,
  ): void {
    const reply = { response, asked, job, isNew }
    if (!take(job.bucket, Date.now(), perJob.perSecond, perJob.burst)) limited(response, asked)
    else if (!hasBody(request)) submit(beatOf(request, asked, job, address, null, false), reply)
    else takeWithBody(request, reply, address)
  }

  function takeWithBody(request: IncomingMessage, reply: Reply, address: string): void {
    const { response, asked, job } = reply
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
    if (push(beat, reply)) return
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
      const found = mayBeOurs(asked.job) ? await book.lookUp(asked.job) : null
      const made = found === null && creates ? await create(asked) : found
      if (made === 'ambiguous') answerBeat(response, asked.dialect, 'ambiguous')
      else if (typeof made === 'string') answerBeat(response, asked.dialect, 'invalid', made)
      else if (made) takeKnown(request, response, asked, made, address, found === null)
      else {
        counts.unknown++
        answerBeat(response, asked.dialect, isAway() ? 'overloaded' : 'unknown')
      }
    } catch (error) {
      fail(response, asked, error)
    }
  }

  const create = (asked: BeatAsked) =>
    within(databaseMs, named.create(asked.job.by === 'name' ? asked.job.name : '', asked))

  async function takeAdjusted(
    request: IncomingMessage,
    response: ServerResponse,
    asked: BeatAsked,
    job: KnownJob,
    address: string,
  ): Promise<void> {
    try {
      const adjusted = isAway() ? job : await within(databaseMs, named.adjust(job, asked))
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

  return takeRequest
}

const mayBeOurs = (job: JobAsked) => job.by === 'name' || /^[\w-]{8,100}$/.test(job.token)

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
