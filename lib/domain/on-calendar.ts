import type { DayPattern } from './calendar-month'
import type { CalendarPattern, Span } from './calendar-pattern'
import { calendarParts, readSpans, refusePart, valuesOfSpans } from './on-calendar-part'
import { quoted, ScheduleFault } from './schedule-fault'
import { dateOfDay, isZone } from './wall-clock'

const shorthands: ReadonlyMap<string, string> = new Map([
  ['minutely', '*-*-* *:*:00'],
  ['hourly', '*-*-* *:00:00'],
  ['daily', '*-*-* 00:00:00'],
  ['weekly', 'Mon *-*-* 00:00:00'],
  ['monthly', '*-*-01 00:00:00'],
  ['quarterly', '*-01,04,07,10-01 00:00:00'],
  ['semiannually', '*-01,07-01 00:00:00'],
  ['semi-annually', '*-01,07-01 00:00:00'],
  ['biannually', '*-01,07-01 00:00:00'],
  ['bi-annually', '*-01,07-01 00:00:00'],
  ['yearly', '*-01-01 00:00:00'],
  ['annually', '*-01-01 00:00:00'],
])

const expectedForm = 'weekdays, a date and a time, as in Mon..Fri *-*-* 02:30:00'

/**
 * Reads one line as systemd reads OnCalendar= (its name may stand before it): weekdays, date, time, zone, each of which
 * may be left out, or a shorthand such as daily. A zone in the line goes before the schedule's. Throws a ScheduleFault.
 */
export function readOnCalendarLine(line: string): { pattern: CalendarPattern; zone: string | null } {
  const text = line.replace(/^OnCalendar\s*=/i, '').trim()
  const { words, zone } = withoutZone(text === '' ? [] : text.split(/\s+/))
  const [first = ''] = words
  const shorthand = shorthands.get(first.toLowerCase())
  if (shorthand !== undefined && words.length === 1) return { pattern: patternOf(shorthand.split(' '), text), zone }
  if (/^@\d+$/.test(first) && words.length === 1) return { pattern: patternOfTimestamp(first), zone: 'UTC' }
  return { pattern: patternOf(words, text), zone }
}

function withoutZone(words: readonly string[]): { words: readonly string[]; zone: string | null } {
  const last = words.at(-1) ?? ''
  if (words.length < 2 || !/^[A-Za-z]/.test(last)) return { words, zone: null }
  const zone = /^utc$/i.test(last) ? 'UTC' : last
  if (!isZone(zone)) {
    throw new ScheduleFault(`zone: found ${quoted(last)}, expected UTC or an IANA time zone such as Europe/Berlin`)
  }
  return { words: words.slice(0, -1), zone }
}

function patternOf(words: readonly string[], text: string): CalendarPattern {
  const [first = ''] = words
  const named = /^[A-Za-z]/.test(first)
  const rest = named ? words.slice(1) : words
  const [one, two, ...more] = rest
  if (words.length === 0 || more.length > 0 || one === '') {
    throw new ScheduleFault(`found ${quoted(text)}, expected ${expectedForm}`)
  }
  const weekdays = named ? readWeekdayList(first) : [0, 1, 2, 3, 4, 5, 6]
  const timeAlone = two === undefined && one?.includes(':')
  const date = readDate(timeAlone ? '*-*-*' : (one ?? '*-*-*'))
  const time = readTime((timeAlone ? one : two) ?? '00:00:00')
  return { ...date, ...time, days: { ...date.days, weekdays }, clock: 'existing' }
}

const weekdayWords = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
const weekday = { name: 'weekday', expected: 'Mon to Sun, as in Mon..Fri or Sat,Sun' }

/** Weekdays (0 Sunday to 6 Saturday, ascending) of a list such as Mon..Wed,Fri; the week begins on Monday. */
function readWeekdayList(text: string): number[] {
  const days = new Set<number>()
  for (const term of text.replace(/,$/, '').split(',')) {
    const [firstText = '', lastText, ...more] = term.split(/\.\.|-/)
    if (more.length > 0) refusePart(weekday, term, 'one range, as in Mon..Fri')
    const first = mondayFirst(firstText, term)
    const last = lastText === undefined ? first : mondayFirst(lastText, term)
    if (last < first) refusePart(weekday, term, 'a range from Monday towards Sunday')
    for (let day = first; day <= last; day++) days.add((day + 1) % 7)
  }
  return [...days].sort((a, b) => a - b)
}

/** 0 Monday to 6 Sunday. */
function mondayFirst(name: string, term: string): number {
  const lower = name.toLowerCase()
  const found = weekdayWords.findIndex((word) => lower === word || lower === word.slice(0, 3))
  return found >= 0 ? (found + 6) % 7 : refusePart(weekday, term)
}

type DatePattern = Pick<CalendarPattern, 'years' | 'months'> & { days: Omit<DayPattern, 'weekdays'> }

function readDate(text: string): DatePattern {
  const match = /^(?:([^-~]+)-)?([^-~]+)([-~])([^-~]+)$/.exec(text)
  if (!match) throw new ScheduleFault(`date: found ${quoted(text)}, expected year-month-day as in *-*-01, or month-day`)
  const [, year = '*', month = '', sign, day = ''] = match
  const years = readSpans(calendarParts.year, year)
  const months = valuesOfSpans(calendarParts.month, readSpans(calendarParts.month, month))
  const none = { monthDays: [], fromEnd: [], nearest: [], lastWorkday: false, nth: [], join: 'and' } as const
  if (sign === '~' && day !== '*') {
    const spans = readSpans(calendarParts.dayFromEnd, day) ?? []
    return { years, months, days: { ...none, fromEnd: daysFromEnd(spans) } }
  }
  const monthDays = valuesOfSpans(calendarParts.day, readSpans(calendarParts.day, day))
  return { years, months, days: { ...none, monthDays } }
}

/** Days back from the last one (which is 0) of spans that count it as 1; a step without a stop goes towards it. */
function daysFromEnd(spans: readonly Span[]): number[] {
  const days = new Set<number>()
  for (const { start, stop, step } of spans) {
    days.add(start - 1)
    if (step > 0 && stop === null) for (let back = start; back >= 1; back -= step) days.add(back - 1)
    else if (step > 0) for (let back = start; back <= (stop ?? start); back += step) days.add(back - 1)
  }
  return [...days].sort((a, b) => a - b)
}

function readTime(text: string): Pick<CalendarPattern, 'hours' | 'minutes' | 'seconds'> {
  const [hours = '', minutes, seconds = '00', ...more] = text.split(':')
  if (minutes === undefined || more.length > 0) {
    throw new ScheduleFault(`time: found ${quoted(text)}, expected hours:minutes or hours:minutes:seconds`)
  }
  return {
    hours: valuesOfSpans(calendarParts.hours, readSpans(calendarParts.hours, hours)),
    minutes: valuesOfSpans(calendarParts.minutes, readSpans(calendarParts.minutes, minutes)),
    seconds: readSpans(calendarParts.seconds, seconds) ?? [],
  }
}

/** @1800000000: one instant, in seconds since 1970. */
function patternOfTimestamp(word: string): CalendarPattern {
  const seconds = Number(word.slice(1))
  if (seconds >= Date.UTC(2200, 0, 1) / 1_000) refusePart({ name: 'timestamp', expected: 'a time before 2200' }, word)
  const { year, month, day } = dateOfDay(Math.floor(seconds / 86_400))
  const time = [seconds % 86_400, seconds % 3_600].map((rest, i) => Math.floor(rest / (i === 0 ? 3_600 : 60))).join(':')
  return patternOf([`${year}-${month}-${day}`, `${time}:${seconds % 60}`], word)
}
