import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Family and address as 32-bit words in memory order (network byte order), IPv4 in the first; the IPv6 scope last. */
export type AddressWords = readonly [family: 4 | 6, a: number, b: number, c: number, d: number, scope: number]

const MAPPED = 0xffff0000 // ::ffff:0:0/96 is IPv4 in other clothes

/** Reads an IPv4 or IPv6 literal; null for anything else. A zone (`fe80::1%eth0`) must be an interface of this machine. */
export function addressWords(address: string): AddressWords | null {
  const v4 = ipv4Word(address)
  if (v4 !== null) return [4, v4, 0, 0, 0, 0]
  if (!isIPv6(address)) return null
  const [literal = '', zone] = address.split('%')
  const scope = zone === undefined ? 0 : scopeId(zone)
  const [a = 0, b = 0, c = 0, d = 0] = ipv6Words(literal)
  if (a === 0 && b === 0 && c === MAPPED) return [4, d, 0, 0, 0, 0]
  return scope === null ? null : [6, a, b, c, d, scope]
}

/** Four decimal octets without leading zeros as a little-endian word, which is network order in memory; else null. */
export function ipv4Word(address: string): number | null {
  let word = 0
  let octet = 0
  let digits = 0
  let dots = 0
  for (let i = 0; i <= address.length; i++) {
    const code = i < address.length ? address.charCodeAt(i) : 46
    if (code === 46) {
      if (digits === 0 || octet > 255 || dots > 3) return null
      word |= octet << (8 * dots)
      dots++
      octet = 0
      digits = 0
    } else {
      if (code < 48 || code > 57 || digits === 3 || (digits === 1 && octet === 0)) return null
      octet = octet * 10 + code - 48
      digits++
    }
  }
  return dots === 4 ? word >>> 0 : null
}

/** The text of an address from its bytes: dotted decimal, or eight hexadecimal groups with the longest run of zeros left out. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(i * 2).toString(16))
  const zeros = /\b0(?::0)+\b/g
  const text = groups.join(':')
  const longest = [...text.matchAll(zeros)].sort((x, y) => y[0].length - x[0].length)[0]
  if (!longest) return text
  const head = text.slice(0, longest.index).replace(/:$/, '')
  const tail = text.slice(longest.index + longest[0].length).replace(/^:/, '')
  return `${head}::${tail}`
}

function ipv6Words(literal: string): number[] {
  const [head = '', tail] = dottedTail(literal).split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
  const bytes = new DataView(new ArrayBuffer(16))
  for (const [i, group] of groups.entries()) bytes.setUint16(i * 2, Number.parseInt(group, 16))
  return [0, 4, 8, 12].map((at) => bytes.getUint32(at, true))
}

/** `::ffff:192.0.2.1` as `::ffff:c000:201`. */
function dottedTail(literal: string): string {
  if (!literal.includes('.')) return literal
  const cut = literal.lastIndexOf(':') + 1
  const [a = 0, b = 0, c = 0, d = 0] = literal.slice(cut).split('.').map(Number)
  return `${literal.slice(0, cut)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
}

function scopeId(zone: string): number | null {
  if (/^\d{1,9}$/.test(zone)) return Number(zone)
  const found = networkInterfaces()[zone]?.find((entry) => entry.family === 'IPv6' && entry.scopeid !== undefined)
  return found?.family === 'IPv6' ? (found.scopeid ?? null) : null
}
