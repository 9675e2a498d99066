import type { DeviceFacts, InterfaceFact } from '@/lib/domain/device-facts'
import type { Rows } from '../rows'
import { ifIndexOf, partsOf } from './decode'

const stack = '1.3.6.1.2.1.31.1.2.1.3' // ifStackStatus.HIGHER.LOWER, 0 for nothing above or below
const attached = '1.2.840.10006.300.43.1.2.1.1.13' // dot3adAggPortAttachedAggID.IFINDEX

/** Which interface stands on which, and which port belongs to which bundle. */
export const portTables: readonly string[] = [stack, attached]

const bundle = 161 // IANAifType ieee8023adLag
const deepest = 8

/**
 * A bridge learns MACs at a unit or a bundle (ge-0/0/15.0, ae0, bond1) while LLDP hears the neighbour at the port within.
 * Where that is one place, the MACs are told of the port that the neighbour is heard on: else an uplink does not look
 * like one.
 */
export function withNeighbourPorts(rows: Rows, facts: DeviceFacts): DeviceFacts {
  const heardAt = new Set(facts.neighbours.flatMap((one) => one.ifIndex ?? []))
  if (heardAt.size === 0 || facts.forwarding.length === 0) return facts
  const within = lowerInterface(rows)
  const bundles = bundlesOf(rows, facts.interfaces)
  const neighbourAt = new Map<number, number>()
  for (const port of heardAt) {
    const base = within(port)
    for (const place of [base, ...bundles(port), ...bundles(base)])
      if (!neighbourAt.has(place)) neighbourAt.set(place, port)
  }
  const portOf = (ifIndex: number) =>
    heardAt.has(ifIndex) ? ifIndex : (neighbourAt.get(ifIndex) ?? neighbourAt.get(within(ifIndex)) ?? ifIndex)
  return {
    ...facts,
    forwarding: facts.forwarding.map((one) => ({ ...one, ifIndex: one.ifIndex === null ? null : portOf(one.ifIndex) })),
  }
}

/** What an interface stands on at the bottom, as far down as each stands on exactly one. */
function lowerInterface(rows: Rows): (ifIndex: number) => number {
  const lower = new Map<number, number | null>()
  for (const index of rows.column(stack).keys()) {
    const [high, low, ...more] = partsOf(index)
    if (!high || !low || more.length > 0) continue
    lower.set(high, lower.has(high) ? null : low)
  }
  return (ifIndex) => {
    let at = ifIndex
    for (let step = 0; step < deepest; step++) at = lower.get(at) ?? at
    return at
  }
}

/** The bundles that a port belongs to: by LACP, by the stack, or, as RouterOS says neither, by the MAC that they share. */
function bundlesOf(rows: Rows, interfaces: readonly InterfaceFact[]): (ifIndex: number) => number[] {
  const isBundle = new Set(interfaces.filter((one) => one.type === bundle).map((one) => one.index))
  const found = new Map<number, Set<number>>()
  const add = (port: number, above: number | null) => {
    if (above !== null && above !== port) found.set(port, (found.get(port) ?? new Set()).add(above))
  }
  for (const [index, value] of rows.column(attached)) {
    const [port, ...more] = partsOf(index)
    if (port && more.length === 0) add(port, ifIndexOf(value))
  }
  for (const index of rows.column(stack).keys()) {
    const [high, low] = partsOf(index)
    if (high && low && isBundle.has(high)) add(low, high)
  }
  const byMac = new Map(interfaces.filter((one) => isBundle.has(one.index)).map((one) => [one.mac, one.index]))
  for (const { index, mac } of interfaces) if (mac !== null && !isBundle.has(index)) add(index, byMac.get(mac) ?? null)
  return (ifIndex) => [...(found.get(ifIndex) ?? [])]
}
