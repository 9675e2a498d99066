import type { Status } from '@/lib/domain/status'
import styles from './state-mark.module.css'
import { stateMeanings, stateWords } from './state-words'

const shapes: Record<Status, React.ReactNode> = {
  up: <circle cx="7" cy="7" r="4.25" className={styles.fill} />,
  suspect: (
    <>
      <circle cx="7" cy="7" r="3.75" className={styles.stroke} />
      <path d="M7 3.25a3.75 3.75 0 0 0 0 7.5z" className={styles.fill} />
    </>
  ),
  // the line with its gap
  down: <path d="M0 5h5v4H0zM9 5h5v4H9z" className={styles.fill} />,
  unreachable: <path d="M.75 5.75h3.5v2.5H.75zM9.75 5.75h3.5v2.5h-3.5z" className={styles.stroke} />,
  degraded: (
    <path d="M1 7c1.5-4.6 3-4.6 4.2-1.4C6.4 8.9 7.6 11.4 9 8.6 9.9 6.6 11.2 4 13 7" className={styles.stroke} />
  ),
  late: (
    <>
      <circle cx="7" cy="7" r="4.75" className={styles.stroke} />
      <path d="M7 4.250V7l2 1.25" className={styles.stroke} />
    </>
  ),
  new: <circle cx="7" cy="7" r="3.75" className={styles.ring} />,
  paused: <path d="M3.5 3h2.500v8H3.500zM8 3h2.500v8H8z" className={styles.fill} />,
  unknown: (
    <path d="M2.5 8.500l6-6M2.5 12l9.5-9.500M5.5 12l6.5-6.500M9 12l3-3M2.5 5l2.5-2.5" className={styles.hatch} />
  ),
}

/** The mark alone. Say the state in words beside it, or give it `labelled`. */
export function StateShape({
  status,
  size = 14,
  labelled = false,
}: {
  status: Status
  size?: number
  labelled?: boolean
}) {
  return (
    <svg
      viewBox="0 0 14 14"
      width={size}
      height={size}
      className={styles.shape}
      data-status={status}
      role={labelled ? 'img' : undefined}
      aria-label={labelled ? stateWords[status] : undefined}
      aria-hidden={labelled ? undefined : true}
    >
      {shapes[status]}
    </svg>
  )
}

/** One of the nine states as colour, shape and word: the same wherever it is shown. */
export function StateMark({ status, word = true }: { status: Status; word?: boolean }) {
  if (!word) return <StateShape status={status} labelled />
  return (
    <span className={styles.mark} data-status={status} title={`${stateWords[status]}: ${stateMeanings[status]}`}>
      <StateShape status={status} />
      <span className={styles.word}>{stateWords[status]}</span>
    </span>
  )
}
