import { everyDay, type Hours, type HoursRange } from './hours'

const workdays: readonly number[] = [1, 2, 3, 4, 5]
const clock = (startHour: number, endHour: number, weekdays = everyDay): HoursRange[] => [
  { weekdays, startMinute: startHour * 60, endMinute: endHour * 60 },
]

/** What a person may pick instead of ranges; a preset only fills them in, by the clock of the recipient's zone. */
export const hoursPresets = {
  immediately: { label: 'Immediately', ranges: [] },
  morning: { label: 'Morning', ranges: clock(6, 12) },
  afternoon: { label: 'Afternoon', ranges: clock(12, 18) },
  evening: { label: 'Evening', ranges: clock(18, 22) },
  night: { label: 'Night', ranges: clock(22, 6) },
  work_hours: { label: 'Work hours', ranges: clock(9, 17, workdays) },
  graveyard_shift: { label: 'Graveyard shift', ranges: clock(0, 8) },
  daylight: { label: 'Daylight', ranges: [{ weekdays: everyDay, sun: 'daylight' }] },
  after_dark: { label: 'After dark', ranges: [{ weekdays: everyDay, sun: 'dark' }] },
} as const satisfies Record<string, { label: string; ranges: readonly HoursRange[] }>
export type HoursPreset = keyof typeof hoursPresets

/** "from 07:00 to 22:00 (Europe/Berlin)", "Mon to Fri from 09:00 to 17:00 (UTC)", "in daylight (UTC)", "at any time". */
export function hoursWords({ ranges, zone }: Hours): string {
  if (ranges.length === 0) return 'at any time'
  return `${ranges.map(rangeWords).join(' and ')} (${zone})`
}

function rangeWords(range: HoursRange): string {
  const days = weekdayWords(range.weekdays)
  if ('sun' in range) return `${days}${range.sun === 'daylight' ? 'in daylight' : 'after dark'}`
  if (range.endMinute - range.startMinute === 1_440 || range.endMinute === range.startMinute)
    return range.startMinute === 0 ? `${days}all day` : `${days}for 24 h from ${minuteWords(range.startMinute)}`
  return `${days}from ${minuteWords(range.startMinute)} to ${minuteWords(range.endMinute)}`
}

/** Minutes after midnight as 07:00; the end of a day is 24:00. */
export function minuteWords(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

const dayNames = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** "" for every day, "Mon to Fri ", "Sat and Sun ", "Mon, Wed and Fri ". */
function weekdayWords(weekdays: readonly number[]): string {
  const days = [...new Set(weekdays)].sort((a, b) => a - b)
  const [first = 0, last = 0] = [days[0], days.at(-1)]
  if (days.length === 7) return ''
  if (days.length > 2 && last - first === days.length - 1) return `${dayNames[first]} to ${dayNames[last]} `
  const names = days.map((day) => dayNames[day] ?? '')
  const start = names.slice(0, -1).join(', ')
  return `${start}${start === '' ? '' : ' and '}${names.at(-1) ?? 'never'} `
}

/** What is wrong with hours, with what was found and what was expected; null: nothing. */
export function hoursFault({ ranges, place }: Hours): string | null {
  if (ranges.length > 50) return `ranges: found ${ranges.length}, expected at most 50`
  for (const [i, range] of ranges.entries()) {
    const name = `range ${i + 1}`
    const { weekdays } = range
    if (weekdays.length === 0 || weekdays.some((day) => !everyDay.includes(day)))
      return `${name}: found weekdays [${weekdays.join(', ')}], expected some of 1 (Monday) to 7 (Sunday)`
    if ('sun' in range) continue
    const { startMinute, endMinute } = range
    if (!isMinute(startMinute) || startMinute === 1_440)
      return `${name}: found start ${startMinute}, expected minutes after midnight from 0 to 1439`
    if (!isMinute(endMinute)) return `${name}: found end ${endMinute}, expected minutes after midnight from 0 to 1440`
  }
  if (place && !(Math.abs(place.latitude) <= 90 && Math.abs(place.longitude) <= 180))
    return `place: found ${place.latitude}, ${place.longitude}, expected degrees within 90 and 180`
  return null
}

const isMinute = (minute: number) => Number.isInteger(minute) && minute >= 0 && minute <= 1_440
