import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCursor, writeCursor } from '@/lib/wire/cursor'

const kinds = ['string', 'instant', 'id'] as const

describe('cursors', () => {
  test('what was written is read', () =>
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300 }).filter((text) => !text.includes('\0')),
        fc.integer({ min: 0, max: 8_640_000_000_000 }),
        fc.integer({ min: 1, max: 2_147_483_647 }),
        (...values) => {
          expect(readCursor(writeCursor(values), kinds)).toEqual(values)
        },
      ),
    ))

  test.each([
    ['too few', ['a', 1]],
    ['too many', ['a', 1, 2, 3]],
    ['none of the kind', [1, 'a', 2]],
    ['a number with a fraction', ['a', 1, 1.5]],
    ['an id past what the database has', ['a', 1, 2_147_483_648]],
    ['an instant that is none', ['a', 1e300, 1]],
    ['a negative id', ['a', 1, -1]],
    ['null for a number', ['a', null, 1]],
    ['a text with a NUL', ['\0', 1, 1]],
    ['no list', { length: 3 }],
  ])('%s: none of ours', (_, values) =>
    expect(readCursor(Buffer.from(JSON.stringify(values)).toString('base64url'), kinds)).toBeNull(),
  )

  test('anything at all is read or refused, never thrown at', () =>
    fc.assert(fc.property(fc.string(), (text) => void readCursor(text, kinds))))
})
