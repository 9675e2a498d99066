import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ipv6Groups, parseAddress } from '@/lib/domain/address'

const read = (text: string) => {
  const parsed = parseAddress(text)
  return 'address' in parsed ? parsed.address : parsed.fault
}

describe('parseAddress', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    [' 192.168.1.254\t', '192.168.1.254'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::', '2001:db8::'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'], // one zero group is not shortened
    ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'], // the first of two equal runs
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
    ['::1', '::1'],
  ])('%s is %s', (text, address) => expect(read(text)).toBe(address))

  test.each([
    ['', 'found no address'],
    ['ridge-1', 'found "ridge-1", expected an IPv4 or IPv6 address'],
    ['10.0.0', 'expected an IPv4 or IPv6 address'],
    ['10.0.0.256', 'expected an IPv4 or IPv6 address'],
    ['010.0.0.1', 'expected an IPv4 or IPv6 address'], // some read it as octal
    ['10.0.0.0/24', 'a range: expected the address of one host'],
    ['10.0.0.1:80', 'expected an IPv4 or IPv6 address'],
    ['[::1]', 'expected an IPv4 or IPv6 address'],
    ['fe80::1%eth0', 'with a zone cannot be watched'],
    ['1::2::3', 'expected an IPv4 or IPv6 address'],
    ['1:2:3:4:5:6:7:8:9', 'expected an IPv4 or IPv6 address'],
    ['1:2:3:4:5:6:7::8', 'expected an IPv4 or IPv6 address'], // :: must stand for something
    ['10.0.0.1::', 'expected an IPv4 or IPv6 address'],
    ['0.0.0.0', 'the unspecified address'],
    ['::', 'the unspecified address'],
    ['224.0.0.1', 'a multicast address'],
    ['::ffff:224.0.0.1', 'a multicast address'],
    ['ff02::1', 'a multicast address'],
    ['255.255.255.255', 'the broadcast address'],
    ['9'.repeat(10_000), 'expected an IPv4 or IPv6 address'],
  ])('%s is refused', (text, fault) => expect(read(text)).toContain(fault))

  test('IPv6 is written as URL writes it, and reads back as itself', () => {
    const special = (text: string) => 'fault' in parseAddress(text) || parseAddress(text).toString().includes('.')
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        if (special(text)) return
        const address = read(text)
        if (isIPv4(address)) return // mapped
        expect(`[${address}]`).toBe(new URL(`http://[${text}]`).hostname)
        expect(read(address)).toBe(address)
      }),
    )
  })

  test('what it takes, node takes as well, and the other way round but for special addresses', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: fc.constantFrom(...'0123456789abcdef.:') })),
        (text) => {
          const parsed = parseAddress(text)
          if ('address' in parsed) expect(isIPv4(text.trim()) || isIPv6(text.trim())).toBe(true)
          else if (isIPv4(text) || isIPv6(text)) expect(parsed.fault).toMatch(/unspecified|multicast|broadcast/)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('groups are 16 bits each', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const groups = ipv6Groups(text)
        expect(groups).toHaveLength(8)
        for (const group of groups ?? []) expect(group >= 0 && group <= 0xffff).toBe(true)
      }),
    )
  })
})
