import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FrameRow, packFrame, unpackFrame } from '@/lib/wire/frame'

const numbers = fc.tuple(
  fc.integer({ min: 0, max: 600 }),
  fc.integer({ min: 0, max: 600 }),
  fc.option(fc.array(fc.integer({ min: 0, max: 60_000_000 }), { minLength: 3, maxLength: 3 })),
)
const frame = fc
  .uniqueArray(fc.integer({ min: 1, max: 2_147_483_647 }), { maxLength: 200 })
  .chain((ids) => fc.tuple(fc.constant(ids), fc.array(numbers, { minLength: ids.length, maxLength: ids.length })))
  .map(([ids, rows]) =>
    ids.map((targetId, i): FrameRow => {
      const [sent, lost, rtts] = rows[i] ?? [0, 0, null]
      const [rttMinUs = -1, rttMedianUs = -1, rttMaxUs = -1] = rtts ? [...rtts].sort((a, b) => a - b) : []
      return { targetId, sent, lost, rttMinUs, rttMedianUs, rttMaxUs }
    }),
  )

describe('a packed frame', () => {
  test('comes back as it was, ids rising', () => {
    fc.assert(
      fc.property(frame, (rows) => {
        expect(unpackFrame(packFrame(rows))).toEqual([...rows].sort((a, b) => a.targetId - b.targetId))
      }),
    )
  })

  test('of 10,000 steady devices takes less than 9 bytes each', () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => {
      const rttMinUs = 800 + ((i * 7919) % 4000)
      return {
        targetId: i + 1,
        sent: 6,
        lost: 0,
        rttMinUs,
        rttMedianUs: rttMinUs + 150 + (i % 97),
        rttMaxUs: rttMinUs + 900 + (i % 301),
      }
    })
    expect(packFrame(rows).length).toBeLessThan(90_000)
  })

  test('does not hold a target twice', () => {
    const row = { targetId: 5, sent: 1, lost: 1, rttMinUs: -1, rttMedianUs: -1, rttMaxUs: -1 }
    expect(() => packFrame([row, row])).toThrow(/twice/)
  })
})

describe('what is no frame is refused', () => {
  const rows = [{ targetId: 5, sent: 6, lost: 0, rttMinUs: 100, rttMedianUs: 200, rttMaxUs: 300 }]
  const packedBody = (...bytes: number[]) => Uint8Array.from([1, ...deflateRawSync(Uint8Array.from(bytes))])

  test.each([
    ['nothing', new Uint8Array(0)],
    ['another format', Uint8Array.from([2, ...packFrame(rows).subarray(1)])],
    ['noise', Uint8Array.from([1, 255, 254, 253, 252])],
    ['a body that ends too early', packedBody(2, 1, 1)],
    ['bytes left over', packedBody(0, 0)],
    ['a number without an end', packedBody(255, 255, 255, 255, 255, 255)],
    ['a count beyond the bound', packedBody(0xc1, 0x9a, 0x0c)],
    ['ids that do not rise', packedBody(2, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0)],
    ['a bomb of zeros', Uint8Array.from([1, ...deflateRawSync(new Uint8Array(64 << 20))])],
    ['far too many bytes', new Uint8Array(9 << 20).fill(1)],
  ])('%s', (_, bytes) => expect(() => unpackFrame(bytes)).toThrow(RangeError))

  test('any bytes at all: rows or a RangeError, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          unpackFrame(Uint8Array.from([1, ...bytes]))
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
  })
})
