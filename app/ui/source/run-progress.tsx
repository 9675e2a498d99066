'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { z } from 'zod'
import styles from './source.module.css'

const everyMs = 1000
const Answer = z.object({ state: z.string(), progress: z.string().nullable() })

/** How far a reading came, asked each second; when it has ended, the page is rendered again. */
export function RunProgress({ source, run, progress }: { source: number; run: number; progress: string | null }) {
  const router = useRouter()
  const [words, setWords] = useState(progress)
  useEffect(() => {
    const ending = new AbortController()
    let timer: ReturnType<typeof setTimeout>
    const ask = async () => {
      const answer = await fetch(`/api/sources/${source}/runs/${run}`, { signal: ending.signal })
        .then((response) => (response.ok ? response.json() : null))
        .catch(() => null)
      if (ending.signal.aborted) return
      const read = Answer.safeParse(answer)
      if (read.success && read.data.state !== 'reading') return router.refresh()
      if (read.success) setWords(read.data.progress)
      timer = setTimeout(ask, document.hidden ? 5 * everyMs : everyMs)
    }
    timer = setTimeout(ask, everyMs)
    return () => {
      ending.abort()
      clearTimeout(timer)
    }
  }, [source, run, router])
  return (
    <div className={styles.progress} role="status">
      <p className="strong">It is being read</p>
      <progress aria-label="Reading" />
      <p className="muted num">{words ?? 'Waits for a keeper.'}</p>
    </div>
  )
}

/** A reading that is due and has not begun: the page is rendered again each second until a keeper has taken it. */
export function RunDue() {
  const router = useRouter()
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && router.refresh(), everyMs)
    return () => clearInterval(timer)
  }, [router])
  return (
    <div className={styles.progress} role="status">
      <p className="strong">It is read in a moment</p>
      <progress aria-label="Reading" />
      <p className="muted">Waits for a keeper.</p>
    </div>
  )
}
