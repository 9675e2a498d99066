import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readStrip, stripCode } from '@/app/ui/job/strip-code'
import { type EkgBeat, kindOf } from '@/lib/domain/ekg'

test('a strip of letters is drawn as its beats would be', () => {
  const beat = fc.record({
    at: fc.nat(),
    signal: fc.constantFrom('success', 'fail', 'missed', 'start', 'log') as fc.Arbitrary<EkgBeat['signal']>,
    timing: fc.constantFrom('on_time', 'late', null) as fc.Arbitrary<EkgBeat['timing']>,
  })
  fc.assert(
    fc.property(fc.array(beat, { maxLength: 60 }), (beats) => {
      expect(readStrip(stripCode(beats)).map(kindOf)).toEqual(beats.map(kindOf))
    }),
  )
})

test('a letter that is none of ours is a note', () => expect(readStrip('?').map(kindOf)).toEqual(['note']))
