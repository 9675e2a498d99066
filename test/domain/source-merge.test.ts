import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asReal, mergeFields, sameValue, tidyText } from '@/lib/domain/source-merge'

fc.configureGlobal({ numRuns: Number(process.env.FC ?? 100) })

type F = { name: string; address: string; site: number | null; upstream: readonly number[] }
const merge = (base: Partial<F>, theirs: Partial<{ [f in keyof F]: F[f] | null }>, ours: F | null) =>
  mergeFields<F>(base, theirs as F, ours)
const ours: F = { name: 'Ridge-3', address: '203.0.113.9', site: null, upstream: [1, 2] }

describe('what a source says, merged into what stands', () => {
  const cases: [string, Parameters<typeof merge>, { write: object; kept?: string[]; said?: object }][] = [
    ['new: all of it is written', [{}, { name: 'a', site: null }, null], { write: { name: 'a' }, said: { name: 'a' } }],
    [
      'what it does not say stays',
      [{ name: 'Ridge-3' }, { name: null }, ours],
      { write: {}, said: { name: 'Ridge-3' } },
    ],
    [
      'as it last wrote it: follows',
      [{ name: 'Ridge-3' }, { name: 'R3' }, ours],
      { write: { name: 'R3' }, said: { name: 'R3' } },
    ],
    ['edited here: stays', [{ name: 'r3' }, { name: 'R3' }, ours], { write: {}, kept: ['name'], said: { name: 'r3' } }],
    [
      'edited to what it says now: agreed',
      [{ name: 'r3' }, { name: 'Ridge-3' }, ours],
      { write: {}, said: { name: 'Ridge-3' } },
    ],
    ['never said and nothing stood: written', [{}, { site: 4 }, ours], { write: { site: 4 }, said: { site: 4 } }],
    ['never said and something stood: stays', [{}, { name: 'R3' }, ours], { write: {}, kept: ['name'], said: {} }],
    ['cleared here: stays empty', [{ site: 4 }, { site: 4 }, ours], { write: {}, kept: ['site'], said: { site: 4 } }],
    [
      'a list in another order is the same',
      [{}, { upstream: [2, 1] }, ours],
      { write: {}, said: { upstream: [2, 1] } },
    ],
    [
      'a list that grew: follows',
      [{ upstream: [2, 1] }, { upstream: [1, 2, 3] }, ours],
      { write: { upstream: [1, 2, 3] }, said: { upstream: [1, 2, 3] } },
    ],
  ]
  test.each(cases)('%s', (_, input, { write, kept = [], said }) => {
    expect(merge(...input)).toEqual({ write, kept, said: said ?? {} })
  })

  const value = fc.constantFrom<string | null>('', 'a', 'b', 'c', null)
  test('merged again, the same word writes nothing, keeps what it kept, and an edit is never lost', () => {
    fc.assert(
      fc.property(fc.option(value, { nil: undefined }), value, value, (base, theirs, standing) => {
        const first = mergeFields<{ f: string | null }>(
          base === undefined ? {} : { f: base },
          { f: theirs },
          { f: standing },
        )
        const now = { f: standing, ...first.write }
        const second = mergeFields<{ f: string | null }>(first.said, { f: theirs }, now)
        expect(second.write).toEqual({})
        expect(second.kept).toEqual(first.kept)
        expect(second.said).toEqual(first.said)
        const isEdited = base === undefined ? standing !== null && standing !== '' : standing !== base
        if (isEdited) expect(first.write).toEqual({})
        if (theirs === null) expect(first.write).toEqual({})
        if (!isEdited && theirs !== null) expect(now.f).toBe(theirs)
      }),
    )
  })
})

test('texts come on one line, cut between characters', () => {
  expect(tidyText(' a\n\0b ', 10)).toBe('a b')
  expect(tidyText(' \n ', 10)).toBeNull()
  expect(tidyText('ab😀', 3)).toBe('ab')
  expect(tidyText(null, 3)).toBeNull()
})

test('a coordinate is the number that PostgreSQL will give back', () => {
  expect(asReal(47.1234567)).toBe(47.12345504760742) // select 47.1234567::real::float8
  expect(sameValue(asReal(47.1234567), asReal(asReal(47.1234567)))).toBe(true)
})
