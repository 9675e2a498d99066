/** Bytes of one echo: 8 of ICMP header, 8 of token, 8 that say who is asking. */
export const ECHO_BYTES = 24
export const ECHO_REQUEST = { 4: 8, 6: 128 } as const
export const ECHO_REPLY = { 4: 0, 6: 129 } as const
/** Error messages that quote the packet they are about (RFC 792, RFC 4443). */
export const ERRORS = { 4: [3, 4, 11, 12], 6: [1, 2, 3, 4] } as const

const SIGNATURE_LOW = 0x74616562 // 'beat', little-endian
const SIGNATURE_HIGH = 0x656e696c // 'line'

/**
 * Writes an echo request as six 32-bit words at `at`. The checksum is the kernel's work for ICMPv6 and for datagram
 * sockets; writing it there too is harmless.
 */
export function writeEcho(
  words: Uint32Array,
  at: number,
  type: number,
  id: number,
  sequence: number,
  tokenLow: number,
  tokenHigh: number,
): void {
  const idAndSequence = (id | (sequence << 16)) >>> 0
  words[at] = (type | (echoChecksum(type, idAndSequence, tokenLow, tokenHigh) << 16)) >>> 0
  words[at + 1] = idAndSequence
  words[at + 2] = tokenLow
  words[at + 3] = tokenHigh
  words[at + 4] = SIGNATURE_LOW
  words[at + 5] = SIGNATURE_HIGH
}

const halves = (word: number) => (word & 0xffff) + (word >>> 16)
const SIGNATURE_SUM = halves(SIGNATURE_LOW) + halves(SIGNATURE_HIGH)

// The ones' complement sum does not care about byte order (RFC 1071), so it is taken over words as memory holds them.
function echoChecksum(type: number, idAndSequence: number, low: number, high: number): number {
  let sum = type + halves(idAndSequence) + halves(low) + halves(high) + SIGNATURE_SUM
  sum = (sum & 0xffff) + (sum >>> 16)
  return ~((sum & 0xffff) + (sum >>> 16)) & 0xffff
}

/** The Internet checksum (RFC 1071) of bytes [from, to): 0 over a packet whose checksum field is right. */
export function checksum(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i += 2) sum += ((bytes[i] ?? 0) << 8) | (i + 1 < to ? (bytes[i + 1] ?? 0) : 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return ~sum & 0xffff
}

/** Where the ICMP message starts behind the IPv4 header at `from`; -1 when [from, to) is no IPv4 packet of ICMP. */
export function icmpStart(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from] ?? 0
  const header = (first & 15) * 4
  if (to - from < 28 || first >>> 4 !== 4 || header < 20 || bytes[from + 9] !== 1) return -1
  return from + header + 8 <= to ? from + header : -1
}

/** What an ICMP error says about the echo request it quotes. */
export type QuotedEcho = {
  destination: Uint8Array // 4 or 16 bytes
  id: number // as memory holds it, see writeEcho
  sequence: number
  token: readonly [low: number, high: number] | null // null: the router quoted no more than the ICMP header
}

/** Reads the echo request quoted by the ICMP error at [at, to); null when it quotes anything else. */
export function quotedEcho(bytes: Uint8Array, at: number, to: number, family: 4 | 6): QuotedEcho | null {
  const quote = at + 8
  if (family === 4) {
    const icmp = icmpStart(bytes, quote, to)
    return icmp < 0 ? null : readQuoted(bytes, icmp, to, 4, bytes.slice(quote + 16, quote + 20))
  }
  if (to - quote < 48 || (bytes[quote] ?? 0) >>> 4 !== 6 || bytes[quote + 6] !== 58) return null
  return readQuoted(bytes, quote + 40, to, 6, bytes.slice(quote + 24, quote + 40))
}

/** Reads the start of an echo request at [at, to), sent to `destination`; null when it is something else. */
export function readQuoted(
  bytes: Uint8Array,
  at: number,
  to: number,
  family: 4 | 6,
  destination: Uint8Array,
): QuotedEcho | null {
  if (to - at < 8 || to > bytes.length || bytes[at] !== ECHO_REQUEST[family]) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    destination,
    id: view.getUint16(at + 4, true),
    sequence: view.getUint16(at + 6, true),
    token: to - at < 16 ? null : [view.getUint32(at + 8, true), view.getUint32(at + 12, true)],
  }
}
