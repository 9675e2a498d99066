'use client'
import Link from 'next/link'
import type { Status } from '@/lib/domain/status'
import { useLiveStatus } from '../live'
import { StateShape } from '../state-mark'
import { stateWords } from '../state-words'
import styles from './board.module.css'

type DotProps = { id: number; name: string; status: Status; since: string }

/** A row of devices as dots that turn by themselves. One stop for the keyboard a row: the site's own link lists them. */
export function SiteDots({ dots, more }: { dots: DotProps[]; more: number }) {
  return (
    <span className={styles.dots}>
      {dots.map((dot) => (
        <DotLink key={dot.id} {...dot} />
      ))}
      {more > 0 && <span className={styles.moreDots}>+{new Intl.NumberFormat('en').format(more)}</span>}
    </span>
  )
}

function DotLink({ id, name, status, since }: DotProps) {
  const shown = useLiveStatus(id, status, since)
  const label = `${name}: ${stateWords[shown].toLowerCase()}`
  const quiet = shown === 'up' || shown === 'paused'
  return (
    <Link
      href={`/devices/${id}`}
      prefetch={false}
      className={styles.dot}
      title={label}
      aria-label={label}
      tabIndex={quiet ? -1 : 0}
    >
      <StateShape status={shown} size={12} />
    </Link>
  )
}
