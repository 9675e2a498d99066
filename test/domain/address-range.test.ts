import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressCount, isWithin, parseRanges, privateRanges, rangesOutside } from '@/lib/domain/address-range'

const ranges = (text: string) => {
  const read = parseRanges(text)
  if ('fault' in read) throw new Error(read.fault)
  return read.ranges
}
const fault = (text: string) => {
  const read = parseRanges(text)
  return 'fault' in read ? read.fault : null
}

describe('parseRanges', () => {
  test.each([
    ['10.0.0.0/24', ['10.0.0.0/24']],
    ['10.0.0.77/24', ['10.0.0.0/24']],
    ['10.0.0.7', ['10.0.0.7/32']],
    ['10.0.0.10 - 10.0.0.13', ['10.0.0.10/31', '10.0.0.12/31']],
    ['10.0.0.0/25, 10.0.0.128/25', ['10.0.0.0/24']],
    ['10.0.0.0/24\n10.0.0.7', ['10.0.0.0/24']],
    ['2001:DB8::1/120', ['2001:db8::/120']],
    ['fd00::5', ['fd00::5/128']],
    ['fd00::1-fd00::2 10.0.0.1', ['10.0.0.1/32', 'fd00::1/128', 'fd00::2/128']],
    ['0.0.0.0/0', ['0.0.0.0/0']],
    ['::/0', ['::/0']],
  ])('%j is %j', (text, expected) => expect(ranges(text)).toEqual(expected))

  test.each<[string, RegExp]>([
    ['', /found no range/],
    ['10.0.0.0/33', /length of 0 to 32/],
    ['10.0.0.256', /expected addresses such as/],
    ['10.0.0.010', /expected addresses such as/],
    ['10.0.0.9-10.0.0.3', /ends before it begins/],
    ['10.0.0.1-fd00::1', /expected addresses/],
    ['a host', /expected addresses/],
    ['1.2.3.4/24/24', /expected addresses/],
    [Array.from({ length: 65 }, (_, i) => `10.${i}.0.0/24`).join(','), /found 65 ranges/],
  ])('%s is refused in words', (text, words) => expect(fault(text)).toMatch(words))
})

test('a text of any length is refused in words', () => expect(fault('x'.repeat(5000))).toMatch(/5000 characters/))

describe('an IPv4 address in the clothes of IPv6', () => {
  test.each(['::ffff:8.8.8.0/120', '::ffff:0:0/96', '::ffff:8.8.8.8', '::fffe:ffff:ffff-::ffff:8.8.8.8'])(
    '%s is no range',
    (text) => expect(fault(text)).toMatch(/expected/),
  )
  test('lies in no range of IPv6', () => {
    expect(isWithin('::ffff:8.8.8.8', ['::/0'])).toBe(false)
    expect(rangesOutside(['::ffff:8.8.8.0/120'], ['::/0'])).toEqual(['::ffff:8.8.8.0/120'])
  })
})

describe('what lies where', () => {
  test('private networks are allowed, others are outside', () => {
    expect(rangesOutside(['10.1.0.0/16', '100.64.0.0/10', 'fd12::/64'], privateRanges)).toEqual([])
    expect(rangesOutside(['8.8.8.0/24', '172.16.0.0/11', '2001:db8::/64', 'nonsense'], privateRanges)).toEqual([
      '8.8.8.0/24',
      '172.16.0.0/11',
      '2001:db8::/64',
      'nonsense',
    ])
  })
  test('a range may span several that are allowed side by side', () =>
    expect(rangesOutside(['10.0.0.0/23'], ['10.0.0.0/24', '10.0.1.0/24'])).toEqual([]))
  test('addresses count once', () => expect(addressCount(['10.0.0.0/24', '10.0.0.0/25', 'fd00::/127'])).toBe(258n))
  test('what is no address is nowhere', () => expect(isWithin('10.0.0', ['0.0.0.0/0', '::/0'])).toBe(false))
  test('a mapped address is not the IPv4 one', () => expect(isWithin('::ffff:10.0.0.1', ['10.0.0.0/8'])).toBe(false))
})

const address = fc.integer({ min: 224, max: 287 }).map((n) => `10.0.${n >> 8}.${n & 255}`) // few, so that ranges meet
const span = fc.tuple(address, address).map(([a, b]) => (number(a) <= number(b) ? `${a}-${b}` : `${b}-${a}`))
const number = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const runs = { numRuns: Number(process.env.FC ?? 300) }

test('CIDRs hold exactly the addresses that were said, whatever the spans', () =>
  fc.assert(
    fc.property(fc.array(span, { minLength: 1, maxLength: 6 }), (spans) => {
      const said = spans.map((one) => one.split('-').map(number) as [number, number])
      const isSaid = (n: number) => said.some(([first, last]) => first <= n && n <= last)
      const cidrs = ranges(spans.join(','))
      let count = 0n
      for (let n = number('10.0.0.220'); n <= number('10.0.1.40'); n++) {
        const text = [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.')
        if (isSaid(n)) count++
        expect(isWithin(text, cidrs), text).toBe(isSaid(n))
      }
      expect(addressCount(cidrs)).toBe(count)
      expect(ranges(cidrs.join(' '))).toEqual(cidrs)
      expect(rangesOutside(cidrs, spans)).toEqual([])
    }),
    runs,
  ))

test('an IPv6 range written is the range read', () =>
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), fc.integer({ min: 0, max: 128 }), (value, length) => {
      const text = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(
        ':',
      )
      const [range = ''] = ranges(`${text}/${length}`)
      expect(ranges(range)).toEqual([range])
      expect(isWithin(text, [range])).toBe(true)
      expect(addressCount([range])).toBe(1n << BigInt(128 - length))
    }),
    runs,
  ))

test('no text makes it throw', () =>
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d./:a-f, -]{0,40}$/)), (text) => {
      const read = parseRanges(text)
      if ('ranges' in read) expect(addressCount(read.ranges) > 0n).toBe(true)
      else expect(read.fault).toMatch(/expected|ends before/)
    }),
    runs,
  ))
