import type { DayPattern } from './calendar-month'
import type { CalendarPattern, Span } from './calendar-pattern'
import { listText, ordinal, runsText } from './describe-list'

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const counts = ['', 'first', 'second', 'third', 'fourth', 'fifth']

/** A pattern in words without its zone: "At 02:30 on weekdays". */
export function describePattern(pattern: CalendarPattern): string {
  const time = timeText(pattern)
  const days = daysText(pattern.days, monthsText(pattern.months))
  const daily = time.startsWith('At ') && /\d\d:\d\d/.test(time)
  const inMonths = pattern.months.length < 12 ? ` in ${monthsText(pattern.months)}` : ''
  return `${time}${days === '' ? `${daily ? ' every day' : ''}${inMonths}` : ` ${days}`}${yearsText(pattern.years)}`
}

const twoDigits = (value: number) => String(value).padStart(2, '0')

function timeText(pattern: CalendarPattern): string {
  const { hours, minutes } = pattern
  const seconds = secondsOf(pattern.seconds)
  const secondText = seconds === 'on the minute' ? '' : seconds
  if (hours.length * minutes.length <= 6 && (secondText === '' || /^\d/.test(secondText))) {
    const end = secondText === '' ? '' : `:${secondText}`
    const times = hours.flatMap((hour) => minutes.map((minute) => `${twoDigits(hour)}:${twoDigits(minute)}${end}`))
    return `At ${listText(times)}`
  }
  if (secondText !== '') {
    const start = /^\d/.test(secondText) ? `At second ${Number(secondText)}` : secondText
    if (minutes.length === 60 && hours.length === 24 && start.startsWith('Every')) return start
    if (minutes.length === 60) return `${start} of every minute${hours.length === 24 ? '' : ` ${hoursText(hours)}`}`
    return `${start} of ${minuteWord(minutes)} ${ofHours(hours)}`
  }
  return minutesText(hours, minutes)
}

function minutesText(hours: readonly number[], minutes: readonly number[]): string {
  const everyHour = hours.length === 24
  const [minute = 0] = minutes
  if (minutes.length === 60) return everyHour ? 'Every minute' : `Every minute ${hoursText(hours)}`
  const step = stepOf(minutes, 60)
  if (step > 0) return `Every ${step} minutes${everyHour ? '' : ` ${hoursText(hours)}`}`
  if (minutes.length === 1 && everyHour && minute === 0) return 'Every hour, on the hour'
  const hourStep = stepOf(hours, 24)
  if (minutes.length === 1 && !everyHour && hourStep > 0) {
    return `Every ${hourStep} hours from 00:${twoDigits(minute)}`
  }
  return `At ${minuteWord(minutes)} ${ofHours(hours)}`
}

const minuteWord = (minutes: readonly number[]) =>
  `minute${minutes.length === 1 ? '' : 's'} ${runsText(minutes, String)}`
const ofHours = (hours: readonly number[]) =>
  hours.length === 24 ? 'of every hour' : `of the hour${hours.length === 1 ? '' : 's'} ${runsText(hours, String)}`

/** "from 08:00 to 17:59", or the hours by number when they are not in a row. */
function hoursText(hours: readonly number[]): string {
  const first = hours[0] ?? 0
  const last = hours.at(-1) ?? first
  if (last - first === hours.length - 1) return `from ${twoDigits(first)}:00 to ${twoDigits(last)}:59`
  return `in the hours ${runsText(hours, String)}`
}

/** The step of values that begin at 0 and divide a whole evenly, else 0. */
function stepOf(values: readonly number[], whole: number): number {
  const step = whole / values.length
  if (values.length < 2 || step < 2 || !Number.isInteger(step)) return 0
  return values.every((value, i) => value === i * step) ? step : 0
}

/** Seconds: 'on the minute', one of them as digits ("05", "07.5"), or words to stand before "of every minute". */
function secondsOf(spans: readonly Span[]): string {
  const values = new Set<number>()
  for (const { start, stop, step } of spans) {
    values.add(start)
    if (step > 0) for (let value = start; value <= (stop ?? 59_999); value += step) values.add(value)
  }
  const sorted = [...values].sort((a, b) => a - b)
  const [only = 0] = sorted
  if (sorted.length === 1) return only === 0 ? 'on the minute' : secondDigits(only)
  if (sorted.length === 60 && sorted.every((value, i) => value === i * 1_000)) return 'Every second'
  const step = stepOf(sorted, 60_000)
  if (step > 0) return `Every ${step / 1_000} seconds`
  return `At seconds ${listText(sorted.map((value) => String(value / 1_000)))}`
}

const secondDigits = (ms: number) =>
  `${twoDigits(Math.floor(ms / 1_000))}${ms % 1_000 ? String((ms % 1_000) / 1_000).slice(1) : ''}`

const monthsText = (values: readonly number[]) =>
  values.length === 12 ? 'the month' : runsText(values, (month) => months[month - 1] ?? '')

/** The days in words, or '' when every day matches. `of` is "the month" or the months that the days are of. */
function daysText(days: DayPattern, of: string): string {
  const everyDate = days.monthDays.length === 31
  const everyWeekday = days.weekdays.length === 7
  const both = !everyDate && !everyWeekday
  if (days.join === 'or' ? !both : everyDate && everyWeekday) return ''
  const named = of === 'the month' ? '' : ` in ${of}`
  const counted = countedWeekday(days)
  if (counted !== null && days.join === 'and') return `on the ${counted} of ${of}`
  if (!both)
    return everyDate
      ? `on ${weekdaysText(days, of)}${days.nth.length > 0 ? '' : named}`
      : `on ${datesText(days)} of ${of}`
  const weekday = weekdaysText(days, of)
  if (days.join === 'and') return `on ${weekday} when it is ${datesText(days, 'or')} of ${of}`
  return `on ${datesText(days)} of ${of}, and also on ${weekday}${days.nth.length > 0 ? '' : named}`
}

/** systemd's way to say "first Monday" (Mon *-*-01..07) and "last Monday" (Mon *-*~07/1), else null. */
function countedWeekday({
  monthDays,
  fromEnd,
  weekdays: wanted,
  nth,
  nearest,
  lastWorkday,
}: DayPattern): string | null {
  const [only] = wanted
  if (only === undefined || wanted.length > 1 || nth.length > 0 || nearest.length > 0 || lastWorkday) return null
  const week = (days: readonly number[], first: number) =>
    days.length === 7 && days.every((day, i) => day === first + i)
  if (fromEnd.length === 7 && monthDays.length === 0) return week(fromEnd, 0) ? `last ${weekdays[only]}` : null
  const count = ((monthDays[0] ?? 0) + 6) / 7
  if (fromEnd.length > 0 || !Number.isInteger(count) || !week(monthDays, count * 7 - 6)) return null
  return `${counts[count]} ${weekdays[only]}`
}

function datesText({ monthDays, fromEnd, nearest, lastWorkday }: DayPattern, word: 'and' | 'or' = 'and'): string {
  const items: string[] = []
  if (monthDays.length > 0) items.push(`the ${runsText(monthDays, ordinal, word)}`)
  for (const day of nearest) items.push(`the Monday-to-Friday day nearest to the ${ordinal(day)}`)
  for (const back of [...fromEnd].sort((a, b) => b - a)) {
    items.push(back === 0 ? 'the last day' : `the ${ordinal(back + 1)}-to-last day`)
  }
  if (lastWorkday) items.push('the last Monday-to-Friday day')
  return listText(items, word)
}

function weekdaysText({ weekdays: wanted, nth }: DayPattern, of: string): string {
  const items: string[] = []
  if (wanted.join() === '1,2,3,4,5') items.push('weekdays')
  else if (wanted.join() === '0,6') items.push('weekends')
  else {
    // The week begins on Monday.
    const fromMonday = wanted.map((day) => (day + 6) % 7).sort((a, b) => a - b)
    if (fromMonday.length > 0) items.push(runsText(fromMonday, (day) => `${weekdays[(day + 1) % 7]}s`))
  }
  const named = nth.map(({ weekday, nth: count }) => `the ${count < 0 ? 'last' : counts[count]} ${weekdays[weekday]}`)
  if (named.length > 0) items.push(`${listText(named)} of ${of}`)
  return items.join(' and ')
}

function yearsText(years: readonly Span[] | null): string {
  if (!years) return ''
  const items = years.map(({ start, stop, step }) => {
    if (step === 0) return `in ${start}`
    const range = (stop ?? 2_199) >= 2_199 ? `from ${start} on` : `from ${start} to ${stop}`
    return step === 1 ? range : `every ${ordinal(step)} year ${range}`
  })
  return `, ${listText(items)}`
}
