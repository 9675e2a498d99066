import { ipv6Groups, ipv6Text } from './address'

/** Addresses of one family from `first` to `last`, both included. */
type Span = { bits: 32 | 128; first: bigint; last: bigint }
/** Canonical CIDRs, or a sentence on what was found and what was expected. */
export type ParsedRanges = { ranges: string[] } | { fault: string }

const expected = 'expected addresses such as 10.0.0.0/24, 10.0.0.10-10.0.0.40 or 2001:db8::/120'
const most = { text: 4000, ranges: 64 } as const

/** What the discovery may look at unless said otherwise: RFC 1918, RFC 6598, RFC 4193. */
export const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'] as const

/** Reads a list of CIDRs, single addresses and `first-last` pairs, parted by commas, blanks or lines; overlaps are merged. */
export function parseRanges(text: string): ParsedRanges {
  if (text.length > most.text) return { fault: `found ${text.length} characters, expected at most ${most.text}` }
  const parts = text.replace(/\s*-\s*/g, '-').split(/[\s,;]+/)
  const spans: Span[] = []
  for (const part of parts.filter(Boolean)) {
    const read = spanOf(part)
    if ('fault' in read) return read
    spans.push(read)
  }
  if (spans.length === 0) return { fault: `found no range, ${expected}` }
  const ranges = merged(spans).flatMap(cidrsOf)
  return ranges.length > most.ranges
    ? { fault: `found ${ranges.length} ranges, expected at most ${most.ranges}` }
    : { ranges }
}

/** How many addresses the ranges hold; each counts once. Ranges that are none count nothing. */
export function addressCount(ranges: readonly string[]): bigint {
  return merged(spansOf(ranges)).reduce((sum, { first, last }) => sum + (last - first) + 1n, 0n)
}

/** Whether an address lies in one of the ranges. What is no address lies in none. */
export function isWithin(address: string, ranges: readonly string[]): boolean {
  const one = spanOf(address)
  return !('fault' in one) && spansOf(ranges).some((range) => covers(range, one))
}

/** The ranges, or those parts of them as they were given, that lie not wholly within what is allowed. */
export function rangesOutside(ranges: readonly string[], allowed: readonly string[]): string[] {
  const wide = merged(spansOf(allowed))
  return ranges.filter((range) => {
    const span = spanOf(range)
    return 'fault' in span || !wide.some((one) => covers(one, span))
  })
}

const covers = (wide: Span, narrow: Span) =>
  wide.bits === narrow.bits && wide.first <= narrow.first && narrow.last <= wide.last

const spansOf = (ranges: readonly string[]): Span[] =>
  ranges.map(spanOf).filter((span): span is Span => !('fault' in span))

function spanOf(text: string): Span | { fault: string } {
  const found = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text)
  const [from = '', to, ...rest] = text.split('-')
  if (rest.length > 0) return { fault: `found ${found}, ${expected}` }
  if (to !== undefined) {
    const [first, last] = [numberOf(from), numberOf(to)]
    if (!first || !last || first.bits !== last.bits) return { fault: `found ${found}, ${expected}` }
    if (first.value > last.value) return { fault: `found ${found}, which ends before it begins` }
    return { bits: first.bits, first: first.value, last: last.value }
  }
  const [base = '', length, ...more] = from.split('/')
  const number = numberOf(base)
  if (!number || more.length > 0) return { fault: `found ${found}, ${expected}` }
  if (length === undefined) return { bits: number.bits, first: number.value, last: number.value }
  if (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > number.bits) {
    return { fault: `found ${found}, expected a length of 0 to ${number.bits} behind the slash` }
  }
  const host = (1n << BigInt(number.bits - Number(length))) - 1n
  const first = number.value & ~host
  return { bits: number.bits, first, last: first | host }
}

/** An address as a number; unlike the address of a host it may be the unspecified or the broadcast one. */
function numberOf(text: string): { bits: 32 | 128; value: bigint } | null {
  const octets = /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text) ? text.split('.').map(Number) : null
  if (octets) {
    if (octets.some((octet) => octet > 255)) return null
    return { bits: 32, value: octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n) }
  }
  const groups = ipv6Groups(text)
  // An IPv4-mapped address reaches IPv4, so it must not count as one of IPv6. RFC 4291, 2.5.5.2.
  if (!groups || (groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0))) return null
  return { bits: 128, value: groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n) }
}

function textOf({ bits }: Span, value: bigint): string {
  const part = (shift: bigint, mask: bigint) => Number((value >> shift) & mask)
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => part(shift, 255n)).join('.')
  return ipv6Text(Array.from({ length: 8 }, (_, i) => part(BigInt(112 - 16 * i), 0xffffn)))
}

function merged(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((a, b) => a.bits - b.bits || (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))
  const joined: Span[] = []
  for (const span of sorted) {
    const before = joined.at(-1)
    if (before && before.bits === span.bits && span.first <= before.last + 1n) {
      if (span.last > before.last) before.last = span.last
    } else joined.push({ ...span })
  }
  return joined
}

/** The fewest CIDRs that hold a span exactly. */
function cidrsOf(span: Span): string[] {
  const cidrs: string[] = []
  let at = span.first
  while (at <= span.last) {
    let free = 0
    while (free < span.bits) {
      const size = 1n << BigInt(free + 1)
      if (at % size !== 0n || at + size - 1n > span.last) break
      free++
    }
    cidrs.push(`${textOf(span, at)}/${span.bits - free}`)
    at += 1n << BigInt(free)
  }
  return cidrs
}
