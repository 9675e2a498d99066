import type { DeviceFacts } from '@/lib/domain/device-facts'
import type { Rows } from '@/lib/snmp/rows'
import type { Expected } from './expected'

/** One thing that is in a recording: whether the facts hold it, and what was found in its place. */
export type Finding = { fact: string; item: string; found: boolean; instead: string }

const finding = (fact: string, item: string, expected: unknown, found: unknown): Finding => ({
  fact,
  item: `${item} ${String(expected)}`.trim(),
  found: expected === found,
  instead: String(found),
})

const among = <Value>(fact: string, item: string, expected: Value, found: readonly Value[]): Finding => ({
  fact,
  item: `${item} ${String(expected)}`.trim(),
  found: found.includes(expected),
  instead: found.slice(0, 3).join(', ') || 'nothing',
})

/** Everything that is promised of a recording, compared one by one. */
export function findings(expected: Expected, facts: DeviceFacts, rows: Rows): Finding[] {
  return [
    ...identity(expected, facts),
    ...interfaces(expected, facts),
    ...expected.ownIPv4.map((ip) => among('own address', '', ip, facts.addresses)),
    ...arp(expected, facts),
    ...neighbours(expected, facts),
    ...forwarding(facts, rows),
    ...stations(expected, facts),
    ...links(expected, facts),
  ]
}

const osNames: Record<string, string> = { 'airos-ltu': 'ltu' }

function identity({ vendor, os, model, firmware, system }: Expected, facts: DeviceFacts): Finding[] {
  const found = facts.system
  const uptime = system.sysUpTimeTicks === null ? null : Math.floor(system.sysUpTimeTicks / 100)
  const told: [string, unknown, unknown][] = [
    ['vendor', vendor, facts.vendor],
    ['os', osNames[os] ?? os, facts.os],
    ['model', model, facts.model],
    ['firmware', firmware, facts.firmware],
    ['sysName', system.sysName, found.name],
    ['sysDescr', system.sysDescr, found.description],
    ['sysObjectID', system.sysObjectID, found.objectId],
    ['sysContact', system.sysContact, found.contact],
    ['sysLocation', system.sysLocation, found.location],
    ['uptime', uptime, found.uptimeSeconds],
  ]
  return told.filter(([, value]) => value !== null).map(([fact, value, ours]) => finding(fact, '', value, ours))
}

const operStates = ['up', 'down', 'testing', 'unknown', 'dormant', 'notPresent', 'lowerLayerDown']

function interfaces(expected: Expected, facts: DeviceFacts): Finding[] {
  const known = new Map(facts.interfaces.map((one) => [one.index, one]))
  const mac = (told: string | null) => (told === '00:00:00:00:00:00' || told === 'ff:ff:ff:ff:ff:ff' ? null : told)
  return expected.interfaces.list.flatMap((one) => {
    const found = known.get(one.ifIndex)
    const row = [one.name ?? one.descr ?? `#${one.ifIndex}`, one.alias, one.type, mac(one.mac)]
    const states = [operStates[(one.oper ?? 0) - 1] ?? null, operStates[(one.admin ?? 0) - 1] ?? null]
    const ours = found && [found.name, found.alias, found.type, found.mac, found.oper, found.admin].join(' ')
    return finding('interface', `${one.ifIndex}:`, [...row, ...states].join(' '), ours)
  })
}

function arp(expected: Expected, facts: DeviceFacts): Finding[] {
  const known = facts.arp.map((one) => `${one.ip} ${one.mac} at ${one.ifIndex}`)
  return expected.arp.list.map((one) => among('ARP', '', `${one.ip} ${one.mac} at ${one.ifIndex}`, known))
}

function neighbours(expected: Expected, facts: DeviceFacts): Finding[] {
  const heard = facts.neighbours.filter((one) => one.protocol === 'lldp')
  const ifIndexes = new Map(expected.mikrotikNeighbours?.list.map((one) => [one.index, one.ifIndex]))
  const rows = expected.lldp.list.filter((one) => !one.placeholder)
  const told = rows.flatMap((one, at) => {
    const found = heard[at]
    const ours = found && [found.mac ?? found.chassis, found.name].join(' ')
    const ifIndex = ifIndexes.get(one.index.split('.').at(-1) ?? '')
    return [
      finding('LLDP neighbour', '', [one.chassisId, one.sysName].join(' '), ours),
      ...(one.portId ? [finding('LLDP far port', '', one.portId, found?.port)] : []),
      ...(ifIndex !== undefined || (one.localPort ?? 0) > 0
        ? [finding('LLDP own port', `${one.index}:`, true, found?.ifIndex !== null && found?.ifIndex !== undefined)]
        : []),
      ...(ifIndex === undefined ? [] : [finding('MNDP interface', `${one.index}:`, ifIndex, found?.ifIndex)]),
      ...one.mgmtAddrs.map((ip) => among('LLDP address', '', ip, found?.addresses ?? [])),
    ]
  })
  const byMndp = expected.mikrotikNeighbours?.list ?? []
  const ends = new Set(rows.map((one) => one.index.split('.').at(-1)))
  const alone = byMndp.filter((one) => !ends.has(one.index))
  return [...told, ...alone.map((one) => finding('MNDP interface', `${one.index}:`, one.ifIndex, undefined))]
}

/** Counted in the recording itself, as expected.json only has numbers of rows. */
function forwarding(facts: DeviceFacts, rows: Rows): Finding[] {
  const known = new Set(facts.forwarding.map((one) => one.mac))
  const placed = new Set(facts.forwarding.filter((one) => one.ifIndex !== null).map((one) => one.mac))
  const told = new Map<string, number>()
  for (const column of ['1.3.6.1.2.1.17.4.3.1.2', '1.3.6.1.2.1.17.7.1.2.2.1.2']) {
    for (const [index, port] of rows.column(column)) {
      const octets = index.split('.').slice(-6).map(Number)
      const mac = Buffer.from(octets)
        .toString('hex')
        .replace(/(..)(?!$)/g, '$1:')
      told.set(octets.length === 6 ? mac : `row ${index}`, Math.max(Number(port), told.get(mac) ?? 0))
    }
  }
  return [...told].flatMap(([mac, port]) => [
    finding('forwarding', `${mac} port ${port}:`, true, known.has(mac)),
    ...(known.has(mac) ? [finding('forwarding ifIndex', `${mac} port ${port}:`, true, placed.has(mac))] : []),
  ])
}

const number = (value: unknown) => (typeof value === 'number' ? value : null)

function stations({ wireless }: Expected, facts: DeviceFacts): Finding[] {
  const counted = wireless.reported.reduce((sum, one) => sum + one.value, 0)
  const told = wireless.stations.flatMap((one, at) => {
    const found = facts.stations.find((other) => one.mac !== null && other.mac === one.mac) ?? facts.stations[at]
    const ticks = number(one.uptimeTicks)
    const wanted: [string, unknown, unknown][] = [
      ['MAC', one.mac, found?.mac],
      ['address', one.ip === '0.0.0.0' ? null : one.ip, found?.ip],
      ['address by ARP', one.ip === null && one.ipViaArp?.length === 1 ? one.ipViaArp[0] : null, found?.ip],
      ['name', one.name, found?.name],
      ['SNR', number(one.snrDb) ?? number(one.ulSnrDb), found?.snrDb],
      ['uptime', ticks === null ? null : Math.floor(ticks / 100), found?.uptimeSeconds],
      ['signal', number(one.signalDbm) ?? number(one.ulRssiDbm) ?? number(one.rssiDbm), found?.signalDbm],
      ['signal of a chain', number(one.rxPower0Dbm) !== null || null, (found?.signalDbm ?? 0) < 0],
      [
        'distance',
        number(one.distanceM) !== null || number(one.distance) !== null || null,
        (found?.distanceM ?? 0) > 0,
      ],
      ['rate', (number(one.txRateBps) ?? number(one.txRate) ?? 0) > 0 || null, (found?.txBps ?? 0) > 0],
    ]
    const seen = wanted.filter(([, value]) => value !== null)
    return seen.map(([fact, value, ours]) =>
      finding(`station ${fact}`, `${one.table.split(' ')[0]} ${one.index}:`, value, ours),
    )
  })
  return wireless.reported.length === 0 ? told : [...told, finding('stations counted', '', counted, facts.stationCount)]
}

/** Columns of radio tables, and where the facts may hold them. */
function links({ wireless }: Expected, { radios, links: far }: DeviceFacts): Finding[] {
  const signals = [...radios, ...far].map((one) => one.signalDbm)
  const places: Record<string, readonly unknown[]> = {
    ssid: radios.map((one) => one.ssid),
    apMac: radios.map((one) => one.apMac),
    freqMHz: radios.map((one) => one.frequencyMhz),
    noiseDbm: radios.map((one) => one.noiseDbm),
    remoteMac: far.map((one) => one.remoteMac),
    signalDbm: signals,
    rssiDbm: signals,
    rxPower0Dbm: signals,
  }
  return wireless.links.flatMap((one) =>
    Object.entries(places).flatMap(([column, found]) => {
      const value = one[column]
      return value === null || value === undefined
        ? []
        : [among(`radio ${column}`, one.what.split(' ')[0] ?? '', value, found)]
    }),
  )
}
