import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressCount, isWithin, parseRanges } from '@/lib/domain/address-range'
import { rangeAddresses } from '@/lib/domain/range-addresses'

describe('the addresses of ranges', () => {
  test.each<[string[], string[]]>([
    [['10.0.0.254/31'], ['10.0.0.254', '10.0.0.255']],
    [['192.0.2.7/32'], ['192.0.2.7']],
    [['255.255.255.254/31'], ['255.255.255.254', '255.255.255.255']],
    [
      ['2001:db8::fffe/127', '10.0.0.1/32'],
      ['2001:db8::fffe', '2001:db8::ffff', '10.0.0.1'],
    ],
    [['nonsense', '10.0.0.1', '10.0.0.1/33', '300.0.0.1/32'], []],
  ])('%j', (cidrs, addresses) => expect([...rangeAddresses(cidrs)]).toEqual(addresses))

  test('are as many as are counted, each within, none twice, whatever the ranges', () => {
    const v4 = fc.tuple(fc.ipV4(), fc.integer({ min: 24, max: 32 })).map(([address, length]) => `${address}/${length}`)
    const v6 = fc
      .tuple(fc.ipV6(), fc.integer({ min: 120, max: 128 }))
      .map(([address, length]) => `${address}/${length}`)
    fc.assert(
      fc.property(fc.array(fc.oneof(v4, v6), { minLength: 1, maxLength: 5 }), (found) => {
        const read = parseRanges(found.join(' '))
        if ('fault' in read) return
        const all = [...rangeAddresses(read.ranges)]
        expect(BigInt(all.length)).toBe(addressCount(found))
        expect(new Set(all).size).toBe(all.length)
        for (const address of all.slice(0, 20)) expect(isWithin(address, found)).toBe(true)
      }),
      { numRuns: Number(process.env.FC) || 100 },
    )
  })
})
