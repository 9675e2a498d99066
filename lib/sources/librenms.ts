import { limits } from '@/lib/domain/device-fields'
import type { RawRecord } from '@/lib/domain/device-import'
import type { Role } from '@/lib/domain/status'
import { type DeviceList, emptyList } from './device-list-shape'
import { isSet, profileBook, textOf } from './librenms-snmp'
import { uniqueNames } from './unique-names'

type Entry = Record<string, unknown>

/**
 * The devices of LibreNMS' API (`GET /api/v0/devices`). Its older versions write every number as text, so both are taken.
 * https://docs.librenms.org/API/Devices/
 */
export function readLibreNms(records: readonly RawRecord[]): DeviceList {
  const list = emptyList()
  const names = namesOf(records)
  const profiles = profileBook(list)
  const places = new Map<string, { latitude: number; longitude: number }>()
  for (const { line, cells: entry } of records) {
    const name = names.ofLine.get(line) ?? ''
    if (isSet(entry.disabled)) {
      const reason = 'disabled: it is not watched there; enable it there, or add it by hand'
      list.rejected.push({ line, name, reason })
      continue
    }
    const notes: string[] = []
    const address = addressOf(entry)
    if (address === '') {
      const reason = `ip: found none, and the hostname ${JSON.stringify(textOf(entry.hostname).slice(0, 80))} is a name: expected an address`
      list.rejected.push({ line, name, reason })
      continue
    }
    const cells: Entry = { name, address }
    const role = roleOf(entry)
    if (role) cells.role = role
    const site = siteOf(entry, notes)
    if (site !== '') {
      cells.site = site
      const place = placeOf(entry)
      if (place && !places.has(site)) places.set(site, place)
    }
    const upstream = names.parentsOf(entry)
    if (upstream.length > 0) cells.upstream = upstream
    const profile = isSet(entry.snmp_disable) ? 'none' : profiles.profileOf(entry, notes)
    if (profile) cells.snmp_profile = profile
    notes.push(...leftBehind(entry))
    list.records.push({ line, cells })
    if (notes.length > 0) list.notes.push({ line, name, reason: notes.join('; ') })
  }
  list.places.push(...[...places].map(([site, place]) => ({ site, ...place })))
  return list
}

const looksLikeAddress = (text: string) => /^[0-9.]+$/.test(text) || text.includes(':')

/**
 * What a device is called: its own display name, unless that is a template; what it calls itself; its hostname. Several of
 * one name ("ubnt") are told apart by their hostnames, which do not repeat, so the next import means the same ones.
 */
function namesOf(records: readonly RawRecord[]) {
  const said = records.map(({ line, cells }) => {
    const display = textOf(cells.display)
    const hostname = textOf(cells.hostname)
    const name = (display.includes('{{') ? '' : display) || textOf(cells.sysName) || hostname || `device ${line}`
    return { line, name, hostname, id: textOf(cells.device_id) }
  })
  const count = new Map<string, number>()
  for (const { name } of said) count.set(name, (count.get(name) ?? 0) + 1)
  const unique = uniqueNames()
  const [ofLine, ofId, ofHost] = [new Map<number, string>(), new Map<string, string>(), new Map<string, string>()]
  for (const { line, name, hostname, id } of said) {
    const repeated = (count.get(name) ?? 0) > 1 && hostname !== '' && hostname !== name
    const own = unique(repeated ? `${name} (${hostname})` : name)
    ofLine.set(line, own)
    if (id !== '') ofId.set(id, own)
    if (hostname !== '') ofHost.set(hostname, own)
  }
  /** Its dependencies: ids and hostnames, each list in one text with commas. One that is not in the list stays a name. */
  const parentsOf = (entry: Entry): string[] => {
    const ids = partsOf(entry.dependency_parent_id)
    const hosts = partsOf(entry.dependency_parent_hostname)
    const byId = ids.map((id) => ofId.get(id))
    const known = byId.every((name) => name !== undefined) && byId.length > 0
    const meant = known ? byId : hosts.map((host) => ofHost.get(host) ?? host)
    const self = ofHost.get(textOf(entry.hostname))
    return [...new Set(meant.filter((name): name is string => name !== undefined && name !== self))]
  }
  return { ofLine, parentsOf }
}

const partsOf = (value: unknown) =>
  textOf(value)
    .split(',', limits.upstream)
    .map((part) => part.trim())
    .filter(Boolean)

/** Where it is polled: an address that somebody set, what its hostname resolves to, or a hostname that is one. */
function addressOf(entry: Entry): string {
  const hostname = textOf(entry.hostname)
  return textOf(entry.overwrite_ip) || textOf(entry.ip) || (looksLikeAddress(hostname) ? hostname : '')
}

// Only where the system leaves no doubt: a radio of airOS or ePMP may be an AP, a station or one end of a link.
const roleOfSystem = new Map<string, Role>([
  ['airos-af', 'backhaul'],
  ['airos-af-ltu', 'backhaul'],
  ['airos-af60', 'backhaul'],
  ['unifi', 'ap'],
  ['edgeos', 'router'],
  ['edgeswitch', 'switch'],
  ['ios', 'router'],
  ['iosxr', 'router'],
  ['junos', 'router'],
  ['swos', 'switch'],
  ['procurve', 'switch'],
  ['tplink', 'switch'],
])
const roleOfType = new Map<string, Role>([
  ['server', 'server'],
  ['firewall', 'router'],
  ['loadbalancer', 'server'],
])

function roleOf(entry: Entry): Role | undefined {
  const hardware = textOf(entry.hardware)
  const system = textOf(entry.os).toLowerCase()
  if (system === 'routeros')
    return /^(CRS|CSS)\d/i.test(hardware) ? 'switch' : /^CCR\d/i.test(hardware) ? 'router' : undefined
  return roleOfSystem.get(system) ?? roleOfType.get(textOf(entry.type).toLowerCase())
}

const coordinates = /\s*\[\s*-?\d{1,3}(?:\.\d{1,12})?\s*[,;]\s*-?\d{1,3}(?:\.\d{1,12})?\s*\]\s*$/
const says = /^(unknown|none|n\/a|default|sitting on the dock of the bay.*|right here, right now.*)$/i

/** Its location without coordinates; what agents say when nobody set one is none. */
function siteOf(entry: Entry, notes: string[]): string {
  const said = textOf(entry.location)
  const site = said.replace(coordinates, '').trim()
  if (site === '' || says.test(site)) return ''
  if (site.length > limits.site) {
    notes.push(`location: found ${site.length} characters, a site's name has at most ${limits.site}: it is left out`)
    return ''
  }
  return site
}

function placeOf({ lat, lng, location }: Entry): { latitude: number; longitude: number } | null {
  const within = textOf(location).match(/\[\s*(-?[\d.]{1,16})\s*[,;]\s*(-?[\d.]{1,16})\s*\]\s*$/)
  const [latitude, longitude] = [numberOf(lat) ?? numberOf(within?.[1]), numberOf(lng) ?? numberOf(within?.[2])]
  if (latitude === null || longitude === null || (latitude === 0 && longitude === 0)) return null
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null
}

function numberOf(value: unknown): number | null {
  const text = textOf(value)
  const number = /^-?\d{1,3}(\.\d{1,15})?$/.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(number) ? number : null
}

function leftBehind(entry: Entry): string[] {
  const notes: string[] = []
  if (textOf(entry.status) === '0') notes.push('status: it is down there, and will be here')
  if (isSet(entry.ignore)) notes.push('ignore: nobody is told of it there; here the routes say who is told')
  const transport = textOf(entry.transport)
  if (transport.startsWith('tcp'))
    notes.push(`transport: found ${transport.slice(0, 10)}, SNMP is spoken over UDP here`)
  if (textOf(entry.notes) !== '') notes.push('notes: are not kept')
  return notes
}
