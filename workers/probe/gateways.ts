import { readFile } from 'node:fs/promises'

/** The addresses of the default gateways of a /proc/net/route: hex in the byte order of the machine, which is little endian here. */
export function gatewaysOfRoutes(text: string): string[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, destination, gateway, flags]) => destination === '00000000' && gateway && isGateway(flags))
    .map(([, , gateway = '']) => (gateway.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)))
    .filter((bytes) => bytes.length === 4 && bytes.some((byte) => byte > 0))
    .map((bytes) => bytes.reverse().join('.'))
}

/** The same of a /proc/net/ipv6_route. Link-local ones are left out: an address alone does not say on which link. */
export function gatewaysOfRoutes6(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([destination, prefix, , , , , , , flags]) =>
        /^0{32}$/.test(destination ?? '') && prefix === '00' && isGateway(flags),
    )
    .map(([, , , , gateway = '']) => gateway)
    .filter((gateway) => /^[0-9a-f]{32}$/.test(gateway) && !/^(0{32}|fe80)/.test(gateway))
    .map((gateway) => (gateway.match(/.{4}/g) ?? []).map((group) => Number.parseInt(group, 16).toString(16)).join(':'))
}

const isGateway = (flags: string | undefined) => (Number.parseInt(flags ?? '0', 16) & 2) === 2 // RTF_GATEWAY

/** The default gateways of this machine; none where it has none or does not say. */
export async function defaultGateways(): Promise<string[]> {
  const read = (path: string) => readFile(path, 'utf8').catch(() => '')
  const [routes, routes6] = await Promise.all([read('/proc/net/route'), read('/proc/net/ipv6_route')])
  return [...new Set([...gatewaysOfRoutes(routes), ...gatewaysOfRoutes6(routes6)])]
}
