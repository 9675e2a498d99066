'use client'
import { useEffect, useMemo, useState } from 'react'
import { onPings, type Ping, watchBeats, watchPings } from '@/lib/live-client'
import { stripShape } from '../strip-shape'
import { useWidth } from '../use-width'
import styles from './board.module.css'

const spanMs = 60_000
const height = 56

const asTallAsMs = 40 // a beat of a job stands as high as an answer that took so long

/** The line that beats: the answers of some devices and the beats of some jobs as they come in, the last minute of them. */
export function PulseLine({ ids, jobs }: { ids: number[]; jobs: number[] }) {
  const [pings, setPings] = useState<Ping[]>([])
  const [now, setNow] = useState(0)
  const [box, width] = useWidth()
  const key = ids.join(' ')
  const jobKey = jobs.join(' ')
  useEffect(() => {
    const idsOf = (text: string) => text.split(' ').map(Number).filter(Boolean)
    const mine = new Set(idsOf(key))
    const add = (fresh: Ping[]) => setPings((known) => thin([...known, ...fresh]))
    const release = [
      ...[...mine].map((id) => watchPings(id, () => {})),
      ...idsOf(jobKey).map((id) => watchBeats(id, () => add([[Date.now(), asTallAsMs]]))),
    ]
    const unlisten = onPings((batch) => {
      const fresh = batch.filter((entry) => mine.has(entry.target_id)).flatMap((entry) => entry.pings)
      if (fresh.length > 0) add(fresh)
    })
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => {
      unlisten()
      clearInterval(timer)
      for (const stop of release) stop()
    }
  }, [key, jobKey])
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
