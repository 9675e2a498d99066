import type { BlackoutRule } from '@/lib/domain/blackout'

const days = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** "Mon to Fri", "Sat and Sun", "Mon, Wed and Fri", "every day". */
export function weekdayWords(weekdays: readonly number[]): string {
  if (weekdays.length === 7) return 'every day'
  const [first = 0] = weekdays
  const last = weekdays.at(-1) ?? first
  if (weekdays.length > 2 && last - first === weekdays.length - 1) return `${days[first]} to ${days[last]}`
  const named = weekdays.map((day) => days[day] ?? '')
  return named.length < 2 ? named.join('') : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`
}

/** Minutes after midnight as a clock shows them: 22:30. */
export const minuteWords = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** When a weekly blackout or one of periods holds, in words; null for those that have instants. */
export function ruleWords(blackout: BlackoutRule): string | null {
  if (blackout.kind === 'periods') {
    return blackout.periodsLeft === 1 ? 'the next beat it owes' : `the next ${blackout.periodsLeft} beats it owes`
  }
  if (blackout.kind !== 'weekly') return null
  const { weekdays, startMinute, endMinute, zone } = blackout
  const next = (endMinute ?? 0) <= (startMinute ?? 0) ? ' the next day' : ''
  return `${weekdayWords(weekdays ?? [])}, ${minuteWords(startMinute ?? 0)} to ${minuteWords(endMinute ?? 0)}${next}, ${zone.replaceAll('_', ' ')}`
}
