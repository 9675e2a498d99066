import { compilePattern } from './calendar-pattern'
import { linesOf, type Schedule } from './read-schedule'

export { describeSchedule } from './describe-schedule'
export { guessKind, readSchedule, type Schedule } from './read-schedule'
export { clockChanges, isZone } from './wall-clock'

/** A schedule ready to be asked: `next` is the first instant (epoch ms) strictly after another, or null: none in 100 years. */
export type CompiledSchedule = { next(after: number): number | null }

const kept = new Map<string, CompiledSchedule>()
const mostKept = 10_000

/** A schedule ready to be asked; the same expression in the same zone is compiled once. Throws when it was never readable. */
export function compileSchedule(schedule: Schedule): CompiledSchedule {
  if (schedule.kind === 'period') {
    const ms = schedule.seconds * 1_000
    return { next: (after) => after + ms }
  }
  const key = `${schedule.kind} ${schedule.zone} ${schedule.expression}`
  const known = kept.get(key)
  if (known) return known
  const compiled = earliest(
    linesOf(schedule).map(({ pattern, zone }) => compilePattern(pattern, zone ?? schedule.zone)),
  )
  if (kept.size >= mostKept) for (const oldest of [...kept.keys()].slice(0, mostKept / 4)) kept.delete(oldest)
  kept.set(key, compiled)
  return compiled
}

function earliest(lines: readonly ((after: number) => number | null)[]): CompiledSchedule {
  const [only] = lines
  if (only && lines.length === 1) return { next: only }
  return {
    next: (after) => {
      let first: number | null = null
      for (const next of lines) {
        const at = next(after)
        if (at !== null && (first === null || at < first)) first = at
      }
      return first
    },
  }
}

/** The next `count` times (epoch ms) strictly after an instant; fewer when the schedule ends. */
export function nextTimes(schedule: Schedule, after: number, count: number): number[] {
  const compiled = compileSchedule(schedule)
  const times: number[] = []
  for (let at = compiled.next(after); at !== null && times.length < count; at = compiled.next(at)) times.push(at)
  return times
}
