import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { Box } from '../../domain/network-scene'
import type { AgentValue } from '../generated-agent'

/** Rows of the agents of a generated network, in the tables of RouterOS and of airOS; no device was recorded for them. */
type Rows = Record<string, AgentValue>

const radioIndex = 100
const routerOs = '1.3.6.1.4.1.14988.1.1'
const airMax = '1.3.6.1.4.1.41112.1.4'
export const upTime = '1.3.6.1.2.1.1.3.0'

/** Half of the access points with their stations, and every second backhaul, are of airOS; all else is RouterOS. */
export const isAirOs = ({ name }: Box) => /^(AP|CPE)-\d+-[34]\b/.test(name) || /-bh2-/.test(name)

/** What the agent of a box says of these facts, the time since its start apart. */
export function rowsOfFacts(box: Box, facts: DeviceFacts): Rows {
  return {
    '1.3.6.1.2.1.1.5.0': box.name,
    '1.3.6.1.2.1.1.6.0': `Site ${box.site}`,
    [`1.3.6.1.2.1.4.20.1.1.${box.ip}`]: { tag: 0x40, octets: Buffer.from(box.ip.split('.').map(Number)) },
    [`1.3.6.1.2.1.4.20.1.2.${box.ip}`]: facts.interfaces[0]?.index ?? 1,
    ...interfaces(facts),
    ...(isAirOs(box) ? airOs(box, facts) : routerOsOf(box, facts)),
  }
}

function interfaces(facts: DeviceFacts): Rows {
  const at = (column: number, index: number) => `1.3.6.1.2.1.2.2.1.${column}.${index}`
  return Object.fromEntries(
    facts.interfaces.flatMap(({ index, name, type, mac }): [string, AgentValue][] => [
      [at(1, index), index],
      [at(2, index), name],
      [at(3, index), type ?? 6],
      [at(6, index), octetsOf(mac)],
      [at(7, index), 1],
      [at(8, index), 1],
    ]),
  )
}

const models: Record<string, string> = {
  router: 'RB4011iGS+',
  switch: 'CRS326-24G-2S+',
  backhaul: 'LHGG-60ad',
  ap: 'RB912UAG-5HPnD',
  cpe: 'RBSXTG-5HPnD',
}

function routerOsOf(box: Box, facts: DeviceFacts): Rows {
  return {
    '1.3.6.1.2.1.1.1.0': `RouterOS ${models[box.role] ?? 'RB'}`,
    '1.3.6.1.2.1.1.2.0': { tag: 6, octets: Buffer.from('2b06010401f50c01', 'hex') },
    [`${routerOs}.4.4.0`]: '7.18.2',
    ...neighbours(facts),
    ...forwarding(facts),
    ...(box.role === 'ap' ? registrations(facts) : {}),
    ...(box.role === 'cpe' ? hangingOn(facts) : {}),
    ...(box.role === 'backhaul' ? farEnd(facts) : {}),
  }
}

/** LLDP as RouterOS 7.18 has it: the local port is the ifIndex, the chassis is text. */
function neighbours(facts: DeviceFacts): Rows {
  const at = (column: number, port: number | null, row: number) => `1.0.8802.1.1.2.1.4.1.1.${column}.0.${port}.${row}`
  return Object.fromEntries(
    facts.neighbours.flatMap(({ ifIndex, chassis, name }, i): [string, AgentValue][] => [
      [at(4, ifIndex, i + 1), 4],
      [at(5, ifIndex, i + 1), (chassis ?? '').toUpperCase()],
      [at(6, ifIndex, i + 1), 5],
      [at(7, ifIndex, i + 1), 'ether1'],
      [at(9, ifIndex, i + 1), name ?? ''],
    ]),
  )
}

function forwarding(facts: DeviceFacts): Rows {
  const learnt = facts.forwarding.map(({ mac, port }) => [`1.3.6.1.2.1.17.4.3.1.2.${partsOf(mac)}`, port] as const)
  const heard = facts.arp.map(
    ({ ip, mac, ifIndex }) => [`1.3.6.1.2.1.4.22.1.2.${ifIndex}.${ip}`, octetsOf(mac)] as const,
  )
  return Object.fromEntries<AgentValue>([...learnt, ...heard])
}

function registrations(facts: DeviceFacts): Rows {
  const radio = (column: number) => `${routerOs}.1.3.1.${column}.${radioIndex}`
  return {
    [radio(4)]: 'generated',
    [radio(6)]: facts.stations.length,
    [radio(7)]: 5580,
    ...Object.fromEntries(
      facts.stations.flatMap(({ mac, name }): [string, AgentValue][] => {
        const at = (column: number) => `${routerOs}.1.2.1.${column}.${partsOf(mac)}.${radioIndex}`
        return [
          [at(1), octetsOf(mac)],
          [at(3), -61],
          [at(20), name ?? ''],
        ]
      }),
    ),
  }
}

function hangingOn({ radios: [radio] }: DeviceFacts): Rows {
  const at = (column: number) => `${routerOs}.1.1.1.${column}.${radioIndex}`
  return { [at(4)]: -60, [at(5)]: 'generated', [at(6)]: octetsOf(radio?.apMac), [at(7)]: 5580 }
}

/** 60 GHz in mode bridge: one far end, or none while that is off. */
function farEnd({ links: [link] }: DeviceFacts): Rows {
  const at = (column: number) => `${routerOs}.1.8.1.${column}.${radioIndex}`
  return {
    [at(2)]: 3,
    [at(3)]: 'generated',
    [at(4)]: link ? 1 : 0,
    [at(5)]: octetsOf(link?.remoteMac),
    [at(6)]: 60_480,
  }
}

/** One radio: of an access point with what is registered at it, or of a station. The near end of a backhaul is the first. */
function airOs(box: Box, facts: DeviceFacts): Rows {
  const isNear = box.role === 'ap' || box.name.endsWith('-near')
  const stations = isNear ? [...facts.stations.map(({ mac, name }) => ({ mac, name })), ...linked(facts)] : []
  const apMac = isNear ? box.mac : (facts.radios[0]?.apMac ?? facts.links[0]?.remoteMac ?? null)
  return {
    '1.3.6.1.2.1.1.1.0': 'Linux 2.6.32.68',
    '1.3.6.1.2.1.1.2.0': { tag: 6, octets: Buffer.from('2b06010401ce1101', 'hex') },
    [`1.2.840.10036.3.1.2.1.3.${radioIndex}`]: box.role === 'cpe' ? 'NanoStation loco M5' : 'Rocket M5',
    [`1.2.840.10036.3.1.2.1.4.${radioIndex}`]: 'XW.ar934x.v6.3.6',
    [`${airMax}.1.1.1.1`]: radioIndex,
    [`${airMax}.1.1.2.1`]: isNear ? 2 : 1,
    [`${airMax}.1.1.4.1`]: 5660,
    [`${airMax}.5.1.2.1`]: 'generated',
    [`${airMax}.5.1.4.1`]: octetsOf(apMac),
    [`${airMax}.5.1.15.1`]: stations.length,
    ...Object.fromEntries(
      stations.flatMap(({ mac, name }): [string, AgentValue][] => {
        const at = (column: number) => `${airMax}.7.1.${column}.1.${partsOf(mac)}`
        return [
          [at(1), octetsOf(mac)],
          [at(2), `${name ?? ''}\0\0\0`],
          [at(3), -62],
        ]
      }),
    ),
  }
}

const linked = (facts: DeviceFacts) =>
  facts.links.map(({ remoteMac, remoteName }) => ({ mac: remoteMac, name: remoteName }))
const octetsOf = (mac: string | null | undefined) => Buffer.from((mac ?? '').replaceAll(':', ''), 'hex')
const partsOf = (mac: string | null) => [...octetsOf(mac)].join('.')
