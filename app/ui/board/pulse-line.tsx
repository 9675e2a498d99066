'use client'
import { useEffect, useMemo, useState } from 'react'
import { onPings, type Ping, watchPings } from '@/lib/live-client'
import { stripShape } from '../strip-shape'
import { useWidth } from '../use-width'
import styles from './board.module.css'

const spanMs = 60_000
const height = 56

/** The line that beats: the answers of some devices as they come in, the last minute of them. */
export function PulseLine({ ids }: { ids: number[] }) {
  const [pings, setPings] = useState<Ping[]>([])
  const [now, setNow] = useState(0)
  const [box, width] = useWidth()
  const key = ids.join(' ')
  useEffect(() => {
    const mine = new Set(key.split(' ').map(Number))
    const release = [...mine].map((id) => watchPings(id, () => {}))
    const unlisten = onPings((batch) => {
      const fresh = batch.filter((entry) => mine.has(entry.target_id)).flatMap((entry) => entry.pings)
      if (fresh.length > 0) setPings((known) => thin([...known, ...fresh]))
    })
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => {
      unlisten()
      clearInterval(timer)
      for (const stop of release) stop()
    }
  }, [key])
  const shape = useMemo(() => stripShape(pings, { now, spanMs, width, height }), [pings, now, width])
  return (
    <svg
      ref={box}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className={styles.pulse}
      aria-hidden="true"
    >
      <path d={`M0 ${height - 4}H${width}`} className={styles.pulseGround} />
      <path d={shape.line} className={styles.pulseBeat} />
    </svg>
  )
}

/** One beat in two seconds at most: enough to see that it lives, few enough to be calm. */
function thin(pings: Ping[]): Ping[] {
  const from = Date.now() - spanMs
  const kept: Ping[] = []
  for (const ping of pings.sort((a, b) => a[0] - b[0])) {
    if (ping[0] > from && ping[0] - (kept.at(-1)?.[0] ?? 0) >= 2000) kept.push(ping)
  }
  return kept
}
