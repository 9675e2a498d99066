import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { channelsMeant, fieldsFault, jobLimits, textFault } from '@/lib/domain/job-fields'

describe('a text', () => {
  test.each([
    ['a', null],
    ['𝒳'.repeat(60), null],
    ['\u202ertl', null],
    ['', 'found nothing, expected text'],
    [' \u00a0', 'found nothing, expected text'],
    ['x'.repeat(61), 'found 61 characters, expected at most 60'],
    ['a\tb', 'found "a\\tb", expected text without control characters'],
    ['a\u0000', 'found "a\\u0000", expected text without control characters'],
    ['a\ud800', 'found "a\\ud800", expected text without control characters'],
  ])('%j: %s', (text, fault) => expect(textFault(text, 60)).toBe(fault))

  test('is taken only when it survives UTF-8 and holds no NUL, counted as people count', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        if (textFault(text, 60) !== null) return
        expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text)
        expect(text).not.toContain('\0')
        expect(Array.from(text).length).toBeLessThanOrEqual(60)
      }),
    )
  })
})

test.each([
  [{}, null],
  [{ name: 'a', slug: 'a-b', tags: ['x'], graceSeconds: 0, permissibleMisses: 100 }, null],
  [{ name: '' }, 'name: found nothing'],
  [{ slug: 'A' }, 'slug: found "A", expected a to z'],
  [{ tags: ['', 'x'] }, 'tags: found nothing'],
  [{ tags: Array.from({ length: 33 }, (_, i) => `${i}`) }, 'tags: found 33, expected at most 32'],
  [{ graceSeconds: 1.5 }, 'grace_period: found 1.5'],
  [{ graceSeconds: jobLimits.graceSeconds + 1 }, 'grace_period: found'],
  [{ permissibleMisses: -1 }, 'permissible_misses: found -1'],
])('%j: %s', (said, fault) => {
  if (fault === null) expect(fieldsFault(said)).toBeNull()
  else expect(fieldsFault(said)).toContain(fault)
})

describe('channels', () => {
  const known = [
    { id: 1, names: ['Olga', 'olga@isp.example'] },
    { id: 2, names: ['Olga', 'olga@other.example'] },
    { id: 3, names: ['pager', '1'] },
  ]
  test.each([
    [[], { ids: [] }],
    [[3, 'pager'], { ids: [3] }],
    [['olga@other.example', 1], { ids: [2, 1] }],
    [['1'], { ids: [3] }],
    [['Olga'], { fault: 'channels: 2 are called "Olga", expected an id or an e-mail address' }],
    [[4], { fault: 'channels: found 4, expected names or ids of channels' }],
  ])('%j are meant by id, name or e-mail', (channels, meant) => expect(channelsMeant(channels, known)).toEqual(meant))
})
