import { drawnWeek } from '@/lib/domain/drawn-week'
import { type Hours, nextAllowed } from '@/lib/domain/hours'
import { hoursWords } from '@/lib/domain/hours-words'
import { clockWords } from '../time-words'
import styles from './week-drawing.module.css'

const days = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const ticks = [0, 6, 12, 18, 24]

/** The coming seven days, with the times at which a notice may go out. `now` is epoch ms. */
export function WeekDrawing({ hours, now }: { hours: Hours; now: number }) {
  const next = nextAllowed(hours, now)
  return (
    <figure className={styles.week}>
      <div className={styles.days} role="img" aria-label={`The coming week: ${hoursWords(hours)}`}>
        {drawnWeek(hours, now).map(({ weekday, stretches }, i) => (
          <div key={weekday} className={styles.day}>
            <span className={styles.name}>{i === 0 ? 'Today' : days[weekday]}</span>
            <svg viewBox="0 0 1440 10" preserveAspectRatio="none" className={styles.bar} aria-hidden="true">
              <rect width="1440" height="10" className={styles.rest} />
              {stretches.map(([from, to]) => (
                <rect key={from} x={from} width={to - from} height="10" className={styles.told} />
              ))}
              {[360, 720, 1080].map((minute) => (
                <path key={minute} d={`M${minute} 0v10`} className={styles.tick} />
              ))}
            </svg>
          </div>
        ))}
        <div className={styles.scale} aria-hidden="true">
          {ticks.map((hour) => (
            <span key={hour}>{String(hour).padStart(2, '0')}</span>
          ))}
        </div>
      </div>
      <figcaption className="hint" suppressHydrationWarning>
        {next === now
          ? 'A notice now goes out at once.'
          : `A notice now waits until ${clockWords(next, hours.zone, now, { seconds: false })} in ${hours.zone.replaceAll('_', ' ')}, and comes with what else waits as one digest.`}
      </figcaption>
    </figure>
  )
}
