import { type CalendarPattern, compileWall } from './calendar-pattern'
import { readCronLine } from './cron'
import { readOnCalendarLine } from './on-calendar'
import { faultOfPeriod } from './period'
import { quoted, ScheduleFault } from './schedule-fault'
import { isZone } from './wall-clock'

/**
 * When a job is expected: every so many seconds (1 to 366 days), at times of cron, or at times of systemd's OnCalendar.
 * An expression has one or several lines and is due at the earliest of them; its zone is an IANA name.
 */
export type Schedule =
  | { kind: 'period'; seconds: number }
  | { kind: 'cron'; expression: string; zone: string }
  | { kind: 'oncalendar'; expression: string; zone: string }

/** One line of an expression, read: its pattern, and the zone it names itself, if any. */
export type ScheduleLine = { pattern: CalendarPattern; zone: string | null }

const longestExpression = 4_000
const mostLines = 50
/** The years in which an expression has to have a time, or it is refused as one that never comes. */
const tried = { from: Date.UTC(1970, 0, 1), to: Date.UTC(2200, 0, 1) }

/** Reads a schedule from outside; a fault says which line and field, what was found and what was expected. */
export function readSchedule(input: {
  kind: Schedule['kind']
  expression?: string
  seconds?: number
  zone?: string
}): { schedule: Schedule } | { fault: string } {
  if (input.kind === 'period') {
    const fault = faultOfPeriod(input.seconds)
    return fault === null ? { schedule: { kind: 'period', seconds: input.seconds ?? 0 } } : { fault }
  }
  const zone = input.zone ?? ''
  if (!isZone(zone)) return { fault: `zone: found ${quoted(zone)}, expected an IANA time zone such as Europe/Berlin` }
  const schedule = { kind: input.kind, expression: (input.expression ?? '').trim(), zone }
  try {
    linesOf(schedule)
    return { schedule }
  } catch (error) {
    if (error instanceof ScheduleFault) return { fault: error.message }
    throw error
  }
}

/** Which kind an expression looks like, for a field that takes both. */
export function guessKind(expression: string): 'cron' | 'oncalendar' {
  const [line = ''] = meaningfulLines(expression).map(({ text }) => text)
  if (/^@[a-z]/i.test(line)) return 'cron'
  const words = line.split(/\s+/).slice(0, 5)
  // Weekdays, shorthands and OnCalendar= begin with a letter, which no minute of cron does.
  if (/^[A-Za-z@]/.test(line) || words.some((word) => /[:~]|\.\./.test(word))) return 'oncalendar'
  return words.length < 4 && words[0]?.includes('-') ? 'oncalendar' : 'cron'
}

/** The lines of a cron or OnCalendar schedule, read. Throws a ScheduleFault. */
export function linesOf(schedule: Exclude<Schedule, { kind: 'period' }>): ScheduleLine[] {
  const { expression, kind } = schedule
  if (expression.length > longestExpression) {
    throw new ScheduleFault(`found ${expression.length} characters, expected at most ${longestExpression}`)
  }
  const lines = meaningfulLines(expression)
  if (lines.length === 0) {
    throw new ScheduleFault(`found no schedule, expected one such as ${kind === 'cron' ? '30 2 * * *' : '*-*-* 02:30'}`)
  }
  if (lines.length > mostLines) throw new ScheduleFault(`found ${lines.length} lines, expected at most ${mostLines}`)
  return lines.map(({ text, number }) => {
    try {
      return readLine(kind, text)
    } catch (error) {
      if (!(error instanceof ScheduleFault)) throw error
      const separator = error.message.startsWith('found') ? ': ' : ', '
      throw new ScheduleFault(`line ${number}${separator}${error.message}`)
    }
  })
}

function readLine(kind: 'cron' | 'oncalendar', text: string): ScheduleLine {
  const line = kind === 'cron' ? { pattern: readCronLine(text), zone: null } : readOnCalendarLine(text)
  if (compileWall(line.pattern)(tried.from, tried.to) === null) {
    throw new ScheduleFault(`found ${quoted(text)}, which never comes: expected days that exist`)
  }
  return line
}

/** The lines that are neither empty nor a comment, with their numbers from 1. */
function meaningfulLines(expression: string): { text: string; number: number }[] {
  return expression
    .split(/\r\n|\r|\n/)
    .map((line, i) => ({ text: line.trim(), number: i + 1 }))
    .filter(({ text }) => text !== '' && !text.startsWith('#') && !text.startsWith(';'))
}
