import type { AgentValue } from './generated-agent'

/** Rows of a small network of RouterOS made up for tests: a router, an access point and a client radio registered at it. */
const routerOs = '1.3.6.1.4.1.14988.1'
const octets = (mac: string) => Buffer.from(mac.replaceAll(':', ''), 'hex')
const dotted = (mac: string) => [...octets(mac)].join('.')
const ticks = (seconds: number): AgentValue => {
  const bytes = Buffer.alloc(5)
  bytes.writeUInt32BE(seconds * 100, 1)
  return { tag: 0x43, octets: bytes }
}

export const macs = { router: '02:00:00:00:41:03', ap: '02:00:00:00:41:01', cpe: '02:00:00:00:41:02' } as const

function common(name: string, model: string, mac: string, ports: string[]): Record<string, AgentValue> {
  const table = ports.flatMap((port, i): [string, AgentValue][] => {
    const at = (column: number) => `1.3.6.1.2.1.2.2.1.${column}.${i + 1}`
    return [
      [at(1), i + 1],
      [at(2), port],
      [at(3), port.startsWith('wlan') ? 71 : 6],
      [at(5), { tag: 0x42, octets: Buffer.from([0x3b, 0x9a, 0xca, 0x00]) }], // 1 Gb/s
      [at(6), i === 0 ? octets(mac) : octets(`06${mac.slice(2)}`)],
      [at(7), 1],
      [at(8), i === ports.length - 1 && ports.length > 2 ? 2 : 1],
    ]
  })
  return {
    '1.3.6.1.2.1.1.1.0': `RouterOS ${model}`,
    '1.3.6.1.2.1.1.2.0': { tag: 6, octets: Buffer.from('2b06010401f50c01', 'hex') },
    '1.3.6.1.2.1.1.3.0': ticks(400_000),
    '1.3.6.1.2.1.1.4.0': 'noc@example.net',
    '1.3.6.1.2.1.1.5.0': name,
    '1.3.6.1.2.1.1.6.0': 'North Ridge',
    [`${routerOs}.1.4.4.0`]: '7.18.2',
    [`${routerOs}.1.7.3.0`]: `SERIAL-${name}`,
    ...Object.fromEntries(table),
  }
}

export const routerRows = common('Core-1', 'RB4011iGS+', macs.router, ['ether1', 'ether2', 'ether3'])

/** `stationIp`: of the client radio, by ARP. */
export const apRows = (stationIp: string): Record<string, AgentValue> => {
  const station = (column: number) => `${routerOs}.1.1.2.1.${column}.${dotted(macs.cpe)}.1`
  return {
    ...common('AP Ridge-3', 'RB411AR', macs.ap, ['wlan1', 'ether1']),
    [`${routerOs}.1.1.3.1.4.1`]: 'ridge-3',
    [`${routerOs}.1.1.3.1.6.1`]: 1,
    [`${routerOs}.1.1.3.1.7.1`]: 5580,
    [`${routerOs}.1.1.3.1.9.1`]: -104,
    [station(1)]: octets(macs.cpe),
    [station(3)]: -63,
    [station(8)]: 54_000_000,
    [station(9)]: 48_000_000,
    [station(11)]: ticks(7200),
    [station(12)]: 38,
    [station(20)]: 'Acme Dental',
    [`1.3.6.1.2.1.4.22.1.2.1.${stationIp}`]: octets(macs.cpe),
  }
}

export const cpeRows: Record<string, AgentValue> = {
  ...common('CPE Acme Dental', 'RBSXTG-5HPnD', macs.cpe, ['wlan1', 'ether1']),
  [`${routerOs}.1.1.1.1.4.1`]: -65,
  [`${routerOs}.1.1.1.1.5.1`]: 'ridge-3',
  [`${routerOs}.1.1.1.1.6.1`]: octets(macs.ap),
  [`${routerOs}.1.1.1.1.7.1`]: 5580,
}
