'use client'
import { useEffect, useMemo, useState } from 'react'
import { type EkgBeat, type EkgKind, ekgPath } from '@/lib/domain/ekg'
import { useZone } from '../time'
import { clockWords, dateWords } from '../time-words'
import { useWidth } from '../use-width'
import styles from './beat-line.module.css'
import { EkgPaths, useLiveBeats } from './beat-strip'
import { beatWords } from './beat-words'
import { tookWords } from './took-words'

/** A beat of the line: at (epoch ms), signal, timing, duration in ms. */
export type LineBeat = EkgBeat & { durationMs: number | null }

const height = 88
const roomPx = 16 // that a beat takes so that the line reads as one
const barsHeight = 32
const kindWords: [EkgKind, string][] = [
  ['on_time', 'on time'],
  ['late', 'late'],
  ['missed', 'missed'],
  ['failed', 'failed'],
]

/** The recent beats of a job as its EKG, drawn on as they come; how long each run took stands beneath. */
export function BeatLine({
  id,
  beats,
  from: given,
  until,
  fits = false,
}: {
  id: number
  beats: LineBeat[]
  from: number
  until: string | null
  fits?: boolean // as many of the last beats as have room
}) {
  const [box, width] = useWidth()
  const zone = useZone()
  const [now, setNow] = useState<number | null>(null)
  const [pointed, setPointed] = useState<number | null>(null)
  const live = useLiveBeats(id, until)
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 2000)
    return () => clearInterval(timer)
  }, [])
  const all = useMemo(() => {
    const known = [
      ...beats,
      ...live.map((beat) => ({ ...beat, at: Date.parse(beat.at), durationMs: beat.duration_ms })),
    ]
    return fits ? known.slice(-Math.max(12, Math.floor(width / roomPx))) : known
  }, [beats, live, fits, width])
  // The first one stands a little inside, so that its shape is whole.
  const first = all[0]?.at ?? given
  const from = fits ? first - Math.max(1000, ((now ?? first) - first) / 60) : given
  const to = Math.max(now ?? 0, all.at(-1)?.at ?? 0, from + 60_000)
  const shape = useMemo(() => ekgPath(all, { width, height, from, to }), [all, width, from, to])
  const longest = Math.max(0, ...shape.marks.map(({ index }) => all[index]?.durationMs ?? 0))
  const mark = pointed === null ? undefined : shape.marks[pointed]
  const beat = mark && all[mark.index]
  const point = (event: React.PointerEvent<SVGSVGElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left
    let nearest = -1
    for (const [i, one] of shape.marks.entries())
      if (nearest < 0 || Math.abs(one.x - x) < Math.abs((shape.marks[nearest]?.x ?? 0) - x)) nearest = i
    setPointed(nearest < 0 ? null : nearest)
  }
  return (
    <figure className={styles.figure}>
      <svg
        ref={box}
        viewBox={`0 0 ${width} ${height + barsHeight}`}
        className={styles.line}
        role="img"
        aria-label={summary(shape.marks.map(({ kind }) => kind))}
        onPointerMove={point}
        onPointerLeave={() => setPointed(null)}
      >
        {mark && <path d={`M${mark.x} 0V${height + barsHeight}`} className={styles.cursor} />}
        <EkgPaths shape={shape} base={Math.round(height * 0.66)} width={width} />
        {longest > 0 &&
          shape.marks.map(({ x, index }) => {
            const took = all[index]?.durationMs
            if (took === null || took === undefined) return null
            const tall = Math.max(1.5, (took / longest) * (barsHeight - 6))
            return (
              <rect
                key={index}
                x={x - 1.25}
                y={height + barsHeight - tall}
                width={2.5}
                height={tall}
                rx={1}
                className={styles.bar}
              />
            )
          })}
      </svg>
      <figcaption className={styles.caption}>
        <span>{edgeWords(from, zone, to)}</span>
        <span className={styles.said}>
          {beat ? (
            <>
              <strong>{clockWords(beat.at, zone, to)}</strong> {beatWords(beat).toLowerCase()}
              {beat.durationMs !== null && `, took ${tookWords(beat.durationMs)}`}
            </>
          ) : (
            <Legend longest={longest} />
          )}
        </span>
        <span>now</span>
      </figcaption>
    </figure>
  )
}

function Legend({ longest }: { longest: number }) {
  return (
    <span className={styles.legend}>
      <Sample kind="on_time" word="on time" />
      <Sample kind="late" word="late" />
      <Sample kind="missed" word="missed" />
      <Sample kind="failed" word="failed" />
      {longest > 0 && <span>bars: how long it ran, {tookWords(longest)} at most</span>}
    </span>
  )
}

const samples: Record<'on_time' | 'late' | 'missed' | 'failed', EkgBeat> = {
  on_time: { at: 50, signal: 'success', timing: 'on_time' },
  late: { at: 50, signal: 'success', timing: 'late' },
  missed: { at: 50, signal: 'missed', timing: null },
  failed: { at: 50, signal: 'fail', timing: null },
}

function Sample({ kind, word }: { kind: keyof typeof samples; word: string }) {
  const shape = ekgPath([{ at: 0, signal: 'log', timing: null }, samples[kind]], {
    width: 22,
    height: 16,
    from: 0,
    to: 100,
  })
  return (
    <span className={styles.sample}>
      <svg viewBox="0 0 22 16" width="22" height="16" aria-hidden="true">
        <EkgPaths shape={shape} base={11} width={0} />
      </svg>
      {word}
    </span>
  )
}

function summary(kinds: EkgKind[]): string {
  const counts = kindWords
    .map(([kind, word]) => [kinds.filter((one) => one === kind).length, word] as const)
    .filter(([count]) => count > 0)
  return counts.length === 0 ? 'No beat yet' : `Beats: ${counts.map(([count, word]) => `${count} ${word}`).join(', ')}`
}

const edgeWords = (at: number, zone: string, now: number) =>
  now - at > 20 * 3_600_000 ? dateWords(at, zone, now) : clockWords(at, zone, now, { seconds: false })
