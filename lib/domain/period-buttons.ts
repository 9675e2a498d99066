import { longestPeriod } from './period'

/** The buttons of a period, in seconds each. */
export const periodUnits = { minute: 60, hour: 3_600, day: 86_400, week: 604_800 } as const
export type PeriodUnit = keyof typeof periodUnits

/** A period as it was pressed together, and the button that was pressed last; null after typing. */
export type PressedPeriod = { seconds: number; last: PeriodUnit | null }

/**
 * One press of a period button: the same button again adds another of it, another one replaces. What would be longer
 * than 366 days stays as it is.
 */
export function press(before: PressedPeriod, unit: PeriodUnit): PressedPeriod {
  const size = periodUnits[unit]
  if (before.last !== unit) return { seconds: size, last: unit }
  const seconds = before.seconds + size
  return { seconds: seconds <= longestPeriod ? seconds : before.seconds, last: unit }
}

const sizes: readonly (readonly [word: RegExp, seconds: number])[] = [
  [/^(s|sec|secs|second|seconds)$/, 1],
  [/^(m|min|mins|minute|minutes)$/, 60],
  [/^(h|hr|hrs|hour|hours)$/, 3_600],
  [/^(d|day|days)$/, 86_400],
  [/^(w|wk|wks|week|weeks)$/, 604_800],
]
const expected = 'expected a time such as 90 s, 5 min, 1 h 30 min or 3 days'

/** A period as people write it ("90", "5 min", "1h30m", "3 days"; a bare number is seconds), in seconds from `least` up. */
export function readPeriod(text: string, least = 1): { seconds: number } | { fault: string } {
  const said = text.trim().toLowerCase()
  const fault = { fault: `found ${said === '' ? 'nothing' : `"${said.slice(0, 60)}"`}, ${expected}` }
  if (said.length > 60 || !/^(\d{1,9}(\.\d{1,3})?\s*([a-z]+|$)[\s,]*|and\s+)+$/.test(spaced(said))) return fault
  let seconds = 0
  for (const [, amount = '', unit = ''] of spaced(said).matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/g)) {
    const size = sizes.find(([word]) => word.test(unit === '' ? 's' : unit))?.[1]
    if (size === undefined) return fault
    seconds += Number(amount) * size
  }
  seconds = Math.round(seconds)
  if (seconds < least || seconds > longestPeriod)
    return { fault: `found ${periodWords(seconds)}, expected ${periodWords(least)} to 366 days` }
  return { seconds }
}

/** A digit after a letter begins a new part: "1h30m". */
const spaced = (text: string) => text.replace(/([a-z])(\d)/g, '$1 $2')

const words: readonly (readonly [seconds: number, one: string, many: string])[] = [
  [604_800, 'week', 'weeks'],
  [86_400, 'day', 'days'],
  [3_600, 'h', 'h'],
  [60, 'min', 'min'],
  [1, 's', 's'],
]

/** A length of time, whole: "3 days", "1 h 30 min", "90 s" as "1 min 30 s". What this writes, readPeriod reads. */
export function periodWords(seconds: number): string {
  if (seconds % 604_800 !== 0) return inParts(seconds, words.slice(1))
  return inParts(seconds, words)
}

function inParts(seconds: number, units: typeof words): string {
  const parts: string[] = []
  let rest = Math.max(0, Math.round(seconds))
  for (const [size, one, many] of units) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(`${count} ${count === 1 ? one : many}`)
  }
  return parts.join(' ') || '0 s'
}
