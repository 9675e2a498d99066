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
export function Summary({
  counts,
  jobCounts,
  openIncidents,
}: {
  counts: Partial<Record<Status, number>>
  jobCounts: Partial<Record<Status, number>>
  openIncidents: number
}) {
  const both = [counts, jobCounts].every((of) => Object.values(of).some((n) => n > 0))
  return (
    <ul className={styles.summary} aria-label="Counts">
      {openIncidents > 0 && (
        <li>
          <Link href="/incidents?open=1">
            <strong>{number.format(openIncidents)}</strong> {openIncidents === 1 ? 'incident' : 'incidents'}
          </Link>
        </li>
      )}
      <Counts of={counts} path="/devices" name={both ? 'Devices' : null} />
      <Counts of={jobCounts} path="/jobs" name={both ? 'Jobs' : null} />
    </ul>
  )
}

function Counts({ of, path, name }: { of: Partial<Record<Status, number>>; path: string; name: string | null }) {
  const shown = order.filter(([status]) => (of[status] ?? 0) > 0)
  if (shown.length === 0) return null
  return (
    <>
      {name && <li className={styles.countsOf}>{name}</li>}
      {shown.map(([status, word]) => (
        <li key={status}>
          <Link href={`${path}?status=${status}`}>
            <StateShape status={status} />
            <strong>{number.format(of[status] ?? 0)}</strong> {path === '/jobs' && status === 'down' ? 'down' : word}
          </Link>
        </li>
      ))}
    </>
  )
}
