import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bodyPreview } from '@/lib/domain/body-preview'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('the body of a beat', () => {
  test.each(['', 'backup done: 12 files', 'Zeile 1\nZeile 2\ttab\r\n', '監視 🚀'])('%j is text', (text) =>
    expect(bodyPreview(bytes(text))).toEqual({ kind: 'text', text }),
  )

  test('a letter cut in two at the end is left out', () => {
    expect(bodyPreview(bytes('a🚀').subarray(0, 3))).toEqual({ kind: 'text', text: 'a' })
  })

  test('colours of a terminal are left out', () => {
    expect(bodyPreview(bytes('\u001b[31mred\u001b[0m'))).toEqual({ kind: 'text', text: 'red' })
  })

  test('bytes that are no text are shown as bytes', () => {
    expect(bodyPreview(new Uint8Array([0, 255, 65]))).toEqual({
      kind: 'hex',
      text: `0000  00 ff 41${' '.repeat(39)}  ..A`,
    })
  })

  test('any bytes are answered, the hex of at most 256 of them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (body) => {
        const { kind, text } = bodyPreview(body)
        if (kind === 'text') expect(text.length).toBeLessThanOrEqual(body.length)
        else {
          const shown = text.split('\n').flatMap((line) => line.slice(6, 53).trim().split(' '))
          expect(shown).toEqual([...body.subarray(0, 256)].map((byte) => byte.toString(16).padStart(2, '0')))
        }
      }),
    )
  })
})
