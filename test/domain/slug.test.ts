import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slugOf, slugPattern } from '@/lib/domain/slug'

test.each([
  ['prod.db1.backup', 'prod-db1-backup'],
  ['Nightly  Backup!', 'nightly-backup'],
  ['Größe ÄÖÜ', 'grosse-aou'],
  ['--a__b--', 'a__b'],
  ['ﬁle №5', 'file-no5'],
  ['日本', 'u65e5-672c'],
  ['-', 'u2d'],
  ['___', 'u5f-5f-5f'],
  [`${'a'.repeat(150)}`, 'a'.repeat(100)],
  [`${'a'.repeat(99)} b`, 'a'.repeat(99)],
])('the slug of %j is %s', (name, slug) => expect(slugOf(name)).toBe(slug))

test('every name has one, and a slug is its own', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), (name) => {
      const slug = slugOf(name)
      expect(slug).toMatch(slugPattern)
      expect(slugOf(slug)).toBe(slug)
    }),
  )
})
