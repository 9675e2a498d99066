import { isIPv4 } from 'node:net'
import { type DeviceFacts, factLimits } from '@/lib/domain/device-facts'
import type { Rows } from './rows'
import { isTelling } from './standard/decode'
import { standardFacts, standardPlan } from './standard/facts'
import { withNeighbourPorts } from './standard/ports'
import { systemScalars } from './standard/system'
import type { Plan, Vendor } from './vendor'
import { generic } from './vendors/generic'

/** What the first request asks: the system group and the signs of all vendors. */
export function firstScalars(vendors: readonly Vendor[]): string[] {
  return [...new Set([...systemScalars, ...vendors.flatMap((one) => one.signs)])]
}

/** The vendor that is surest of what the first request brought; the generic one when none is. */
export function identify(rows: Rows, vendors: readonly Vendor[]): Vendor {
  let surest: Vendor = generic
  let sureness = 0
  for (const one of vendors) {
    const found = one.recognises(rows)
    if (found > sureness) [surest, sureness] = [one, found]
  }
  return surest
}

/** What to ask of a device of a vendor after the first request: the standard plan, then its own; nothing twice. */
export function planOf(vendor: Vendor): Plan {
  return {
    scalars: [...new Set([...standardPlan.scalars, ...vendor.plan.scalars])],
    tables: [...new Set([...standardPlan.tables, ...vendor.plan.tables])],
  }
}

/** Facts of all rows of a device: the standard ones, then those of its vendor, within the limits. */
export function factsOf(rows: Rows, vendor: Vendor): DeviceFacts {
  return bounded(withNeighbourPorts(rows, withAddresses(withoutItself(vendor.facts(rows, standardFacts(rows))))))
}

/**
 * Most registration tables name MACs alone: the address of a station or far end is then that of its MAC in the device's own
 * ARP table, where that has exactly one.
 */
function withAddresses(facts: DeviceFacts): DeviceFacts {
  const known = new Map<string, string | null>()
  for (const { mac, ip } of facts.arp) {
    if (isTelling(ip) && isIPv4(ip)) known.set(mac, known.has(mac) && known.get(mac) !== ip ? null : ip)
  }
  const behind = (mac: string | null) => (mac === null ? null : (known.get(mac) ?? null))
  return {
    ...facts,
    stations: facts.stations.map((one) => ({ ...one, ip: one.ip ?? behind(one.mac) })),
    links: facts.links.map((one) => ({ ...one, remoteIp: one.remoteIp ?? behind(one.remoteMac) })),
  }
}

/** Nothing hangs on itself: some agents name their own MAC where that of the access point or the far end belongs. */
function withoutItself(facts: DeviceFacts): DeviceFacts {
  const own = new Set(facts.macs)
  const ofAnother = (mac: string | null) => (mac === null || own.has(mac) ? null : mac)
  return {
    ...facts,
    radios: facts.radios.map((one) => ({ ...one, apMac: ofAnother(one.apMac) })),
    stations: facts.stations.filter((one) => one.mac === null || !own.has(one.mac)),
    links: facts.links.map((one) => ({ ...one, remoteMac: ofAnother(one.remoteMac) })),
  }
}

/** Facts with no list longer than its limit; what was left out is said in the faults. */
export function bounded(facts: DeviceFacts): DeviceFacts {
  const faults: string[] = []
  const cut = <Row>(name: keyof typeof factLimits, rows: readonly Row[]): Row[] => {
    const most = factLimits[name]
    if (rows.length > most) faults.push(`${name}: ${rows.length} found, the first ${most} kept`)
    return rows.slice(0, most)
  }
  return {
    ...facts,
    macs: cut('macs', facts.macs),
    addresses: cut('addresses', facts.addresses),
    interfaces: cut('interfaces', facts.interfaces),
    radios: cut('radios', facts.radios),
    stations: cut('stations', facts.stations),
    links: cut('links', facts.links),
    neighbours: cut('neighbours', facts.neighbours),
    arp: cut('arp', facts.arp),
    forwarding: cut('forwarding', facts.forwarding),
    faults: [...faults, ...facts.faults].slice(0, factLimits.faults),
  }
}
