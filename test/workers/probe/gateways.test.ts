import { describe, expect, test } from 'vitest'
import { gatewaysOfRoutes, gatewaysOfRoutes6 } from '@/workers/probe/gateways'

describe('default gateways', () => {
  test('of /proc/net/route: the default route with a gateway, no other', () => {
    const routes = [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
      'eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
      'ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0',
      '',
    ].join('\n')
    expect(gatewaysOfRoutes(routes)).toEqual(['192.0.2.1'])
  })

  test('of /proc/net/ipv6_route: a global gateway, not a link-local one', () => {
    const zeros = '0'.repeat(32)
    const row = (gateway: string, flags = '00000003') =>
      `${zeros} 00 ${zeros} 00 ${gateway} 00000400 00000001 00000000 ${flags} eth0`
    const global = '20010db8000000000000000000000001'
    const linkLocal = 'fe800000000000000000000000000001'
    expect(gatewaysOfRoutes6([row(global), row(linkLocal), row(zeros, '00200200'), ''].join('\n'))).toEqual([
      '2001:db8:0:0:0:0:0:1',
    ])
  })

  test('of nothing: none', () => expect([...gatewaysOfRoutes(''), ...gatewaysOfRoutes6('')]).toEqual([]))
})
