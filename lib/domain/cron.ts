import type { CalendarPattern } from './calendar-pattern'
import { cronFields, readMonthDays, readValues, readWeekdays } from './cron-field'
import { quoted, ScheduleFault } from './schedule-fault'

const shorthands: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
])

/**
 * Reads one line of cron: five fields or a shorthand, as Debian's cron reads them, with L, LW, nW and # besides.
 * Six fields are refused: which of them would be seconds differs from program to program. Throws a ScheduleFault.
 */
export function readCronLine(line: string): CalendarPattern {
  const words = line.trim().split(/\s+/)
  const [first = ''] = words
  if (first.startsWith('@')) return readCronLine(shorthandOf(first, words.slice(1)))
  if (/^[A-Za-z_]+=/.test(line.trim())) {
    throw new ScheduleFault(`found ${quoted(line.trim())}, expected a schedule: its zone is chosen beside it`)
  }
  if (words.length !== 5) refuseCount(words)
  const [minutes = '', hours = '', monthDay = '', month = '', weekday = ''] = words
  return {
    years: null,
    minutes: readValues(cronFields.minutes, minutes),
    hours: readValues(cronFields.hours, hours),
    months: readValues(cronFields.month, month),
    days: {
      ...readMonthDays(monthDay),
      ...readWeekdays(weekday),
      join: monthDay.startsWith('*') || weekday.startsWith('*') ? 'and' : 'or',
    },
    seconds: [{ start: 0, stop: null, step: 0 }],
    // Debian's cron lets a job whose minutes or hours begin with a star follow the clock, and looks after the others.
    clock: minutes.startsWith('*') || hours.startsWith('*') ? 'elapsed' : 'fixed',
  }
}

function shorthandOf(word: string, rest: readonly string[]): string {
  const known = [...shorthands.keys()].join(', ')
  if (word.toLowerCase() === '@reboot') {
    throw new ScheduleFault('found "@reboot", which names no time: expected a time, or a period instead of cron')
  }
  const line = shorthands.get(word.toLowerCase())
  if (line === undefined) throw new ScheduleFault(`found ${quoted(word)}, expected one of ${known}`)
  if (rest.length > 0) refuseCommand(rest.join(' '), word)
  return line
}

function refuseCount(words: readonly string[]): never {
  if (words.length < 5) {
    const found = `${words.length} field${words.length === 1 ? '' : 's'} in ${quoted(words.join(' '))}`
    throw new ScheduleFault(`found ${found}, expected 5: minutes, hours, day of month, month, day of week`)
  }
  const extra = words.slice(5)
  if (extra.length <= 2 && extra.every((word) => /^[\d*/,?#LW-]+$/i.test(word))) {
    throw new ScheduleFault(
      `found ${words.length} fields, expected 5 (minutes, hours, day of month, month, day of week): seconds and years are not read`,
    )
  }
  return refuseCommand(extra.join(' '), 'the fifth field')
}

function refuseCommand(command: string, after: string): never {
  throw new ScheduleFault(
    `found ${quoted(command)} after ${after}, expected nothing: leave out the user and the command`,
  )
}
