import type { NetworkInterfaceInfo } from 'node:os'
import { expect, test } from 'vitest'
import { ownNetworks } from '@/workers/probe/own-networks'

const at = (cidr: string, internal = false): NetworkInterfaceInfo =>
  ({ address: cidr.split('/')[0] ?? '', cidr, internal, netmask: '', mac: '', family: 'IPv4' }) as NetworkInterfaceInfo

test('the networks of real interfaces, canonical and once; not those of containers, loopback or links', () => {
  const interfaces = {
    lo: [at('127.0.0.1/8', true)],
    eth0: [at('10.20.3.7/22'), at('169.254.7.7/16'), at('fd00:1::7/64')],
    wlan0: [at('10.20.2.9/22')],
    docker0: [at('172.17.0.1/16')],
    'br-7f3a': [at('172.18.0.1/16')],
    veth12: [at('172.19.0.1/16')],
    tun0: undefined,
  }
  expect(ownNetworks(interfaces)).toEqual(['10.20.0.0/22', 'fd00:1::/64'])
})
