import type { ReservedSql } from 'postgres'
import { countBatch, type JobInHand } from '@/lib/domain/beat-batch'
import type { JobState } from '@/lib/domain/job-state'
import { storeBatch } from './beat-batches'
import {
  type BatchMark,
  beatParameters,
  type NewBeat,
  prepared,
  type RuleOfJob,
  type StoredBatch,
  writeBeats,
} from './beat-rows'
import { textArray } from './text-array'

const write = writeBeats(true)
const mostKept = 200_000

const mostSpared = 64

/** Half of the batch had been changed by another: the statement says so by failing. */
function noneIfOvertaken(error: unknown): never[] {
  if (error instanceof Error && 'code' in error && error.code === '22P02') return []
  throw error
}

/** A job's state as this process wrote it last; version null: its row may be another by now. */
type Known = { state: JobState; version: string | null }

/**
 * Stores batches and remembers what it wrote: a beat that changes no job's state, of a job whose row is still as we left
 * it, needs neither a lock nor a transaction of several statements. Every change by another gives a row another version,
 * a pause too; then the whole way is gone. One process may keep several of these, if they share no job.
 */
export function createBeatBook(ruleOf: RuleOfJob) {
  const known = new Map<number, Known>()
  // Where other webs take beats of the same jobs, trying in vain costs more than it saves: so many batches go without.
  let spared = 0
  let toSpare = 0

  function isPlain(beat: NewBeat): boolean {
    const { signal, run, jobId } = beat
    if (run !== null || signal === 'fail') return false
    const job = known.get(jobId)
    return job?.version != null && job.state.phase === 'up' && ruleOf(jobId)?.countsPeriods === false
  }

  /** Until its next version is committed, nothing is known of a row. */
  function takeVersion(jobId: number): string {
    const job = known.get(jobId)
    const version = job?.version ?? '0'
    if (job) job.version = null
    return version
  }

  return {
    /** Splits a batch in beats of jobs that all are plain, and the others; a job's beats stay together, in their order. */
    split<T extends { beat: NewBeat }>(batch: T[]): { plain: T[]; others: T[] } {
      if (toSpare > 0) {
        toSpare--
        return { plain: [], others: batch }
      }
      const mixed = new Set<number>()
      for (const { beat } of batch) if (!isPlain(beat)) mixed.add(beat.jobId)
      if (mixed.size === 0) return { plain: batch, others: [] }
      return {
        plain: batch.filter(({ beat }) => !mixed.has(beat.jobId)),
        others: batch.filter(({ beat }) => mixed.has(beat.jobId)),
      }
    },

    /**
     * Stores plain beats in one statement, all of them or none: of outcome `changed` when another changed one of their
     * jobs, or the batch before them is not there. May be called while the one before is on its way, if they share no job.
     */
    async storePlain(on: ReservedSql, beats: readonly NewBeat[], mark: BatchMark): Promise<StoredBatch> {
      const jobs = new Map<number, JobInHand>()
      for (const { jobId } of beats) {
        const rule = ruleOf(jobId)
        const state = known.get(jobId)?.state
        if (rule && state && !jobs.has(jobId)) jobs.set(jobId, { ...rule, state, paused: false })
      }
      const batch = countBatch(jobs, beats)
      const { ids, parameters } = beatParameters(batch, beats, mark)
      const versions = ids.map(takeVersion)
      const rows = await on
        .unsafe<{ job_id: number; version: string }[]>(
          write,
          [...parameters, textArray(versions), mark.after ?? null],
          prepared,
        )
        .catch(noneIfOvertaken)
      for (const { job_id, version } of rows) {
        const job = known.get(job_id)
        const written = batch.states.get(job_id)
        if (job && written) Object.assign(job, { state: written.state, version })
      }
      const isStored = rows.length > 0
      spared = isStored ? 0 : Math.min(mostSpared, Math.max(1, spared * 2))
      toSpare = spared
      return {
        outcomes: beats.map(() => (isStored ? 'stored' : 'changed')),
        counted: isStored ? batch.counted : beats.map(() => null),
      }
    },

    /** Stores any beats, in a transaction; `seqs` as storeBatch has it. */
    async store(
      on: ReservedSql,
      beats: readonly NewBeat[],
      mark: BatchMark,
      seqs?: readonly number[],
    ): Promise<StoredBatch> {
      for (const { jobId } of beats) known.delete(jobId)
      const { states, ...stored } = await storeBatch(on, beats, ruleOf, mark, seqs)
      if (known.size > mostKept) known.clear()
      for (const [jobId, state] of states) known.set(jobId, state)
      return stored
    },
  }
}

export type BeatBook = ReturnType<typeof createBeatBook>
