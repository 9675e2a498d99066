import type { Schedule } from './read-schedule'
import { compileSchedule, nextTimes } from './schedule'
import { type ClockChange, clockChanges, dayMs, stretchAt } from './wall-clock'

/** A change of the clock and the times of the schedule on its day, in that zone; epoch ms. */
export type TouchedChange = ClockChange & { times: number[] }

const mostTimes = 6
const yearMs = 366 * dayMs

/** The next times of a schedule after `now` (epoch ms), as a page shows them. */
export const previewTimes = (schedule: Schedule, now: number): number[] => nextTimes(schedule, now, 5)

/**
 * The clock changes of the coming year that move, double or drop a time of the schedule: those with a time within the
 * hours that are skipped or repeated. With each, the times of that day; what comes more often just goes on.
 */
export function touchedChanges(schedule: Schedule, now: number): { touched: TouchedChange[]; others: number } {
  if (schedule.kind === 'period') return { touched: [], others: 0 }
  const compiled = compileSchedule(schedule)
  const changes = clockChanges(schedule.zone, now, now + yearMs)
  const touched = changes.flatMap((change) => {
    const shift = Math.abs(change.afterMinutes - change.beforeMinutes) * 60_000
    const from = change.afterMinutes > change.beforeMinutes ? change.at : change.at - shift
    const near = compiled.next(from - 1)
    if (near === null || near > change.at + shift) return []
    const times = timesOfDay(compiled, schedule.zone, change.at)
    return times.length > mostTimes ? [] : [{ ...change, times }]
  })
  return { touched, others: changes.length - touched.length }
}

function timesOfDay(compiled: ReturnType<typeof compileSchedule>, zone: string, at: number): number[] {
  const wall = at + stretchAt(zone, at - 1).offset
  const start = at - (wall % dayMs)
  const times: number[] = []
  for (
    let t = compiled.next(start - 1);
    t !== null && t < start + dayMs && times.length <= mostTimes;
    t = compiled.next(t)
  )
    times.push(t)
  return times
}

/** How long nothing may be heard before a job with a period is down, in s; null for a calendar, whose times differ. */
export const silenceSeconds = (schedule: Schedule, graceSeconds: number, permissibleMisses: number): number | null =>
  schedule.kind === 'period' ? schedule.seconds * (permissibleMisses + 1) + graceSeconds : null

/** A grace that suits a period, in s: a fifth of it, from 10 s to an hour. */
export const suggestedGrace = (schedule: Schedule): number => {
  if (schedule.kind !== 'period') return 3_600
  const fifth = Math.round(schedule.seconds / 5)
  const steps = [10, 30, 60, 300, 600, 1_800, 3_600]
  return steps.findLast((step) => step <= fifth) ?? 10
}
