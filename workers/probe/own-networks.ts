import type { NetworkInterfaceInfo } from 'node:os'
import { parseRanges } from '@/lib/domain/address-range'

const most = 16
const containers = /^(lo|docker|br-|veth|virbr|cni|flannel|podman)/

/** The networks that this machine stands in, canonical CIDRs: those of containers, loopback and link-local left out. */
export function ownNetworks(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): string[] {
  const cidrs = Object.entries(interfaces)
    .filter(([name]) => !containers.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .filter(({ internal, address, cidr }) => !internal && cidr && !/^(fe80|169\.254)/i.test(address))
    .flatMap(({ cidr }) => {
      const read = parseRanges(cidr ?? '')
      return 'ranges' in read ? read.ranges : []
    })
  return [...new Set(cidrs)].slice(0, most)
}
