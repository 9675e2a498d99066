import fc from 'fast-check'
import { expect, test } from 'vitest'
import { searchLine } from '@/app/ui/discovery/search-line'

const drawn = (moments: number[], share: number, width = 600) =>
  searchLine({ moments, elapsedMs: 1000, share, width, height: 44 })
const places = (path: string) => [...path.matchAll(/[HL](-?[\d.]+)/g)].map(([, x]) => Number(x))

test('nothing found is a flat line as far as the search came', () =>
  expect(drawn([], 0.5)).toEqual({ path: 'M0 38H300', ground: 38, at: 300 }))

test('each place where something was found has one beat, the more the taller', () => {
  const [one, many] = [drawn([500], 1).path, drawn([500, 500, 500, 501], 1).path]
  const top = (path: string) => Math.min(...[...path.matchAll(/L[\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y)))
  expect(one.match(/H/g)).toHaveLength(2)
  expect(many.match(/H/g)).toHaveLength(2)
  expect(top(many)).toBeLessThan(top(one))
})

test('whatever was found whenever, the line goes on to the right and stays in its box', () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 40 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 100, max: 1400 }),
      (moments, share, width) => {
        const { path, at } = drawn(moments, share, width)
        expect(at).toBeLessThanOrEqual(width)
        const xs = places(path)
        const inOrder = xs.slice(0, -1).every((x, i) => i === 0 || x >= (xs[i - 1] ?? 0))
        expect(inOrder).toBe(true)
        for (const [, y] of path.matchAll(/L[\d.]+ ([\d.]+)/g)) expect(Number(y)).toBeLessThanOrEqual(44)
      },
    ),
    { numRuns: Number(process.env.FC ?? 300) },
  ))
