import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checksum, ECHO_BYTES, icmpStart, quotedEcho, readQuoted, writeEcho } from '@/lib/ping/echo'

const u16 = fc.integer({ min: 0, max: 0xffff })
const u32 = fc.integer({ min: 0, max: 0xffffffff })

function echo(type: number, id: number, sequence: number, low: number, high: number): Uint8Array {
  const words = new Uint32Array(6)
  writeEcho(words, 0, type, id, sequence, low, high)
  return new Uint8Array(words.buffer)
}

/** An IPv4 header of `words` 32-bit words in front of ICMP. */
function ipv4(payload: Uint8Array, words = 5, protocol = 1): Uint8Array {
  const header = new Uint8Array(words * 4)
  header.set([0x40 | words, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2])
  return Uint8Array.from([...header, ...payload])
}

function ipv6(payload: Uint8Array, next = 58): Uint8Array {
  const header = new Uint8Array(40)
  header.set([0x60, 0, 0, 0, 0, payload.length, next, 64])
  header[39] = 9
  return Uint8Array.from([...header, ...payload])
}

const error = (quote: Uint8Array) => Uint8Array.from([3, 1, 0, 0, 0, 0, 0, 0, ...quote])

describe('checksum', () => {
  test.each([
    ['the example of RFC 1071', [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7], 0x220d],
    ['nothing', [], 0xffff],
    ['one odd byte', [0x01], 0xfeff],
    ['all ones', [0xff, 0xff], 0],
  ])('of %s', (_, bytes, sum) => expect(checksum(Uint8Array.from(bytes), 0, bytes.length)).toBe(sum))
})

describe('writeEcho', () => {
  test('every echo carries a checksum that adds up', () => {
    fc.assert(
      fc.property(fc.constantFrom(8, 128), u16, u16, u32, u32, (type, id, sequence, low, high) => {
        const bytes = echo(type, id, sequence, low, high)
        expect(bytes.length).toBe(ECHO_BYTES)
        expect(checksum(bytes, 0, bytes.length)).toBe(0)
      }),
    )
  })

  test('it says who is asking', () => expect(Buffer.from(echo(8, 1, 2, 3, 4)).toString('latin1', 16)).toBe('beatline'))
})

describe('icmpStart', () => {
  const packet = echo(8, 1, 2, 3, 4)
  test.each([
    ['a plain header', ipv4(packet), 20],
    ['a header with options', ipv4(packet, 15), 60],
    ['UDP', ipv4(packet, 5, 17), -1],
    ['IPv6', ipv6(packet), -1],
    ['a header that claims to be shorter than it can be', ipv4(packet).fill(0x44, 0, 1), -1],
    ['a header that claims to be longer than the packet', ipv4(packet).fill(0x4f, 0, 1), -1],
    ['a packet cut off in its ICMP header', ipv4(packet).slice(0, 27), -1],
    ['nothing', new Uint8Array(), -1],
  ])('of %s', (_, bytes, start) => expect(icmpStart(bytes, 0, bytes.length)).toBe(start))
})

describe('quotedEcho', () => {
  const request = echo(8, 0x1234, 0x5678, 0xaabbccdd, 0x11223344)
  const whole = { id: 0x1234, sequence: 0x5678, token: [0xaabbccdd, 0x11223344] }

  test('an error about our echo names it', () => {
    const bytes = error(ipv4(request))
    expect(quotedEcho(bytes, 0, bytes.length, 4)).toEqual({ ...whole, destination: Uint8Array.of(10, 0, 0, 2) })
  })

  test('a router that quotes eight bytes leaves no token', () => {
    const bytes = error(ipv4(request.slice(0, 8)))
    expect(quotedEcho(bytes, 0, bytes.length, 4)).toMatchObject({ ...whole, token: null })
  })

  test('IPv6 too', () => {
    const bytes = error(ipv6(echo(128, 0x1234, 0x5678, 0xaabbccdd, 0x11223344)))
    expect(quotedEcho(bytes, 0, bytes.length, 6)).toMatchObject(whole)
  })

  test.each([
    ['a quoted reply', error(ipv4(echo(0, 1, 2, 3, 4))), 4],
    ['quoted UDP', error(ipv4(request, 5, 17)), 4],
    ['a quote of less than the header', error(ipv4(request).slice(0, 24)), 4],
    ['no quote', error(new Uint8Array()), 4],
    ['IPv6 with another protocol', error(ipv6(echo(128, 1, 2, 3, 4), 17)), 6],
    ['IPv6 cut off', error(ipv6(echo(128, 1, 2, 3, 4)).slice(0, 44)), 6],
  ] as const)('%s is about nothing of ours', (_, bytes, family) => {
    expect(quotedEcho(bytes, 0, bytes.length, family)).toBeNull()
  })

  test('no bytes make it throw or read past the end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 160 }), fc.constantFrom(4, 6), fc.nat(160), (bytes, family, end) => {
        quotedEcho(bytes, 0, end, family)
        readQuoted(bytes, 0, end, family, bytes.slice(0, 4))
        icmpStart(bytes, 0, end)
      }),
    )
  })
})
