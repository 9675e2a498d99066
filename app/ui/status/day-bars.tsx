import type { StatusDay, StatusUptime } from '@/lib/domain/status-uptime'
import { lastedWords } from '@/lib/domain/status-words'
import { periodWords, uptimeWords } from '@/lib/domain/uptime-words'
import styles from './status.module.css'

const [width, gap, height] = [10, 2, 32]
const much = 0.99 // of a day: more than about a quarter of an hour without service

/**
 * The last days as bars, drawn without any script. The days with something to say are also listed in words, for
 * screen readers, keyboards and phones.
 */
export function DayBars({ uptime, name }: { uptime: StatusUptime; name: string }) {
  const { days, share } = uptime
  const told = days.filter((day) => day.darkMs > 0 || day.plannedMs > 0).reverse()
  const summary = `${name}, last ${days.length} days: ${share === null ? 'not measured yet' : `${uptimeWords(share)} of the time working`}`
  return (
    <>
      <svg
        viewBox={`0 0 ${Math.max(1, days.length) * width - gap} ${height}`}
        className={styles.bars}
        preserveAspectRatio="none"
        role="img"
        aria-label={summary}
      >
        {days.map((day, i) => (
          <rect key={day.day} x={i * width} width={width - gap} height={height} rx="1" data-day={kindOf(day)}>
            <title>{`${periodWords('day', day.day)}: ${dayWords(day)}`}</title>
          </rect>
        ))}
      </svg>
      <div className={`${styles.ends} ${styles.small}`}>
        <span>{days.length} days ago</span>
        <span className="num">{share === null ? 'not measured yet' : uptimeWords(share)}</span>
        <span>today</span>
      </div>
      {told.length > 0 && (
        <details className={`${styles.days} ${styles.small}`}>
          <summary>{told.length === 1 ? '1 day' : `${told.length} days`} in words</summary>
          <ul>
            {told.map((day) => (
              <li key={day.day}>
                {periodWords('day', day.day)}: {dayWords(day)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

function kindOf({ share, plannedMs }: StatusDay): 'none' | 'up' | 'some' | 'much' | 'planned' {
  if (share === null) return plannedMs > 0 ? 'planned' : 'none'
  if (share >= 1) return plannedMs > 0 ? 'planned' : 'up'
  return share >= much ? 'some' : 'much'
}

function dayWords({ share, darkMs, plannedMs }: StatusDay): string {
  const parts = [
    ...(darkMs > 0 ? [`interrupted for up to ${lastedWords(darkMs)}`] : []),
    ...(plannedMs > 0 ? [`planned work of up to ${lastedWords(plannedMs)}`] : []),
  ]
  if (parts.length > 0) return parts.join(', ')
  return share === null ? 'not measured' : 'no interruption'
}
