'use client'
import { useEffect, useState } from 'react'
import { nextChange, spanWords } from '../time-words'

/** Until an instant, ticking: "in 8 min 12 s"; then that it is due. `now` (epoch ms) is the server's, until it is alive. */
export function Countdown({ at, now: rendered }: { at: string; now: number }) {
  const end = new Date(at).getTime()
  const [now, setNow] = useState(rendered)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const tick = () => {
      const t = Date.now()
      setNow(t)
      if (t < end) timer = setTimeout(tick, Math.max(250, Math.min(1000, nextChange(end - t))))
    }
    tick()
    return () => clearTimeout(timer)
  }, [end])
  return (
    <time dateTime={new Date(end).toISOString()} className="num" suppressHydrationWarning>
      {now < end ? `in ${spanWords(end - now + 999)}` : 'now'}
    </time>
  )
}
