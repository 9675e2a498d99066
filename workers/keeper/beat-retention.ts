import type { Logger } from 'pino'
import { finishedDays, keptFrom, startOfDay } from '@/lib/domain/job-day'
import { judgingTime } from '@/lib/domain/judging-time'
import {
  dropMonth,
  forgetLostIntakes,
  forgetRuns,
  listLeftMonths,
  listOldMonths,
  takeOutMonth,
  trimDefault,
} from '@/lib/store/beat-retention'
import { closePastBlackouts } from '@/lib/store/blackouts'
import { readIntakes } from '@/lib/store/deadlines'
import { firstBeatDay, markSummedUp, summedUpUntil, sumUpWholeDay } from '@/lib/store/job-days'

/** Beats of each job that are kept however old they are. */
const alwaysKept = 100
const runsKeptMs = 3 * 86_400_000
const intakesKeptMs = 90 * 86_400_000
const trimEveryMs = 24 * 3_600_000
const mostDays = 31

/**
 * Sums up finished days of jobs, then drops the months of beats that are older than is kept, except each job's last ones.
 * Each chore fails alone; doing one twice, or in two keepers at once, changes nothing.
 */
export function beatRetention({ log, months }: { log: Logger; months: number }) {
  let trimmedAt = 0

  return async function step(signal: AbortSignal): Promise<boolean> {
    const now = Date.now()
    const oldest = new Date(keptFrom(now, months))
    await chore('summing up the days of jobs', () => sumUp(signal))
    await chore('closing blackouts that are over', () => closePastBlackouts(new Date(now)))
    await chore('forgetting run ids', () => forgetRuns(new Date(now - runsKeptMs), signal))
    await chore('forgetting intakes', () => forgetLostIntakes(new Date(now - intakesKeptMs)))
    await chore('dropping old beats', () => dropOld(oldest, signal))
    if (now - trimmedAt > trimEveryMs) {
      trimmedAt = now
      await chore('trimming what old beats are kept', () => trimDefault(oldest, alwaysKept, signal))
    }
    return false
  }

  async function sumUp(signal: AbortSignal): Promise<number> {
    const { now, intakes, gaps } = await readIntakes()
    const at = judgingTime(intakes, gaps, now)
    const first = await firstBeatDay()
    if (at === null || first === null) return 0
    let days = 0
    for (const day of finishedDays(await summedUpUntil(), first, at, mostDays)) {
      if (signal.aborted) break
      await sumUpWholeDay(day, signal)
      if (signal.aborted) break
      await markSummedUp(day)
      days++
    }
    return days
  }

  /** A month goes only when all of its days are summed up. */
  async function dropOld(oldest: Date, signal: AbortSignal): Promise<number> {
    const done = await summedUpUntil()
    let dropped = 0
    for (const name of await listOldMonths(oldest)) {
      const end = Date.UTC(Number(name.slice(6, 10)), Number(name.slice(10, 12)), 1)
      if (done === null || startOfDay(done) + 86_400_000 < end) continue
      await takeOutMonth(name)
    }
    for (const name of await listLeftMonths()) {
      const moved = await dropMonth(name, alwaysKept, signal)
      if (signal.aborted) break
      log.info({ month: name, moved }, 'old beats dropped, the last ones of each job kept')
      dropped++
    }
    return dropped
  }

  async function chore(what: string, work: () => Promise<number>): Promise<void> {
    try {
      const count = await work()
      if (count > 0) log.info({ count }, what)
    } catch (error) {
      log.error({ err: error }, `${what} failed, the next chore goes on`)
    }
  }
}
