'use client'
import { useConnection } from '../live'
import { Since, useZone } from '../time'
import { clockWords } from '../time-words'
import styles from './live-mark.module.css'

/** Whether the page hears of changes by itself, and since when. */
export function LiveMark() {
  const { state, since } = useConnection()
  const zone = useZone()
  if (state === 'connecting')
    return (
      <span className={styles.mark} data-state="connecting">
        Connecting
      </span>
    )
  const at = clockWords(since, zone, Date.now())
  return (
    <span
      className={styles.mark}
      data-state={state}
      role="status"
      title={
        state === 'live'
          ? `Connected since ${at}: changes appear by themselves.`
          : `Not connected since ${at}: what you see is from then.`
      }
    >
      <span className={styles.dot} aria-hidden="true" />
      {state === 'live' ? (
        'Live'
      ) : (
        <>
          Cut off <Since at={since} />
        </>
      )}
    </span>
  )
}
