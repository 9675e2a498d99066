import type { Schedule } from './read-schedule'

const divisors = (of: number, most: number) => {
  for (let n = Math.min(of, most); n > 1; n--) if (of % n === 0) return n
  return 1
}
const every = (n: number, field: string) => (n === 1 ? '*' : `*/${n}${field}`)

/** When crontab has to run what is expected every `seconds`: as often or more often, as its fields are not that free. */
export function cronOfPeriod(seconds: number): string {
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3_600), Math.floor(seconds / 86_400)]
  if (minutes < 60) return `${every(divisors(60, minutes), '')} * * * *`
  if (hours < 24) return `0 ${every(divisors(24, hours), '')} * * *`
  if (days < 7) return `0 3 ${every(days, '')} * *`
  if (days < 31) return '0 3 * * 1'
  return days < 366 ? '0 3 1 * *' : '0 3 1 1 *'
}

/** The lines of a crontab that run a job when it is expected; null when crontab has no words for it. */
export function cronTimes(schedule: Schedule): string[] | null {
  if (schedule.kind === 'period') return [cronOfPeriod(schedule.seconds)]
  if (schedule.kind === 'oncalendar') return null
  const lines = expressionLines(schedule.expression)
  // What cron daemons take: five fields of numbers, names, lists, ranges and steps; or one of the @words.
  const plain =
    /^(@(hourly|daily|midnight|weekly|monthly|yearly|annually)|([\d*,/-]|[a-z]{3})+(\s+([\d*,/-]|[a-z]{3})+){4})$/i
  return lines.every((line) => plain.test(line)) ? lines : null
}

/** The lines of a systemd timer for a schedule; null when an expression is none that can be told in OnCalendar. */
export function timerLines(schedule: Schedule): string[] | null {
  if (schedule.kind === 'period') return ['OnBootSec=1min', `OnUnitActiveSec=${schedule.seconds}s`, 'AccuracySec=1s']
  const lines = expressionLines(schedule.expression)
  if (schedule.kind === 'oncalendar') {
    return lines.map((line) => {
      const bare = line.replace(/^OnCalendar\s*=\s*/i, '')
      const namesZone = /\s[A-Za-z]\S*$/.test(bare) || bare.startsWith('@') // a weekday stands first
      return `OnCalendar=${namesZone ? bare : `${bare} ${schedule.zone}`}`
    })
  }
  const told = lines.map(calendarOfCron)
  if (told.some((line) => line === null)) return null
  return told.flatMap((all) => (all ?? []).map((line) => `OnCalendar=${line} ${schedule.zone}`))
}

/** When a scheduler of RouterOS runs what is expected; null when it cannot say that. */
export function routerTimes(schedule: Schedule): string | null {
  if (schedule.kind === 'period') return `interval=${schedule.seconds}s start-time=startup`
  const [line = '', ...more] = expressionLines(schedule.expression)
  const [, minute, hour] = /^(\d{1,2})\s+(\d{1,2})\s+\*\s+\*\s+\*$/.exec(words[line.toLowerCase()] ?? line) ?? []
  if (schedule.kind !== 'cron' || more.length > 0 || minute === undefined || hour === undefined) return null
  return `interval=1d start-time=${hour.padStart(2, '0')}:${minute.padStart(2, '0')}:00`
}

const expressionLines = (expression: string) =>
  expression
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[#;]/.test(line))

const words: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}
const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const monthNames = ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** A plain cron line as one or two of OnCalendar: with both a day of the month and a weekday, cron takes either. */
export function calendarOfCron(line: string): string[] | null {
  const fields = (words[line.toLowerCase()] ?? line).trim().split(/\s+/)
  if (fields.length !== 5) return null
  const [minute, hour, day, month, weekday] = [
    numbers(fields[0] ?? '', 0, 59, []),
    numbers(fields[1] ?? '', 0, 23, []),
    numbers(fields[2] ?? '', 1, 31, []),
    numbers(fields[3] ?? '', 1, 12, monthNames),
    numbers(fields[4] ?? '', 0, 7, dayNames),
  ]
  if (!minute || !hour || !day || !month || !weekday) return null
  const time = `${part(hour, 24)}:${part(minute, 60)}:00`
  const days = [...new Set(weekday.map((n) => n % 7))].sort((x, y) => x - y)
  const weekdays = days.length === 7 ? '' : `${days.map((n) => capital(dayNames[n] ?? '')).join(',')} `
  const date = `*-${part(month, 12)}-${part(day, 31)}`
  // A field that begins with a star narrows the other one; without any, either day will do.
  if (fields[2]?.startsWith('*') || fields[4]?.startsWith('*')) return [`${weekdays}${date} ${time}`]
  return [`${date} ${time}`, `${weekdays}*-${part(month, 12)}-* ${time}`]
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
const part = (values: number[], all: number) =>
  values.length === all ? '*' : values.map((n) => String(n).padStart(2, '0')).join(',')

/** Every number a field of cron names, in order; null when it is none of the plain ones. */
function numbers(field: string, least: number, most: number, names: string[]): number[] | null {
  const found = new Set<number>()
  for (const item of field.toLowerCase().split(',')) {
    const [, from = '', to, step] = /^(\*|[a-z\d]+)(?:-([a-z\d]+))?(?:\/(\d+))?$/.exec(item) ?? []
    const value = (text: string) => (/^\d+$/.test(text) ? Number(text) : names.indexOf(text))
    const first = from === '*' ? least : value(from)
    const last =
      from === '*' ? (most === 7 ? 6 : most) : to !== undefined ? value(to) : step === undefined ? first : most
    if (!(first >= least && last <= most && first <= last) || step === '0') return null
    for (let n = first; n <= last; n += Number(step ?? 1)) found.add(n)
  }
  return [...found].sort((a, b) => a - b)
}
