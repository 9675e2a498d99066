import { type JobDay, listJobDays } from '@/lib/store/job-pages'
import styles from './day-bars.module.css'
import { tookWords } from './took-words'

const days = 90
const dayMs = 86_400_000
const [width, height, gap] = [10, 40, 2]

/** The last 90 days of a job, a bar each: how much of what was expected came in time. Nothing until a day is over. */
export async function DayBars({ jobId, now }: { jobId: number; now: number }) {
  const first = Math.floor(now / dayMs) - days + 1
  const kept = await listJobDays(jobId, dayText(first))
  if (kept.length === 0) return null
  const byDay = new Map(kept.map((day) => [day.day, day]))
  const shown = Array.from({ length: days }, (_, i) => ({
    text: dayText(first + i),
    day: byDay.get(dayText(first + i)),
  }))
  const missed = kept.reduce((sum, day) => sum + day.missed + day.failed, 0)
  return (
    <section className="section">
      <div className="section-head">
        <h2>Days</h2>
        <p className="muted num">
          {kept.length} {kept.length === 1 ? 'day' : 'days'}, {missed} missed or failed
        </p>
      </div>
      <svg
        viewBox={`0 0 ${days * width - gap} ${height}`}
        className={styles.bars}
        preserveAspectRatio="none"
        role="img"
        aria-label={`The last ${days} days: ${missed} beats missed or failed`}
      >
        {shown.map(({ text, day }, i) => {
          const x = i * width
          if (!day)
            return <rect key={text} x={x} y={height - 2} width={width - gap} height={2} className={styles.none} />
          const total = Math.max(1, day.onTime + day.late + day.missed + day.failed)
          const bad = part(day.missed + day.failed, total, 5)
          const late = Math.min(height - bad, part(day.late, total, 1.5))
          return (
            <g key={text}>
              <title>{dayWords(day)}</title>
              <rect x={x} y={0} width={width - gap} height={height} className={styles.good} />
              {late > 0 && (
                <rect x={x} y={height - bad - late} width={width - gap} height={late} className={styles.late} />
              )}
              {bad > 0 && <rect x={x} y={height - bad} width={width - gap} height={bad} className={styles.bad} />}
            </g>
          )
        })}
      </svg>
      <p className={styles.note}>
        <span>{days} days ago</span>
        <span>today (UTC)</span>
      </p>
    </section>
  )
}

const dayText = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10)
/** The height of a share: what is not nothing can be seen. */
const part = (count: number, total: number, least: number) =>
  count === 0 ? 0 : Math.max(least, (count / total) * height)

/** One string: a title of several would not be the same in the browser. */
function dayWords({ day, onTime, late, missed, failed, durationMedianMs }: JobDay): string {
  const took = durationMedianMs === null ? '' : `; took ${tookWords(durationMedianMs)} as a rule`
  return `${day}: ${onTime} on time, ${late} late, ${missed} missed, ${failed} failed${took}`
}
