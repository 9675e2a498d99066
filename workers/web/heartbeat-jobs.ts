import { setImmediate as breath, setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { House, JobAsked } from '@/lib/domain/beat-address'
import { compileSchedule } from '@/lib/domain/schedule'
import { idOfCode } from '@/lib/domain/short-code'
import type { RuleOfJob } from '@/lib/store/beat-rows'
import { findJobIds, type IndexedJob, loadJobIndex, pingKey } from '@/lib/store/job-index'
import { newBucket } from './heartbeat-limits'
import type { BeatSpool } from './heartbeat-spool'

type KnownRule = NonNullable<ReturnType<RuleOfJob>>

/** A job as the intake holds it: its rule is compiled at its first beat. */
export type KnownJob = IndexedJob & {
  rule: KnownRule | null
  bucket: ReturnType<typeof newBucket>
}

type Found = KnownJob | 'ambiguous' | null
type LookUp = { job: JobAsked; waiting: ((found: Found) => void)[] }

const retryMs = 2000
const lookUpEveryMs = 50
const mostLookUps = 500
const lookUpWithinMs = 5000
const recheckMs = 3_600_000
const atOnce = 2000

/**
 * All jobs by every address they have, in memory: kept up to date by notices, read anew when one may have been missed,
 * and taken from the disk while the database is away.
 */
export function openJobBook({ spool, log, signal }: { spool: BeatSpool; log: Logger; signal: AbortSignal }) {
  const byId = new Map<number, KnownJob>()
  const byToken = new Map<string, KnownJob>()
  const bySlug = new Map<string, Set<KnownJob>>()
  const byName = new Map<string, KnownJob>()
  let key: string | null = null
  let isLoaded = false // from the database
  let loaded: () => void = () => {}
  const whenLoaded = new Promise<void>((done) => {
    loaded = done
  })
  const changed = new Set<number>()
  let all = true
  let isReading = false
  let isLookingUp = false
  let lookUps = new Map<string, LookUp>()

  function add(job: IndexedJob): void {
    remove(job.id)
    const known: KnownJob = { ...job, rule: null, bucket: newBucket() }
    byId.set(job.id, known)
    for (const token of [job.uuid, ...job.aliases]) byToken.set(token, known)
    byName.set(job.name, known)
    const sharing = bySlug.get(job.slug)
    if (sharing) sharing.add(known)
    else bySlug.set(job.slug, new Set([known]))
  }

  function remove(id: number): void {
    const known = byId.get(id)
    if (!known) return
    byId.delete(id)
    for (const token of [known.uuid, ...known.aliases]) if (byToken.get(token) === known) byToken.delete(token)
    if (byName.get(known.name) === known) byName.delete(known.name)
    const sharing = bySlug.get(known.slug)
    sharing?.delete(known)
    if (sharing?.size === 0) bySlug.delete(known.slug)
  }

  /** Reads what changed, one reader at a time; what changes meanwhile is read next. */
  async function read(): Promise<void> {
    if (isReading) return
    isReading = true
    try {
      while ((all || changed.size > 0) && !signal.aborted) {
        const ids = all ? undefined : [...changed]
        const before = { all, ids: [...changed] }
        all = false
        changed.clear()
        try {
          await readOnce(ids)
        } catch (error) {
          all ||= before.all
          for (const id of before.ids) changed.add(id)
          log.warn({ error: String(error) }, 'cannot read which jobs there are; trying again within 2 s')
          setTimeout(() => void read(), retryMs).unref()
          return
        }
      }
    } finally {
      isReading = false
    }
  }

  let turn: Promise<unknown> = Promise.resolve()
  /** One after the other, so that what was read earlier never replaces what was read later. */
  function readOnce(ids: number[] | undefined): Promise<void> {
    const mine = turn.then(() => readNow(ids))
    turn = mine.catch(() => {})
    return mine
  }

  async function readNow(ids: number[] | undefined): Promise<void> {
    const [jobs, readKey] = await Promise.all([loadJobIndex(ids), pingKey()])
    key = readKey
    const found = new Set(jobs.map((job) => job.id))
    const gone = (ids ?? [...new Set([...byId.keys(), ...spool.keptJobIds()])]).filter((id) => !found.has(id))
    for (const [i, job] of jobs.entries()) {
      add(job)
      if (i % atOnce === atOnce - 1) await breath()
    }
    for (const id of gone) remove(id)
    if (ids === undefined) {
      isLoaded = true
      loaded()
    }
    await spool
      .keepJobs(jobs, gone, readKey)
      .catch((error) => log.warn({ error: String(error) }, 'the index of jobs was not kept on disk'))
  }

  /** The job an address means; `ambiguous` when several share the slug. */
  function find(asked: JobAsked): Found {
    if (asked.by === 'token') return byToken.get(asked.token) ?? null
    const sharing = bySlug.get(asked.name)
    if (sharing) return sharing.size > 1 ? 'ambiguous' : (sharing.values().next().value ?? null)
    return byName.get(asked.name) ?? byCode(asked.name)
  }

  async function lookUpAll(): Promise<void> {
    const asked = [...lookUps.values()]
    lookUps = new Map()
    isLookingUp = true
    const tokens = asked.flatMap(({ job }) => (job.by === 'token' ? job.token : []))
    const names = asked.flatMap(({ job }) => (job.by === 'name' ? job.name : []))
    await Promise.race([
      findJobIds({ tokens, names }).then((ids) => (ids.length > 0 ? readOnce(ids) : undefined)),
      sleep(lookUpWithinMs, undefined, { ref: false }),
    ]).catch(() => {}) // the database is away: what is unknown stays so
    isLookingUp = false
    for (const { job, waiting } of asked) for (const answer of waiting) answer(find(job))
    if (lookUps.size > 0) void lookUpAll()
  }

  for (const job of spool.jobs()) add(job)
  key = spool.pingKey()
  void read()
  const recheck = setInterval(() => {
    all = true
    void read()
  }, recheckMs)
  signal.addEventListener('abort', () => clearInterval(recheck))

  const house: House = {
    get pingKey() {
      return key
    },
    hasAlias: (token) => byToken.has(token),
  }

  return {
    house,
    whenLoaded,
    isLoaded: () => isLoaded,
    size: () => byId.size,
    byId: (id: number) => byId.get(id) ?? null,

    find,

    ruleOf(id: number): KnownRule | null {
      const job = byId.get(id)
      if (!job) return null
      job.rule ??= {
        rule: {
          schedule: compileSchedule(job.schedule),
          graceMs: job.graceSeconds * 1000,
          permissibleMisses: job.permissibleMisses,
        },
        stickyPause: job.stickyPause,
        countsPeriods: job.countsPeriods,
      }
      return job.rule
    },

    /** These jobs changed; none named: any may have. */
    changed(ids: readonly number[]): void {
      if (ids.length === 0) all = true
      for (const id of ids) changed.add(id)
      void read()
    },
    /** Reads these jobs now. */
    async learn(ids: readonly number[]): Promise<void> {
      await readOnce([...ids])
    },

    /** Asks the database for a job that nobody here knows; null when there is none, or too many are asked for. */
    lookUp(job: JobAsked): Promise<Found> | null {
      const key = job.by === 'token' ? job.token : ` ${job.name}`
      const known = lookUps.get(key)
      if (!known && lookUps.size >= mostLookUps) return null
      if (lookUps.size === 0 && !isLookingUp) setTimeout(() => void lookUpAll(), lookUpEveryMs)
      return new Promise((answer) => {
        if (known) known.waiting.push(answer)
        else lookUps.set(key, { job, waiting: [answer] })
      })
    },
  }

  function byCode(name: string): KnownJob | null {
    const id = name.length <= 8 ? idOfCode(name) : null
    return id === null ? null : (byId.get(id) ?? null)
  }
}

export type JobBook = ReturnType<typeof openJobBook>
