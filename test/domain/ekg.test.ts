import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type EkgBeat, ekgPath, ekgStrip } from '@/lib/domain/ekg'

const beat = (at: number, what: 'ok' | 'late' | 'missed' | 'fail' | 'start'): EkgBeat => ({
  at,
  signal: what === 'missed' || what === 'fail' || what === 'start' ? what : 'success',
  timing: what === 'ok' ? 'on_time' : what === 'late' ? 'late' : null,
})
const box = { width: 100, height: 30, from: 0, to: 100 }

/** Every [x, y] a path goes through, and the flat stretches of it. */
function walk(path: string) {
  const points: [number, number][] = []
  const flats: [number, number][] = []
  for (const [, letter = '', rest = ''] of path.matchAll(/([MLHVQ])([^MLHVQ]*)/g)) {
    const numbers = rest.trim().split(/[ ,]+/).map(Number)
    const [x0, y0] = points.at(-1) ?? [0, 0]
    if (letter === 'H') {
      flats.push([x0, numbers[0] ?? 0])
      points.push([numbers[0] ?? 0, y0])
    } else if (letter === 'V') points.push([x0, numbers[0] ?? 0])
    else for (let i = 0; i < numbers.length; i += 2) points.push([numbers[i] ?? 0, numbers[i + 1] ?? 0])
  }
  return { points, flats }
}

describe('an EKG over time', () => {
  test('nothing is drawn where nothing was heard', () => {
    expect(ekgPath([], box)).toEqual({ line: '', late: '', dark: '', missed: '', marks: [] })
  })

  test('the line begins with the first beat, rises above it and goes on flat', () => {
    const { line } = ekgPath([beat(50, 'ok')], box)
    expect(line).toMatch(/^M45 19\.8L/)
    expect(line).toMatch(/H100$/)
    expect(Math.min(...walk(line).points.map(([, y]) => y))).toBe(1)
  })

  test('a missed beat leaves a gap until the job is heard again', () => {
    const { line, missed, marks } = ekgPath([beat(10, 'ok'), beat(40, 'missed'), beat(80, 'ok')], box)
    expect(missed).toBe('M40 16.8V22.8')
    expect(walk(line).flats).toEqual([
      [15, 35],
      [85, 100],
    ])
    expect(marks.map(({ x, kind }) => [x, kind])).toEqual([
      [10, 'on_time'],
      [40, 'missed'],
      [80, 'on_time'],
    ])
  })

  test('a fail goes below the line and the line is dark until the next success', () => {
    const { line, dark } = ekgPath([beat(10, 'ok'), beat(40, 'fail'), beat(80, 'ok')], box)
    expect(Math.max(...walk(dark).points.map(([, y]) => y))).toBe(29)
    expect(walk(dark).flats).toEqual([[45, 75]])
    expect(walk(line).flats).toEqual([
      [15, 35],
      [85, 100],
    ])
  })

  test('a late beat is half as tall as one on time, and round', () => {
    const { late } = ekgPath([beat(50, 'late')], box)
    expect(late).toBe('M45 19.8Q50 1 55 19.8') // the curve reaches half of its control point
  })

  test('a beat before the window brings the line in from the left, a missed one does not', () => {
    expect(walk(ekgPath([beat(-20, 'ok'), beat(50, 'ok')], box).line).flats[0]).toEqual([0, 45])
    expect(walk(ekgPath([beat(-20, 'missed'), beat(50, 'ok')], box).line).flats[0]).toEqual([55, 100])
  })

  test('of beats too close to be told apart the worst is drawn', () => {
    const { marks } = ekgPath([beat(50, 'ok'), beat(51, 'fail'), beat(51.5, 'ok')], box)
    expect(marks.map(({ kind }) => kind)).toEqual(['failed'])
  })
})

describe('an EKG of the last beats', () => {
  test('the newest is at the right, and what is missing at the left is not drawn', () => {
    const { line, marks } = ekgStrip([beat(1, 'ok'), beat(9, 'ok')], { width: 100, height: 30, slots: 10 })
    expect(marks.map(({ x }) => x)).toEqual([85, 95])
    expect(walk(line).points[0]?.[0]).toBe(80)
  })

  test('a start is no beat of its own', () => {
    const { marks } = ekgStrip([beat(1, 'start'), beat(2, 'ok')], { width: 100, height: 30, slots: 10 })
    expect(marks).toHaveLength(1)
  })
})

const anyBeats = fc
  .array(
    fc.tuple(
      fc.integer({ min: -50, max: 150 }),
      fc.constantFrom('ok', 'late', 'missed', 'fail', 'start') as fc.Arbitrary<Parameters<typeof beat>[1]>,
    ),
    { maxLength: 60 },
  )
  .map((all) => all.sort((a, b) => a[0] - b[0]).map(([at, what]) => beat(at, what)))

describe('whatever came', () => {
  test('stays in its box, and no line crosses a gap', () => {
    fc.assert(
      fc.property(
        anyBeats,
        fc.integer({ min: 20, max: 900 }),
        fc.integer({ min: 12, max: 80 }),
        (beats, width, height) => {
          for (const shape of [
            ekgPath(beats, { width, height, from: 0, to: 100 }),
            ekgStrip(beats, { width, height, slots: 24 }),
          ]) {
            const paths = [shape.line, shape.late, shape.dark]
            for (const [x, y] of [...paths, shape.missed].flatMap((path) => walk(path).points)) {
              expect(x).toBeGreaterThanOrEqual(0)
              expect(x).toBeLessThanOrEqual(width)
              expect(y).toBeGreaterThanOrEqual(0)
              expect(y).toBeLessThanOrEqual(height)
            }
            const gaps = shape.marks.filter(({ kind }) => kind === 'missed').map(({ x }) => x)
            const crossed = paths
              .flatMap((path) => walk(path).flats)
              .filter(([a, b]) => gaps.some((x) => a + 0.2 < x && x < b - 0.2))
            expect(crossed).toEqual([])
            expect(shape.missed.split('M').length - 1).toBe(gaps.length)
            const xs = shape.marks.map(({ x }) => x)
            expect(xs).toEqual([...xs].sort((a, b) => a - b))
          }
        },
      ),
    )
  })

  test('every beat of a strip is told, the newest slots of them', () => {
    fc.assert(
      fc.property(anyBeats, fc.integer({ min: 1, max: 40 }), (beats, slots) => {
        const told = beats.flatMap((one, i) => (one.signal === 'start' ? [] : [i])).slice(-slots)
        expect(ekgStrip(beats, { width: 400, height: 30, slots }).marks.map(({ index }) => index)).toEqual(told)
      }),
    )
  })
})
