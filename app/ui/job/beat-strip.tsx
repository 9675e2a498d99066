'use client'
import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { type EkgBeat, type EkgKind, ekgStrip } from '@/lib/domain/ekg'
import { beatsOf, watchBeats } from '@/lib/live-client'
import type { LiveBeat } from '@/lib/wire/live'
import { useSeen } from '../use-seen'
import { useWidth } from '../use-width'
import styles from './beat-strip.module.css'
import { readStrip } from './strip-code'

const none: readonly LiveBeat[] = []

/** The beats of a job that came since the page was rendered; `until`: the newest that it was rendered with. */
export function useLiveBeats(id: number, until: string | null, seen = true): readonly LiveBeat[] {
  const subscribe = useCallback((listener: () => void) => (seen ? watchBeats(id, listener) : () => {}), [id, seen])
  const live = useSyncExternalStore(
    subscribe,
    () => beatsOf(id),
    () => none,
  )
  return useMemo(
    () => (until === null ? live : live.filter((beat) => Date.parse(beat.at) > Date.parse(until))),
    [live, until],
  )
}

const words: Record<EkgKind, string> = {
  on_time: 'on time',
  late: 'late',
  missed: 'missed',
  failed: 'failed',
  note: 'noted',
}

/**
 * The last beats of a job side by side, drawn on as they come. `code`: those it was rendered with (strip-code.ts);
 * `until`: when the newest of them was.
 */
export function BeatStrip({
  id,
  code,
  until,
  slots = 20,
  width = 168,
  height = 24,
}: {
  id: number
  code: string
  until: string | null
  slots?: number
  width?: number
  height?: number
}) {
  const [box, seen] = useSeen<SVGSVGElement>()
  const live = useLiveBeats(id, until, seen)
  const beats = useMemo(() => withLive(code, live), [code, live])
  const shape = useMemo(() => ekgStrip(beats, { width, height, slots }), [beats, width, height, slots])
  return (
    <svg
      ref={box}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      className={styles.strip}
      role="img"
      aria-label={labelOf(shape.marks.map((mark) => mark.kind))}
    >
      <EkgPaths shape={shape} base={Math.round(height * 0.66)} width={width} />
    </svg>
  )
}

/** The same over the whole width it is given: a beat has room up to a certain breadth, and the newest stands at the right. */
export function WideStrip({
  id,
  code,
  until,
  height = 28,
}: {
  id: number
  code: string
  until: string | null
  height?: number
}) {
  const [box, width] = useWidth()
  const live = useLiveBeats(id, until)
  const slots = Math.max(12, Math.floor(width / widestSlot))
  const beats = useMemo(() => withLive(code, live), [code, live])
  const shape = useMemo(() => ekgStrip(beats, { width, height, slots }), [beats, width, height, slots])
  return (
    <svg
      ref={box}
      viewBox={`0 0 ${width} ${height}`}
      className={styles.wide}
      role="img"
      aria-label={labelOf(shape.marks.map((mark) => mark.kind))}
    >
      <EkgPaths shape={shape} base={Math.round(height * 0.66)} width={width} />
    </svg>
  )
}

const widestSlot = 14
const withLive = (code: string, live: readonly LiveBeat[]): EkgBeat[] => [
  ...readStrip(code),
  ...live.map((beat) => ({ ...beat, at: Date.parse(beat.at) })),
]

/** The paths of an EKG: told apart by shape first, by colour second. */
export function EkgPaths({ shape, base, width }: { shape: ReturnType<typeof ekgStrip>; base: number; width: number }) {
  return (
    <>
      <path d={`M0 ${base}H${width}`} className={styles.ground} />
      {shape.line && <path d={shape.line} className={styles.line} />}
      {shape.late && <path d={shape.late} className={styles.late} />}
      {shape.dark && <path d={shape.dark} className={styles.dark} />}
      {shape.missed && <path d={shape.missed} className={styles.missed} />}
    </>
  )
}

function labelOf(kinds: EkgKind[]): string {
  if (kinds.length === 0) return 'No beat yet'
  const counts = (Object.keys(words) as EkgKind[])
    .map((kind) => [kinds.filter((one) => one === kind).length, words[kind]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
  return `Last ${kinds.length === 1 ? 'beat' : `${kinds.length} beats`}: ${counts.join(', ')}`
}
