import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stripShape } from '@/app/ui/strip-shape'

const box = { now: 100_000, spanMs: 100_000, width: 100, height: 28 }
/** A ping every 10 s up to now: '.' was answered, 'x' was not, ' ' was not sent. */
const pings = (picture: string) =>
  [...picture].flatMap((mark, i): [number, number | null][] =>
    mark === ' ' ? [] : [[box.now - (picture.length - 1 - i) * 10_000, mark === '.' ? 12 : null]],
  )
const pieces = (picture: string) => stripShape(pings(picture), box).line.split('M').length - 1

describe('stripShape', () => {
  test('nothing measured draws nothing', () => expect(stripShape([], box)).toEqual({ line: '', misses: [] }))
  test('answers in a row are one line', () => expect(pieces('......')).toBe(1))
  test('a miss is a gap with its mark', () => {
    expect(pieces('..x...')).toBe(2)
    expect(stripShape(pings('..x...'), box).misses).toHaveLength(1)
  })
  test('time that was not measured is a gap without a mark', () => {
    expect(pieces('...    ...')).toBe(2)
    expect(stripShape(pings('...    ...'), box).misses).toEqual([])
  })
  test('what is older than the span is left out', () => expect(stripShape([[box.now - 200_000, 5]], box).line).toBe(''))
  test('every miss within the span has one mark inside the box, whatever the pings', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.integer({ min: 1, max: 100_000 }), fc.option(fc.double({ min: 0, max: 5000, noNaN: true }))),
        ),
        (raw) => {
          const sorted = raw.sort((a, b) => a[0] - b[0]) as [number, number | null][]
          const { misses, line } = stripShape(sorted, box)
          expect(misses).toHaveLength(sorted.filter(([, rtt]) => rtt === null).length)
          expect(misses.every((x) => x >= 0 && x <= box.width + 1)).toBe(true)
          expect(line).not.toContain('NaN')
        },
      ),
    ))
})
