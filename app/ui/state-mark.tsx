import type { Status } from '@/lib/domain/status'
import styles from './state-mark.module.css'
import { stateShapes } from './state-shapes'
import { stateMeanings, stateWords } from './state-words'

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
      {stateShapes[status].map(({ d, paint }) => (
        <path key={d} d={d} className={styles[paint]} />
      ))}
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
