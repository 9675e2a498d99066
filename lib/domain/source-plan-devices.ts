import { findCycles } from './cycles'
import { type DeviceFields, type Ref, sourceLimits, type Told } from './source-fields'
import { type Match, matchDevices } from './source-match'
import { isNothing, mergeFields, tidyText, type Value } from './source-merge'
import { uniqueNames } from './source-names'
import type { SourceDevice, SourceSnapshot } from './source-records'
import { onePerKey, type PlannedRow, rowOf } from './source-rows'
import type { Standing, StandingDevice } from './source-standing'
import { sourceUpstream } from './source-upstream'
import type { Role } from './status'

export type DeviceRow = PlannedRow<DeviceFields, SourceDevice>
/** Where an entry leads: a site and a client, here already or about to be made. */
export type Places = { siteOf(key: string | null): Ref | null; clientOf(deviceKey: string): Ref | null }

export const mostUpstreams = 16

/** The devices of a source with what stands for each: the ones that were removed here by hand are left out. */
export function matchedDevices(listed: readonly SourceDevice[], standing: Standing) {
  const all = onePerKey(listed)
  const matches = matchDevices(all, standing.records.device, standing.devices)
  const matchOf = (key: string): Match => matches.get(key) ?? { id: null, how: 'removed' }
  return { all, entries: all.filter(({ key }) => matchOf(key).how !== 'removed'), matchOf }
}
export type MatchedDevices = ReturnType<typeof matchedDevices>

/** What becomes of the devices of a source. */
export function planDevices(
  { all, entries, matchOf }: MatchedDevices,
  { links, sites }: Pick<SourceSnapshot, 'links' | 'sites'>,
  standing: Standing,
  places: Places,
): DeviceRow[] {
  const records = new Map(standing.records.device.map((record) => [record.key, record]))
  const byId = new Map(standing.devices.map((device) => [device.id, device]))
  const recordOf = (key: string) => records.get(key) ?? records.get(matchOf(key).before ?? '')
  const oursOf = (key: string) => byId.get(matchOf(key).id ?? -1) ?? null
  const taken = new Set(entries.map(({ key }) => key))
  const upstream = sourceUpstream({ devices: all, links, sites })
  const upstreamOf = (key: string): Ref[] =>
    (upstream.get(key) ?? [])
      .filter((above) => taken.has(above))
      .map((above) => matchOf(above).id ?? above)
      .slice(0, mostUpstreams)
  const names = deviceNames(entries, standing, oursOf, (key) => recordOf(key)?.said.name)

  const rows = entries.map((entry): DeviceRow => {
    const { key } = entry
    const standingDevice = oursOf(key)
    const base = recordOf(key)?.said ?? {}
    const told: Told<DeviceFields> = {
      name: names.get(key) ?? rawName(entry),
      address: entry.address,
      role: entry.role === 'other' && standingDevice ? null : entry.role, // it does not know
      site: places.siteOf(entry.siteKey),
      client: places.clientOf(key),
      pinged: null,
      upstream: withDark(upstreamOf(key), base.upstream ?? [], standingDevice, byId),
    }
    if (isNothing(told.upstream)) told.upstream = null
    const ours = standingDevice && fieldsOf(standingDevice)
    const returns = records.get(key)?.isVanished ?? false
    const merged = mergeFields<DeviceFields>(base, told as DeviceFields, ours, isBlank)
    // By what it is after all that: pings need an address.
    const role = merged.write.role ?? ours?.role ?? 'other'
    const address = merged.write.address ?? ours?.address ?? ''
    told.pinged = isPinged(role, standing.source.pings) && address !== ''
    const pings = mergeFields<DeviceFields>(base, { pinged: told.pinged } as DeviceFields, ours, isBlank)
    const write = { ...merged.write, ...pings.write }
    const said = { ...merged.said, ...(pings.said.pinged === undefined ? {} : { pinged: pings.said.pinged }) }
    // Of what was made by hand, and pinged all along, nobody edited anything.
    const kept = base.pinged === undefined ? merged.kept : [...merged.kept, ...pings.kept]
    return rowOf(entry, matchOf(key), { told, ours, returns }, { write, said, kept })
  })
  breakCircles(rows, standing.devices, (key) => recordOf(key)?.said)
  return rows
}

const isBlank = (field: string, value: Value) => (field === 'role' ? value === 'other' : isNothing(value))

const isPinged = (role: Role, pings: Standing['source']['pings']) =>
  pings === 'all' || (pings === 'infrastructure' && role !== 'cpe' && role !== 'other')

const fieldsOf = ({ name, address, role, site, client, pinged, upstream }: StandingDevice): DeviceFields => ({
  name,
  address,
  role,
  site,
  client,
  pinged,
  upstream,
})

const rawName = ({ name, key }: SourceDevice) =>
  tidyText(name, sourceLimits.name) ?? `Device ${key}`.slice(0, sourceLimits.name)

function deviceNames(
  entries: readonly SourceDevice[],
  standing: Standing,
  oursOf: (key: string) => StandingDevice | null,
  saidName: (key: string) => string | undefined,
): Map<string, string> {
  const followers = entries.filter(({ key }) => {
    const ours = oursOf(key)
    return ours === null || saidName(key) === ours.name
  })
  const released = new Set(followers.flatMap(({ key }) => oursOf(key)?.name ?? []))
  return uniqueNames(
    followers.map((entry) => ({
      key: entry.key,
      raw: rawName(entry),
      current: oursOf(entry.key)?.name ?? null,
      hint: entry.mac === null ? entry.key.slice(0, 8) : (entry.mac.match(/../g) ?? []).join(':'),
    })),
    new Set(standing.devices.map((device) => device.name).filter((name) => !released.has(name))),
    sourceLimits.name,
  )
}

/** No edge goes while either end is dark: the tables that say so empty exactly then. */
function withDark(
  above: readonly Ref[],
  before: readonly Ref[],
  ours: StandingDevice | null,
  byId: ReadonlyMap<number, StandingDevice>,
): readonly Ref[] {
  if (above.length === 0 || ours === null) return above
  const isDark = (ref: Ref) => typeof ref === 'number' && (ours.isDark || byId.get(ref)?.isDark === true)
  const held = before.filter((ref) => !above.includes(ref) && ours.upstream.includes(ref) && isDark(ref))
  return held.length === 0 ? above : [...above, ...held].slice(0, mostUpstreams)
}

/** Ways up that would lead back to where they began are not written; what stood before stays. */
function breakCircles(
  rows: readonly DeviceRow[],
  devices: readonly StandingDevice[],
  saidOf: (key: string) => Partial<DeviceFields> | undefined,
): void {
  const textOf = (ref: Ref) => (typeof ref === 'number' ? `#${ref}` : `new ${ref}`)
  const upstreamOf = new Map(devices.map((device) => [textOf(device.id), device.upstream.map(textOf)]))
  const writers = new Map<string, DeviceRow>()
  for (const row of rows) {
    if (row.write.upstream === undefined) continue
    const own = textOf(row.id ?? row.key)
    upstreamOf.set(own, row.write.upstream.map(textOf))
    writers.set(own, row)
  }
  for (;;) {
    const broken = findCycles(upstreamOf).flatMap((circle) => circle.flatMap((one) => writers.get(one) ?? []))
    if (broken.length === 0) return
    for (const row of broken) {
      const own = textOf(row.id ?? row.key)
      delete row.write.upstream
      const before = saidOf(row.key)?.upstream
      if (before === undefined) delete row.said.upstream
      else row.said.upstream = before
      row.told.upstream = null
      upstreamOf.set(own, (row.ours?.upstream ?? []).map(textOf))
      writers.delete(own)
    }
  }
}
