'use client'
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { type Ping, pingsOf, watchPings } from '@/lib/live-client'
import styles from './strip.module.css'
import { stripShape } from './strip-shape'
import { useWidth } from './use-width'

const none: readonly Ping[] = []
const spanMs = 300_000

/** The last five minutes of a device as an EKG, drawn as they are measured: a beat a hit, a gap a miss. */
export function Strip({ id, height = 28 }: { id: number; height?: number }) {
  const [box, width] = useWidth()
  const subscribe = useCallback((listener: () => void) => watchPings(id, listener), [id])
  const pings = useSyncExternalStore(
    subscribe,
    () => pingsOf(id),
    () => none,
  )
  const now = useSlowClock()
  const shape = useMemo(
    () => stripShape(pings, { now: Math.max(now, pings.at(-1)?.[0] ?? 0), spanMs, width, height }),
    [pings, now, width, height],
  )
  const recent = pings.slice(-60)
  const missed = recent.filter(([, rtt]) => rtt === null).length
  const label = recent.length === 0 ? 'No pings seen yet' : `Last ${recent.length} pings: ${missed} missed`
  return (
    <svg
      ref={box}
      viewBox={`0 0 ${width} ${height}`}
      className={styles.strip}
      role="img"
      aria-label={label}
      preserveAspectRatio="none"
    >
      <path d={`M0 ${height - 4}H${width}`} className={styles.ground} />
      <path d={shape.line} className={styles.line} />
      {shape.misses.length > 0 && (
        <path d={shape.misses.map((x) => `M${x} ${height - 7}v6`).join('')} className={styles.miss} />
      )}
    </svg>
  )
}

/** Time moves the strip even when no ping comes: every 5 s, in step for all strips of a page. */
function useSlowClock(): number {
  const [now, setNow] = useState(0)
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 5000)
    return () => clearInterval(timer)
  }, [])
  return now
}
