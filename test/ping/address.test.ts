import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressText, addressWords, ipv4Word } from '@/lib/ping/address'

const bytesOf = (address: string) => {
  const words = addressWords(address)
  if (!words) return null
  const bytes = new Uint8Array(Uint32Array.from(words.slice(1, 5)).buffer)
  return words[0] === 4 ? bytes.slice(0, 4) : bytes
}

describe('addressWords', () => {
  test.each([
    ['10.50.3.7', [10, 50, 3, 7]],
    ['255.255.255.255', [255, 255, 255, 255]],
    ['0.0.0.0', [0, 0, 0, 0]],
    ['::ffff:192.0.2.1', [192, 0, 2, 1]],
    ['::1', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['2001:db8::a:b', [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 11]],
    ['64:ff9b::192.0.2.1', [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1]],
    ['1:2:3:4:5:6:7::', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0]],
  ])('%s becomes its bytes', (address, bytes) => expect(bytesOf(address)).toEqual(Uint8Array.from(bytes)))

  test.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    '1..2.3',
    '1.2.3.',
    'example.net',
    '::g',
    ':::',
    '1:2:3:4:5:6:7:8:9',
    'fe80::1%no-such-interface',
  ])('%j is no address', (address) => expect(addressWords(address)).toBeNull())

  test('a zone by number goes along as the scope', () => expect(addressWords('fe80::1%7')?.[5]).toBe(7))

  test('every IPv4 address is read as it is written', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(addressText(bytesOf(address) ?? new Uint8Array())).toBe(address)
      }),
    )
  })

  test('every IPv6 address survives being written and read again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        fc.pre(bytes.slice(0, 10).some((byte) => byte !== 0)) // mapped IPv4 becomes IPv4
        expect(bytesOf(addressText(bytes))).toEqual(bytes)
      }),
    )
  })

  test('no text at all makes it throw', () => {
    fc.assert(fc.property(fc.string(), (text) => ipv4Word(text) === null || /^[\d.]+$/.test(text)))
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789abcdf:.%') }), (text) => void addressWords(text)),
    )
  })
})
