import Link from 'next/link'
import type { Status } from '@/lib/domain/status'
import { StateShape } from '../state-mark'
import styles from './board.module.css'

const order: [Status, string][] = [
  ['down', 'dark'],
  ['unreachable', 'cut off'],
  ['degraded', 'degraded'],
  ['suspect', 'suspect'],
  ['late', 'late'],
  ['unknown', 'unknown'],
  ['new', 'new'],
  ['up', 'up'],
  ['paused', 'paused'],
]
const number = new Intl.NumberFormat('en')

/** One line that counts everything; each count leads to its list. */
export function Summary({ counts, openIncidents }: { counts: Partial<Record<Status, number>>; openIncidents: number }) {
  return (
    <ul className={styles.summary} aria-label="Counts">
      {openIncidents > 0 && (
        <li>
          <Link href="/incidents?open=1">
            <strong>{number.format(openIncidents)}</strong> {openIncidents === 1 ? 'incident' : 'incidents'}
          </Link>
        </li>
      )}
      {order
        .filter(([status]) => (counts[status] ?? 0) > 0)
        .map(([status, word]) => (
          <li key={status}>
            <Link href={`/devices?status=${status}`}>
              <StateShape status={status} />
              <strong>{number.format(counts[status] ?? 0)}</strong> {word}
            </Link>
          </li>
        ))}
    </ul>
  )
}
