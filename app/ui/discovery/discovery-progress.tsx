'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { z } from 'zod'
import { useWidth } from '../use-width'
import styles from './discovery.module.css'
import { type Line, searchLine } from './search-line'

const everyMs = 1000
const refreshEveryMs = 1500
const height = 44

const Answer = z.object({
  state: z.enum(['waiting', 'running', 'done', 'cancelled', 'failed']),
  asked: z.number(),
  total: z.number(),
  found: z.number(),
})
type Progress = z.infer<typeof Answer>

/**
 * How far a search came, as the line of the product: flat as it goes on, a beat for each device found. It asks each second
 * until the search has ended, and has the page rendered again when something was found.
 */
export function DiscoveryProgress({
  id,
  progress,
  moments,
  elapsedMs,
}: {
  id: number
  progress: Progress
  moments: number[] // ms after the beginning at which each was found
  elapsedMs: number
}) {
  const router = useRouter()
  const [now, setNow] = useState(progress)
  const [isAway, setAway] = useState(false)
  const rendered = useRef(progress)
  rendered.current = progress
  const isOver = now.state !== 'waiting' && now.state !== 'running'
  useEffect(() => {
    if (isOver) return
    const ending = new AbortController()
    let timer: ReturnType<typeof setTimeout>
    let refreshedAt = 0
    const ask = async () => {
      const answer = await fetch(`/api/discoveries/${id}`, { signal: ending.signal })
        .then((response) => (response.ok ? response.json() : null))
        .catch(() => null)
      if (ending.signal.aborted) return
      const read = Answer.safeParse(answer)
      setAway(!read.success)
      if (read.success) {
        setNow(read.data)
        const isNews = read.data.found !== rendered.current.found || read.data.state !== rendered.current.state
        const hasEnded = read.data.state !== 'waiting' && read.data.state !== 'running'
        if (isNews && (hasEnded || Date.now() - refreshedAt > refreshEveryMs)) {
          refreshedAt = Date.now()
          router.refresh()
        }
      }
      timer = setTimeout(ask, document.hidden ? 5 * everyMs : everyMs)
    }
    timer = setTimeout(ask, everyMs)
    return () => {
      ending.abort()
      clearTimeout(timer)
    }
  }, [id, isOver, router])

  const [box, width] = useWidth()
  const share = now.total > 0 ? Math.min(1, now.asked / now.total) : 0
  const line: Line = searchLine({
    moments,
    elapsedMs,
    share: isOver && now.state === 'done' ? 1 : share,
    width,
    height,
  })
  return (
    <div className={styles.progress}>
      <div
        role="progressbar"
        aria-label="How far the search came"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
      >
        <svg
          ref={box}
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          className={styles.line}
          data-state={now.state}
          aria-hidden="true"
        >
          <path d={`M0 ${line.ground}H${width}`} className={styles.ahead} />
          <path d={line.path} className={styles.done} />
          {!isOver && <circle cx={line.at} cy={line.ground} r="4" className={styles.head} />}
        </svg>
      </div>
      <p className={`${styles.figures} num`} aria-live="polite" aria-atomic="true">
        {isAway ? 'The server does not answer: still asking.' : words(now, share)}
      </p>
    </div>
  )
}

const number = new Intl.NumberFormat('en')

function words({ state, asked, total, found }: Progress, share: number): string {
  const devices = `${number.format(found)} found`
  if (state === 'waiting') return 'Waits for the probe to begin.'
  const addresses = `${number.format(asked)} of ${number.format(total)} addresses`
  if (state === 'running') return `${addresses}, ${Math.floor(share * 100)} %, ${devices}`
  return state === 'done' ? `${number.format(asked)} addresses, ${devices}` : `${addresses}, ${devices}`
}
