import { minuteWords } from './hours-words'
import { dateOfDay, dayMs, stretchAt, weekdayOfDay } from './wall-clock'

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** An instant as the wall clock of a zone shows it: "07:00", and with its day when it is a day or more away from now. */
export function clockWords(at: number, now: number, zone: string): string {
  const wall = at + stretchAt(zone, at).offset
  const clock = minuteWords(Math.floor((((wall % dayMs) + dayMs) % dayMs) / 60_000))
  if (Math.abs(at - now) < dayMs) return clock
  const dayNumber = Math.floor(wall / dayMs)
  const { month, day } = dateOfDay(dayNumber)
  return `${weekdays[weekdayOfDay(dayNumber)]} ${day} ${months[month - 1]} ${clock}`
}
