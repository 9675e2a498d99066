import { ownMac } from './mac-number'
import type { SourceClient, SourceDevice } from './source-records'
import type { StandingClient, StandingDevice, StandingRecord } from './source-standing'

/**
 * What stands for an entry: `id` null: nothing yet. `removed`: it was removed here by hand, and stays so. `before`: the
 * key under which the same device was listed until now.
 */
export type Match = { id: number | null; how: 'key' | 'mac' | 'name' | 'new' | 'removed'; before?: string }

/** 12 hex digits that name one device; null for zeros, groups and those that routers share. */
export function usableMac(mac: string | null): string | null {
  if (mac === null || !/^[0-9a-f]{12}$/.test(mac)) return null
  return ownMac((mac.match(/../g) ?? []).join(':')) === null ? null : mac
}

/** By the source's own key; the rest is new or left to other means. No two entries stand for one thing. */
export function matchKeys<S>(
  keys: readonly string[],
  records: readonly StandingRecord<S>[],
): { matches: Map<string, Match>; claimed: Set<number> } {
  const listed = new Set(keys)
  const matches = new Map<string, Match>()
  const claimed = new Set<number>()
  const known = records.filter((record) => listed.has(record.key))
  // Who was listed all along comes before who is back.
  for (const record of [...known.filter((one) => !one.isVanished), ...known.filter((one) => one.isVanished)]) {
    if (record.id === null) matches.set(record.key, { id: null, how: 'removed' })
    else if (!claimed.has(record.id)) {
      claimed.add(record.id)
      matches.set(record.key, { id: record.id, how: 'key' })
    }
  }
  return { matches, claimed }
}

/**
 * Devices by key, else by a MAC that one entry alone has and that names one device alone: by a walk, by another source, or
 * by a key that this source lists no more. Never by address.
 */
export function matchDevices(
  entries: readonly Pick<SourceDevice, 'key' | 'mac'>[],
  records: readonly StandingRecord<unknown>[],
  devices: readonly Pick<StandingDevice, 'id' | 'macs'>[],
): Map<string, Match> {
  const { matches, claimed } = matchKeys(
    entries.map((entry) => entry.key),
    records,
  )
  const listed = new Set(entries.map((entry) => entry.key))
  const gone = new Map<number, string>() // the key under which a device was listed
  const owners = new Map<string, Set<number>>()
  const own = (mac: string | null, id: number) => {
    const usable = usableMac(mac)
    if (usable === null || claimed.has(id)) return
    const known = owners.get(usable)
    if (known) known.add(id)
    else owners.set(usable, new Set([id]))
  }
  for (const record of records) {
    if (record.id === null || listed.has(record.key)) continue
    gone.set(record.id, record.key)
    own(record.mac, record.id)
  }
  for (const device of devices) for (const mac of device.macs) own(mac, device.id)

  const uses = new Map<string, number>()
  for (const { mac } of entries) if (mac !== null) uses.set(mac, (uses.get(mac) ?? 0) + 1)
  for (const { key, mac } of entries) {
    if (matches.has(key)) continue
    const usable = usableMac(mac)
    const [id, ...others] = usable !== null && uses.get(usable) === 1 ? (owners.get(usable) ?? []) : []
    if (id === undefined || others.length > 0 || claimed.has(id)) {
      matches.set(key, { id: null, how: 'new' })
      continue
    }
    claimed.add(id)
    const before = gone.get(id)
    matches.set(key, before === undefined ? { id, how: 'mac' } : { id, how: 'mac', before })
  }
  return matches
}

/** Sites by key, else by a name that is free: names are what sites are known by here. */
export function matchSites(
  entries: readonly { key: string; name: string }[],
  records: readonly StandingRecord<unknown>[],
  sites: readonly { id: number; name: string }[],
): Map<string, Match> {
  const { matches, claimed } = matchKeys(
    entries.map((entry) => entry.key),
    records,
  )
  const idOf = new Map(sites.map((site) => [site.name, site.id]))
  for (const { key, name } of entries) {
    if (matches.has(key)) continue
    const id = idOf.get(name)
    if (id === undefined || claimed.has(id)) matches.set(key, { id: null, how: 'new' })
    else {
      claimed.add(id)
      matches.set(key, { id, how: 'name' })
    }
  }
  return matches
}

/**
 * Clients by key; else by their devices, where another source lists them for one client of a like name; else by a name that
 * one entry alone has and one client alone that was made by hand. Two of one name stay two.
 */
export function matchClients(
  entries: readonly Pick<SourceClient, 'key' | 'name'>[],
  records: readonly StandingRecord<unknown>[],
  clients: readonly Pick<StandingClient, 'id' | 'name' | 'byHand'>[],
  clientsOfDevices: ReadonlyMap<string, ReadonlySet<number>>, // of the devices that an entry names
): Map<string, Match> {
  const { matches, claimed } = matchKeys(
    entries.map((entry) => entry.key),
    records,
  )
  const byId = new Map(clients.map((client) => [client.id, client]))
  const byHand = groupBy(
    clients.filter((client) => client.byHand),
    (client) => client.name,
  )
  const entriesNamed = groupBy(entries, (entry) => entry.name)
  for (const { key, name } of entries) {
    if (matches.has(key)) continue
    const [ofDevices, ...others] = clientsOfDevices.get(key) ?? []
    const behind = ofDevices !== undefined && others.length === 0 ? byId.get(ofDevices) : undefined
    const namesakes = entriesNamed.get(name)?.length === 1 ? (byHand.get(name) ?? []) : []
    const named = namesakes.length === 1 ? namesakes[0] : undefined
    const found = behind && isLike(behind.name, name) && !claimed.has(behind.id) ? behind : named
    if (!found || claimed.has(found.id)) matches.set(key, { id: null, how: 'new' })
    else {
      claimed.add(found.id)
      matches.set(key, { id: found.id, how: 'name' })
    }
  }
  return matches
}

/** All words of the one name are in the other: "Robin Placeholder" and "Example Feed Co (Robin Placeholder)". */
export function isLike(one: string, other: string): boolean {
  const [a, b] = [wordsOf(one), wordsOf(other)]
  const [few, many] = a.size <= b.size ? [a, b] : [b, a]
  return few.size > 0 && [...few].every((word) => many.has(word))
}

const wordsOf = (name: string) => new Set(name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const known = groups.get(keyOf(item))
    if (known) known.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}
