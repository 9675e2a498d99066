import { dayText, monthDays } from '@/lib/domain/uptime-periods'
import { periodWords, uptimeWords } from '@/lib/domain/uptime-words'
import { weekdayOfDay } from '@/lib/domain/wall-clock'
import styles from './heat-calendar.module.css'

type Day = { day: string; uptime: number | null; lasted: number }

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const levels: [least: number, level: string][] = [
  [0.9999, 'best'],
  [0.999, 'good'],
  [0.99, 'fair'],
  [0.95, 'poor'],
  [0, 'bad'],
]

/** The months of these days (by 2026-11-21) as calendars, each day as warm as it was bad. The newest month first. */
export function HeatCalendars({ days, what }: { days: readonly Day[]; what: string }) {
  const byDay = new Map(days.map((one) => [one.day, one]))
  const months = [...new Set(days.map(({ day }) => day.slice(0, 7)))].reverse()
  return (
    <div className={styles.months}>
      {months.map((month) => (
        <HeatMonth key={month} month={month} byDay={byDay} what={what} />
      ))}
    </div>
  )
}

function HeatMonth({ month, byDay, what }: { month: string; byDay: ReadonlyMap<string, Day>; what: string }) {
  const { first, end } = monthDays(month) ?? { first: 0, end: 0 }
  const monday = first - ((weekdayOfDay(first) + 6) % 7)
  const weeks = Array.from({ length: Math.ceil((end - monday) / 7) }, (_, week) => monday + 7 * week)
  return (
    <table className={styles.month}>
      <caption>
        {periodWords('month', `${month}-01`)} <span className="visually-hidden">uptime of {what} by day</span>
      </caption>
      <thead>
        <tr>
          {weekdays.map((day) => (
            <th key={day} scope="col">
              {day}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((start) => (
          <tr key={start}>
            {weekdays.map((name, i) => {
              const day = start + i
              return day < first || day >= end ? (
                <td key={name} />
              ) : (
                <HeatDay key={name} day={dayText(day)} of={byDay.get(dayText(day))} />
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function HeatDay({ day, of }: { day: string; of: Day | undefined }) {
  const number = Number(day.slice(8))
  if (!of || of.lasted === 0) return <td data-level="none">{number}</td>
  const { uptime } = of
  const level = uptime === null ? 'unknown' : levels.find(([least]) => uptime >= least)?.[1]
  return (
    <td data-level={level} title={`${periodWords('day', day)}: ${uptimeWords(uptime)}`}>
      {number}
      <small className="num">{uptime === null ? '–' : shortWords(uptime)}</small>
    </td>
  )
}

/** "99.8", cut. */
const shortWords = (uptime: number) => (uptime === 1 ? '100' : (Math.floor(uptime * 1000 + 1e-7) / 10).toFixed(1))
