import type { Logger } from 'pino'
import type { Gap } from '@/lib/domain/job-state'
import { judgingTime } from '@/lib/domain/judging-time'
import { compileSchedule } from '@/lib/domain/schedule'
import { judgeSilence } from '@/lib/domain/silence'
import { tellBeats } from '@/lib/store/beats'
import { isTransient } from '@/lib/store/database'
import { type DueJob, type Judged, judgeDueJobs, listDueJobs, putOffAlarm, readIntakes } from '@/lib/store/deadlines'
import { sumUpMissed } from '@/lib/store/job-days'

const batch = 500
const setAsideMs = 5 * 60_000
const mostIdsTold = 500
const laggingMs = 60_000

/**
 * Judges the jobs whose alarm has rung, a batch a transaction, until none is left. Any number of keepers may do so at once.
 * A job that cannot be judged is looked at again in five minutes, and stops no other.
 */
export function deadlines({ log }: { log: Logger }) {
  let isLagging = false

  return async function step(signal: AbortSignal): Promise<boolean> {
    const { now, intakes, gaps } = await readIntakes()
    const at = judgingTime(intakes, gaps, now)
    tellLag(intakes.length > 0 && (at === null || now - at > laggingMs), now, at)
    if (at === null) return false
    const total = { taken: 0, late: 0, down: 0, missed: 0 }
    for (let taken = batch; taken >= batch && !signal.aborted; ) {
      const round = await roundSafely({ at, gaps, now })
      taken = round.taken
      total.taken += taken
      await follow(round.judged, total, now)
    }
    if (total.missed > 0 || total.down > 0) log.info(total, 'jobs judged')
    return false
  }

  async function roundSafely(moment: Moment) {
    try {
      return await judgeDueJobs(moment.at, (job) => judgeSafely(job, moment), { limit: batch })
    } catch (error) {
      if (isTransient(error)) throw error
      log.warn({ err: error }, 'a batch of jobs could not be judged: judging one at a time')
      return oneByOne(moment, error)
    }
  }

  async function oneByOne(moment: Moment, cause: unknown) {
    const total = { taken: 0, judged: [] as Judged[] }
    const refused: number[] = []
    for (const only of await listDueJobs(moment.at, batch)) {
      try {
        const { taken, judged } = await judgeDueJobs(moment.at, (job) => judgeSafely(job, moment), { limit: 1, only })
        total.taken += taken
        total.judged.push(...judged)
      } catch (error) {
        if (isTransient(error)) throw error
        refused.push(only)
        log.error({ err: error, job: only }, 'a job cannot be judged')
      }
    }
    if (total.taken === 0 && refused.length > 1) throw cause // no job's fault
    for (const id of refused) await putOffAlarm(id, moment.now + setAsideMs)
    return { ...total, taken: total.taken + refused.length }
  }

  /** One whose schedule cannot be read is set aside by itself; the others of its batch are judged. */
  function judgeSafely(job: DueJob, moment: Moment): Judged {
    try {
      return judgeOne(job, moment)
    } catch (error) {
      log.error({ err: error, job: job.id }, 'the schedule of a job cannot be read: set aside for 5 min')
      return { ...unchanged(job), alarmAt: moment.now + setAsideMs }
    }
  }

  /** Counts, and tells pages and the days that are summed up of what was missed. */
  async function follow(judged: readonly Judged[], total: { late: number; down: number; missed: number }, now: number) {
    const silent = judged.filter((one) => one.missed.length > 0)
    for (const { change, missed } of judged) {
      if (change?.to === 'late') total.late++
      if (change?.to === 'down') total.down++
      total.missed += missed.length
    }
    if (silent.length === 0) return
    const ids = silent.map((one) => one.id)
    await tellBeats('keeper', ids.length > mostIdsTold ? [] : ids)
    await sumUpMissed(
      silent.flatMap(({ id, missed }) => missed.map((dueAt) => ({ jobId: id, dueAt }))),
      now,
    )
  }

  function tellLag(lags: boolean, now: number, at: number | null): void {
    if (lags === isLagging) return
    isLagging = lags
    if (!lags) log.info('jobs are judged up to now again')
    else
      log.warn(
        { seconds: at === null ? null : Math.round((now - at) / 1000) },
        'jobs are not judged up to now: beats wait in a web, or none takes any',
      )
  }
}

/** As of when, with which gaps, and the database's clock. Epoch ms. */
type Moment = { at: number; gaps: readonly Gap[]; now: number }

function judgeOne(job: DueJob, { at, gaps }: Moment): Judged {
  if (job.isPaused) return unchanged(job) // resuming sets its alarm anew
  const rule = {
    schedule: compileSchedule(job.schedule),
    graceMs: job.graceSeconds * 1000,
    permissibleMisses: job.permissibleMisses,
  }
  const { state, ...judgement } = judgeSilence(job.state, rule, gaps, at)
  return { ...judgement, ...stateOf(job.id, state) }
}

const stateOf = (id: number, { phase, anchorAt, startedAt, startedRun, misses }: DueJob['state']) => ({
  id,
  phase,
  anchorAt,
  startedAt,
  startedRun,
  misses,
})

const unchanged = ({ id, state }: DueJob): Judged => ({
  ...stateOf(id, state),
  alarmAt: null,
  missed: [],
  change: null,
  evidence: null,
})
