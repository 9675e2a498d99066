import { ipv6Groups, ipv6Text } from './address'

/** The addresses of canonical CIDRs, in their order; what is no CIDR gives none. */
export function* rangeAddresses(cidrs: readonly string[]): Generator<string> {
  for (const cidr of cidrs) {
    const [base = '', length = ''] = cidr.split('/')
    if (!/^\d{1,3}$/.test(length)) continue
    if (base.includes(':')) yield* addresses6(base, Number(length))
    else yield* addresses4(base, Number(length))
  }
}

function* addresses4(base: string, length: number): Generator<string> {
  const octets = base.split('.').map(Number)
  if (octets.length !== 4 || octets.some((octet) => !(octet >= 0 && octet <= 255)) || length > 32) return
  const size = 2 ** (32 - length)
  const first = octets.reduce((sum, octet) => sum * 256 + octet, 0)
  const begin = first - (first % size)
  for (let at = begin; at < begin + size; at++) {
    yield `${Math.floor(at / 2 ** 24)}.${Math.floor(at / 2 ** 16) % 256}.${Math.floor(at / 256) % 256}.${at % 256}`
  }
}

function* addresses6(base: string, length: number): Generator<string> {
  const groups = ipv6Groups(base)
  if (!groups || length > 128) return
  const size = 1n << BigInt(128 - length)
  const first = groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n)
  const begin = first - (first % size)
  for (let at = begin; at < begin + size; at++) {
    yield ipv6Text(Array.from({ length: 8 }, (_, i) => Number((at >> BigInt(112 - 16 * i)) & 0xffffn)))
  }
}
