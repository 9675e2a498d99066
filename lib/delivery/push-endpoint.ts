import { lookup as resolveName } from 'node:dns'
import { Agent } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** The hosts browsers really have their push services on; anything else must at least be public. */
const knownServices = [
  /^(fcm|jmt17|android)\.googleapis\.com$/,
  /^([a-z0-9-]+\.)*push\.services\.mozilla\.com$/,
  /^([a-z0-9-]+\.)*push\.apple\.com$/,
  /^([a-z0-9-]+\.)*notify\.windows\.com$/,
]

const notPublic = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  notPublic.addSubnet(net, prefix, 'ipv4')
const globalUnicast = new BlockList()
globalUnicast.addSubnet('2000::', 3, 'ipv6')
const notGlobal = new BlockList()
for (const [net, prefix] of [
  ['2001::', 23], // protocol assignments, Teredo and ORCHID among them
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4: carries any IPv4 address
  ['3fff::', 20],
] as const)
  notGlobal.addSubnet(net, prefix, 'ipv6')

/** True for an address of the public internet. IPv4 in IPv6, NAT64 and whatever is not global unicast are not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !notPublic.check(address, 'ipv4')
  if (family === 6) return globalUnicast.check(address, 'ipv6') && !notGlobal.check(address, 'ipv6')
  return false
}

/**
 * Tells what is wrong with an endpoint as a place to POST to, or null. An endpoint is user input: https alone, no name and
 * password, a known push service on its own port or a name that can be public. Names are judged again when they are
 * resolved, by `pushAgent`.
 */
export function endpointProblem(endpoint: string, { allowPrivate }: { allowPrivate: boolean }): string | null {
  if (endpoint.length > 2048) return 'it is longer than 2,048 characters'
  if (!URL.canParse(endpoint)) return 'it is not an address'
  const url = new URL(endpoint)
  if (url.protocol !== 'https:') return `it begins with ${url.protocol} and not with https:`
  if (url.username || url.password) return 'it carries a name or a password'
  if (allowPrivate) return null
  if (url.port !== '') return `it names port ${url.port}; push services use 443`
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host)) return isPublicAddress(host) ? null : `${host} is not a public address`
  if (knownServices.some((service) => service.test(host))) return null
  if (!host.includes('.') || /\.(local|localhost|internal|home|lan|arpa|test|invalid|example|onion)\.?$/.test(host))
    return `${host} is not a public name`
  return null
}

/** Raised by the agent when a name leads to an address that is not public. */
export class PrivateAddressError extends Error {
  override name = 'PrivateAddressError'
  readonly code = 'EPRIVATEADDRESS'
}

/**
 * Connections to push services, kept alive. A name is resolved once and its answer is what the socket connects to, so that
 * no second answer can point elsewhere; an answer with any address that is not public is refused whole.
 */
export function pushAgent({ allowPrivate }: { allowPrivate: boolean }): Agent {
  const lookup: LookupFunction = (hostname, options, done) => {
    resolveName(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '', 0)
      const refused = allowPrivate ? undefined : addresses.find((one) => !isPublicAddress(one.address))
      const [first] = addresses
      if (refused || !first)
        return done(new PrivateAddressError(`${hostname} leads to ${refused?.address ?? 'no address'}`), '', 0)
      if (options.all) return done(null, addresses)
      done(null, first.address, first.family)
    })
  }
  return new Agent({
    keepAlive: true,
    keepAliveMsecs: 15_000,
    maxSockets: 16,
    maxFreeSockets: 4,
    timeout: 20_000,
    lookup,
  })
}
