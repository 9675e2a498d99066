import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, open } from 'lmdb'
import type { Signal } from '@/lib/domain/job-state'
import type { NewBeat } from '@/lib/store/beat-rows'
import type { IndexedJob } from '@/lib/store/job-index'
import { holdFile } from '../house/hold'

/**
 * Jobs are split between lanes by their ids, so that a job's beats keep their order. Measured: one lane with batches of 30
 * takes a quarter more than two with batches of 15, as a batch costs as much as 20 beats.
 */
export const laneCount = 1

type Key = [life: number, seq: number]
type Packed = [
  number,
  number,
  Signal,
  number | null,
  number | null,
  string | null,
  string | null,
  Buffer | null,
  boolean,
  string | null,
  string | null,
  string | null,
]
type Weight = [beats: number, bytes: number, at: number]
const jobsAtOnce = 1000
type Held = { key: Key; weight: Weight }

/** Batches of one lane and of one life, to be stored together: the number under which each beat was kept beside it. */
export type SpooledChunk = { spoolId: string; lastSeq: number; keys: Key[]; beats: NewBeat[]; seqs: number[] }

export type SpoolLimits = { beats: number; bytes: number }
const defaultLimits: SpoolLimits = { beats: 5_000_000, bytes: 1 << 30 }

/**
 * The intake's memory on disk, for beats that wait for the database, and for the index of jobs. Survives kill -9 at any
 * instant. Each start is a life of its own, so that its numbers need not follow on those of the one before.
 */
export function openBeatSpool(folder: string, limits = defaultLimits) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const root = open({ path: join(folder, 'beats'), maxDbs: 8, encoding: 'msgpack', mapSize: 8 * 2 ** 30 })
  const meta: Database<unknown, string> = root.openDB({ name: 'meta' })
  const jobs: Database<IndexedJob, number> = root.openDB({ name: 'jobs' })
  const lanes = Array.from({ length: laneCount }, (_, lane) => {
    const batches: Database<Packed[], Key> = root.openDB({ name: `batches${lane}` })
    const weights: Database<Weight, Key> = root.openDB({ name: `weights${lane}` })
    const held: Held[] = [...weights.getRange()].map(({ key, value }) => ({ key, weight: value }))
    return { batches, weights, held }
  })
  const totals = { beats: 0, bytes: 0 }
  for (const { held } of lanes) for (const { weight } of held) add(weight, 1)

  const life = Number(meta.get('life') ?? 0) + 1
  const spoolIds = Array.from({ length: laneCount }, () => randomUUID())
  meta.putSync(`spools ${life}`, spoolIds)
  meta.putSync('life', life)

  function add([beats, bytes]: Weight, sign: 1 | -1): void {
    totals.beats += sign * beats
    totals.bytes += sign * bytes
  }
  const laneAt = (lane: number) => {
    const found = lanes[lane]
    if (!found) throw new RangeError(`lane: found ${lane}, expected less than ${laneCount}`)
    return found
  }
  const spoolsOf = (of: number): string[] => {
    const ids = meta.get(`spools ${of}`)
    return Array.isArray(ids) ? ids.map(String) : []
  }

  return {
    spoolIds,
    isFull: () => totals.beats >= limits.beats || totals.bytes >= limits.bytes,
    size: () => ({ ...totals }),
    count: (lane: number) => laneAt(lane).held.length,
    /** When the oldest beat that waits arrived, epoch ms; null: none waits. */
    oldestAt: (lane: number, after = 0) => laneAt(lane).held[after]?.weight[2] ?? null,

    /** On disk when it resolves. */
    async append(lane: number, seq: number, beats: readonly NewBeat[]): Promise<void> {
      const { batches, weights, held } = laneAt(lane)
      const key: Key = [life, seq]
      const weight: Weight = [beats.length, beats.reduce((sum, beat) => sum + bytesOf(beat), 0), beats[0]?.at ?? 0]
      await root.transaction(() => {
        batches.put(key, beats.map(pack))
        weights.put(key, weight)
      })
      await root.flushed
      held.push({ key, weight })
      add(weight, 1)
    },

    /** The oldest batches of a lane, all of one life, until they hold `most` beats; null: none. */
    next(lane: number, most: number): SpooledChunk | null {
      const { batches, held } = laneAt(lane)
      const [first] = held
      if (!first) return null
      const chunk: SpooledChunk = {
        spoolId: spoolsOf(first.key[0])[lane] ?? '',
        lastSeq: 0,
        keys: [],
        beats: [],
        seqs: [],
      }
      for (const { key, weight } of held) {
        const isMore = chunk.keys.length > 0
        if (key[0] !== first.key[0] || (isMore && chunk.beats.length + weight[0] > most)) break
        for (const packed of batches.get(key) ?? []) {
          chunk.beats.push(unpack(packed))
          chunk.seqs.push(key[1])
        }
        chunk.keys.push(key)
        chunk.lastSeq = key[1]
      }
      return chunk
    },

    /** Stored, or never to be. */
    async remove(lane: number, { keys }: SpooledChunk): Promise<void> {
      const { batches, weights, held } = laneAt(lane)
      const gone = new Set(keys)
      while (held[0] && gone.has(held[0].key)) add(held.shift()?.weight ?? [0, 0, 0], -1)
      await root.transaction(() => {
        for (const key of keys) {
          batches.remove(key)
          weights.remove(key)
        }
      })
    },

    /** Spool ids of earlier lives of which nothing waits any more; they are forgotten once `forget` has done with them. */
    async buryLives(forget: (spoolIds: string[]) => Promise<void>): Promise<void> {
      const alive = new Set([life, ...lanes.flatMap(({ held }) => held.map(({ key }) => key[0]))])
      const dead = [...meta.getKeys({ start: 'spools ', end: 'spools ~' })].filter(
        (name) => !alive.has(Number(name.slice('spools '.length))),
      )
      if (dead.length === 0) return
      await root.flushed // that nothing of theirs waits must survive a power cut before their marks go
      await forget(dead.flatMap((name) => spoolsOf(Number(name.slice('spools '.length)))))
      await root.transaction(() => {
        for (const name of dead) meta.remove(name)
      })
    },

    /** The index of jobs as it was last seen: a web that starts while the database is away still knows them. */
    jobs: () => jobs.getRange().map(({ value }) => value),
    pingKey: () => textOrNull(meta.get('ping_key')),
    async keepJobs(changed: readonly IndexedJob[], gone: readonly number[], pingKey: string): Promise<void> {
      for (let i = 0; i < changed.length; i += jobsAtOnce) {
        await root.transaction(() => {
          for (const job of changed.slice(i, i + jobsAtOnce)) jobs.put(job.id, job)
        })
      }
      await root.transaction(() => {
        for (const id of gone) jobs.remove(id)
        meta.put('ping_key', pingKey)
      })
    },
    keptJobIds: () => [...jobs.getKeys()],

    close: () => root.close(),
  }
}

export type BeatSpool = ReturnType<typeof openBeatSpool>

const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null)
const bytesOf = (beat: NewBeat) =>
  96 + (beat.body?.length ?? 0) + (beat.message?.length ?? 0) + (beat.agent?.length ?? 0) + (beat.run?.length ?? 0)

const pack = (beat: NewBeat): Packed => [
  beat.jobId,
  beat.at,
  beat.signal,
  beat.exitStatus,
  beat.durationMs,
  beat.run,
  beat.message,
  beat.body,
  beat.bodyCut,
  beat.address,
  beat.agent,
  beat.method,
]

function unpack(packed: Packed): NewBeat {
  const [jobId, at, signal, exitStatus, durationMs, run, message, body, bodyCut, address, agent, method] = packed
  return { jobId, at, signal, exitStatus, durationMs, run, message, body, bodyCut, address, agent, method }
}

const mostFolders = 64

/** The spool to write to, and those of webs that are gone. */
export type BeatSpools = { own: BeatSpool; orphans: BeatSpool[] }

/**
 * A spool of this process alone, and those that processes which are gone left behind with beats in them: several webs may
 * share a data folder, and each beat that waits has to find one that stores it.
 */
export function claimBeatSpools(parent: string, limits?: SpoolLimits): BeatSpools {
  mkdirSync(parent, { recursive: true, mode: 0o700 })
  const there = readdirSync(parent)
    .filter((name) => /^\d{1,2}$/.test(name))
    .sort((a, b) => Number(a) - Number(b))
  const free = there.filter((name) => holdFile(join(parent, name, 'holder')) === null)
  const [first, ...others] = free
  const own = first ?? newFolder(parent)
  const orphans = others
    .filter((name) => existsSync(join(parent, name, 'beats')))
    .map((name) => openBeatSpool(join(parent, name), limits))
  return { own: openBeatSpool(join(parent, own), limits), orphans: orphans.filter((spool) => spool.size().beats > 0) }
}

function newFolder(parent: string): string {
  for (let n = 0; n < mostFolders; n++) {
    mkdirSync(join(parent, String(n)), { recursive: true, mode: 0o700 })
    if (holdFile(join(parent, String(n), 'holder')) === null) return String(n)
  }
  throw new Error(`Cannot keep beats on disk: ${mostFolders} webs already use ${parent}`)
}
