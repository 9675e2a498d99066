/** A canonical IPv4 or IPv6 address, or a sentence on what was found and what was expected. */
export type ParsedAddress = { address: string } | { fault: string }

const expected = 'expected an IPv4 or IPv6 address such as 10.0.0.1 or 2001:db8::1'

/**
 * Reads the address of one host: dotted quads as they are, IPv6 as RFC 5952 writes it, an IPv4-mapped one as IPv4.
 * Names, ranges, ports, zones and addresses that nobody answers from (unspecified, multicast, broadcast) are refused.
 */
export function parseAddress(text: string): ParsedAddress {
  const trimmed = text.trim()
  const found = JSON.stringify(trimmed.length > 60 ? `${trimmed.slice(0, 60)}...` : trimmed)
  if (trimmed === '') return { fault: `found no address, ${expected}` }
  if (trimmed.length > 64) return { fault: `found ${found}, ${expected}` }
  if (trimmed.includes('/')) return { fault: `found ${found}, a range: expected the address of one host` }
  if (trimmed.includes('%')) return { fault: `found ${found}: an address with a zone cannot be watched` }

  const quad = ipv4Octets(trimmed)
  if (quad) return usable(quad, found)
  const groups = ipv6Groups(trimmed)
  if (!groups) return { fault: `found ${found}, ${expected}` }
  const [g0 = 0, g1, g2, g3, g4, g5, g6 = 0, g7 = 0] = groups
  const mapped = !g0 && !g1 && !g2 && !g3 && !g4 && g5 === 0xffff
  if (mapped) return usable([g6 >> 8, g6 & 255, g7 >> 8, g7 & 255], found)
  if (groups.every((group) => group === 0)) return { fault: `found ${found}, the unspecified address: ${expected}` }
  if (g0 >> 8 === 0xff) return { fault: `found ${found}, a multicast address: ${expected}` }
  return { address: ipv6Text(groups) }
}

function usable(octets: readonly number[], found: string): ParsedAddress {
  const [first = 0] = octets
  if (octets.every((octet) => octet === 0)) return { fault: `found ${found}, the unspecified address: ${expected}` }
  if (octets.every((octet) => octet === 255)) return { fault: `found ${found}, the broadcast address: ${expected}` }
  if (first >= 224 && first <= 239) return { fault: `found ${found}, a multicast address: ${expected}` }
  return { address: octets.join('.') }
}

/** Four decimal octets without leading zeros (some read 010 as octal), else null. */
function ipv4Octets(text: string): number[] | null {
  if (!/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(text)) return null
  const octets = text.split('.').map(Number)
  return octets.every((octet) => octet <= 255) ? octets : null
}

/** The eight groups of an IPv6 address (RFC 4291, a dotted quad at its end allowed), else null. */
export function ipv6Groups(text: string): number[] | null {
  if (text.length > 45 || !text.includes(':')) return null
  const halves = text.split('::')
  if (halves.length > 2) return null
  const parsed = halves.map((half, i) => groupsOf(half, i === halves.length - 1))
  const [front, back] = parsed
  if (!front || back === null) return null
  if (back === undefined) return front.length === 8 ? front : null
  const zeros = 8 - front.length - back.length
  return zeros >= 1 ? [...front, ...Array<number>(zeros).fill(0), ...back] : null
}

function groupsOf(text: string, quadAllowed: boolean): number[] | null {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    const quad = quadAllowed && i === parts.length - 1 ? ipv4Octets(part) : null
    if (quad) {
      const [a = 0, b = 0, c = 0, d = 0] = quad
      groups.push((a << 8) | b, (c << 8) | d)
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else return null
  }
  return groups
}

/** RFC 5952: lower case, no leading zeros, `::` for the first longest run of at least two zero groups. */
export function ipv6Text(groups: readonly number[]): string {
  const longest = { start: 0, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && groups[start + length] === 0) length++
    if (length > longest.length) Object.assign(longest, { start, length })
  }
  const hex = groups.map((group) => group.toString(16))
  if (longest.length < 2) return hex.join(':')
  return `${hex.slice(0, longest.start).join(':')}::${hex.slice(longest.start + longest.length).join(':')}`
}
