import type { DayPattern } from './calendar-month'
import { quoted, ScheduleFault } from './schedule-fault'

/** One field of a cron line: its name in faults, its values, and the names it knows for them. */
export type CronField = { name: string; low: number; high: number; names: readonly string[]; expected: string }

/** Weekday names as cron knows them, index 0 Sunday. */
const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const
/** Month names as cron knows them, index 0 January. */
const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const

/** The five fields in their order. Names count from `low` on. */
export const cronFields = {
  minutes: { name: 'minutes', low: 0, high: 59, names: [], expected: '0 to 59' },
  hours: { name: 'hours', low: 0, high: 23, names: [], expected: '0 to 23' },
  monthDay: { name: 'day of month', low: 1, high: 31, names: [], expected: '1 to 31, L, L-n, LW or nW' },
  month: { name: 'month', low: 1, high: 12, names: monthNames, expected: '1 to 12 or JAN to DEC' },
  weekday: { name: 'day of week', low: 0, high: 7, names: weekdayNames, expected: '0 to 7 or SUN to SAT' },
} as const satisfies Record<string, CronField>

function refuse(field: CronField, found: string, expected: string = field.expected): never {
  throw new ScheduleFault(`${field.name}: found ${quoted(found)}, expected ${expected}`)
}

/** The values (ascending) of a field without special signs: lists, ranges, steps and names. */
export function readValues(field: CronField, text: string): number[] {
  const values = new Set<number>()
  for (const term of text.split(',')) for (const value of valuesOfTerm(field, term)) values.add(value)
  return [...values].sort((a, b) => a - b)
}

function valuesOfTerm(field: CronField, term: string): number[] {
  const [range = '', stepText, ...rest] = term.split('/')
  if (rest.length > 0) refuse(field, term, 'one step, as in */5')
  const step = stepText === undefined ? 1 : readStep(field, stepText)
  const [low, high] = readRange(field, range, stepText !== undefined)
  const values: number[] = []
  for (let value = low; value <= high; value += step) values.push(value)
  return values
}

function readStep(field: CronField, text: string): number {
  const step = /^\d{1,4}$/.test(text) ? Number(text) : 0
  return step > 0 ? step : refuse(field, `/${text}`, 'a step of 1 or more, as in */5')
}

/** The ends of `*`, `a`, `a-b`; with a step, `a` goes on to the end of the field. */
function readRange(field: CronField, text: string, stepped: boolean): [low: number, high: number] {
  if (text === '*') return [field.low, field.high]
  const [lowText = '', highText, ...rest] = text.split('-')
  if (rest.length > 0) refuse(field, text, 'one range, as in 1-5')
  const low = readValue(field, lowText)
  if (highText === undefined) return [low, stepped ? field.high : low]
  const high = readValue(field, highText)
  if (high >= low) return [low, high]
  // In FRI-SUN the last day is 0 to cron, which refuses the line; 7 is the same day.
  if (high === 0 && field.high === 7) refuse(field, text, `a range that goes up: ${low}-7`)
  return refuse(field, text, `a range that goes up, or a list such as ${lowText},${highText}`)
}

function readValue(field: CronField, text: string): number {
  const named = field.names.indexOf(text.toUpperCase())
  if (named >= 0) return named + field.low
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  if (value >= field.low && value <= field.high) return value
  return refuse(field, text)
}

type DateDays = Pick<DayPattern, 'monthDays' | 'fromEnd' | 'nearest' | 'lastWorkday'>
type WeekDays = Pick<DayPattern, 'weekdays' | 'nth'>

/** Reads the day-of-month field: values, L, L-n, LW and nW. */
export function readMonthDays(text: string): DateDays {
  const field = cronFields.monthDay
  const plain: string[] = []
  const fromEnd: number[] = []
  const nearest: number[] = []
  let lastWorkday = false
  for (const term of text.split(',')) {
    const special = /^(?:(LW)|L(?:-(\d{1,2}))?|(\d{1,2})W)$/i.exec(term)
    if (!special) plain.push(term)
    else if (special[1] !== undefined) lastWorkday = true
    else if (special[3] !== undefined) nearest.push(readValue(field, special[3]))
    else {
      const back = Number(special[2] ?? 0)
      if (back > 30) refuse(field, term, 'L-1 to L-30')
      fromEnd.push(back)
    }
  }
  const monthDays = plain.length > 0 ? readValues(field, plain.join(',')) : []
  return { monthDays, fromEnd, nearest, lastWorkday }
}

/** Reads the day-of-week field: values (7 is Sunday too), 5L and MON#2. */
export function readWeekdays(text: string): WeekDays {
  const field = cronFields.weekday
  const plain: string[] = []
  const nth: { weekday: number; nth: number }[] = []
  for (const term of text.split(',')) {
    const last = /^(\w{1,3})L$/i.exec(term)
    const counted = /^([^#]*)#(.*)$/.exec(term)
    if (last) nth.push({ weekday: readValue(field, last[1] ?? '') % 7, nth: -1 })
    else if (counted) {
      const weekday = readValue(field, counted[1] ?? '') % 7
      if (!/^[1-5]$/.test(counted[2] ?? '')) refuse(field, term, 'a count of 1 to 5 after the #, as in MON#2')
      nth.push({ weekday, nth: Number(counted[2]) })
    } else plain.push(term)
  }
  const values = plain.length > 0 ? readValues(field, plain.join(',')) : []
  return { weekdays: [...new Set(values.map((value) => value % 7))].sort((a, b) => a - b), nth }
}
