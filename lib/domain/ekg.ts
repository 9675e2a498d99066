import type { Signal } from './job-state'

/** A beat as the line shows it. `at` is epoch ms: of a missed one, when it was due. */
export type EkgBeat = { at: number; signal: Signal | 'missed'; timing: 'on_time' | 'late' | null }

/** What is drawn of a beat: tall and sharp, low and round, a gap, a stroke below the line, a notch. */
export type EkgKind = 'on_time' | 'late' | 'missed' | 'failed' | 'note'

/** Paths for `d` of SVG. `dark` is the line from a fail to the next success; `marks` say which beat stands at which x. */
export type EkgShape = {
  line: string
  late: string
  dark: string
  missed: string
  marks: { x: number; kind: EkgKind; index: number }[]
}

type Box = { width: number; height: number }

/** How a beat is drawn. */
export function kindOf(beat: EkgBeat): EkgKind {
  if (beat.signal === 'missed') return 'missed'
  if (beat.signal === 'fail') return 'failed'
  if (beat.signal !== 'success') return 'note'
  return beat.timing === 'late' ? 'late' : 'on_time'
}

/**
 * The EKG of `beats` (oldest first) over the time from `from` to `to` (epoch ms): flat while nothing was due, a beat a
 * success, a gap from when a missed one was due until the job was heard again. Nothing is drawn before the first beat.
 */
export function ekgPath(beats: readonly EkgBeat[], { width, height, from, to }: Box & { from: number; to: number }) {
  const scale = width / Math.max(1, to - from)
  const places = beats.flatMap((beat, index) => {
    const x = (beat.at - from) * scale
    return beat.at > to
      ? []
      : [{ x: clamp(x, 0, width), index, kind: x < 0 ? before(beat) : kindOf(beat), inside: x >= 0 }]
  })
  // Of those before the window only the last tells something: whether the line was there as the window begins.
  const first = places.findIndex((place) => place.inside)
  const shown = first === -1 ? places.slice(-1) : places.slice(Math.max(0, first - 1))
  return draw(thin(shown), { width, height })
}

/** The last `slots` beats side by side, however far apart they came: for a row of a list. The newest is at the right. */
export function ekgStrip(beats: readonly EkgBeat[], { width, height, slots }: Box & { slots: number }): EkgShape {
  const told = beats.map((beat, index) => ({ index, kind: kindOf(beat) })).filter(({ kind }) => kind !== 'note')
  const shown = told.slice(-slots)
  const step = width / slots
  const start = width - shown.length * step
  return draw(
    shown.map(({ index, kind }, i) => ({ x: start + (i + 0.5) * step, index, kind, inside: true })),
    { width, height },
    start,
  )
}

type Place = { x: number; index: number; kind: EkgKind; inside: boolean }

/** Before the window there is a line, none, or a dark one; no shape. */
function before(beat: EkgBeat): EkgKind {
  const kind = kindOf(beat)
  return kind === 'missed' || kind === 'failed' ? kind : 'note'
}

const closest = 2.5 // px
const worst: readonly EkgKind[] = ['note', 'on_time', 'late', 'failed', 'missed']

/** Where beats stand closer than can be seen, the worst of them is drawn. */
function thin(places: readonly Place[]): Place[] {
  const kept: Place[] = []
  for (const place of places) {
    const last = kept.at(-1)
    if (!last?.inside || place.x - last.x >= closest) kept.push(place)
    else if (worst.indexOf(place.kind) > worst.indexOf(last.kind)) kept[kept.length - 1] = { ...place, x: last.x }
  }
  return kept
}

const widest = 5 // px from the middle of a beat to its end

function draw(places: readonly Place[], { width, height }: Box, start?: number): EkgShape {
  const base = round(height * 0.66)
  const pens = { line: createPen(base, height), late: createPen(base, height), dark: createPen(base, height) }
  const missed: string[] = []
  let ground: Pen | null = pens.line // the line that goes on to the next beat; null: a gap
  let x0 = start ?? 0
  for (const [i, place] of places.entries()) {
    const half = halfWidth(places, i, width)
    const [left, right] = [Math.max(x0, place.x - half), Math.min(width, place.x + half)]
    if (i > 0 || start !== undefined) ground?.flat(x0, left)
    if (place.inside && place.kind === 'missed') missed.push(`M${round(place.x)} ${round(base - 3)}V${round(base + 3)}`)
    const pen: Pen = {
      missed: pens.line,
      on_time: pens.line,
      note: ground ?? pens.line,
      late: pens.late,
      failed: pens.dark,
    }[place.kind]
    if (place.inside) pen.beat(place.kind, left, place.x, right)
    if (place.kind !== 'note')
      ground = { missed: null, failed: pens.dark, on_time: pens.line, late: pens.line }[place.kind]
    x0 = place.inside ? right : place.x
  }
  if (places.length > 0) ground?.flat(x0, width)
  return {
    line: pens.line.path(),
    late: pens.late.path(),
    dark: pens.dark.path(),
    missed: missed.join(''),
    marks: places.filter((place) => place.inside).map(({ x, kind, index }) => ({ x: round(x), kind, index })),
  }
}

/** A third of the room to the nearer neighbour: a flat piece stays between two beats. */
function halfWidth(places: readonly Place[], i: number, width: number): number {
  const x = places[i]?.x ?? 0
  const others = [places[i - 1]?.x, places[i + 1]?.x].filter((other) => other !== undefined)
  return Math.min(widest, width / 2, ...others.map((other) => Math.abs(x - other) / 3))
}

type Pen = {
  flat: (from: number, to: number) => void
  beat: (kind: EkgKind, left: number, x: number, right: number) => void
  path: () => string
}

/** Draws one of the paths, joined on where it left off. All coordinates are absolute. */
function createPen(base: number, height: number): Pen {
  const [up, down] = [base - 1, height - 1 - base]
  let path = ''
  let at: number | null = null // where the pen stands
  const move = (x: number) => {
    if (at !== round(x)) path += `M${round(x)} ${base}`
  }
  const lineTo = (x: number, y: number) => `L${round(x)} ${round(y)}`
  return {
    path: () => path,
    flat(from, to) {
      if (round(to) <= round(from)) return
      move(from)
      at = round(to)
      path += `H${at}`
    },
    beat(kind, left, x, right) {
      if (kind === 'missed') return
      move(left)
      at = round(right)
      path += {
        on_time: () => lineTo(x - (x - left) * 0.35, base - up) + lineTo(x + (right - x) * 0.3, base + down * 0.55),
        late: () => `Q${round(x)} ${round(base - up)} ${at} ${base}`,
        failed: () => lineTo(x, base + down),
        note: () => lineTo(x, base - up * 0.22),
      }[kind]()
      if (kind !== 'late') path += lineTo(right, base)
    },
  }
}

const round = (n: number) => Math.round(n * 10) / 10
const clamp = (n: number, least: number, most: number) => Math.min(most, Math.max(least, n))
