import { type LineMood, linePaths } from './line-art'
import styles from './logo.module.css'

/** The mark: a line that beats, or has a gap. */
export function LineMark({ mood, width = 32 }: { mood: LineMood; width?: number }) {
  return (
    <svg
      viewBox="0 0 32 16"
      width={width}
      height={width / 2}
      className={styles.line}
      data-mood={mood}
      aria-hidden="true"
    >
      <path d={linePaths[mood]} />
    </svg>
  )
}

export function Logo({ mood = 'quiet' }: { mood?: LineMood }) {
  return (
    <span className={styles.logo}>
      <LineMark mood={mood} />
      Beatline
    </span>
  )
}
