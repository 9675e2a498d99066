import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  dbm,
  dbmOfTenths,
  decimal,
  ifIndexOf,
  ip,
  ipOfParts,
  isTelling,
  mac,
  macOfParts,
  objectId,
  partsOf,
  secondsOfTicks,
  text,
  whole,
} from '@/lib/snmp/standard/decode'

const hex = (octets: string) => Buffer.from(octets, 'hex')
const words = (some: string) => Buffer.from(some)

describe('text', () => {
  test.each([
    ['plain text', words('ether1'), 'ether1'],
    ['UTF-8', words('Střešovice – věž'), 'Střešovice – věž'],
    ['what stands before the padding of NULs', words('peca-sw02\0\0\0\n00 00 00'), 'peca-sw02'],
    ['what stands behind leading NULs', words('\0\0wlan1'), 'wlan1'],
    ['a name that was cut within a character', words('tower é').subarray(0, 7), 'tower'],
    ['GBK, as an MX960 sends it', hex('c5e0d1b5d1a7d4ba2d5335383030'), '培训学院-S5800'],
    ['GBK cut within a character', hex('d1a7d7d3cab3b8'), '学子食'],
    ['latin1 with single high octets', Buffer.from('Château Müller', 'latin1'), 'Château Müller'],
    ['latin1 with a pair of high octets', Buffer.from('Größe', 'latin1'), 'Größe'],
    ['a line for lines, without controls', words('\tone\r\ntwo\u001b[31m '), 'one two [31m'],
    ['names without marks that turn the direction', words('a\u202eb\u2066c\ufeff'), 'a b c'],
  ])('reads %s', (_what, octets, expected) => expect(text(octets)).toBe(expected))

  test('is null where nothing can be read', () => {
    for (const nothing of [undefined, words(''), words('   '), words('\0\0\0'), words('\r\n')])
      expect(text(nothing)).toBeNull()
  })

  test('keeps the first 255 characters, and none by half', () => {
    expect(text(words('x'.repeat(70_000)))).toHaveLength(255)
    expect(text(words(`${'x'.repeat(254)}😀😀`))).toBe(`${'x'.repeat(254)}😀`)
  })

  test('of any octets is free of controls, of lone surrogates, and bounded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.integer({ min: 1, max: 300 }), (octets, most) => {
        const found = text(Buffer.from(octets), most)
        if (found === null) return
        expect(found).not.toMatch(/[\p{Cc}\p{Cs}]/u)
        expect([...found].length).toBeLessThanOrEqual(most)
        expect(found).toBe(found.trim())
        expect(found).not.toBe('')
      }),
    )
  })

  test('of UTF-8 without anything unseemly is what it was', () => {
    const seemly = fc.string({ unit: fc.constantFrom('a', 'ß', '学', '😀', '-', '9'), minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(seemly, (some) => {
        expect(text(words(some))).toBe(some)
      }),
    )
  })
})

describe('mac', () => {
  test.each([
    [hex('0015999f07ef'), '00:15:99:9f:07:ef'],
    [words('B8:69:F4:7F:41:70'), 'b8:69:f4:7f:41:70'],
    [words('20-4C-9E-6E-08-FE'), '20:4c:9e:6e:08:fe'],
    [words('b869.f47f.4170'), 'b8:69:f4:7f:41:70'],
    [words('B869F47F4170'), 'b8:69:f4:7f:41:70'],
    [words('0:27:22:a:b:c'), '00:27:22:0a:0b:0c'],
    [words('00:15:99:9f:07:ef\0'), '00:15:99:9f:07:ef'],
    ['00:15:99:9f:07:ef', '00:15:99:9f:07:ef'],
  ])('of %s is %s', (value, expected) => expect(mac(value)).toBe(expected))

  test.each([
    hex('000000000000'),
    hex('ffffffffffff'),
    words('00:00:00:00:00:00'),
    words('**:**:**:**:**:**'),
    hex('0015999f07'),
    words(''),
    words('switch-7'),
    17,
    undefined,
  ])('of %s is none', (value) => expect(mac(value)).toBeNull())

  test('of index parts is that of the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (octets) => {
        expect(macOfParts([...octets])).toBe(mac(Buffer.from(octets)))
      }),
    )
    expect(macOfParts([0, 21, 153, 159, 7])).toBeNull()
    expect(macOfParts([0, 21, 153, 159, 7, 256])).toBeNull()
  })
})

describe('ip', () => {
  test.each([
    [hex('0a000007'), '10.0.0.7'],
    [words('10.0.0.7'), '10.0.0.7'],
    [words('10.0.0.1'), '10.0.0.1'],
    [hex('20010db8000000000000000000000001'), '2001:db8::1'],
    [hex('fe80000000000000020000fffe00000100000003'), 'fe80::200:ff:fe00:1'],
    [words('2001:DB8:0::1'), '2001:db8::1'],
  ])('of %s is %s', (value, expected) => expect(ip(value)).toBe(expected))

  test.each([
    hex('00000000'),
    hex('00'),
    words(''),
    words('unset'),
    hex('00000000000000000000000000000000'),
    words('10.0.0.256'),
    5,
  ])('of %s is none', (value) => expect(ip(value)).toBeNull())

  test('of index parts knows a zone behind', () => {
    expect(ipOfParts([254, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 12])).toBe('fe80::1')
    expect(ipOfParts([10, 0, 0, 7, 0, 0, 0, 3])).toBe('10.0.0.7')
    expect(ipOfParts([10, 0, 0])).toBeNull()
  })

  test('tells devices apart unless it is loopback, link-local, multicast or broadcast', () => {
    expect(['10.0.0.1', '192.0.2.1', '2001:db8::1', 'fd00::1', '100.64.0.1'].every(isTelling)).toBe(true)
    expect(
      ['127.0.0.1', '169.254.3.1', '224.0.0.5', '255.255.255.255', '::1', 'fe80::1', 'ff02::1'].some(isTelling),
    ).toBe(false)
  })
})

describe('numbers', () => {
  test('are read of integers and of text', () => {
    expect([whole(7), whole(7n), whole(words('7')), whole(words('-7 '))]).toEqual([7, 7, 7, -7])
    expect([decimal(words('-71.5')), decimal(words('-67 dBm')), decimal(words('12 %'))]).toEqual([-71.5, -67, 12])
    for (const none of [undefined, words(''), words('N/A'), words('1e9'), 'zero', 2n ** 63n])
      expect(whole(none)).toBeNull()
  })

  test('of signals are null where nothing is heard', () => {
    expect([dbm(-65), dbm(words('-71.5')), dbmOfTenths(-589)]).toEqual([-65, -71.5, -58.9])
    expect([dbm(0), dbm(-128), dbm(12), dbmOfTenths(0), dbm(undefined)]).toEqual([null, null, null, null, null])
  })

  test('of interfaces are unsigned, as RouterOS sends them signed', () => {
    expect([ifIndexOf(5), ifIndexOf(-1), ifIndexOf(words('12'))]).toEqual([5, 0xff_ff_ff_ff, 12])
    for (const none of [0, null, undefined, 2 ** 33, -(2 ** 32), words('eth0')]) expect(ifIndexOf(none)).toBeNull()
  })

  test('of time are whole seconds', () => {
    expect([secondsOfTicks(27_399), secondsOfTicks(0), secondsOfTicks(-5), secondsOfTicks(undefined)]).toEqual([
      273,
      0,
      null,
      null,
    ])
  })

  test('of an index are its parts, or none', () => {
    expect(partsOf('0.2.4294967295')).toEqual([0, 2, 4_294_967_295])
    for (const none of ['1.x', '4294967296', '-1', '1.5e3.']) expect(partsOf(none)).toEqual([])
  })

  test('of object ids keep their dots', () => {
    expect([objectId('.1.3.6.1'), objectId('1.3.6.1.4.1.14988.1'), objectId('zero'), objectId('7')]).toEqual([
      '1.3.6.1',
      '1.3.6.1.4.1.14988.1',
      null,
      null,
    ])
  })
})
