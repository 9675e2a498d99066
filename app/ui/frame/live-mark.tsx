'use client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useConnection } from '../live'
import { Since, useZone } from '../time'
import { clockWords } from '../time-words'
import styles from './live-mark.module.css'

/** Whether the page hears of changes by itself, and since when. Its turns are announced, its ticking is not. */
export function LiveMark() {
  const { state, since } = useConnection()
  const zone = useZone()
  const path = usePathname()
  if (state === 'connecting')
    return (
      <span className={styles.mark} data-state="connecting">
        Connecting
      </span>
    )
  const at = clockWords(since, zone, Date.now())
  if (state === 'signed-out')
    return (
      <span className={styles.mark} data-state="away" role="status" title={`Signed out: what you see is from ${at}.`}>
        <Link href={`/login?callbackUrl=${encodeURIComponent(path)}`} className="link" prefetch={false}>
          Signed out
        </Link>
      </span>
    )
  const isLive = state === 'live'
  return (
    <span
      className={styles.mark}
      data-state={state}
      title={
        isLive
          ? `Connected since ${at}: changes appear by themselves.`
          : `Not connected since ${at}: what you see is from then.`
      }
    >
      <span className={styles.dot} aria-hidden="true" />
      <span role="status">
        <span>{isLive ? 'Live' : 'Cut off'}</span>
      </span>
      {!isLive && <Since at={since} />}
    </span>
  )
}
