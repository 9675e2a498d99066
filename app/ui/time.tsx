'use client'
import { createContext, use, useEffect, useState } from 'react'
import { agoWords, clockWords, nextChange, roughWords, spanWords, untilMidnight, wholeWords } from './time-words'

/** The viewer's zone, and the server's clock at the time of rendering: so that both sides write the same words. */
const Viewer = createContext({ zone: 'UTC', now: 0 })
const DeviceZone = createContext('UTC')

export function ViewerProvider({ zone, now, children }: { zone: string; now: number; children: React.ReactNode }) {
  const [viewer, setViewer] = useState({ zone, now })
  useEffect(() => {
    const mine = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'
    // Kept for the server, which then writes local times from the first byte on.
    // biome-ignore lint/suspicious/noDocumentCookie: cookieStore is missing in Firefox and Safari
    if (mine !== zone) document.cookie = `zone=${encodeURIComponent(mine)}; path=/; max-age=31536000; samesite=lax`
    let timer: ReturnType<typeof setTimeout>
    const look = () => {
      setViewer({ zone: mine, now: Date.now() })
      // A clock says no date for today: what is today changes at midnight.
      timer = setTimeout(look, untilMidnight(Date.now(), mine) + 50)
    }
    look()
    return () => clearTimeout(timer)
  }, [zone])
  return (
    <DeviceZone value={viewer.zone}>
      <Viewer value={viewer}>{children}</Viewer>
    </DeviceZone>
  )
}

/** All times within are read in the zone that the operator chose; null: in that of the device. */
export function ChosenZone({ zone, children }: { zone: string | null; children: React.ReactNode }) {
  const viewer = use(Viewer)
  return <Viewer value={zone === null ? viewer : { ...viewer, zone }}>{children}</Viewer>
}

export const useDeviceZone = () => use(DeviceZone)

/** The clock of a component, ticking when its words change next; the server's time until it is alive. */
function useNow(start: number, untilChange: (spanMs: number) => number): number {
  const { now: rendered } = use(Viewer)
  const [now, setNow] = useState<number | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const tick = () => {
      const t = Date.now()
      setNow(t)
      timer = setTimeout(tick, Math.max(250, untilChange(t - start) + 5))
    }
    tick()
    return () => clearTimeout(timer)
  }, [start, untilChange])
  return now ?? rendered
}

export const useZone = () => use(Viewer).zone

const agoRhythm = (spanMs: number) => (spanMs < 3_600_000 ? 5_000 : 60_000)

const millis = (at: string | number | Date) => new Date(at).getTime()

/** How long since `at`, ticking: "4 min 12 s". Absolute on hover. */
export function Since({ at, className }: { at: string | number | Date; className?: string | undefined }) {
  const start = millis(at)
  const now = useNow(start, nextChange)
  return (
    <time
      dateTime={new Date(start).toISOString()}
      title={wholeWords(start, useZone())}
      className={className}
      suppressHydrationWarning
    >
      {spanWords(now - start)}
    </time>
  )
}

/** A past instant, relative: "4 min ago". Absolute on hover. */
export function Ago({ at }: { at: string | number | Date }) {
  const instant = millis(at)
  const now = useNow(instant, agoRhythm)
  return (
    <time dateTime={new Date(instant).toISOString()} title={wholeWords(instant, useZone())} suppressHydrationWarning>
      {agoWords(instant, now)}
    </time>
  )
}

/** An instant that something is expected at: "in 4 min", then "due 10 s ago", and once its grace is over "4 min overdue". */
export function Due({ at, graceMs }: { at: string | number | Date; graceMs: number }) {
  const instant = millis(at)
  const now = useNow(instant, agoRhythm)
  const past = now - instant
  const isOver = past > Math.max(5000, graceMs)
  return (
    <time
      dateTime={new Date(instant).toISOString()}
      title={wholeWords(instant, useZone())}
      data-overdue={isOver || undefined}
      suppressHydrationWarning
    >
      {isOver
        ? `${roughWords(past)} overdue`
        : past > 5000
          ? `due ${agoWords(instant, now)}`
          : past > -5000
            ? 'now'
            : agoWords(instant, now)}
    </time>
  )
}

/** An instant by the clock, in the viewer's zone: "04:12:07", with its date when that is not today. */
export function Clock({
  at,
  seconds = true,
  ms = false,
}: {
  at: string | number | Date
  seconds?: boolean
  ms?: boolean
}) {
  const instant = millis(at)
  const zone = useZone()
  const now = use(Viewer).now
  return (
    <time dateTime={new Date(instant).toISOString()} title={wholeWords(instant, zone)} suppressHydrationWarning>
      {clockWords(instant, zone, now, { seconds, ms })}
    </time>
  )
}

/** How long from one instant to another; ticking while there is no end. */
export function Lasted({ from, to }: { from: string | number | Date; to: string | number | Date | null }) {
  if (to === null) return <Since at={from} />
  return <span className="num">{spanWords(millis(to) - millis(from))}</span>
}
