import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { badgeStyles, badgeSvg } from '@/lib/domain/badge'
import type { EkgBeat } from '@/lib/domain/ekg'
import { statuses } from '@/lib/domain/status'

const beats: EkgBeat[] = [
  { at: 1, signal: 'success', timing: 'on_time' },
  { at: 2, signal: 'missed', timing: null },
  { at: 3, signal: 'fail', timing: null },
  { at: 4, signal: 'success', timing: 'late' },
]

/** What an XML reader makes of it: tags that close each other, quoted attributes, no stray markup in between. */
function isWellFormed(xml: string): boolean {
  const open: string[] = []
  const rest = xml.replace(
    /<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g,
    (_, closing, name, _attributes, self) => {
      if (closing) {
        if (open.pop() !== name) open.push('unmatched')
      } else if (!self) open.push(name)
      return ''
    },
  )
  return open.length === 0 && !/[<>]/.test(rest) && !/&(?!#\d+;)/.test(rest)
}

describe('a badge', () => {
  test.each(badgeStyles)('%s names the job and says its state', (style) => {
    const svg = badgeSvg({ name: 'prod.db1.backup', status: 'up', beats }, style)
    expect(svg).toContain('<title>prod.db1.backup: up</title>')
    expect(isWellFormed(svg)).toBe(true)
  })

  test('each state has a colour and a shape', () => {
    const seen = new Set(
      statuses.map(
        (status) =>
          /transform="translate\([^)]*\)"[^>]* d="([^"]+)"|<path fill="#fff"[^>]* d="([^"]+)"/.exec(
            badgeSvg({ name: 'x', status, beats }, 'flat'),
          )?.[2],
      ),
    )
    expect(seen.size).toBeGreaterThanOrEqual(5)
  })

  test('a name is text, whatever it holds', () => {
    const svg = badgeSvg({ name: '"><script>alert(1)</script>&amp;\'\u0000\u001b', status: 'down', beats }, 'ekg')
    expect(svg).not.toContain('<script')
    expect(isWellFormed(svg)).toBe(true)
  })

  test('any name in any state is a well-formed document', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom(...statuses),
        fc.constantFrom(...badgeStyles),
        (name, status, style) => {
          const svg = badgeSvg({ name, status, beats }, style)
          expect(isWellFormed(svg)).toBe(true)
          expect(svg.length).toBeLessThan(12_000)
        },
      ),
    )
  })
})
