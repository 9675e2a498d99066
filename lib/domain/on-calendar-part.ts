import type { Span } from './calendar-pattern'
import { quoted, ScheduleFault } from './schedule-fault'

/** One part of an OnCalendar date or time: its name in faults and its values. */
export type CalendarPart = { name: string; low: number; high: number; expected: string; decimals?: true }

/** The parts in their order; seconds are read as milliseconds. */
export const calendarParts = {
  year: { name: 'year', low: 1970, high: 2199, expected: '1970 to 2199' },
  month: { name: 'month', low: 1, high: 12, expected: '1 to 12' },
  day: { name: 'day', low: 1, high: 31, expected: '1 to 31' },
  dayFromEnd: { name: 'day from the end', low: 1, high: 28, expected: '1 to 28' },
  hours: { name: 'hours', low: 0, high: 23, expected: '0 to 23' },
  minutes: { name: 'minutes', low: 0, high: 59, expected: '0 to 59' },
  seconds: { name: 'seconds', low: 0, high: 59_999, expected: '0 to 59.999', decimals: true },
} as const satisfies Record<string, CalendarPart>

/** systemd's own bound on a list. */
const mostTerms = 240

/** Refuses a part of an expression, saying what was found and what was expected. */
export function refusePart(part: { name: string; expected: string }, found: string, expected = part.expected): never {
  throw new ScheduleFault(`${part.name}: found ${quoted(found)}, expected ${expected}`)
}

/** Reads a part: `*` (null: any value) or a list of values and `..` ranges, each with a `/` step if it has one. */
export function readSpans(part: CalendarPart, text: string): Span[] | null {
  if (text === '*') return part.decimals ? [{ start: 0, stop: part.high, step: 1_000 }] : null
  const terms = text.split(',')
  if (terms.length > mostTerms) refusePart(part, text, `at most ${mostTerms} values`)
  return terms.map((term) => spanOf(part, term))
}

function spanOf(part: CalendarPart, term: string): Span {
  const [range = '', stepText, ...more] = term.split('/')
  if (more.length > 0) refusePart(part, term, 'one step, as in 0/15')
  if (range === '*') refusePart(part, term, `a first value before the step, as in ${part.low}/5`)
  const [startText = '', stopText, ...others] = range.split('..')
  if (others.length > 0) refusePart(part, term, 'one range, as in 1..5')
  const start = readValue(part, startText)
  const stop = stopText === undefined ? null : readValue(part, stopText)
  const unit = part.decimals ? 1_000 : 1
  const step = stepText === undefined ? (stop === null ? 0 : unit) : stepOf(part, stepText)
  if (stop === null) return openSpan(part, term, start, step)
  if (stop < start) refusePart(part, term, 'a range that goes up')
  if (part.decimals && stepText === undefined && start + step > stop) {
    refusePart(part, term, 'a range of 1 second or more, or a step, as in 0.1..0.5/0.2')
  }
  if (start + step > stop) return { start, stop: null, step: 0 }
  return { start, stop, step: boundedStep(part, term, step) }
}

/** A value with or without a step; the step goes on to the last value of the part, from the end to the last day. */
function openSpan(part: CalendarPart, term: string, start: number, step: number): Span {
  if (step === 0) return { start, stop: null, step: 0 }
  const fromEnd = part === calendarParts.dayFromEnd
  const fits = fromEnd ? start - step >= part.low : start + step <= part.high
  if (!fits) refusePart(part, term, `a step that stays within ${part.expected}`)
  return { start, stop: fromEnd ? null : part.high, step: boundedStep(part, term, step) }
}

function boundedStep(part: CalendarPart, term: string, step: number): number {
  return step <= part.high - part.low ? step : refusePart(part, term, `a step that stays within ${part.expected}`)
}

function readValue(part: CalendarPart, text: string): number {
  const value = numberOf(part, text)
  if (value === null) return refusePart(part, text)
  // Two digits of a year mean 1970 to 2069.
  const full = part !== calendarParts.year || value >= 100 ? value : value + (value < 70 ? 2_000 : 1_900)
  return full >= part.low && full <= part.high ? full : refusePart(part, text)
}

function stepOf(part: CalendarPart, text: string): number {
  const step = numberOf(part, text)
  if (step !== null && step > 0) return step
  const least = part.decimals ? '0.001' : '1'
  return refusePart(part, `/${text}`, `a step of ${least} or more, as in ${part.low}/5`)
}

/** The number, in milliseconds where the part has decimals; finer than that is refused, for nothing is watched so closely. */
function numberOf(part: CalendarPart, text: string): number | null {
  const match = /^(\d{1,9})(?:\.(\d+))?$/.exec(text)
  if (!match) return null
  const [, whole = '', fraction] = match
  if (fraction === undefined) return Number(whole) * (part.decimals ? 1_000 : 1)
  if (!part.decimals) return null
  const digits = fraction.replace(/0+$/, '')
  if (digits.length > 3) refusePart(part, text, 'at most 3 decimals')
  return Number(whole) * 1_000 + Number(digits.padEnd(3, '0'))
}

/** The values (ascending, without doubles) of spans inside a part; null is every value. */
export function valuesOfSpans(part: CalendarPart, spans: readonly Span[] | null): number[] {
  const values = new Set<number>()
  for (const { start, stop, step } of spans ?? [{ start: part.low, stop: part.high, step: 1 }]) {
    values.add(start)
    if (step > 0) for (let value = start; value <= (stop ?? part.high); value += step) values.add(value)
  }
  return [...values].sort((a, b) => a - b)
}
