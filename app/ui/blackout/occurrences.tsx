import type { BlackoutKind, Occurrence } from '@/lib/domain/blackout'
import { spanWords } from '../time-words'
import styles from './blackout-form.module.css'

/** The next times of a blackout as it stands in the form, or what it lacks. A length that a clock change alters is said. */
export function Occurrences({
  kind,
  occurrences,
  fault,
  zone,
  now,
}: {
  kind: BlackoutKind
  occurrences: Occurrence[]
  fault: string | null
  zone: string
  now: number // epoch ms
}) {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: fault === null ? zone : 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
  const usual = usualLength(occurrences)
  const began = occurrences[0]?.startAt ?? now
  const since = began > now - 60_000 ? 'From now' : `Since ${format.format(began)}`
  return (
    <div className={styles.shown} aria-live="polite">
      {fault !== null && <p className="hint">{missingWords(fault)}</p>}
      {fault === null && occurrences.length === 0 && (
        <p className="problem">It never comes: it is over before it begins.</p>
      )}
      {fault === null && kind === 'open' && <p>{since}, until somebody ends it.</p>}
      {fault === null && kind === 'periods' && <p>{since}, until that many more beats were expected.</p>}
      {fault === null && (kind === 'range' || kind === 'weekly') && occurrences.length > 0 && (
        <>
          <p className="strong">{kind === 'weekly' ? 'The next five times' : 'Once'}</p>
          <ol className={styles.times}>
            {occurrences.map(({ startAt, endAt }) => (
              <li key={startAt}>
                {format.format(startAt)} to {endAt === null ? 'no end' : format.format(endAt)}
                {endAt !== null && (
                  <span className={endAt - startAt === usual ? 'muted' : styles.odd}>
                    {' · '}
                    {spanWords(endAt - startAt)}
                    {endAt - startAt !== usual && ', as the clock changes'}
                  </span>
                )}
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  )
}

/** The length that most of them have. */
function usualLength(occurrences: Occurrence[]): number {
  const lengths = occurrences.map(({ startAt, endAt }) => (endAt ?? startAt) - startAt).sort((a, b) => a - b)
  return lengths[Math.floor(lengths.length / 2)] ?? 0
}

const labels: Record<string, string> = {
  untilAt: 'Until',
  fromAt: 'From',
  weekdays: 'Days',
  startMinute: 'From',
  endMinute: 'To',
  periodsLeft: 'How many',
  zone: 'Time zone',
}

/** What the form lacks yet, in its own words. */
function missingWords(fault: string): string {
  const [, field = '', rest = fault] = /^([a-zA-Z]+): (.+)$/s.exec(fault) ?? []
  if (field === 'targetIds') return 'Say what it covers, and its next times stand here.'
  return `${labels[field] ? `${labels[field]}: ` : ''}${rest}.`
}
